package diff

import (
	"strings"
	"testing"
)

// TestNobodyIsInvitedWithLess: what a new object refers to and cannot be found
// or made blocks it, memberships included; members of a new group do not block
// the group.
func TestNobodyIsInvitedWithLess(t *testing.T) {
	const live = `{"groups":[{"id":3,"name":"Sales"}],"agents":[{"id":"a@x.y","name":"A"}],"bots":[]}`
	newcomer := func(groups, more string) string {
		return `{` + more + `"agents":[{"id":"a@x.y"},{"id":"n@x.y","name":"N","groups":[` + groups + `]}]}`
	}
	const normalIn3, normalIn9 = `{"id":3,"priority":"normal"}`, `{"id":9,"priority":"normal"}`
	const normalInSails = `{"id":"Sails","priority":"normal"}`
	long := strings.Repeat("x", 181) // a name that the API refuses
	const normalInNew = `{"id":"New","priority":"normal"}`
	runCases(t, []planCase{
		{"a group that there is", live, newcomer(normalIn3, ""), Options{}, []string{"create agents/n@x.y"}},
		{"a name of no group", live, newcomer(normalIn3+`,`+normalInSails, ""), Options{},
			[]string{"create agents/n@x.y BLOCKED groups: neither the file nor the license has the group Sails"}},
		{"an id of no group", live, newcomer(normalIn9, ""), Options{},
			[]string{"create agents/n@x.y BLOCKED groups: neither the file nor the license has the group 9"}},
		{"an id of another license", live, newcomer(normalIn3, otherLicense), Options{CreateAgents: true},
			[]string{"create agents/n@x.y BLOCKED groups: group 3 is not in the file, and ids of another license are not valid here", byNameNote}},
		{"a name, where groups could not be read", `{"gaps":[{"kind":"groups"}],"agents":[{"id":"a@x.y","name":"A"}]}`, newcomer(normalInSails, ""), Options{},
			[]string{"create agents/n@x.y BLOCKED groups: groups could not be read, so group Sails cannot be found"}},
		{"a new group, where groups could not be read", `{"gaps":[{"kind":"groups"}],"agents":[{"id":"a@x.y","name":"A"}]}`, newcomer(normalInNew, `"groups":[{"name":"New"}],`), Options{},
			[]string{"create agents/n@x.y BLOCKED groups: groups could not be read, so group New cannot be found", "skip groups: could not be read: refused"}},
		{"a new group that is not to be made", live, newcomer(normalInNew, `"groups":[{"id":3,"name":"Sales"},{"name":"New"}],`), Options{Only: []string{"agents"}},
			[]string{"create agents/n@x.y BLOCKED groups: the license has no group New, and this plan leaves out groups; add --only groups/New"}},
		{"a new bot", live, `{"bots":[{"name":"B","groups":[` + normalIn9 + `]}]}`, Options{},
			[]string{"create bots/B BLOCKED groups: neither the file nor the license has the group 9"}},
		{"who is there already keeps what is there", live, `{"agents":[{"id":"a@x.y","groups":[` + normalIn9 + `]}]}`, Options{},
			[]string{"update agents/a@x.y groups[9] BLOCKED groups: neither the file nor the license has the group 9"}},
		{"a new group that cannot be made", live, newcomer(`{"id":"`+long+`","priority":"last"}`, `"groups":[{"id":3,"name":"Sales"},{"name":"`+long+`"}],`), Options{},
			[]string{"create groups/" + long + " (created with…", "create agents/n@x.y BLOCKED groups: needs groups/" + long + ", which is blocked"}},
		{"and so on to groups that need those who are not invited", live,
			newcomer(`{"id":"`+long+`","priority":"last"},{"id":"Two","priority":"normal"}`, `"groups":[{"id":3,"name":"Sales"},{"name":"`+long+`"},{"name":"Two"}],`), Options{},
			[]string{"create groups/" + long + " …", "create groups/Two needs:agents/n@x.y BLOCKED the API creates a group only with an agent…", "create agents/n@x.y BLOCKED groups: needs groups/" + long + ", which is blocked"}},
		{"a new group does without members who are not invited", live,
			`{"groups":[{"id":3,"name":"Sales"},{"name":"New"}],"agents":[{"id":"a@x.y","groups":[` + normalInNew + `]},{"id":"n@x.y","name":"N","groups":[` + normalIn9 + `,` + normalInNew + `]}]}`, Options{},
			[]string{"create groups/New", "update agents/a@x.y groups[New] waits:groups/New", "create agents/n@x.y BLOCKED groups: neither the file nor the license has the group 9"}},
		{"a group that names the newcomer and could not be read", `{"gaps":[{"kind":"groups"}],"agents":[]}`, `{"groups":[{"id":3,"name":"Sales","agent_priorities":{"n@x.y":"first"}}],"agents":[{"id":"n@x.y","name":"N"},{"id":"m@x.y","name":"M"}]}`, Options{},
			[]string{"create agents/n@x.y BLOCKED groups: agent_priorities of groups/Sales names it, but groups are not compared", "create agents/m@x.y",
				"skip groups: could not be read: refused"}},
	})
}
