package sandbox

// daysSpec is a work scheduler before 3.5: hours by day. A missing day is a day
// off.
func daysSpec() spec {
	days := make([]spec, len(weekdays))
	for i, day := range weekdays {
		days[i] = record(day, text("start").need(), text("end").need())
	}
	return record("work_scheduler", days...)
}

// scheduleOfDays is hours by day as a schedule with an entry for each.
func scheduleOfDays(days obj) []any {
	out := []any{}
	for _, day := range weekdays {
		if hours := days.sub(day); hours != nil {
			out = append(out, obj{"day": day, "enabled": true, "start": hours["start"], "end": hours["end"]})
		}
	}
	return out
}

// daysOfSchedule converts a schedule to hours by day. It refuses what the old form
// cannot express, several entries for one day; the pages only warn that reading a
// schedule of the new form might fail. A disabled day is omitted.
func daysOfSchedule(scheduler obj) (dict, *apiError) {
	out, seen := dict{}, map[string]bool{}
	for _, e := range scheduler.list("schedule") {
		entry := e.(obj)
		day := entry.text("day")
		if seen[day] {
			return nil, invalid("`work_scheduler` has a form that this version does not support")
		}
		seen[day] = true
		if entry.flag("enabled") {
			out[day] = entry.only("start", "end")
		}
	}
	return out, nil
}

// withDays converts the requested work scheduler of a v3.5 response to the old
// form.
func withDays(view obj, fields []any, row obj) *apiError {
	delete(view, "work_scheduler")
	for _, f := range texts(fields) {
		if f != "work_scheduler" {
			continue
		}
		days, err := daysOfSchedule(row.sub("work_scheduler"))
		if err != nil {
			return err
		}
		view["work_scheduler"] = days
	}
	return nil
}

// inZone converts days to the v3.5 form.
func inZone(p obj, zone string) obj {
	if !p.has("work_scheduler") {
		return p
	}
	return p.with(obj{"work_scheduler": obj{
		"timezone": zone, "schedule": scheduleOfDays(p.sub("work_scheduler")),
	}})
}
