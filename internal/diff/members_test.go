package diff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

func TestMemberships(t *testing.T) {
	const (
		groups = `"groups":[{"id":0,"name":"General"},{"id":3,"name":"Sales"}]`
		live   = `{` + groups + `,"agents":[
			{"id":"a@x.y","name":"A","groups":[{"id":0,"priority":"normal"},{"id":3,"priority":"first"}]},
			{"id":"b@x.y","name":"B","groups":[{"id":0,"priority":"normal"}]}],
			"bots":[{"id":"bot","name":"Bot","groups":[{"id":3,"priority":"last"}]}]}`
		deleted = `{` + groups + `,"agents":[{"id":"a@x.y","name":"A","groups":[{"id":3,"priority":"first"},{"id":77,"priority":"normal"}]}]`
	)
	runCases(t, []planCase{
		{"in groups the file does not know they stay", live, `{"groups":[{"id":3,"name":"Sales"}],"agents":[{"id":"a@x.y","groups":[{"id":3,"priority":"last"}]},{"id":"b@x.y","groups":[]}]}`, Options{},
			[]string{"update agents/a@x.y groups[3].priority", "unmanaged groups/General"}},
		{"unless pruned", live, `{"groups":[{"id":3,"name":"Sales"}],"agents":[{"id":"a@x.y","groups":[{"id":3,"priority":"first"}]},{"id":"b@x.y","groups":null}]}`, Options{Prune: true},
			[]string{"update agents/a@x.y groups[0]", "update agents/b@x.y groups[0]", "unmanaged groups/General"}},
		{"in groups the file knows they go", live, `{` + groups + `,"agents":[{"id":"a@x.y","groups":[{"id":0,"priority":"normal"}]},{"id":"b@x.y","groups":[]}]}`, Options{},
			[]string{"update agents/a@x.y groups[3]", "update agents/b@x.y groups[0]"}},
		{"the same with the groups left out of the comparison", live, `{"groups":[{"id":3,"name":"Sales"}],"agents":[{"id":"a@x.y","groups":[]},{"id":"b@x.y"}]}`, Options{Only: []string{"agents"}},
			[]string{"update agents/a@x.y groups[3]"}},
		{"a file without groups says all in the lists", live, `{"agents":[{"id":"a@x.y","groups":[]},{"id":"b@x.y"}]}`, Options{},
			[]string{"update agents/a@x.y groups[0] groups[3]"}},
		{"a new group of the name of an id", live, `{"groups":[{"id":3,"name":"Sales"},{"name":"0"}],"agents":[{"id":"a@x.y","groups":[{"id":3,"priority":"first"},{"id":"0","priority":"normal"}]},{"id":"b@x.y"}]}`, Options{},
			[]string{"create groups/0", "update agents/a@x.y groups[0] waits:groups/0", "unmanaged groups/General"}},

		{"in a deleted group they do not stay", deleted + `}`, `{` + groups + `,"agents":[{"id":"a@x.y","groups":[{"id":3,"priority":"first"}]}]}`, Options{},
			[]string{"update agents/a@x.y groups[77]"}},
		{"unless not all groups could be read", deleted + `,"gaps":[{"kind":"groups","partial":true}]}`, `{` + groups + `,"agents":[{"id":"a@x.y","groups":[{"id":3,"priority":"first"}]}]}`, Options{}, nil},
		{"nor if a group's own list changes them", deleted + `}`, `{` + groups[:len(groups)-1] + `,{"name":"New","agent_priorities":{"a@x.y":"normal"}}],"agents":[{"id":"a@x.y"}]}`, Options{},
			[]string{"create groups/New", "update agents/a@x.y groups[New] groups[77] waits:groups/New"}},
		{"a file that has them too", deleted + `}`, deleted + `}`, Options{}, nil},
		{"a group's own list claims that group alone", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"b@x.y":"normal"}}],"agents":[{"id":"a@x.y"},{"id":"b@x.y"}]}`, Options{},
			[]string{"update agents/a@x.y groups[3]", "update agents/b@x.y groups[3]", "unmanaged groups/General"}},
		{"of agents that the file does not have too", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"b@x.y":"normal"}}]}`, Options{},
			[]string{"update agents/a@x.y groups[3]", "update agents/b@x.y groups[3]", "unmanaged groups/General"}},
		{"which are not deleted for that", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"b@x.y":"normal"}}]}`, Options{Prune: true, Self: "c@x.y"},
			[]string{"update agents/a@x.y groups[3]", "update agents/b@x.y groups[3]", "unmanaged groups/General"}},
		{"agents that are pruned take their memberships along", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"b@x.y":"normal"}}],"agents":[]}`, Options{Prune: true, Self: "c@x.y"},
			[]string{"update agents/b@x.y groups[3]", "delete agents/a@x.y", "unmanaged groups/General", "unmanaged agents/b@x.y"}},
		{"and are listed if not pruned", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first"}}],"agents":[]}`, Options{},
			[]string{"unmanaged groups/General", "unmanaged agents/a@x.y", "unmanaged agents/b@x.y"}},
		{"a group that says the same", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first"}}],"agents":[{"id":"a@x.y"},{"id":"b@x.y"}]}`, Options{}, []string{"unmanaged groups/General"}},
		{"bots are not thrown out, but can be named", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first","bot":"first"}}],"bots":[{"id":"bot","name":"Bot"}]}`, Options{},
			[]string{"update bots/Bot groups[3].priority", "unmanaged groups/General"}},
		{"a bot by its name", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first","Bot":"first"}}],"bots":[{"id":"bot","name":"Bot"}]}`, Options{},
			[]string{"update bots/Bot groups[3].priority", "unmanaged groups/General"}},
		{"a bot that is new, by its name", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first","Aide":"first"}}],"bots":[{"name":"Aide"}]}`, Options{},
			[]string{"create bots/Aide", "unmanaged groups/General", "unmanaged bots/Bot"}},
		{"an unknown member", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first","nobody@x.y":"first"}}]}`, Options{},
			[]string{"unmanaged groups/General", "skip groups/Sales: agent_priorities names nobody@x.y, which is neither in the file nor in the license"}},
		{"a member's own list counts", live, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first"}}],"agents":[{"id":"a@x.y"},{"id":"b@x.y","groups":[{"id":3,"priority":"normal"}]}]}`, Options{},
			[]string{"update agents/b@x.y groups[3]", "unmanaged groups/General"}},
		{"agents that cannot be read", `{` + groups + `,"gaps":[{"kind":"agents"}]}`, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"a@x.y":"first"}}],"agents":[{"id":"a@x.y","name":"A"}]}`, Options{},
			[]string{"unmanaged groups/General", "skip agents: could not be read: refused"}},
	})
}

func TestNewGroups(t *testing.T) {
	const live = `{"groups":[],"agents":[{"id":"a@x.y","name":"A"}],"bots":[]}`
	for _, c := range []struct {
		reason, want string
		o            Options
		members      string
		lines        []string
	}{
		{"made with its members, and after those that are new", `{"groups":[{"name":"G"}],"agents":[{"id":"a@x.y","groups":[{"id":"G","priority":"normal"}]},{"id":"n@x.y","name":"N","groups":[{"id":"G","priority":"first"}]}]}`, Options{},
			`{"a@x.y":"normal","n@x.y":"first"}`, []string{"create groups/G waits:agents/n@x.y", "update agents/a@x.y groups[G] waits:groups/G", "create agents/n@x.y"}},
		{"nobody at normal: a first stands in", `{"groups":[{"name":"G"}],"agents":[{"id":"a@x.y","groups":[{"id":"G","priority":"last"}]},
				{"id":"c@x.y","name":"C","groups":[{"id":"G","priority":"first"}]},{"id":"b@x.y","name":"B","groups":[{"id":"G","priority":"first"}]},
				{"id":"0@x.y","name":"0","groups":[{"id":"G","priority":"supervisor"}]}]}`, Options{},
			`{"a@x.y":"last","c@x.y":"first","b@x.y":"first","0@x.y":"supervisor"}`, []string{
				"create groups/G (created with b@x.y at priority normal, set to first in the next call) waits:agents/0@x.y,agents/b@x.y,agents/c@x.y",
				"update agents/a@x.y groups[G] waits:groups/G", "create agents/c@x.y", "create agents/b@x.y", "create agents/0@x.y"}},
		{"nobody at normal or first: a last stands in", `{"groups":[{"name":"G","agent_priorities":{"a@x.y":"last"}}]}`, Options{},
			`{"a@x.y":"last"}`, []string{"create groups/G (created with a@x.y at priority normal, set to last in the next call)", "update agents/a@x.y groups[G] waits:groups/G"}},
		{"a supervisor stands in only where there is nobody else", `{"groups":[{"name":"G","agent_priorities":{"a@x.y":"supervisor"}}]}`, Options{Only: []string{"groups"}},
			`{"a@x.y":"supervisor"}`, []string{"create groups/G (created with a@x.y at priority normal, set to supervisor in the next call)"}},
		{"a group without agents is blocked, and what needs it says no more than that", `{"groups":[{"name":"G"}],"agents":[],"bots":[{"name":"B","groups":[{"id":"G","priority":"normal"}]}]}`, Options{},
			`{}`, []string{"create groups/G BLOCKED the API creates a group only with an agent at priority normal; G has none",
				"create bots/B needs:groups/G BLOCKED needs groups/G, which is blocked", "unmanaged agents/a@x.y"}},
		{"a bot needs its group", `{"groups":[{"name":"G"}],"agents":[{"id":"a@x.y","groups":[{"id":"G","priority":"normal"}]}],"bots":[{"name":"B","groups":[{"id":"G","priority":"first"}]}]}`, Options{},
			`{"a@x.y":"normal"}`, []string{"create groups/G", "update agents/a@x.y groups[G] waits:groups/G", "create bots/B needs:groups/G"}},
		{"members that it names itself", `{"groups":[{"name":"G","agent_priorities":{"a@x.y":"normal"}}]}`, Options{},
			`{"a@x.y":"normal"}`, []string{"create groups/G", "update agents/a@x.y groups[G] waits:groups/G"}},
		{"the same with agents left out of the comparison", `{"groups":[{"name":"G","agent_priorities":{"a@x.y":"normal"}}]}`, Options{Only: []string{"groups"}},
			`{"a@x.y":"normal"}`, []string{"create groups/G"}},
		{"without those that are not invited", `{` + otherLicense + `"groups":[{"id":9,"name":"G"}],"agents":[{"id":"a@x.y","groups":[{"id":9,"priority":"normal"}]},{"id":"n@x.y","name":"N","groups":[{"id":9,"priority":"first"}]}]}`, Options{},
			`{"a@x.y":"normal"}`, []string{"create groups/G", "update agents/a@x.y groups[G] waits:groups/G", "create agents/n@x.y BLOCKED pass --create-agents to invite people to another license", byNameNote}},
		{"nobody of it is invited", `{` + otherLicense + `"groups":[{"id":9,"name":"G"}],"agents":[{"id":"n@x.y","name":"N","groups":[{"id":9,"priority":"normal"}]}]}`, Options{},
			`{}`, []string{"create groups/G needs:agents/n@x.y BLOCKED the API creates a group only with an agent at priority normal; G has none, because agents/n@x.y is blocked", "create agents/n@x.y BLOCKED pass --create-agents to invite people to another license", "unmanaged agents/a@x.y", byNameNote}},
	} {
		runCases(t, []planCase{{c.reason, live, c.want, c.o, c.lines}})
		p, err := Compute(parseLicense(t, live), parseLicense(t, c.want), c.o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.members, resource.JSON(change(p, "groups/G").After.Get("agent_priorities"))); d != "" {
			t.Errorf("%s: members (-want +got):\n%s", c.reason, d)
		}
	}
}

// TestDeadMembershipsAreNotSent: what cannot be made leaves the rest of a
// change as it is.
func TestDeadMembershipsAreNotSent(t *testing.T) {
	long := strings.Repeat("x", 181) // a name that the API refuses
	p, err := Compute(parseLicense(t, `{"groups":[{"id":3,"name":"S"}],"agents":[{"id":"a@x.y","name":"A"}]}`),
		parseLicense(t, `{"groups":[{"id":3,"name":"S"},{"name":"`+long+`"}],"agents":[{"id":"a@x.y","groups":[{"id":"`+long+`","priority":"normal"},{"id":3,"priority":"first"}]}]}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ch := change(p, "agents/a@x.y")
	if got := resource.JSON(ch.After.Get("groups")); got != `[{"id":3,"priority":"first"}]` || len(ch.Fields) != 1 || ch.Blocked != "" || len(p.Skipped) != 1 {
		t.Errorf("groups %s, %q", got, lines(p))
	}
}
