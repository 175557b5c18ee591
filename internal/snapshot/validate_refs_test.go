package snapshot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What rows say of each other.
func TestValidateReferences(t *testing.T) {
	for _, tt := range []invalid{
		{name: "group references", reason: "by id, by name, ambiguous, unknown", text: header + `groups:
  - {id: 1, name: One}
  - {id: 2, name: Two}
  - {id: 3, name: Two}
agents:
  - id: a@b.c
    name: A
    groups:
      - {id: 1, priority: first}
      - {name: One, priority: last}
      - {id: Two, priority: last}
      - {id: "2", priority: last}
      - {id: Onee, priority: last}
      - {id: 9, priority: last}
      - {id: 3}
tags:
  - {name: t, group_ids: [1, 7]}
`, want: []string{
			`f:6:19: warning: another group "Two" is on line 5: matching by name is ambiguous [groups[2].name] (rename one if you compare snapshots of other licenses with this one)`,
			`f:12:9: error: groups has One twice, once as 1, with different values [agents[0].groups[1]] (keep one of them)`,
			`f:13:14: error: "Two" matches more than one group in this file [agents[0].groups[2].id] (use the id, or rename one of them)`,
			`f:14:14: error: there is no group "2" in this file [agents[0].groups[3].id] (a number in quotes is a name: remove the quotes to refer to the id)`,
			`f:15:14: error: there is no group "Onee" in this file [agents[0].groups[4].id] (did you mean One?)`,
			`f:16:14: refused: there is no group 9 in this file [agents[0].groups[5].id] (correct the reference, or add it to groups)`,
			`f:17:9: refused: priority is missing [agents[0].groups[6].priority] (add priority)`,
			`f:19:30: refused: there is no group 7 in this file [tags[0].group_ids[1]] (correct the reference, or add it to groups)`,
		}},
		{name: "references without the kind", reason: "cannot be told", text: header + `agents:
  - {id: a@b.c, name: A, groups: [{id: 9, priority: first}]}
`},
		{name: "references in an incomplete file", reason: "may be in what is missing", text: header + `incomplete:
  - {kind: groups, reason: r, partial: true}
groups: []
tags:
  - {name: t, group_ids: [1]}
`, want: []string{
			`f:7:27: warning: there is no group 1 in this file (the file is incomplete) [tags[0].group_ids[0]] (check the reference, or export the license again)`,
		}},
		{name: "identities", reason: "what cannot be told apart", text: header + `groups:
  - {id: 1, name: One}
  - {id: 1, name: Two}
agents:
  - {id: a@b.c, name: A}
  - {id: a@b.c, name: A}
tags:
  - {name: Sale}
  - {name: sale}
bots:
  - {id: x, name: B}
  - {id: y, name: B}
auto_accesses:
  - {id: r, access: {groups: [1]}, conditions: {url: {values: [{value: a}]}}}
  - {id: s, access: {groups: []}, conditions: {url: {values: [{value: a}]}}}
`, want: []string{
			`f:5:10: error: the id 1 is given twice: already on line 4 [groups[1].id] (remove one of the two)`,
			`f:8:10: error: agent "a@b.c" is given twice: already on line 7 [agents[1].id] (remove one of the two)`,
			`f:11:12: refused: tag "sale" is the same as line 10 apart from upper and lower case: the server treats them as one [tags[1].name] (rename or remove one of the two)`,
			`f:14:19: warning: another bot "B" is on line 13: matching by name is ambiguous [bots[1].name] (rename one if you compare snapshots of other licenses with this one)`,
			`f:16:5: warning: the auto access on line 17 never matches: this one matches first [auto_accesses[0]] (move that one up, or narrow the conditions)`,
			`f:17:22: warning: groups is empty [auto_accesses[1].access.groups] (add one)`,
		}},
		{name: "new group", reason: "needs an agent, at whatever priority", text: header + `groups:
  - {name: A}
  - {name: B}
  - {name: C, agent_priorities: {x@b.c: normal}}
  - {name: D, agent_priorities: {x@b.c: first}}
  - {name: E}
  - {name: F, agent_priorities: {}}
agents:
  - {id: a@b.c, name: A, groups: [{id: A, priority: normal}, {id: B, priority: last}]}
  - {id: x@b.c, name: X}
`, want: []string{
			`f:8:5: refused: new group "E" has no agent [groups[4]] (list it in groups of an agent in this file, or write agent_priorities; if the group exists, write its id)`,
			`f:9:5: refused: new group "F" has no agent [groups[5]] (list it in groups of an agent in this file, or write agent_priorities; if the group exists, write its id)`,
		}},
		{name: "new group of bots", reason: "a bot does not count", text: header + `groups:
  - {name: A}
bots:
  - {id: b, name: B, groups: [{id: A, priority: normal}]}
`, want: []string{
			`f:4:5: refused: new group "A" has no agent [groups[0]] (list it in groups of an agent in this file, or write agent_priorities; if the group exists, write its id)`,
		}},
		{name: "contradicting members", reason: "all three ways", text: header + `groups:
  - {id: 1, name: A, agent_priorities: {a@b.c: normal, b@b.c: first, c@b.c: last, x@b.c: last}}
agents:
  - {id: a@b.c, name: A, groups: [{id: 1, priority: normal}]}
  - {id: b@b.c, name: B, groups: [{id: A, priority: last}]}
  - {id: c@b.c, name: C, groups: []}
  - {id: d@b.c, name: D, groups: [{id: 1, priority: normal}]}
`, want: []string{
			`f:4:22: error: d@b.c is a member of group "A" by its own groups, but agent_priorities does not list it [groups[0].agent_priorities] (state it in one place only)`,
			`f:4:63: error: priority of b@b.c: "first" here, but "last" in its own groups [groups[0].agent_priorities.b@b.c] (state it in one place only)`,
			`f:4:77: error: c@b.c is a member of group "A" here, but its own groups do not list it [groups[0].agent_priorities.c@b.c] (state it in one place only)`,
		}},
		{name: "client ids", reason: "what a file covers", text: header + `license: {client_ids: [c]}
webhooks_state:
  - {owner_client_id: d, license_webhooks_enabled: true}
  - {owner_client_id: c, license_webhooks_enabled: true}
bots:
  - {id: b, name: of somebody else, owner_client_id: e}
`, want: []string{
			`f:5:23: warning: the client id "d" is not in license.client_ids [webhooks_state[0].owner_client_id] (add it there to include its objects)`,
		}},
		{name: "one group by number and by name", reason: "the same object: twice the same says nothing more, but it may not disagree", text: header + `groups:
  - {id: 3, name: Support}
agents:
  - {id: a@b.c, name: A, groups: [{id: 3, priority: first}, {name: Support, priority: first}]}
  - {id: b@b.c, name: B, groups: [{id: 3, priority: first}, {id: 3, priority: first}]}
`, want: []string{
			`f:6:61: warning: groups has Support twice, once as 3 [agents[0].groups[1]] (keep one of them)`,
			`f:7:61: refused: groups has 3 twice [agents[1].groups[1]] (keep one of them)`,
		}},
		{name: "one group's values by number and by name", reason: "one item says enough, and two may not disagree", text: header + `groups:
  - {id: 3, name: Support}
group_properties:
  - id: 3
    properties: {c: {p: 1, q: 1}}
  - name: Support
    properties: {c: {p: 1, q: 2}}
`, want: []string{
			`f:9:25: warning: group property "Support/c/p" is given twice, by number and by name: already on line 7 [group_properties[1].properties.c.p] (remove one of the two)`,
			`f:9:31: error: group property "Support/c/q" is given twice, by number and by name: already on line 7, with different values [group_properties[1].properties.c.q] (remove one of the two)`,
		}},
		{name: "one group with its id and without", reason: "would be made twice", text: header + `groups:
  - {id: 3, name: Support}
  - {name: Support, agent_priorities: {a@b.c: normal}}
`, want: []string{
			`f:4:19: error: group "Support" is given twice, with and without id: already on line 5 [groups[0].name] (remove one of the two)`,
		}},
	} {
		tt.run(t)
	}
}

// What Decode has refused is not missed once more, be it a name in the place of
// a number.
func TestRefusedIsNotMissing(t *testing.T) {
	for _, member := range []string{"id: [1]", "id: null", "name: [VIP]", `name: ""`} {
		doc, findings := Decode([]byte(header+"agents:\n  - id: a@b.c\n    name: A\n    groups: [{"+member+", priority: normal}]\n"), "f")
		if findings.Errors() != 1 && member != "id: [1]" {
			t.Errorf("%s: %v", member, findings)
		}
		for _, f := range doc.Validate() {
			if f.Message == "id is missing" {
				t.Errorf("%s: %s", member, f)
			}
		}
	}
}

// However many references are misspelt, what it costs to say so does not grow
// with their number times that of the names they might mean.
func TestManyMisspeltReferences(t *testing.T) {
	text := header + "groups:\n"
	for i := range 500 {
		text += fmt.Sprintf("  - {id: %d, name: Group number %d}\n", i, i)
	}
	text += "agents:\n"
	for i := range 300 {
		text += fmt.Sprintf("  - {id: a%d@b.c, name: A, groups: [{id: Gruop number %d, priority: normal}]}\n", i, i)
	}
	doc, findings := Decode([]byte(text), "f")
	if findings != nil {
		t.Fatal(findings)
	}
	hints := map[string]int{}
	for _, f := range doc.Validate() {
		hint, _, _ := strings.Cut(f.Hint, " Group number")
		hints[hint]++
	}
	want := map[string]int{"did you mean": 100, "correct the reference, or add it to groups": 200}
	if diff := cmp.Diff(want, hints); diff != "" {
		t.Error(diff)
	}
}
