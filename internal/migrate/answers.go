package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// ReadAnswers reads options from a file, YAML or JSON, and adds them to those
// that are set already, which go first. Its keys are from, as, timezone,
// timezones, client_id, client_ids, leave_out, drop_gone, split_overnight,
// per_bot and with_routing_statuses.
// Errors are *Error.
func (o *Options) ReadAnswers(file string, data []byte) error {
	docs, err := Read(file, data)
	if err != nil {
		return err
	}
	root, ok := docs[0].root.(*resource.Object)
	if !ok || len(docs) > 1 {
		return &Error{file, docs[0].Line, "want one object with answers"}
	}
	var more Options
	for name, v := range root.All() {
		if why := more.answer(name, v); why != "" {
			return &Error{file, firstOrigin(v).Line, why}
		}
	}
	o.add(more)
	return nil
}

func (o *Options) answer(name string, v any) (why string) {
	texts := map[string]*string{"from": &o.From, "timezone": &o.Timezone, "client_id": &o.ClientID}
	tables := map[string]*map[string]string{"as": &o.As, "timezones": &o.Timezones, "client_ids": &o.ClientIDs}
	flags := map[string]*bool{"drop_gone": &o.DropGone, "split_overnight": &o.SplitOvernight, "per_bot": &o.PerBot, "with_routing_statuses": &o.RoutingStatuses}
	known := slices.Concat(slices.Collect(maps.Keys(texts)), slices.Collect(maps.Keys(tables)), slices.Collect(maps.Keys(flags)), []string{"leave_out"})
	slices.Sort(known)
	ok := false
	switch p := plain(v); {
	case texts[name] != nil:
		*texts[name], ok = p.(string)
	case flags[name] != nil:
		*flags[name], ok = p.(bool)
	case tables[name] != nil:
		*tables[name], ok = textTable(p)
	case name == "leave_out":
		o.LeaveOut, ok = textList(p)
	default:
		return fmt.Sprintf("unknown key %q: the keys are %s", name, strings.Join(known, ", "))
	}
	if !ok {
		return name + " is of another type"
	}
	return ""
}

func textTable(v resource.Value) (map[string]string, bool) {
	o, ok := v.(*resource.Object)
	if !ok {
		return nil, false
	}
	table := map[string]string{}
	for name, v := range o.All() {
		if table[name], ok = v.(string); !ok {
			return nil, false
		}
	}
	return table, true
}

func textList(v resource.Value) ([]string, bool) {
	l, ok := v.(resource.List)
	var texts []string
	for _, e := range l {
		s, isText := e.(string)
		texts, ok = append(texts, s), ok && isText
	}
	return texts, ok
}

// add takes over what is not set yet.
func (o *Options) add(more Options) {
	for _, t := range []struct{ to, from *string }{{&o.From, &more.From}, {&o.Timezone, &more.Timezone}, {&o.ClientID, &more.ClientID}} {
		if *t.to == "" {
			*t.to = *t.from
		}
	}
	for _, t := range []struct {
		to   *map[string]string
		from map[string]string
	}{{&o.As, more.As}, {&o.Timezones, more.Timezones}, {&o.ClientIDs, more.ClientIDs}} {
		all := maps.Clone(t.from)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, *t.to)
		*t.to = all
	}
	o.LeaveOut = append(o.LeaveOut, more.LeaveOut...)
	o.DropGone = o.DropGone || more.DropGone
	o.SplitOvernight = o.SplitOvernight || more.SplitOvernight
	o.PerBot = o.PerBot || more.PerBot
	o.RoutingStatuses = o.RoutingStatuses || more.RoutingStatuses
}
