package cli

import (
	"encoding/json"
	"slices"
	"strings"
)

// meaning is the true state of a license without server ids, secrets and dates,
// in which two equal licenses may differ. References to groups and bots are
// names; sets are sorted. Each kind is a text with one line per object,
// auto_accesses in their order.
func (w *world) meaning() map[string]string {
	w.t.Helper()
	var all map[string]any
	if err := json.Unmarshal(w.license.State(), &all); err != nil {
		w.t.Fatal(err)
	}
	m := meaning{groups: map[any]any{}, bots: map[any]any{}}
	for _, kind := range []struct {
		name  string
		names map[any]any
	}{{"groups", m.groups}, {"bots", m.bots}} {
		for _, o := range all[kind.name].([]any) {
			o := o.(map[string]any)
			kind.names[o["id"]] = o["name"]
		}
	}
	out := map[string]string{}
	for kind, v := range all {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		lines := make([]string, len(list))
		for i, o := range list {
			lines[i] = m.line(kind, o)
		}
		if kind != "auto_accesses" {
			slices.Sort(lines)
		}
		out[kind] = strings.Join(lines, "\n")
	}
	return out
}

// meaning has the names of objects that others refer to by id.
type meaning struct{ groups, bots map[any]any }

// incidental are members that the server sets for a new object.
var incidental = []string{"created_at", "author_id", "account_id", "awaiting_approval", "secret", "secret_key"}

func (m meaning) line(kind string, v any) string {
	if o, ok := v.(map[string]any); ok {
		switch kind {
		case "agents": // the id is the email
		case "group_properties":
			o["id"] = m.groups[o["id"]]
		case "routing_statuses":
			if name, ok := m.bots[o["agent_id"]]; ok {
				o["agent_id"] = name
			}
		default:
			delete(o, "id")
		}
		for _, name := range incidental {
			delete(o, name)
		}
	}
	line := text(m.named("", v))
	for id, name := range m.bots { // in filters of webhooks
		line = strings.ReplaceAll(line, text(id), text(name))
	}
	return line
}

// named returns a value with names for groups and with sorted sets.
func (m meaning) named(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = m.named(name, inner)
		}
	case []any:
		for i, e := range v {
			v[i] = m.named("", e)
			if key == "groups" || key == "group_ids" {
				v[i] = m.group(e)
			}
		}
		if key != "domain" {
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
	}
	return v
}

func (m meaning) group(v any) any {
	if o, ok := v.(map[string]any); ok {
		o["id"] = m.groups[o["id"]]
		return o
	}
	return m.groups[v]
}

func text(v any) string {
	data, _ := json.Marshal(v) // it was JSON
	return string(data)
}
