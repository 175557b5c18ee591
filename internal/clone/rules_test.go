package clone_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/clone"
)

// rules writes rules in order: each is a name, or name:part for the part of the
// page's address that it is about.
func rules(names string) string {
	out := "auto_accesses:\n"
	if names == "" {
		return "auto_accesses: []\n"
	}
	for _, name := range strings.Fields(names) {
		name, about, has := strings.Cut(name, ":")
		if !has {
			about = "/" + name
		}
		out += "- {id: id-" + name + ", description: " + name + ", access: {groups: [0]}, conditions: {url: {values: [{value: \"" + about + "\"}]}}}\n"
	}
	return out
}

func TestRules(t *testing.T) {
	const general = "groups: [{id: 0, name: General}]\n"
	for _, tt := range []struct {
		why, source, target string
		prune               bool
		changes, questions  []string // changes without what is written
	}{
		{why: "onto a license without rules", source: "a b", target: "",
			changes: []string{"create auto_accesses/a before b", "create auto_accesses/b before "}},
		{why: "behind its predecessor", source: "a new b", target: "x a y b z",
			changes: []string{"create auto_accesses/new before id-y"}},
		{why: "before its successor, if it is the first", source: "new a", target: "x a y",
			changes: []string{"create auto_accesses/new before id-a"}},
		{why: "before a catch-all, if it has no neighbours", source: "new more", target: "x all:/",
			changes: []string{"create auto_accesses/new before more", "create auto_accesses/more before id-all"}},
		{why: "at the end, if there is none", source: "new", target: "x y",
			changes: []string{"create auto_accesses/new before "}},
		{why: "moved as the source has it, around the target's own", source: "b a", target: "x a y b z",
			changes: []string{"update auto_accesses/b position=2 before id-a"}},
		{why: "in order already", source: "a b", target: "x a y b z"},
		{why: "the source's catch-all in front of the target's own", source: "a mine:/", target: "x theirs:http",
			changes:   []string{"create auto_accesses/a before mine", "create auto_accesses/mine before id-theirs"},
			questions: []string{`auto_accesses/mine: it matches everything that the later auto access "theirs" of the target matches`}},
		{why: "behind a catch-all of the target, as its predecessor is", source: "a new", target: "all:/ a",
			changes:   []string{"create auto_accesses/new before "},
			questions: []string{`auto_accesses/new: the earlier auto access "all" of the target matches everything that it matches`}},
		{why: "the target's own go", source: "a b", target: "x a y", prune: true,
			changes: []string{"create auto_accesses/b before ", "delete auto_accesses/x", "delete auto_accesses/y"}},
		{why: "one that is about less than the target's own is about", source: "a/b new", target: "a/b a",
			changes: []string{"create auto_accesses/new before id-a"}},
	} {
		t.Run(tt.why, func(t *testing.T) {
			got := try(t, general+rules(tt.source), general+rules(tt.target), "", clone.Options{Prune: tt.prune})
			for i, ch := range got.Changes {
				action, rest, _ := strings.Cut(ch, " {")
				if _, move, has := strings.Cut(rest, " before "); has {
					action += " before " + move
				}
				got.Changes[i] = action
			}
			if d := cmp.Diff(outcome{Changes: tt.changes, Questions: tt.questions}, got); d != "" {
				t.Error(d)
			}
		})
	}
}
