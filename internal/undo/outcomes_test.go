package undo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// TestUnknownOutcomes: what may or may not have been done is put back where it
// can be seen to have been done.
func TestUnknownOutcomes(t *testing.T) {
	hooks := `{"webhooks": [` + hook + `]}`
	moved := `{"webhooks": [` + strings.Replace(hook, "/1", "/9", 1) + `]}`
	for _, tc := range []struct {
		name, before, file, live string
		want, skipped            []string
	}{
		{"an update that was not done", `{` + people + `}`, `{"agents": [{"id": "a@example.com", "name": "B"}]}`, `{` + people + `}`, nil, nil},
		{"a deletion that was not done", hooks, `{"webhooks": []}`, hooks, nil, nil},
		{"a deletion of a key that was not done", `{"tags": [{"name": "t"}]}`, `{"tags": []}`, `{"tags": [{"name": "t"}]}`, nil, nil},
		{"a replacement that was not done", hooks, moved, hooks, nil, nil},
		{"a replacement that only deleted", hooks, moved, `{"webhooks": []}`, []string{"webhooks/clientA/incoming_chat/https://a.example/1 create"}, nil},
		{"a creation that nobody knows the id of", `{"webhooks": []}`, hooks, hooks, nil,
			[]string{"webhooks/clientA/incoming_chat/https://a.example/1: lcsync cannot tell whether the run created it"}},
		{"a creation of a key that was not done", `{"tags": []}`, `{"tags": [{"name": "t"}]}`, `{"tags": []}`, nil, nil},
		{"a creation of a key that was done", `{"tags": []}`, `{"tags": [{"name": "t"}]}`, `{"tags": [{"name": "t"}]}`, []string{"tags/t delete"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := allowAll
			o.Match = diff.ByID
			before := parse(t, tc.before)
			run, err := diff.Compute(before, parse(t, tc.file), o)
			if err != nil {
				t.Fatal(err)
			}
			done := map[string]resource.Value{}
			for _, ch := range run.Changes {
				if ch.Kind != "agents" || ch.Action != diff.Delete {
					done[ch.ID] = nil
				}
			}
			p, u, err := Plan(Run{run, done, before}, parse(t, tc.live), true, o)
			if err != nil {
				t.Fatal(err)
			}
			var skipped []string
			for _, s := range u.Skipped {
				skipped = append(skipped, s.Kind+"/"+s.Key+": "+s.Reason)
			}
			if d := cmp.Diff(tc.want, lines(p)); d != "" {
				t.Errorf("changes (-want +got)\n%s", d)
			}
			if d := cmp.Diff(tc.skipped, skipped); d != "" {
				t.Errorf("skipped (-want +got)\n%s", d)
			}
		})
	}
}

// TestOnlyWhatWasDone: changes that were blocked or never begun are not undone.
func TestOnlyWhatWasDone(t *testing.T) {
	before := parse(t, `{`+people+`}`)
	run, err := diff.Compute(before, parse(t, `{"agents": [{"id": "a@example.com", "name": "B"}]}`), diff.Options{Match: diff.ByID})
	if err != nil {
		t.Fatal(err)
	}
	live := before.Clone()
	setField("agents", "a@example.com", "name", "B")(live)
	p, u, err := Plan(Run{run, nil, before}, live, true, diff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Changes)+len(u.Skipped)+len(u.Lost) > 0 {
		t.Errorf("an undo of nothing: %v %v %v", lines(p), u.Skipped, u.Lost)
	}
}

// TestContinuedRun: a run that stopped and the one that finished it are undone
// as one; what the first one left half done, the second one knows.
func TestContinuedRun(t *testing.T) {
	done := func(ids ...string) map[string]resource.Value {
		out := map[string]resource.Value{}
		for _, id := range ids {
			out[id] = nil
		}
		return out
	}
	values := `"license_properties": [{"namespace": "clientA", "name": "p", "value": 7}], "group_properties": []`
	described := strings.Replace(definitionOf, `"int"`, `"int", "description": "new"`, 1)
	for _, tc := range []struct {
		name, before, file string
		first              map[string]resource.Value
		second             []string // whose outcomes are known
		live               string   // what the first run left
		stopped, finished  []string
	}{
		{"a replacement by id of which the first run did the deletion",
			`{"webhooks": [` + hook + `]}`, `{"webhooks": [` + strings.Replace(hook, "/1", "/9", 1) + `]}`,
			done("webhooks/clientA/incoming_chat/https://a.example/1"),
			[]string{"webhooks/clientA/incoming_chat/https://a.example/1"},
			`{"webhooks": []}`,
			[]string{"webhooks/clientA/incoming_chat/https://a.example/1 create"},
			[]string{`webhooks/clientA/incoming_chat/https://a.example/9 replace url: "https://a.example/9" -> "https://a.example/1"`}},
		{"a replacement by key of which the first run did the deletion, and the value that is written back",
			`{` + definitionOf + `, ` + values + `}`, `{` + described + `}`,
			done("properties/clientA/p"),
			[]string{"properties/clientA/p", "license_properties/clientA/p#restore"},
			`{"properties": [], "license_properties": [], "group_properties": []}`,
			[]string{"properties/clientA/p create", "license_properties/clientA/p create"},
			[]string{`properties/clientA/p replace description: "new" -> (none)`, "license_properties/clientA/p#restore create"}},
		{"a value that the first run left lost",
			`{` + definitionOf + `, ` + values + `}`, `{` + described + `}`,
			map[string]resource.Value{"properties/clientA/p": true},
			[]string{"license_properties/clientA/p#restore"},
			`{` + described + `, "license_properties": [], "group_properties": []}`,
			[]string{`properties/clientA/p replace description: "new" -> (none)`, "license_properties/clientA/p create"},
			[]string{`properties/clientA/p replace description: "new" -> (none)`, "license_properties/clientA/p#restore create"}},
		{"a new group whose creation the first run got no answer of",
			`{` + people + `, "tags": [{"name": "t", "group_ids": [1]}]}`,
			`{"groups": [{"id": 0}, {"id": 1}, {"id": 2}, {"name": "New", "agent_priorities": {"a@example.com": "normal"}}], "tags": [{"name": "t", "group_ids": [1, "New"]}]}`,
			done("groups/New"),
			[]string{"groups/New", "tags/t", "agents/a@example.com"},
			`{` + people + `, "tags": [{"name": "t", "group_ids": [1]}]}`,
			nil,
			[]string{"groups/New delete", "tags/t update group_ids: [1,10001] -> [1]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := parse(t, tc.before)
			o := allowAll
			o.Match, o.Prune = diff.ByID, false
			run, err := diff.Compute(before, parse(t, tc.file), o)
			if err != nil {
				t.Fatal(err)
			}
			end, all, err := simulate(before, run, 10_000)
			if err != nil {
				t.Fatal(err)
			}
			undone := func(live *resource.License) []string {
				p, _, err := Plan(Run{run, tc.first, before}, live, true, o)
				if err != nil {
					t.Fatal(err)
				}
				return lines(p)
			}
			if d := cmp.Diff(tc.stopped, undone(parse(t, tc.live))); d != "" {
				t.Errorf("the first run alone (-want +got)\n%s", d)
			}
			for _, id := range tc.second {
				if tc.first[id] = all[id]; all[id] == nil {
					tc.first[id] = true
				}
			}
			if d := cmp.Diff(tc.finished, undone(end)); d != "" {
				t.Errorf("both runs (-want +got)\n%s", d)
			}
		})
	}
}
