package runs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// Run is a run as its journal tells it.
type Run struct {
	*journal.Record
	Plan   *diff.Plan        // that it carries out
	Before *resource.License // as it found it
}

// Load reads a run, by its id or the beginning of it.
func Load(store *journal.Store, id string) (*Run, error) {
	rec, err := store.Load(id)
	if err != nil {
		return nil, invalid("lcsync runs lists them", "%s", err)
	}
	u := &Run{Record: rec, Plan: &diff.Plan{}, Before: &resource.License{}}
	if err := json.Unmarshal(rec.Plan, u.Plan); err != nil {
		return nil, fmt.Errorf("read the plan of run %s: %w", rec.ID, err)
	}
	if err := json.Unmarshal(rec.Preimage, u.Before); err != nil {
		return nil, fmt.Errorf("read the pre-image of run %s: %w", rec.ID, err)
	}
	if err := u.Plan.Check(); err != nil {
		return nil, fmt.Errorf("the plan of run %s: %w", rec.ID, err)
	}
	return u, nil
}

// made returns the changes of which anything was done or may have been
// (apply.Made).
func (u *Run) made() map[string]resource.Value { return apply.Made(u.Plan, u.Entries) }

// unplanned returns, sorted, what a run did that is in no plan: it removed
// objects from an older version.
func (u *Run) unplanned() []string {
	done := u.made()
	for _, ch := range u.Plan.Changes {
		delete(done, ch.ID)
	}
	return slices.Sorted(maps.Keys(done))
}

// Fate is what became of a change.
type Fate struct {
	Change string
	Status string // as apply has told it, or else the last that is known
	Why    string
}

// Fates returns what became of each change of the plan, in its order, and then
// of what the run did that is in no plan.
func (u *Run) Fates() []Fate {
	ids, results := []string{}, u.Results()
	open, blocked := map[string]bool{}, map[string]bool{}
	for _, in := range u.Open() {
		for _, id := range in.Changes {
			open[id] = true
		}
	}
	for _, ch := range u.Plan.Changes {
		ids = append(ids, ch.ID)
		blocked[ch.ID] = ch.Blocked != ""
	}
	others := slices.AppendSeq(slices.Collect(maps.Keys(results)), maps.Keys(open))
	slices.Sort(others)
	for _, id := range slices.Compact(others) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	fates := make([]Fate, len(ids))
	for i, id := range ids {
		r, known := results[id]
		fates[i] = Fate{Change: id, Status: r.Status, Why: cmp.Or(r.Error, r.Note)}
		switch {
		case known:
		case open[id]:
			fates[i].Status = "sent, and not answered"
		case blocked[id]:
			fates[i].Status = "not possible"
		default:
			fates[i].Status = "not sent"
		}
	}
	return fates
}
