package diff

import (
	"encoding/json"
	"strings"
	"testing"

	"lcsync/internal/resource"
)

func TestReadingPlansKeepsTypes(t *testing.T) {
	in := []FieldChange{
		{"a", int64(1), 1.5}, {"b", nil, ""}, {"c", resource.Secret("webhooks/x"), resource.Ref{Kind: "groups", Key: "a/b"}},
		{"d", resource.List{int64(1), resource.Ref{Kind: "groups", Key: "n"}}, resource.Of("b", 1.5, "a", true)},
	}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var back []FieldChange
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	for i, f := range in {
		if back[i].Path != f.Path || !resource.Equal(back[i].Before, f.Before) || !resource.Equal(back[i].After, f.After) {
			t.Errorf("%s: %v came back as %v", f.Path, f, back[i])
		}
	}
	for _, place := range []resource.Value{"", "r1", resource.Ref{Kind: "auto_accesses", Key: "x"}} {
		data, _ := json.Marshal(Move{place})
		var m Move
		if err := json.Unmarshal(data, &m); err != nil || m.Before != place {
			t.Errorf("a move before %v came back as %v, %v", place, m.Before, err)
		}
	}
}

func TestReadingPlansRefusesWhatNobodyCanRun(t *testing.T) {
	for in, want := range map[string]string{
		`{"changes":[{"id":"cats/a","kind":"cats","action":"create","after":{}}]}`: "unknown kind",
		`{"changes":[{"id":"tags/a","kind":"tags","action":"feed","after":{}}]}`:   "unknown action",
		`{"changes":[{"id":"tags/a","kind":"tags","action":"create"}]}`:            "does not say what",
		`{"changes":[{"id":"tags/a","kind":"tags","action":"update","after":{}}]}`: "does not say what",
		`{"changes":[{"id":"tags/a","kind":"tags","action":"create","after":[]}]}`: "expected a JSON object",
		`{"changes":[{"fields":[{"path":1}]}]}`:                                    "cannot unmarshal",
		`{"observed":[{"path":1}]}`:                                                "cannot unmarshal",
	} {
		var p Plan
		if err := json.Unmarshal([]byte(in), &p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want something with %q", in, err, want)
		}
	}
}
