package drift

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A destination is told of a difference once, and once more when it is gone. What
// it is being told stays so in the state that is kept, until it took or refused it.
func TestUntold(t *testing.T) {
	var s State
	ids := func(all []Difference) (out []string) {
		for _, d := range all {
			out = append(out, d.ID)
		}
		return out
	}
	untold := func(want, live string, fresh, gone []string) ([]Difference, []string) {
		t.Helper()
		all := find(t, want, live, nil)
		s.Differences = map[string]*Known{}
		for _, d := range all {
			s.Differences[d.ID] = &Known{}
		}
		f, g := s.Untold("to", all)
		if d := cmp.Diff([][]string{fresh, gone}, [][]string{ids(f), g}); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
		return f, g
	}
	const file, both, other = `{"tags":[]}`, `{"tags":[{"name":"a"},{"name":"b"}]}`, `{"tags":[{"name":"b"},{"name":"c"}]}`
	fresh, gone := untold(file, both, []string{"tags/a", "tags/b"}, nil)
	s.Sends("to", &Message{ID: "m1", Text: "text"}, fresh, gone)
	s.Refused("to")
	fresh, gone = untold(file, both, []string{"tags/a", "tags/b"}, nil)
	s.Sends("to", &Message{ID: "m2", Text: "text"}, fresh, gone)
	kept, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	s = State{}
	if err := json.Unmarshal(kept, &s); err != nil || s.Sending["to"] == nil || s.Sending["to"].ID != "m2" || s.Sending["to"].Text != "text" {
		t.Fatalf("kept %s, %v", kept, err)
	}
	s.Took("to")
	if d := cmp.Diff(map[string]string{"tags/a": "added by hand: tag a", "tags/b": "added by hand: tag b"}, s.Told["to"]); d != "" || s.Sending["to"] != nil {
		t.Errorf("(-want +got):\n%s", d)
	}
	fresh, gone = untold(file, other, []string{"tags/c"}, []string{"tags/a"})
	s.Sends("to", &Message{ID: "m3"}, fresh, gone)
	s.Took("to")
	untold(file, other, nil, nil)
	if f, _ := s.Untold("another", find(t, file, other, nil)); len(f) != 2 {
		t.Errorf("another destination is told of %d", len(f))
	}
}
