package runs

import (
	"cmp"
	"slices"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// Settling returns a function that tells whether runs on the license may have
// changed what is at a place less than propagation ago. The license may not show it
// yet. What is further than that ahead of now was written while the clock was wrong,
// and does not count.
func Settling(dir, host string, live *resource.License, now time.Time, propagation time.Duration) (func(diff.Place) bool, error) {
	nothing := func(diff.Place) bool { return false }
	if dir == "" {
		return nothing, nil // no place for runs, no runs
	}
	store, err := journal.Open(dir)
	if err != nil {
		return nil, invalid("pass --state-dir DIR", "earlier runs could not be read: %s", err)
	}
	heads, _, err := store.Of(journal.License{Host: host, Owner: live.Owner, AccountID: live.AccountID})
	if err != nil {
		return nil, err
	}
	touched := map[diff.Place]bool{}
	since, until := now.Add(-propagation), now.Add(propagation)
	for _, h := range heads {
		if h.Finished != "" && h.FinishedAt.Before(since) {
			continue
		}
		u, err := Load(store, h.ID)
		if err != nil {
			return nil, err
		}
		u.touched(since, until, touched)
	}
	return func(at diff.Place) bool {
		field := diff.FieldChange{Path: at.Field}.Root()
		for _, name := range []string{at.Name, at.Key} {
			if name == "" && at.Name != "" {
				continue
			}
			if touched[diff.Place{Kind: at.Kind, Name: name}] || touched[diff.Place{Kind: at.Kind, Name: name, Field: field}] {
				return true
			}
		}
		return false
	}, nil
}

// touched adds the places that the run sent anything for between two times: an
// object as a whole, or a field of it.
func (u *Run) touched(since, until time.Time, places map[diff.Place]bool) {
	sent := map[string]bool{}
	for _, e := range u.Entries {
		if e.Intent != nil && e.Intent.Time.After(since) && e.Intent.Time.Before(until) {
			for _, id := range e.Intent.Changes {
				sent[id] = true
			}
		}
	}
	made := u.made()
	for _, ch := range u.Plan.Changes {
		if !sent[ch.ID] {
			continue
		}
		k := resource.Lookup(ch.Kind)
		names := []string{ch.Key}
		if ch.Before != nil {
			names = append(names, k.NameOf(ch.Before))
		}
		if id := resource.Text(made[ch.ID]); id != "" {
			names = append(names, id)
		}
		fields := []string{""}
		if ch.Action == diff.Update {
			fields = slices.Clone(ch.Write)
		}
		for _, name := range names {
			for _, field := range fields {
				places[diff.Place{Kind: ch.Kind, Name: name, Field: field}] = true
			}
		}
		if k.Order == resource.Linked {
			places[diff.Place{Kind: ch.Kind, Field: diff.OrderField}] = true
		}
		for _, a := range ch.Along {
			places[diff.Place{Kind: a.Kind, Name: cmp.Or(a.ID, a.Key), Field: diff.FieldChange{Path: a.Path}.Root()}] = true
		}
	}
}
