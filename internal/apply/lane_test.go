package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// ruleList is a server with one ordered list of rules.
type ruleList struct {
	fake
	ids  []string
	fail string // description of a rule that cannot be added
}

func newRuleList(ids ...string) *ruleList {
	l := &ruleList{ids: ids}
	l.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		id := args.String("id")
		switch method {
		case "add_auto_access":
			if id = "id-" + args.String("description"); args.String("description") == l.fail {
				return nil, refuse(wire.Permanent, "validation", "no")
			}
		case "delete_auto_access":
			l.take(id)
			return nil, nil
		}
		if next, ok := args.Lookup("next_id"); ok {
			l.take(id)
			at := len(l.ids)
			if next != "" {
				if at = slices.Index(l.ids, next.(string)); at < 0 {
					return nil, refuse(wire.Permanent, "not_found", "no rule "+next.(string))
				}
			}
			l.ids = slices.Insert(l.ids, at, id)
		}
		return resource.Of("id", id), nil
	}
	return l
}

func (l *ruleList) take(id string) {
	l.ids = slices.DeleteFunc(l.ids, func(x string) bool { return x == id })
}

func (l *ruleList) rows(string) []*resource.Object {
	var out []*resource.Object
	for _, id := range l.ids {
		out = append(out, resource.Of("id", id, "description", strings.TrimPrefix(id, "id-")))
	}
	return out
}

// ordering plans what turns one list of rules into another one: deletions,
// creations and moves, each before its successor, in the order of the list.
func ordering(have, want []string, stay map[string]bool) []*diff.Change {
	var changes []*diff.Change
	ref := func(name string) resource.Value {
		if slices.Contains(have, name) {
			return "id-" + name
		}
		return resource.Ref{Kind: "auto_accesses", Key: name}
	}
	for i, name := range want {
		if stay[name] {
			continue
		}
		var next resource.Value = ""
		if i+1 < len(want) {
			next = ref(want[i+1])
		}
		c := create("auto_accesses", name, resource.Of("description", name))
		if slices.Contains(have, name) {
			c = update("auto_accesses", name, resource.Of("id", "id-"+name))
		}
		c.Move = &diff.Move{Before: next}
		if ref, ok := next.(resource.Ref); ok {
			c.StartsAfter = []string{ref.Kind + "/" + ref.Key} // as a plan says
		}
		changes = append(changes, c)
	}
	for _, name := range have {
		if !slices.Contains(want, name) {
			changes = append(changes, remove("auto_accesses", name, resource.Of("id", "id-"+name)))
		}
	}
	return changes
}

func TestRulesEndInTheirOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		have := rapid.Permutation(names).Draw(rt, "have")[:rapid.IntRange(0, 8).Draw(rt, "n")]
		want := rapid.Permutation(names).Draw(rt, "want")[:rapid.IntRange(0, 8).Draw(rt, "m")]
		stay := map[string]bool{}
		last := -1
		for _, name := range want { // some increasing subsequence stays
			if i := slices.Index(have, name); i > last && rapid.Bool().Draw(rt, "stay") {
				stay[name], last = true, i
			}
		}
		var ids, wantIDs []string
		for _, n := range have {
			ids = append(ids, "id-"+n)
		}
		for _, n := range want {
			wantIDs = append(wantIDs, "id-"+n)
		}
		l := newRuleList(ids...)
		o := options()
		o.Read = (&reader{live: l.rows}).read
		changes := rapid.Permutation(ordering(have, want, stay)).Draw(rt, "order of the plan")
		r, err := Run(context.Background(), plan(changes...), l, o)
		if err != nil || !r.OK() || !r.Verified && len(changes) > 0 {
			rt.Fatalf("%v %+v", err, r.Results)
		}
		if !slices.Equal(l.ids, wantIDs) {
			rt.Fatalf("order %v, want %v", l.ids, wantIDs)
		}
		if l.most > 1 {
			rt.Fatalf("%d calls at once in one lane", l.most)
		}
	})
}

func TestRuleBeforeOneThatFailed(t *testing.T) {
	l := newRuleList("id-z")
	l.fail = "b"
	r := mustRun(t, plan(ordering([]string{"z"}, []string{"a", "b", "c", "z"}, map[string]bool{"z": true})...), l, options())
	same(t, "statuses", statuses(r), []string{"auto_accesses/a: done", "auto_accesses/b: failed", "auto_accesses/c: done"})
	same(t, "a goes where b would have been", fmt.Sprint(l.ids), "[id-a id-c id-z]")
}

func TestMoveThatTheServerIgnores(t *testing.T) {
	l := newRuleList("id-a", "id-b", "id-c")
	deaf := &fake{}
	o := options()
	o.Read = (&reader{live: l.rows}).read
	r := mustRun(t, plan(ordering([]string{"a", "b", "c"}, []string{"c", "a", "b"}, map[string]bool{"a": true, "b": true})...), deaf, o)
	same(t, "status", statuses(r), []string{"auto_accesses/c: kept"})
	same(t, "what it kept", r.Results[0].Kept, []diff.FieldChange{{Path: "position", Before: "", After: "id-a"}})
}
