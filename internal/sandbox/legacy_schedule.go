package sandbox

// daysSpec is a work scheduler before 3.5: hours by day. A day that is not
// there is one off.
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

// daysOfSchedule shows a schedule as hours by day. It refuses what the old
// form cannot say, several entries of one day; the pages only warn that
// asking for a schedule of the new form might fail. A day that is switched
// off is shown as one that is not there.
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

// withDays puts the asked work scheduler of a v3.5 answer the old way.
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

// inZone puts days the way v3.5 has them.
func inZone(p obj, zone string) obj {
	if !p.has("work_scheduler") {
		return p
	}
	return p.with(obj{"work_scheduler": obj{
		"timezone": zone, "schedule": scheduleOfDays(p.sub("work_scheduler")),
	}})
}
