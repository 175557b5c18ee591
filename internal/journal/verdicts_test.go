package journal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Verdicts count as long as nothing more is said of a change, and do not finish
// a run.
func TestVerdicts(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "")
	check(t, r.Intent(intent(1)))
	check(t, r.Outcome(outcome(1, "unknown")))
	check(t, r.RecordVerdicts([]Result{{Change: "groups/1", Status: "unknown"}, {Change: "tags/a", Status: "skipped"}}, start))
	check(t, r.Outcome(outcome(1, "done")))
	rec, err := s.Load(r.ID())
	check(t, err)
	want := map[string]Result{"groups/1": outcome(1, "done").Results[0], "tags/a": {Change: "tags/a", Status: "skipped"}}
	if d := cmp.Diff(want, rec.Results()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if h, err := s.Find(r.ID()); err != nil || h.Finished != "" || rec.Finished != "" || len(rec.Open()) > 0 {
		t.Errorf("%+v, %v, open %v", h, err, rec.Open())
	}
	check(t, r.Finish("done", start.Add(time.Minute)))
	check(t, r.RecordVerdicts(nil, start.Add(time.Minute)))
	if h, err := s.Find(r.ID()); err != nil || h.Finished != "done" {
		t.Errorf("%+v, %v", h, err)
	}
	check(t, r.Close())
}
