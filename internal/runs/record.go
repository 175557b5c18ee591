package runs

import (
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

// older tells that a run removed webhooks of an older version in the way that
// lcsync once had for that: they are in no plan, and it cannot be undone.
func (u *Run) older() bool { return u.Before.Version != "" }

// Fates returns what became of each change of the plan, in its order, and then
// of what an older run did that is in no plan: as apply has told it, or else the
// last that is known.
func (u *Run) Fates() []journal.Result {
	last := u.Results()
	tell := func(id, status string) {
		if _, known := last[id]; !known {
			last[id] = journal.Result{Change: id, Status: status}
		}
	}
	for _, in := range u.Open() {
		for _, id := range in.Changes {
			tell(id, "sent, and not answered")
		}
	}
	var fates []journal.Result
	for _, ch := range u.Plan.Changes {
		if ch.Blocked != "" {
			tell(ch.ID, "not possible")
		}
		tell(ch.ID, "not sent")
		fates = append(fates, last[ch.ID])
		delete(last, ch.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(last)) {
		fates = append(fates, last[id])
	}
	return fates
}
