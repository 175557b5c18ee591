// Package undo puts back what a run of apply did. It is a three-way merge of the license
// as the run found it, as the run left it and as it is now: what the run changed and
// nobody changed since becomes as it was. diff.Compute makes the plan, so an undo is
// shown and carried out like any other plan.
package undo

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Run describes the run that is undone, and those that continued it.
type Run struct {
	// Plan is what the run carried out.
	Plan *diff.Plan
	// Done holds the changes, by ID, that were or may have been carried out in part,
	// and the server id of the object that each created: nil if it created none or the
	// id is unknown. It includes a replacement of which only the deletion was done. An
	// object without a server id may have any value that is not nil; if the value is
	// nil, a replaced object that does not exist now counts as never created.
	Done map[string]resource.Value
	// Preimage is the license as the run found it, with every kind that it
	// read.
	Preimage *resource.License
}

// Undo lists what a plan does not put back.
type Undo struct {
	// Skipped lists what is not put back although it could be, and why.
	Skipped []diff.Skip
	// Lost lists what cannot be restored, one line each.
	Lost []string
}

func (u *Undo) skip(kind, key, reason string) {
	if s := (diff.Skip{Kind: kind, Key: key, Reason: reason}); !slices.Contains(u.Skipped, s) {
		u.Skipped = append(u.Skipped, s)
	}
}

// Plan plans to put back what a run did, given the license as it is. With prune it
// deletes what the run created and nobody changed since. Only the options that allow
// changes count. Unmanaged and Unchanged of the plan are empty. Plan does not change its
// arguments.
func Plan(r Run, live *resource.License, prune bool, o diff.Options) (*diff.Plan, *Undo, error) {
	m := &merge{Run: r, live: live, Undo: &Undo{Skipped: []diff.Skip{}, Lost: []string{}},
		now: resource.NewIndex(live), then: resource.NewIndex(r.Preimage),
		byName: map[string]*object{}, ofLive: map[*resource.Object]*object{}, deleted: map[string]*object{}}
	m.trace()
	m.meet()
	for _, x := range m.objects {
		m.putBack(x)
	}
	m.deleteMade(prune)
	m.loseOpen()
	want, deletes := m.wanted()
	o.Match, o.Prune, o.PruneOnly = diff.ByID, false, deletes
	p, err := diff.Compute(live, want, o)
	if err != nil {
		return nil, m.Undo, fmt.Errorf("planning the undo: %w", err)
	}
	p.Unmanaged, p.Unchanged = []diff.Item{}, map[string]int{}
	for _, ch := range p.Changes {
		if ch.Action == diff.Delete {
			ch.Reason = "the run created it"
		}
	}
	m.older(p)
	return p, m.Undo, nil
}
