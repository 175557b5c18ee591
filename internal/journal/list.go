package journal

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Summary is a run without its plan, pre-image and entries.
type Summary struct {
	Meta
	Finished   string         `json:"finished,omitempty"` // as in Record
	FinishedAt time.Time      `json:"finished_at,omitzero"`
	Torn       bool           `json:"torn,omitempty"`
	Calls      int            `json:"calls"`
	Open       int            `json:"open"`              // calls without any outcome
	Results    map[string]int `json:"results,omitempty"` // changes by the status of their last result
	// Err says why the run cannot be read. The id is known even then, and the
	// rest of Meta if only the journal is damaged.
	Err error `json:"-"`
}

// Runs lists all runs, newest first. A damaged run is listed with its error.
func (s *Store) Runs() ([]Summary, error) {
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	var out []Summary
	for _, id := range ids {
		sum := s.summary(id)
		if sum.Err != nil && errors.Is(sum.Err, fs.ErrNotExist) && !s.exists(id) {
			continue // removed since it was listed
		}
		out = append(out, sum)
	}
	slices.SortStableFunc(out, func(a, b Summary) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(b.ID, a.ID))
	})
	return out, nil
}

func (s *Store) exists(id string) bool {
	ids, err := s.ids()
	return err != nil || slices.Contains(ids, id)
}

func (s *Store) summary(id string) Summary {
	rec, err := s.readLog(id)
	if err != nil {
		err = fmt.Errorf("run %s in %s: %w", id, s.runsDir(), err)
	}
	if rec == nil {
		m := Meta{ID: id}
		if len(id) >= len(idLayout) {
			// For its place in the list; an id that has no time goes last.
			m.Started, _ = time.Parse(idLayout, id[:len(idLayout)])
		}
		return Summary{Meta: m, Err: err}
	}
	sum := Summary{Meta: rec.Meta, Finished: rec.Finished, FinishedAt: rec.FinishedAt, Torn: rec.Torn,
		Open: len(rec.Open()), Err: err}
	for _, e := range rec.Entries {
		if e.Intent != nil {
			sum.Calls++
		}
	}
	for _, r := range rec.Results() {
		if sum.Results == nil {
			sum.Results = map[string]int{}
		}
		sum.Results[r.Status]++
	}
	return sum
}

// Unfinished returns the ids of runs that have not finished and that match
// says yes to, newest first; a nil match says yes to all. A damaged run may be
// one of them: for each that matches, or whose meta cannot be read, there is
// an error beside the ids.
func (s *Store) Unfinished(match func(Meta) bool) ([]string, error) {
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	var ids []string
	var damaged []error
	for _, r := range runs {
		var err error
		if r.Err != nil {
			_, err = s.readMeta(r.ID)
		}
		if err == nil && match != nil && !match(r.Meta) {
			continue
		}
		switch {
		case r.Err != nil:
			damaged = append(damaged, r.Err)
		case r.Finished == "":
			ids = append(ids, r.ID)
		}
	}
	return ids, errors.Join(damaged...)
}
