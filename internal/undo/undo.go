// Package undo says what puts a license back to what it was before a run of
// apply: of the fields that the run wrote those that still hold what it wrote,
// and of the objects that it deleted those that nobody made anew. It makes a
// wanted license of them, so that an undo is planned, shown and carried out
// like anything else.
package undo

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Run is what there is to know of the run that is undone.
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

// Undo is what can be put back, and what cannot.
type Undo struct {
	// Want is the part of the license that is to be put back, with the server
	// ids of the pre-image. It has, beyond that, rows that say nothing but
	// where an object stands in an order, or that an object is another one
	// than those to be recreated.
	Want *resource.License
	// Options go with Want: objects pair by id, and PruneOnly names what the
	// run created.
	Options diff.Options
	// Skipped lists what is not put back although it could be, and why.
	Skipped []diff.Skip
	// Lost lists what cannot come back, one line each.
	Lost []string
}

// Compute says what puts back what a run did, given the license as it is. With
// prune, what the run created and nobody touched since is to be deleted.
// Nothing that is given is changed.
func Compute(r Run, live *resource.License, prune bool) *Undo {
	x := newUndoing(r, live, prune)
	for _, ch := range r.Plan.Changes {
		if x.done(ch) {
			x.change(ch)
		}
	}
	x.delete()
	for _, ch := range x.deleted {
		x.recreate(ch)
	}
	x.refer()
	x.revalue()
	x.assemble()
	return x.u
}

// Plan is the plan that carries an undo out. Of the options those count that
// say what is allowed; the rest is the undo's own. What the live license has
// beyond the undo is no news, so that Unmanaged and Unchanged are empty.
func Plan(r Run, live *resource.License, prune bool, o diff.Options) (*diff.Plan, *Undo, error) {
	u := Compute(r, live, prune)
	o.Match, o.Prune, o.PruneOnly = u.Options.Match, u.Options.Prune, u.Options.PruneOnly
	p, err := diff.Compute(live, u.Want, o)
	if err != nil {
		return nil, u, fmt.Errorf("planning the undo: %w", err)
	}
	p.Unmanaged, p.Unchanged = []diff.Item{}, map[string]int{}
	for _, ch := range p.Changes {
		if ch.Action == diff.Delete {
			ch.Reason = "the run created it"
		}
	}
	return p, u, nil
}

// undoing is one run of Compute.
type undoing struct {
	Run
	live      *resource.License
	prune     bool
	u         *Undo
	now, then *diff.Rows // of the live license and of the pre-image

	want    map[string]*kindWanted
	made    []*creation
	doomed  map[*resource.Object]*resource.Kind // live rows that are to be deleted
	deleted []*diff.Change                      // changes that deleted an object
	gone    map[string]bool                     // what the run deleted, by kind/name as references have it
	back    map[string]map[string]resource.Value
	touched map[string]*diff.Change // done changes by the identity of the row they are about
	told    map[string]bool         // kinds that are not there to be compared
	defs    map[*resource.License]map[string]*resource.Object
}

func newUndoing(r Run, live *resource.License, prune bool) *undoing {
	x := &undoing{Run: r, live: live, prune: prune,
		now: diff.NewRows(live), then: diff.NewRows(r.Preimage),
		want: map[string]*kindWanted{}, doomed: map[*resource.Object]*resource.Kind{}, gone: map[string]bool{},
		back: map[string]map[string]resource.Value{}, touched: map[string]*diff.Change{}, told: map[string]bool{},
		defs: map[*resource.License]map[string]*resource.Object{},
		u: &Undo{
			Want: &resource.License{Owner: live.Owner, AccountID: live.AccountID, ClientIDs: slices.Clone(live.ClientIDs),
				Unreadable: map[string][]string{}},
			Options: diff.Options{Match: diff.ByID, PruneOnly: map[string][]string{}},
			Skipped: []diff.Skip{}, Lost: []string{},
		}}
	for _, ch := range r.Plan.Changes {
		if k := resource.Lookup(ch.Kind); k != nil && x.did(ch) {
			row := ch.Before
			if row == nil {
				row = ch.After
			}
			if at := k.Name + "/" + identity(k, row); x.touched[at] == nil || ch.Action != diff.Create {
				x.touched[at] = ch
			}
			if ch.Action == diff.Delete {
				x.gone[k.Name+"/"+refName(k, row)] = true
			}
		}
	}
	return x
}

// did tells whether anything of a change may have been done.
func (x *undoing) did(ch *diff.Change) bool {
	_, ok := x.Done[ch.ID]
	return ok && ch.Blocked == ""
}

// done tells whether a change is to be undone: something of it may have been
// done, and its kind can be looked at.
func (x *undoing) done(ch *diff.Change) bool {
	if !x.did(ch) {
		return false
	}
	if resource.Lookup(ch.Kind) != nil && x.live.Has(ch.Kind) {
		return true
	}
	if !x.told[ch.Kind] {
		x.told[ch.Kind] = true
		x.skip(ch.Kind, "", "the license's "+ch.Kind+" were not read")
	}
	return false
}

func (x *undoing) skip(kind, key, reason string) {
	if s := (diff.Skip{Kind: kind, Key: key, Reason: reason}); !slices.Contains(x.u.Skipped, s) {
		x.u.Skipped = append(x.u.Skipped, s)
	}
}

// change sorts a change by what undoes it.
func (x *undoing) change(ch *diff.Change) {
	k := resource.Lookup(ch.Kind)
	if ch.Action == diff.Create && k.Create != nil && k.Create.Loses != "" {
		x.lose(k, ch.After, k.Create.Loses)
	}
	switch ch.Action {
	case diff.Update:
		x.revert(ch, k, ch.Write, ch.Before)
	case diff.Create:
		if was := x.then.Find(k, ch.After); k.ServerID == "" && was != nil {
			x.revert(ch, k, ch.After.Names(), was) // a value that was lost on the way and written back
			break
		}
		x.create(ch, k)
	case diff.Replace:
		x.replace(ch, k)
	case diff.Delete:
		x.deleted = append(x.deleted, ch)
	}
}

// assemble makes the wanted license of what was gathered.
func (x *undoing) assemble() {
	for row, k := range x.doomed {
		x.of(k)
		x.u.Options.PruneOnly[k.Name] = append(x.u.Options.PruneOnly[k.Name], nameOf(k, row))
	}
	for _, names := range x.u.Options.PruneOnly {
		slices.Sort(names)
	}
	ordered := map[string][]*resource.Object{}
	for _, k := range resource.Kinds() {
		if k.Order == resource.Linked && x.live.Has(k.Name) {
			ordered[k.Name] = x.order(k)
		}
	}
	for _, k := range resource.Kinds() {
		x.context(k)
	}
	for _, k := range resource.Kinds() {
		w := x.want[k.Name]
		if w == nil {
			continue
		}
		x.standIn(k, w)
		rows := w.all()
		if k.Order == resource.Linked {
			rows = ordered[k.Name]
		}
		for _, r := range rows {
			k.Canonical(r)
		}
		k.SortRows(rows)
		x.u.Want.SetRows(k.Name, rows)
	}
}
