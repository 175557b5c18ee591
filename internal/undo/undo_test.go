package undo

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// parse reads a license from JSON, rows by kind.
func parse(t *testing.T, text string) *resource.License {
	t.Helper()
	v, err := resource.ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	l := resourcetest.Empty()
	l.Unreadable = map[string][]string{}
	for name, v := range v.(*resource.Object).All() {
		rows, err := resource.ObjectsOf(v)
		if err != nil {
			t.Fatal(err)
		}
		k := resource.Lookup(name)
		for _, r := range rows {
			k.HideSecrets(r)
			k.Canonical(r)
		}
		l.SetRows(name, rows)
	}
	return l
}

const people = `"agents": [{"id": "owner@example.com", "name": "O", "role": "owner", "groups": [{"id": 0, "priority": "normal"}]},
	{"id": "a@example.com", "name": "A", "job_title": "Clerk", "groups": [{"id": 1, "priority": "normal"}, {"id": 2, "priority": "normal"}]}],
	"groups": [{"id": 0, "name": "General"}, {"id": 1, "name": "Sales"}, {"id": 2, "name": "Shoes", "language_code": "en"}]`

const rules = `"auto_accesses": [{"id": "r1", "description": "1", "access": {"groups": [1]}, "conditions": {"url": {"values": [{"value": "a"}]}}},
	{"id": "r2", "description": "2", "access": {"groups": [1]}, "conditions": {"url": {"values": [{"value": "b"}]}}},
	{"id": "r3", "description": "3", "access": {"groups": [1]}, "conditions": {"url": {"values": [{"value": "c"}]}}}]`

const hook = `{"id": "w1", "owner_client_id": "clientA", "action": "incoming_chat", "type": "license", "url": "https://a.example/1"}`

const definitionOf = `"properties": [{"name": "p", "owner_client_id": "clientA", "type": "int", "access": {"license": {"agent": ["read", "write"]}}}]`

// setField is somebody's edit since the run.
func setField(kind, key, field string, v resource.Value) func(*resource.License) {
	return func(l *resource.License) {
		for _, r := range l.Rows(kind) {
			if k := resource.Lookup(kind); k.KeyOf(r) == key {
				r.Set(field, v)
				k.Canonical(r)
			}
		}
	}
}

func addRow(kind string, row *resource.Object) func(*resource.License) {
	return func(l *resource.License) { l.Append(kind, row) }
}

var cases = []struct {
	name         string // and what it is for
	before, file string
	since        func(*resource.License)
	prune        bool
	grow         bool     // the run did not prune
	leave        []string // kinds that the run left out
	want         []string // changes of the undo
	skipped      []string
	lost         []string
}{
	{name: "an update is reverted",
		before: `{` + people + `}`, file: `{"agents": [{"id": "a@example.com", "name": "B"}]}`,
		want: []string{`agents/a@example.com update name: "B" -> "A"`}},
	{name: "a field that was absent is cleared",
		before: `{"agents": [{"id": "a@example.com", "name": "A"}]}`, file: `{"agents": [{"id": "a@example.com", "job_title": "Boss", "work_scheduler": {"schedule": [{"day": "monday", "start": "09:00", "end": "10:00"}]}}]}`,
		want: []string{`agents/a@example.com update job_title: "Boss" -> ""`, `agents/a@example.com update work_scheduler.schedule: [{"day":"monday","enabled":true,"start":"09:00","end":"10:0… -> []`}},
	{name: "a field without a value that could be given stays",
		before: `{"bots": [{"id": "b1", "name": "B", "owner_client_id": "clientA"}]}`, file: `{"bots": [{"id": "b1", "default_group_priority": "first"}]}`,
		skipped: []string{"bots/B: default_group_priority had no value, and it cannot be taken away again"}},
	{name: "a field that was changed since stays, its neighbour does not",
		before: `{` + people + `}`, file: `{"agents": [{"id": "a@example.com", "name": "B", "job_title": "Boss"}]}`,
		since:   setField("agents", "a@example.com", "name", "C"),
		want:    []string{`agents/a@example.com update job_title: "Boss" -> "Clerk"`},
		skipped: []string{"agents/a@example.com: name was changed since"}},
	{name: "a field that is back already is nothing to speak of",
		before: `{` + people + `}`, file: `{"agents": [{"id": "a@example.com", "name": "B"}]}`,
		since: setField("agents", "a@example.com", "name", "A")},
	{name: "what cannot be read cannot be reverted",
		before: `{` + people + `}`, file: `{"agents": [{"id": "a@example.com", "job_title": "Boss"}]}`,
		since:   func(l *resource.License) { l.Unreadable["agents"] = []string{"job_title"} },
		skipped: []string{"agents/a@example.com: job_title cannot be read, so that nobody knows whether it is as the run left it"}},
	{name: "what is gone is gone",
		before: `{"tags": [{"name": "t", "group_ids": [1]}], ` + people + `}`, file: `{"tags": [{"name": "t", "group_ids": []}]}`,
		since:   func(l *resource.License) { l.SetRows("tags", nil) },
		skipped: []string{"tags/t: it is gone"}},
	{name: "a kind that was not read is said once",
		before: `{"tags": [{"name": "t"}, {"name": "u"}], ` + people + `}`, file: `{"tags": [{"name": "t", "group_ids": [1]}, {"name": "u", "group_ids": [1]}]}`,
		since:   func(l *resource.License) { l.Remove("tags") },
		skipped: []string{"tags: the license's tags were not read"}},
	{name: "a membership goes although other groups have changes of their own",
		before: `{` + people + `}`, file: `{"groups": [{"id": 0}, {"id": 1}, {"id": 2, "name": "Boots"}], "agents": [{"id": "a@example.com", "groups": [{"id": 0, "priority": "last"}, {"id": 1, "priority": "normal"}, {"id": 2, "priority": "normal"}]}]}`,
		want: []string{`groups/Boots update name: "Boots" -> "Shoes"`, `agents/a@example.com update groups[0]: {"id":0,"priority":"last"} -> (none)`}},

	{name: "a created object stays without prune",
		before: `{"tags": [], ` + people + `}`, file: `{"tags": [{"name": "t"}]}`,
		skipped: []string{"tags/t: created by the run; --prune deletes it"}},
	{name: "a created object is deleted with prune",
		before: `{"tags": [], ` + people + `}`, file: `{"tags": [{"name": "t"}]}`, prune: true,
		want: []string{"tags/t delete"}},
	{name: "a created object that was changed since stays",
		before: `{"tags": [], ` + people + `}`, file: `{"tags": [{"name": "t", "group_ids": [1]}]}`, prune: true,
		since:   setField("tags", "t", "group_ids", resource.List{int64(2)}),
		skipped: []string{"tags/t: created by the run and changed since"}},
	{name: "a created group goes with the memberships that it came with",
		before: `{` + people + `}`, file: `{"groups": [{"name": "New", "agent_priorities": {"a@example.com": "normal"}}]}`, grow: true, prune: true,
		want: []string{"groups/New delete"}},
	{name: "a membership is reverted although the run deleted other groups of the list",
		before: `{` + people + `}`, file: `{"groups": [{"id": 0}, {"id": 1}, {"name": "New", "agent_priorities": {"a@example.com": "normal"}}]}`, prune: true,
		want: []string{"groups/Shoes create", "groups/New delete", `agents/a@example.com update groups[Shoes]: (none) -> {"id":{"$ref":"groups/Shoes"},"priority":"normal"}`},
		lost: []string{"groups/Shoes: the group's id and its link to past statistics are lost"}},
	{name: "a created group goes although the run wrote nothing to its members",
		before: `{` + people + `}`, file: `{"groups": [{"name": "New", "agent_priorities": {"a@example.com": "normal"}}]}`, prune: true, grow: true, leave: []string{"agents"},
		want: []string{"groups/New delete"}},
	{name: "a created group that somebody joined since stays",
		before: `{` + people + `}`, file: `{"groups": [{"name": "New", "agent_priorities": {"a@example.com": "normal"}}]}`, grow: true, prune: true,
		since:   setField("agents", "owner@example.com", "groups", resource.List{resource.Of("id", int64(10001), "priority", "first")}),
		want:    []string{`agents/a@example.com update groups[10001]: {"id":10001,"priority":"normal"} -> (none)`},
		skipped: []string{"groups/New: created by the run; agents/owner@example.com refers to it by now"}},
	{name: "a created definition with a value of somebody's stays",
		before: `{"properties": [], "license_properties": []}`, file: `{` + definitionOf + `}`, prune: true,
		since:   addRow("license_properties", resource.Of("namespace", "clientA", "name", "p", "value", int64(1))),
		skipped: []string{"properties/clientA/p: created by the run; license_properties/clientA/p was set since"}},
	{name: "a person's invitation went out",
		before: `{` + people + `}`, file: `{"agents": [{"id": "n@example.com", "name": "N"}]}`, grow: true, prune: true,
		want: []string{"agents/n@example.com delete"},
		lost: []string{"agents/n@example.com: an invitation that was sent cannot be withdrawn"}},

	{name: "a deleted group comes back with its members and all that referred to it",
		before: `{` + people + `, "tags": [{"name": "t", "group_ids": [1, 2]}], "auto_accesses": [], "properties": [], "group_properties": [{"group": 2, "namespace": "clientA", "name": "p", "value": 1}]}`,
		file:   `{"groups": [{"id": 0}, {"id": 1}]}`,
		want: []string{"groups/Shoes create", `agents/a@example.com update groups[Shoes]: (none) -> {"id":{"$ref":"groups/Shoes"},"priority":"normal"}`,
			`tags/t update group_ids: [1] -> [1,{"$ref":"groups/Shoes"}]`, "group_properties/Shoes/clientA/p create"},
		lost: []string{"groups/Shoes: the group's id and its link to past statistics are lost"}},
	{name: "values of a deleted group that were not read are named as lost",
		before: `{` + people + `, "properties": [], "group_properties": [{"group": 2, "namespace": "clientA", "name": "p", "value": 1}]}`,
		file:   `{"groups": [{"id": 0}, {"id": 1}]}`,
		since:  func(l *resource.License) { l.Remove("group_properties") },
		want:   []string{"groups/Shoes create", `agents/a@example.com update groups[Shoes]: (none) -> {"id":{"$ref":"groups/Shoes"},"priority":"normal"}`},
		lost:   []string{"group_properties/2/clientA/p: its value, as group_properties were not read", "groups/Shoes: the group's id and its link to past statistics are lost"}},
	{name: "what was changed since does not get its reference back",
		before:  `{` + people + `, "tags": [{"name": "t", "group_ids": [1, 2]}]}`,
		file:    `{"groups": [{"id": 0}, {"id": 1}]}`,
		since:   setField("tags", "t", "group_ids", resource.List{int64(0)}),
		want:    []string{"groups/Shoes create", `agents/a@example.com update groups[Shoes]: (none) -> {"id":{"$ref":"groups/Shoes"},"priority":"normal"}`},
		skipped: []string{"tags/t: group_ids was changed since, so that what the run took out of it is not put back"},
		lost:    []string{"groups/Shoes: the group's id and its link to past statistics are lost"}},
	{name: "a deleted object that is there again is not made twice",
		before: `{` + people + `}`, file: `{"groups": [{"id": 0}, {"id": 1}]}`,
		since:   addRow("groups", resource.Of("id", int64(7), "name", "Shoes", "language_code", "pl")),
		want:    []string{`agents/a@example.com update groups[7]: (none) -> {"id":7,"priority":"normal"}`},
		skipped: []string{"groups/Shoes: there is one of that name by now"}},
	{name: "a deleted tag of which there is another one by now",
		before: `{"tags": [{"name": "t", "group_ids": [1]}], ` + people + `}`, file: `{"tags": []}`,
		since:   addRow("tags", resource.Of("name", "t", "group_ids", resource.List{int64(2)})),
		skipped: []string{"tags/t: there is one of that name by now"}},
	{name: "a deleted webhook is not taken for another one of its action",
		before: `{"webhooks": [` + hook + `, {"id": "w2", "owner_client_id": "clientA", "action": "incoming_chat", "type": "license", "url": "https://a.example/2"}]}`,
		file:   `{"webhooks": [{"id": "w2", "owner_client_id": "clientA", "action": "incoming_chat", "type": "license", "url": "https://a.example/2"}]}`,
		want:   []string{"webhooks/clientA/incoming_chat/https://a.example/1 create"},
		lost: []string{"webhooks/clientA/incoming_chat/https://a.example/1: its id",
			"webhooks/clientA/incoming_chat/https://a.example/1: secret_key, unless it is supplied as webhooks/clientA/incoming_chat/586d4a69"}},

	{name: "a replaced object is replaced back",
		before: `{"webhooks": [` + hook + `]}`, file: `{"webhooks": [` + strings.Replace(hook, "/1", "/9", 1) + `]}`,
		want: []string{"webhooks/clientA/incoming_chat/https://a.example/9 replace url: \"https://a.example/9\" -> \"https://a.example/1\""},
		lost: []string{"webhooks/clientA/incoming_chat/https://a.example/1: its id",
			"webhooks/clientA/incoming_chat/https://a.example/1: secret_key, unless it is supplied as webhooks/clientA/incoming_chat/586d4a69"}},
	{name: "a replaced object that was replaced again stays",
		before: `{"webhooks": [` + hook + `]}`, file: `{"webhooks": [` + strings.Replace(hook, "/1", "/9", 1) + `]}`,
		since:   setField("webhooks", "clientA/incoming_chat/https://a.example/9", "url", "https://a.example/7"),
		skipped: []string{"webhooks/clientA/incoming_chat/https://a.example/1: it was changed since"}},
	{name: "a deleted webhook comes back although the run made another one into its like",
		before: `{"webhooks": [` + hook + `, {"id": "w2", "owner_client_id": "clientA", "action": "incoming_chat", "type": "bot", "url": "https://a.example/2"}]}`,
		file:   `{"webhooks": [{"id": "w2", "owner_client_id": "clientA", "action": "incoming_chat", "type": "bot", "url": "https://a.example/1"}]}`,
		want: []string{"webhooks/clientA/incoming_chat/https://a.example/1 create",
			"webhooks/clientA/incoming_chat/https://a.example/1#2 replace url: \"https://a.example/1\" -> \"https://a.example/2\""},
		lost: []string{"webhooks/clientA/incoming_chat/https://a.example/1: its id",
			"webhooks/clientA/incoming_chat/https://a.example/1: secret_key, unless it is supplied as webhooks/clientA/incoming_chat/586d4a69",
			"webhooks/clientA/incoming_chat/https://a.example/2: its id",
			"webhooks/clientA/incoming_chat/https://a.example/2: secret_key, unless it is supplied as webhooks/clientA/incoming_chat/7007deb7"}},
	{name: "values that did not fit the new definition come back with the old one",
		before: `{` + definitionOf + `, "license_properties": [{"namespace": "clientA", "name": "p", "value": 7}], "group_properties": []}`,
		file:   `{` + strings.Replace(definitionOf, `"int"`, `"bool"`, 1) + `}`,
		want:   []string{`properties/clientA/p replace type: "bool" -> "int"`, "license_properties/clientA/p create"},
		lost:   []string{"properties/clientA/p: the values of the property on every license are lost, including those of chats and threads"}},
	{name: "a value of the platform's that a group did not have stays, and is said to",
		before: `{` + people + `, "group_properties": []}`, file: `{"group_properties": [{"group": 1, "namespace": "chats", "name": "manual_routing.override", "value": 1}]}`, prune: true,
		skipped: []string{"group_properties/1/chats/manual_routing.override: it had no value, and it cannot be taken away again"}},
	{name: "a value of the platform's goes with the group that the run created",
		before: `{` + people + `, "group_properties": []}`, prune: true, grow: true,
		file: `{"groups": [{"name": "New", "agent_priorities": {"a@example.com": "normal"}}], "group_properties": [{"group": "New", "namespace": "chats", "name": "manual_routing.override", "value": 1}]}`,
		want: []string{"groups/New delete"}},
	{name: "a publication stays",
		before: `{` + definitionOf + `, "license_properties": []}`,
		file:   `{` + strings.Replace(definitionOf, `"int"`, `"int", "public_access": ["read"]`, 1) + `}`,
		lost:   []string{"properties/clientA/p: its publication stays"}},

	{name: "a moved rule goes back", before: `{` + people + `, ` + rules + `}`,
		file: `{"auto_accesses": [{"id": "r3"}, {"id": "r1"}, {"id": "r2"}]}`,
		want: []string{"auto_accesses/3 update before"}},
	{name: "a deleted rule comes back to its place", before: `{` + people + `, ` + rules + `}`,
		file: `{"auto_accesses": [{"id": "r1"}, {"id": "r3"}]}`,
		want: []string{"auto_accesses/2 create before r3"},
		lost: []string{"auto_accesses/2: its id"}},
	{name: "somebody's new rule stays where it is", before: `{` + people + `, ` + rules + `}`,
		file: `{"auto_accesses": [{"id": "r3"}, {"id": "r1"}, {"id": "r2"}]}`,
		since: func(l *resource.License) {
			l.SetRows("auto_accesses", slices.Insert(l.Rows("auto_accesses"), 2, resource.Of("id", "x", "description", "1")))
		},
		want: []string{"auto_accesses/3 update before"}},
	{name: "rules that somebody reordered since stay", before: `{` + people + `, ` + rules + `}`,
		file:    `{"auto_accesses": [{"id": "r3"}, {"id": "r1"}, {"id": "r2"}]}`,
		since:   func(l *resource.License) { r := l.Rows("auto_accesses"); r[1], r[2] = r[2], r[1] },
		skipped: []string{"auto_accesses: their order was changed since"}},
	{name: "a moved rule goes back although the one that it was put before is gone", before: `{` + people + `, ` + rules + `}`,
		file:  `{"auto_accesses": [{"id": "r3"}, {"id": "r1"}, {"id": "r2"}]}`,
		since: func(l *resource.License) { l.SetRows("auto_accesses", slices.Delete(l.Rows("auto_accesses"), 1, 2)) },
		want:  []string{"auto_accesses/2 update before r3"}},
	{name: "a moved rule stays where somebody put it since", before: `{` + people + `, ` + rules + `}`,
		file: `{"auto_accesses": [{"id": "r3"}, {"id": "r1"}, {"id": "r2"}]}`,
		since: func(l *resource.License) {
			r := l.Rows("auto_accesses")
			l.SetRows("auto_accesses", []*resource.Object{r[1], r[0], r[2]})
		},
		skipped: []string{"auto_accesses: their order was changed since"}},
	{name: "a deleted rule comes back behind the one before it although somebody reordered the others", before: `{` + people + `, ` + rules + `}`,
		file:    `{"auto_accesses": [{"id": "r1"}, {"id": "r3"}]}`,
		since:   func(l *resource.License) { slices.Reverse(l.Rows("auto_accesses")) },
		want:    []string{"auto_accesses/2 create before"},
		skipped: []string{"auto_accesses: their order was changed since"},
		lost:    []string{"auto_accesses/2: its id"}},
}

func TestUndo(t *testing.T) {
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			o := allowAll
			o.Match, o.Prune = diff.ByID, !tc.grow
			o.Skip = tc.leave
			before := parse(t, tc.before)
			run, err := diff.Compute(before, parse(t, tc.file), o)
			if err != nil {
				t.Fatal(err)
			}
			live, done, err := simulate(before, run, 10_000)
			if err != nil {
				t.Fatal(err)
			}
			if tc.since != nil {
				tc.since(live)
			}
			o.Skip = nil
			p, u, err := Plan(Run{run, done, before}, live, tc.prune, o)
			if err != nil {
				t.Fatal(err)
			}
			type result struct{ Changes, Skipped, Lost []string }
			got := result{lines(p), nil, u.Lost}
			for _, s := range slices.Concat(u.Skipped, p.Skipped) {
				got.Skipped = append(got.Skipped, strings.TrimSuffix(s.Kind+"/"+s.Key, "/")+": "+s.Reason)
			}
			slices.Sort(got.Lost)
			want := result{tc.want, tc.skipped, tc.lost}
			empty := cmp.Transformer("sameEmpty", func(l []string) []string { return append([]string{}, l...) })
			if d := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return len(p) == 2 }, empty)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if len(p.Unmanaged) > 0 || len(p.Unchanged) > 0 {
				t.Errorf("the plan speaks of what it does not touch: %v %v", p.Unmanaged, p.Unchanged)
			}
		})
	}
}

// lines are the changes of a plan, one line a field or place.
func lines(p *diff.Plan) []string {
	var out []string
	for _, ch := range p.Changes {
		head := ch.ID + " " + string(ch.Action)
		if ch.Blocked != "" {
			head += " (" + ch.Blocked + ")"
		}
		n := len(out)
		if ch.Move != nil {
			out = append(out, strings.TrimSpace(head+" before "+resource.Text(ch.Move.Before)))
		}
		for _, f := range ch.Fields {
			if f.Path != "position" {
				out = append(out, head+" "+f.String())
			}
		}
		if len(out) == n {
			out = append(out, head)
		}
	}
	return out
}
