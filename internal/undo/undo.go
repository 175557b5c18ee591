// Package undo takes back what a run of apply did. It is a three-way merge of
// the license as the run found it, as the run left it and as it is now: what
// the run made different and nobody touched since is to be as it was.
// diff.Compute plans the way there, so that an undo is shown and carried out
// like anything else.
package undo

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Run is what there is to know of the run that is undone, and of those that
// finished it.
type Run struct {
	// Plan is what the run carried out.
	Plan *diff.Plan
	// Done holds the changes, by ID, of which anything was done or may have
	// been, and the server id of the object that each made: nil if it made
	// none, or nobody knows. A replacement of which only the deletion was done
	// belongs here too. Objects without server ids may be given any value that
	// is not nil; without it a replaced one that is gone now counts as never
	// made.
	Done map[string]resource.Value
	// Preimage is the license as the run found it, with every kind that it
	// read.
	Preimage *resource.License
}

// Undo is what a plan does not put back.
type Undo struct {
	// Skipped lists what is not put back although it could be, and why.
	Skipped []diff.Skip
	// Lost lists what cannot come back, one line each.
	Lost []string
}

func (u *Undo) skip(kind, key, reason string) {
	if s := (diff.Skip{Kind: kind, Key: key, Reason: reason}); !slices.Contains(u.Skipped, s) {
		u.Skipped = append(u.Skipped, s)
	}
}

// Plan says what puts back what a run did, given the license as it is. With
// prune, what the run created and nobody touched since is deleted. Of the
// options those count that say what is allowed. What the license has beyond
// the undo is no news, so that Unmanaged and Unchanged are empty. Nothing that
// is given is changed.
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
