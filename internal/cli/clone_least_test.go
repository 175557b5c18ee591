package cli

import (
	"encoding/json"
	"reflect"
	"testing"
)

// leastWrites counts, from the raw states of a license before and after, the
// requests without which it would not have become what it is: one for each object
// that came or changed, but one for all new agents, all new bots, all values of
// the license and all values of a group. A group without a member at priority
// normal takes two, and so does a published property; what members have of new
// groups comes with these.
func leastWrites(t *testing.T, before, after []byte) int {
	t.Helper()
	type object = map[string]any
	decode := func(state []byte) (l map[string]any) {
		if err := json.Unmarshal(state, &l); err != nil {
			t.Fatal(err)
		}
		return l
	}
	was, is := decode(before), decode(after)
	list := func(l map[string]any, kind string) map[string]object {
		out := map[string]object{}
		rows, _ := l[kind].([]any)
		for _, row := range rows {
			o := row.(object)
			out[keyOf(o)] = o
		}
		return out
	}
	n := 0
	for _, kind := range []string{"groups", "tags", "auto_accesses", "properties", "webhooks", "bot_templates", "webhooks_state", "group_properties"} {
		old := list(was, kind)
		for key, row := range list(is, kind) {
			if values, _ := row["properties"].(object); kind == "group_properties" && len(values) == 0 || reflect.DeepEqual(old[key], row) {
				continue
			}
			if n++; row["public_access"] != nil && old[key] == nil {
				n++
			}
		}
	}
	serves := map[float64]bool{} // groups with an agent at priority normal
	for _, kind := range []string{"agents", "bots"} {
		old, came := list(was, kind), false
		for key, row := range list(is, kind) {
			came = came || old[key] == nil
			for _, g := range row["groups"].([]any) {
				if g := g.(object); kind == "agents" && g["priority"] == "normal" {
					serves[g["id"].(float64)] = true
				}
			}
		}
		if came {
			n++
		}
	}
	groups := list(was, "groups")
	for key, g := range list(is, "groups") {
		if groups[key] == nil && !serves[g["id"].(float64)] {
			n++
		}
	}
	if !reflect.DeepEqual(was["license_properties"], is["license_properties"]) {
		n++
	}
	old := list(was, "routing_statuses")
	for key, row := range list(is, "routing_statuses") {
		if row["status"] == "accepting_chats" && !reflect.DeepEqual(old[key], row) {
			n++
		}
	}
	return n
}

// keyOf is what tells an object of a raw state from others of its kind.
func keyOf(o map[string]any) string {
	for _, names := range [][]string{{"id"}, {"agent_id"}, {"owner_client_id", "name"}, {"owner_client_id"}, {"name"}} {
		var key []any
		for _, name := range names {
			if o[name] != nil {
				key = append(key, o[name])
			}
		}
		if len(key) == len(names) {
			text, _ := json.Marshal(key)
			return string(text)
		}
	}
	return ""
}
