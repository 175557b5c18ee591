package journal

import (
	"cmp"
	"encoding/json"
	"os"
)

// Record is a run as it is on disk.
type Record struct {
	Head
	Plan, Preimage json.RawMessage
	Entries        []Entry
	// Torn reports that the journal ends in an incomplete line. The line was never
	// confirmed to a caller, and is ignored.
	Torn bool
}

// Load reads a run, by its id or a prefix of it that no other run has; if
// there is none the error is *NotFound. Next is left out, a torn last line is
// tolerated. A file that is damaged in any other way is an error that names the
// line, unless the run was given up: then what can be read is there.
func (s *Store) Load(id string) (*Record, error) {
	h, err := s.find(id)
	if err != nil {
		return nil, err
	}
	rec := h.read().record()
	var planErr, preimageErr error
	rec.Plan, planErr = h.readJSON(planFile)
	rec.Preimage, preimageErr = h.readJSON(preimageFile)
	rec.damaged(cmp.Or(planErr, preimageErr))
	if rec.Err != nil {
		return nil, rec.Err
	}
	return rec, nil
}

// Runs lists all runs, newest first, without plans and pre-images. A damaged
// run is listed with its error.
func (s *Store) Runs() ([]*Record, error) {
	heads, err := s.heads(nil)
	var out []*Record
	for _, h := range heads {
		out = append(out, h.record())
	}
	return out, err
}

// record adds the journal to a head.
func (h Head) record() *Record {
	data, err := os.ReadFile(h.file(logFile))
	entries, whole, damage := parse(data)
	h.damaged(cmp.Or(err, damage))
	return &Record{Head: h, Entries: entries, Torn: whole < len(data)}
}

// Open returns the intents without an outcome, in order: calls of which it is
// unknown whether they were sent.
func (rec *Record) Open() []Intent {
	known := map[int64]bool{}
	for _, e := range rec.Entries {
		if e.Outcome != nil {
			known[e.Outcome.Call] = true
		}
	}
	var open []Intent
	for _, e := range rec.Entries {
		if e.Intent != nil && !known[e.Intent.Call] {
			open = append(open, *e.Intent)
		}
	}
	return open
}

// Results returns the last result of every change, by the change's id. A change
// may still have open calls: see Open.
func (rec *Record) Results() map[string]Result {
	last := map[string]Result{}
	for _, e := range rec.Entries {
		var said []Result
		switch {
		case e.Outcome != nil:
			said = e.Outcome.Results
		case e.Verdicts != nil:
			said = e.Verdicts.Results
		}
		for _, r := range said {
			last[r.Change] = r
		}
	}
	return last
}
