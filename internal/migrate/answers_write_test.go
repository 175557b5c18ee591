package migrate

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestWriteAnswers: what was answered stays, and each open question that can be
// answered has a place below it.
func TestWriteAnswers(t *testing.T) {
	r := &Report{Decisions: []Decision{
		{Object: "a.json", File: "a.json", Line: 1, Question: "it could be bots or webhooks", HowTo: "--as a.json=KIND", Key: "as", Of: "a.json"},
		{Object: "bot Night\nporter", File: "b.json", Line: 3, Question: "no zone", HowTo: "--timezone ZONE", Key: "timezones", Of: "Night\nporter"},
		{Object: "bot yes", File: "b.json", Line: 4, Question: "no zone\u2028b: c", HowTo: "--timezone ZONE", Key: "timezones", Of: "yes"},
		{Object: "agent A", File: "c.json", Line: 3, Question: "two values", HowTo: "--prefer c.json or --prefer d.json", Key: "prefer"},
		{Object: "agent A", File: "c.json", Line: 3, Question: "its hours", HowTo: "--split-overnight", Key: "split_overnight"},
		{File: "old", Question: "2 secrets would be lost", HowTo: "--secrets-out FILE"},
	}}
	given := Options{ClientID: "true", Timezones: map[string]string{"Day: porter": "Europe/Paris"}, LeaveOut: []string{"w4"}, PerBot: true}
	var b bytes.Buffer
	if err := r.WriteAnswers(&b, given); err != nil {
		t.Fatal(err)
	}
	want := `# Answers for --decisions. Fill in each empty value; an empty value leaves the decision open.
# Decisions that this file cannot answer:
# old: 2 secrets would be lost
#     --secrets-out FILE

as:
    # a.json:1: it could be bots or webhooks
    #     --as a.json=KIND
    a.json: ""
timezones:
    'Day: porter': Europe/Paris
    # b.json:3: bot Night
    # porter: no zone
    #     --timezone ZONE
    ? "Night\nporter"
    : ""
    # b.json:4: bot yes: no zone b: c
    #     --timezone ZONE
    yes: ""
client_id: "true"
# c.json:3: agent A: two values
#     --prefer c.json or --prefer d.json
prefer: []
leave_out:
    - w4
# c.json:3: agent A: its hours
#     --split-overnight
split_overnight: false
per_bot: true
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	read := Options{}
	if err := read.ReadAnswers("answers.yaml", b.Bytes()); err != nil {
		t.Fatal(err)
	}
	given.As = map[string]string{"a.json": ""}
	given.Timezones["Night\nporter"], given.Timezones["yes"] = "", ""
	if d := cmp.Diff(given, read, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("what is read is not what was given: -given +read:\n%s", d)
	}
}

// TestUnansweredAnswers: an answers file that was written and not filled in
// changes nothing, and the same questions come again.
func TestUnansweredAnswers(t *testing.T) {
	for _, name := range []string{"decide_all", "decide_contradictions", "decide_foreign", "decide_version", "webhooks_gone"} {
		a, err := txtar.ParseFile("testdata/cases/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		o := caseOptions(t, string(a.Comment))
		first := Run(caseDocuments(t, a), o)
		if len(first.Report.Decisions) == 0 {
			t.Errorf("%s asks nothing", name)
		}
		var b bytes.Buffer
		if err := first.Report.WriteAnswers(&b, o); err != nil {
			t.Fatal(err)
		}
		var again Options
		if err := again.ReadAnswers("answers.yaml", b.Bytes()); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, b.String())
		}
		if d := cmp.Diff(told(first.Report), told(Run(caseDocuments(t, a), again).Report)); d != "" {
			t.Errorf("%s (-before +after)\n%s", name, d)
		}
		for _, q := range first.Report.Decisions {
			if q.Key != "" && !strings.Contains(b.String(), q.Key+":") {
				t.Errorf("%s: no place for the answer to %s", name, q)
			}
		}
	}
}
