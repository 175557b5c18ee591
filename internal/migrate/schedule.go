package migrate

import (
	"cmp"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

var weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// scheduleOf converts working hours by day to a list.
func scheduleOf(d *draft, _ string, row *resource.Object) {
	ws := row.Object("work_scheduler")
	if !slices.ContainsFunc(ws.Names(), isWeekday) || ws.Has("schedule") {
		return
	}
	list := resource.List{}
	for _, day := range weekdays {
		for _, name := range ws.Names() {
			if strings.ToLower(name) != day {
				continue
			}
			v := ws.Get(name)
			ws.Delete(name)
			for _, e := range elements(v) {
				if span := d.span(day, e); span != nil {
					list = append(list, span)
				}
			}
			if emptyList(v) {
				d.absorb(v, Converted, whole(ws), "a day without hours")
			}
		}
	}
	ws.Set("schedule", list)
}

func isWeekday(name string) bool { return slices.Contains(weekdays, strings.ToLower(name)) }

// span creates an entry of the list for the hours of one day.
func (d *draft) span(day string, v any) *resource.Object {
	hours, ok := v.(*resource.Object)
	if !ok {
		d.nothing(v, "a day without hours")
		return nil
	}
	span := resource.Of("day", made(day), "enabled", made(true))
	for name, m := range hours.All() {
		if name == "day" {
			d.mark(m, Dropped, "the day is already given")
			continue
		}
		span.Set(name, m)
		d.mark(m, Kept, "")
	}
	return span
}

// foldZone moves a bot's time zone into work_scheduler, and adds a decision if it
// is missing.
func foldZone(d *draft, kind string, bot *resource.Object) {
	if zone, ok := bot.Lookup("timezone"); ok {
		bot.Delete("timezone")
		d.moveZone(bot, zone)
	}
	ws := bot.Object("work_scheduler")
	l := ws.List("schedule")
	if len(l) == 0 || !blank(ws.Get("timezone")) {
		return
	}
	if zone := answerFor(d.opts.Timezones, botNames(bot), d.opts.Timezone); zone != "" {
		d.nothing(ws.Get("timezone"), "it is empty")
		ws.Set("timezone", turned(zone, ws.Get("timezone")))
		d.means(kind, bot, "its hours are in "+zone+" (from --timezone; the documents do not contain a time zone)")
		return
	}
	d.askAbout(kind, bot, l, Decision{About: "timezone", Key: "timezones", Of: nameOrID(bot), Question: "the documents do not contain the time zone of its working hours",
		HowTo: "pass --timezone ZONE, or --timezone '" + nameOrID(bot) + "=ZONE'"})
}

func (d *draft) moveZone(bot *resource.Object, zone any) {
	if s, _ := plain(zone).(string); s == "" {
		d.nothing(zone, "it is empty")
		return
	}
	ws := bot.Object("work_scheduler")
	if ws == nil {
		d.nothing(bot.Get("work_scheduler"), "it is empty")
		ws = &resource.Object{}
		bot.Set("work_scheduler", ws)
	}
	switch have := ws.Get("timezone"); {
	case blank(have):
		d.nothing(have, "it is empty")
		ws.Set("timezone", zone)
		d.mark(zone, Renamed, "")
	case same(have, zone):
		d.absorb(zone, Merged, whole(have), "same as work_scheduler.timezone")
	default:
		d.conflict("bots", bot, ws, "timezone", "timezone and work_scheduler.timezone", zone)
	}
}

func nameOrID(row *resource.Object) string { return cmp.Or(text(row, "id"), text(row, "name")) }

// overnight looks for hours that end before they start.
func overnight(d *draft, kind string, row *resource.Object) {
	ws := row.Object("work_scheduler")
	var out resource.List
	for _, e := range ws.List("schedule") {
		out = append(out, d.daytime(kind, row, e)...)
	}
	if len(out) > 0 {
		ws.Set("schedule", out)
	}
}

// daytime returns a span, or the two spans that it is split into.
func (d *draft) daytime(kind string, row *resource.Object, e any) resource.List {
	span, ok := e.(*resource.Object)
	start, end, day := text(span, "start"), text(span, "end"), text(span, "day")
	on := scalar(span, "enabled") != false
	if !ok || !on || len(start) != 5 || len(end) != 5 || end > start || !isWeekday(day) {
		return resource.List{e}
	}
	if !d.opts.SplitOvernight {
		d.askAbout(kind, row, span, Decision{About: "overnight", Key: "split_overnight", Question: "its hours on " + day + " end at " + end + ", but start at " + start,
			HowTo: "pass --split-overnight if they end on the next day; otherwise correct the document"})
		return resource.List{e}
	}
	old := span.Get("end")
	next := weekdays[(slices.Index(weekdays, strings.ToLower(day))+1)%len(weekdays)]
	d.mark(old, Converted, "")
	if end == "00:00" {
		d.means(kind, row, "its hours on "+day+" ended at midnight; they now end at 23:59")
		span.Set("end", turned("23:59", old))
		return resource.List{span}
	}
	d.means(kind, row, "its hours on "+day+" ended at "+end+" of the next day; they are now two spans")
	span.Set("end", made("23:59"))
	rest := resource.Of("day", made(next), "enabled", made(true), "start", made("00:00"), "end", turned(end, old))
	return resource.List{span, rest}
}
