package runs

import (
	"encoding/json"
	"fmt"

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

	trail apply.Trail
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
	u.trail = trail(rec, u.Plan)
	return u, nil
}

// made returns the changes of a run of which anything was done or may have
// been, with the server ids of the objects that they made.
func (u *Run) made() map[string]resource.Value {
	out := map[string]resource.Value{}
	for _, c := range u.trail {
		for _, id := range c.Intent.Changes {
			r, known := c.Results[id]
			if known && r.Status == apply.Failed {
				continue
			}
			if made := out[id]; made == nil && c.Intent.Step == "creating" {
				out[id] = r.ServerID
				if r.Status == apply.Done && r.ServerID == nil {
					out[id] = true // its key is all there is to it
				}
			} else if _, seen := out[id]; !seen {
				out[id] = nil
			}
		}
	}
	return out
}

// unplanned returns what a run did that is in no plan: it removed objects from
// an older version.
func (u *Run) unplanned() []string {
	planned := map[string]bool{}
	for _, ch := range u.Plan.Changes {
		planned[ch.ID] = true
	}
	var out []string
	for _, c := range u.trail {
		for _, id := range c.Intent.Changes {
			if r, known := c.Results[id]; !planned[id] && !(known && r.Status == apply.Failed) {
				out = append(out, id)
			}
		}
	}
	return out
}
