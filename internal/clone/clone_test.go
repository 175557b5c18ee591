package clone_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/clone"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// license decodes the body of a snapshot.
func license(t *testing.T, name, body string) *resource.License {
	t.Helper()
	doc, findings := snapshot.Decode([]byte("lcsync: 1\napi_version: \"3.5\"\n"+body), name)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return doc.License
}

// outcome is what a mapping leads to, in lines.
type outcome struct{ Questions, Findings, Unmatched, Changes []string }

// try maps a source to a target and plans.
func try(t *testing.T, source, target, mapping string, o clone.Options) outcome {
	t.Helper()
	m, err := clone.ReadMapping("map.yaml", []byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	from, to := license(t, "source", source), license(t, "target", target)
	before := [2]string{encoded(t, from), encoded(t, to)}
	res := clone.Map(from, to, m, o)
	if d := cmp.Diff(before, [2]string{encoded(t, from), encoded(t, to)}); d != "" {
		t.Errorf("the licenses were changed: %s", d)
	}
	var out outcome
	for _, q := range res.Questions {
		out.Questions = append(out.Questions, q.String())
	}
	for _, f := range res.Findings {
		out.Findings = append(out.Findings, string(f.Level)+" "+f.String())
	}
	for _, s := range res.Skipped {
		out.Findings = append(out.Findings, "skipped "+s.Kind+"/"+s.Key+": "+s.Reason)
	}
	for _, u := range res.Unmatched {
		out.Unmatched = append(out.Unmatched, u.String()+"; "+u.Hint)
	}
	if res.Questions != nil {
		return out
	}
	plan, err := diff.Compute(to, res.Wanted, diff.Options{Match: diff.Mapped, CreateAgents: true, Prune: o.Prune, Self: "nobody", AllowApplication: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, ch := range plan.Changes {
		out.Changes = append(out.Changes, change(ch))
	}
	for _, s := range plan.Skipped {
		out.Findings = append(out.Findings, "plan skipped "+s.Kind+"/"+s.Key+": "+s.Reason)
	}
	for _, q := range clone.Shadowed(plan, to) {
		out.Questions = append(out.Questions, q.String())
	}
	return out
}

func encoded(t *testing.T, l *resource.License) string {
	t.Helper()
	var b strings.Builder
	if err := snapshot.Encode(&b, l, snapshot.EncodeOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// change is a change as one line: what it does, and what it writes.
func change(ch *diff.Change) string {
	text := string(ch.Action) + " " + ch.ID
	switch {
	case ch.Blocked != "":
		return text + " blocked: " + ch.Blocked
	case ch.Action == diff.Create:
		text += " " + resource.JSON(ch.After)
	}
	for _, f := range ch.Fields {
		text += fmt.Sprintf(" %s=%s", f.Path, resource.JSON(f.After))
	}
	if ch.Move != nil {
		text += " before " + resource.Text(ch.Move.Before)
	}
	return text
}

const (
	groups = "groups:\n- {id: 0, name: General}\n- {id: 5, name: Support}\n"
	owner  = "- {id: ann@a.example, name: Ann, role: owner}\n"
	empty  = "license: {owner: zoe@b.example}\ngroups: [{id: 0, name: Allgemein}]\nagents: [{id: zoe@b.example, name: Zoe, role: owner}]\n"
)

func TestGroups(t *testing.T) {
	for _, tt := range []struct {
		why, source, target, mapping string
		o                            clone.Options
		want                         outcome
	}{
		{
			why:    "group 0 is group 0, ids mean nothing else, and new groups come with their members",
			source: groups + "agents:\n- {id: zoe@b.example, name: Zoe, groups: [{id: 0, priority: normal}, {id: 5, priority: last}]}\ntags:\n- {name: a, group_ids: [0, 5]}\n",
			target: "groups:\n- {id: 0, name: Allgemein}\n- {id: 5, name: Other}\nagents: [{id: zoe@b.example, name: Zoe, role: owner}]\ntags: []\n",
			want: outcome{
				Findings: []string{`informs groups/General: group 0 is the same on every license: the target keeps its name "Allgemein"`},
				Changes: []string{
					`create groups/Support {"name":"Support","agent_priorities":{"zoe@b.example":"last"}}`,
					`update agents/zoe@b.example groups[Support]={"id":{"$ref":"groups/Support"},"priority":"last"}`,
					`create tags/a {"name":"a","group_ids":[0,{"$ref":"groups/Support"}]}`,
				},
			},
		},
		{
			why:     "a name of the mapping, the source's id and the target's id all name a group",
			source:  "groups:\n- {id: 5, name: Support}\n- {id: 7, name: Sales}\n- {id: 8, name: Shop}\ntags:\n- {name: a, group_ids: [5, 7, 8]}\n",
			target:  "groups:\n- {id: 11, name: Hilfe}\n- {id: 12, name: Verkauf}\n- {id: 13, name: Laden}\ntags: [{name: a, group_ids: [11]}]\n",
			mapping: "groups: {Support: Hilfe, 7: Verkauf, Shop: 13}\n",
			want:    outcome{Changes: []string{"update tags/a group_ids=[11,12,13]"}},
		},
		{
			why:    "a name that fits two groups of the target, and one that two groups of the source have",
			source: "groups:\n- {id: 5, name: Support}\n- {id: 7, name: Sales}\n- {id: 8, name: Sales}\n",
			target: "groups:\n- {id: 11, name: Support}\n- {id: 12, name: Support}\n- {id: 13, name: Sales}\n",
			want: outcome{Questions: []string{
				`groups/Support: the target has 2 groups called "Support": which is meant?`,
				`groups/Sales: "Sales" and "Sales" would both be "Sales" in the target: which is meant?`,
			}},
		},
		{
			why: "a group that is not cloned is left out of tags, and a rule with no other is not cloned",
			source: groups + "tags:\n- {name: a, group_ids: [0, 5]}\nauto_accesses:\n- {description: r, access: {groups: [5]}, conditions: {url: {values: [{value: /x}]}}}\n" +
				"group_properties: [{id: 5, properties: {chats: {queue.routing_priority: 2, manual_routing.override: 1}}}]\n",
			target:  empty + "tags: []\nauto_accesses: []\ngroup_properties: []\n",
			mapping: "groups: {Support: skip}\n",
			want: outcome{
				Findings: []string{
					`informs groups/General: group 0 is the same on every license: the target keeps its name "Allgemein"`,
					"informs tags/a: without group Support, which is not cloned",
					"warns auto_accesses/r: not cloned: everything in access.groups is left out: group Support",
					"informs group_properties of group Support: left out with it",
				},
				Changes: []string{`create tags/a {"name":"a","group_ids":[0]}`},
			},
		},
		{
			why:    "a new group without anybody",
			source: groups + "agents:\n" + owner + "- {id: ben@a.example, name: Ben, groups: [{id: 5, priority: first}]}\n",
			target: empty,
			want: outcome{
				Questions: []string{
					"agents/ben@a.example: the target has no agent ben@a.example",
					"groups/Support: none of the members of this new group will be in the target, and the API creates none without one",
				},
				Findings: []string{
					`informs groups/General: group 0 is the same on every license: the target keeps its name "Allgemein"`,
					"informs agents/ann@a.example: the source's owner is taken to be the target's, zoe@b.example, who keeps the role",
				},
			},
		},
		{
			why:    "members that a group states itself",
			source: "groups:\n- {name: New, agent_priorities: {zoe@b.example: first, ben@b.example: last}}\nagents:\n- {id: zoe@b.example, name: Zoe}\n- {id: ben@b.example, name: Ben}\n",
			target: empty, o: clone.Options{CreateAgents: true},
			want: outcome{Changes: []string{
				`create groups/New {"name":"New","agent_priorities":{"ben@b.example":"last","zoe@b.example":"first"}}`,
				`create agents/ben@b.example {"id":"ben@b.example","name":"Ben","groups":[{"id":{"$ref":"groups/New"},"priority":"last"}]}`,
				`update agents/zoe@b.example groups[New]={"id":{"$ref":"groups/New"},"priority":"first"}`,
			}},
		},
		{
			why:     "entries that are about nothing, and one that is nearly about something",
			source:  groups + "agents:\n" + owner,
			target:  empty,
			mapping: "groups: {Suport: A, Support: skip}\nagents: {\"*@c.example\": \"*@d.example\"}\ntags: {x: y}\n",
			want: outcome{
				Findings: []string{
					`informs groups/General: group 0 is the same on every license: the target keeps its name "Allgemein"`,
					"informs agents/ann@a.example: the source's owner is taken to be the target's, zoe@b.example, who keeps the role",
				},
				Unmatched: []string{
					`map.yaml:1:10: groups: "Suport" matches nothing in the source; did you mean "Support"?`,
					`map.yaml:2:10: agents: "*@c.example" matches nothing in the source; correct the entry, or remove it`,
				},
			},
		},
	} {
		t.Run(tt.why, func(t *testing.T) {
			if d := cmp.Diff(tt.want, try(t, tt.source, tt.target, tt.mapping, tt.o)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPeople(t *testing.T) {
	const two = "groups:\n- {id: 0, name: General}\n- {id: 5, name: Support}\n- {id: 7, name: Sales}\n"
	const target = "groups:\n- {id: 0, name: General}\n- {id: 9, name: Support}\nagents:\n- {id: zoe@b.example, name: Zoe, role: owner}\n" +
		"- {id: Ben@b.example, name: Benjamin, role: normal, groups: [{id: 9, priority: last}]}\n"
	const ben = "- {id: ben@a.example, name: Ben, role: administrator, groups: [{id: 5, priority: first}, {id: 7, priority: normal}]}\n"
	const owned = "informs agents/ann@a.example: the source's owner is taken to be the target's, zoe@b.example, who keeps the role"
	const mapped = "agents: {\"*@a.example\": \"*@b.example\"}\n"
	for _, tt := range []struct {
		why, source, target, mapping string
		o                            clone.Options
		want                         outcome
	}{
		{
			why:    "of an agent whom both have only memberships in new groups are written",
			source: two + "agents:\n" + owner + ben, target: target, mapping: mapped,
			want: outcome{Findings: []string{owned}, Changes: []string{
				`create groups/Sales {"name":"Sales","agent_priorities":{"Ben@b.example":"normal"}}`,
				`update agents/Ben@b.example groups[Sales]={"id":{"$ref":"groups/Sales"},"priority":"normal"}`,
			}},
		},
		{
			why:    "--update-agents writes the rest, but not the role",
			source: two + "agents:\n" + owner + ben, target: target, mapping: mapped, o: clone.Options{UpdateAgents: true},
			want: outcome{Findings: []string{owned}, Changes: []string{
				`create groups/Sales {"name":"Sales","agent_priorities":{"Ben@b.example":"normal"}}`,
				`update agents/Ben@b.example name="Ben" groups[9].priority="first" groups[Sales]={"id":{"$ref":"groups/Sales"},"priority":"normal"}`,
			}},
		},
		{
			why:    "--update-roles writes roles alone",
			source: two + "agents:\n" + owner + ben, target: target, mapping: mapped, o: clone.Options{UpdateRoles: true},
			want: outcome{Findings: []string{owned}, Changes: []string{
				`create groups/Sales {"name":"Sales","agent_priorities":{"Ben@b.example":"normal"}}`,
				`update agents/Ben@b.example role="administrator" groups[Sales]={"id":{"$ref":"groups/Sales"},"priority":"normal"}`,
			}},
		},
		{
			why:     "several agents become one, who gets the stronger priorities and nothing else",
			source:  two + "agents:\n" + owner + ben + "- {id: cem@a.example, name: Cem, groups: [{id: 7, priority: first}, {id: 5, priority: last}]}\n",
			target:  target,
			mapping: "agents: {ben@a.example: ben@b.example, cem@a.example: ben@b.example}\n", o: clone.Options{UpdateAgents: true, UpdateRoles: true},
			want: outcome{Findings: []string{owned}, Changes: []string{
				`create groups/Sales {"name":"Sales","agent_priorities":{"Ben@b.example":"first"}}`,
				`update agents/Ben@b.example groups[Sales]={"id":{"$ref":"groups/Sales"},"priority":"first"}`,
			}},
		},
		{
			why:     "several agents become one whom the target lacks",
			source:  two + "agents:\n" + owner + ben + "- {id: cem@a.example, name: Cem, groups: [{id: 7, priority: first}]}\n",
			target:  target,
			mapping: "agents: {ben@a.example: new@b.example, cem@a.example: new@b.example}\n", o: clone.Options{CreateAgents: true},
			want: outcome{Findings: []string{owned}, Questions: []string{"agents/ben@a.example: several agents map to new@b.example, whom the target lacks"}},
		},
		{
			why:    "nobody is invited without being asked for",
			source: two + "agents:\n" + owner + "- {id: dia@a.example, name: Dia, groups: [{id: 5, priority: first}]}\n", target: target,
			want: outcome{Findings: []string{owned}, Questions: []string{
				"agents/dia@a.example: the target has no agent dia@a.example",
				"groups/Sales: none of the members of this new group will be in the target, and the API creates none without one",
			}},
		},
		{
			why:    "new agents come with what the source has, but for the role of an owner",
			source: groups + "agents:\n" + owner + "- {id: dia@a.example, name: Dia, role: administrator, groups: [{id: 5, priority: first}]}\n", target: target,
			mapping: "agents: {ann@a.example: ann@b.example}\n", o: clone.Options{CreateAgents: true},
			want: outcome{Findings: []string{"informs agents/dia@a.example: is invited as administrator"}, Changes: []string{
				`create agents/ann@b.example {"id":"ann@b.example","name":"Ann"}`,
				`create agents/dia@a.example {"id":"dia@a.example","name":"Dia","role":"administrator","groups":[{"id":9,"priority":"first"}]}`,
			}},
		},
		{
			why:    "who is not cloned is left alone, and is left out of what refers to them",
			source: groups + "agents:\n" + owner + ben, target: target, mapping: "agents: {ben@a.example: skip}\n",
			want: outcome{Findings: []string{owned}},
		},
		{
			why:     "the source's owner, where the target's owner is somebody of the source",
			source:  groups + "agents:\n" + owner + "- {id: zoe@b.example, name: Zoe}\n",
			target:  target,
			mapping: "",
			want: outcome{Questions: []string{
				"agents/ann@a.example: the source's owner is unknown in the target, and the target's owner zoe@b.example is an agent of the source: who is the source's owner there?",
			}},
		},
		{
			why:     "an owner with an address of the mapping's own",
			source:  groups + "agents:\n" + owner + "- {id: zoe@b.example, name: Zoe}\n",
			target:  target,
			mapping: "agents: {ann@a.example: ben@b.example}\n", o: clone.Options{UpdateRoles: true},
			want: outcome{},
		},
		{
			why:    "people are pruned only with --prune-agents",
			source: groups + "agents:\n" + owner, target: target + "tags: []\n", o: clone.Options{Prune: true},
			want: outcome{Findings: []string{owned}},
		},
		{
			why:    "and then they are",
			source: groups + "agents:\n" + owner, target: target, o: clone.Options{Prune: true, PruneAgents: true},
			want: outcome{Findings: []string{owned}, Changes: []string{"delete agents/Ben@b.example"}},
		},
	} {
		t.Run(tt.why, func(t *testing.T) {
			if d := cmp.Diff(tt.want, try(t, tt.source, tt.target, tt.mapping, tt.o)); d != "" {
				t.Error(d)
			}
		})
	}
}
