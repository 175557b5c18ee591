package runs

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// Recall takes fields of a license that was read out of those that count as
// unreadable although no object carries them now: where the export that the
// wanted license comes from recorded that they can be read, or a run on this
// license saw them. An object that a run made with such a field, and that does
// not have it, proves the opposite.
func Recall(dir, host string, live, want *resource.License) error {
	doubtful := func(kind, field string) bool {
		return slices.Contains(live.Unreadable[kind], field) &&
			slices.ContainsFunc(want.Rows(kind), func(w *resource.Object) bool { return w.Get(field) != nil })
	}
	asked := map[string][]string{} // by kind
	for kind, fields := range live.Unreadable {
		for _, field := range fields {
			if doubtful(kind, field) {
				asked[kind] = append(asked[kind], field)
			}
		}
	}
	if len(asked) == 0 {
		return nil
	}
	runs, err := runsOn(dir, host, live)
	if err != nil {
		return err
	}
	for kind, fields := range asked {
		k := resource.Lookup(kind)
		for _, field := range fields {
			if isReadable(k, field, live, want, runs) {
				live.Unreadable[kind] = slices.DeleteFunc(slices.Clone(live.Unreadable[kind]), func(f string) bool { return f == field })
			}
		}
	}
	return nil
}

// isReadable tells whether a field that no live object carries can be read all
// the same. Where it has been written in vain once, an object is not replaced
// for it again.
func isReadable(k *resource.Kind, field string, live, want *resource.License, runs []*Run) bool {
	seen := slices.Contains(want.Readable[k.Name], field)
	for _, u := range runs {
		seen = seen || slices.ContainsFunc(u.Before.Rows(k.Name), func(r *resource.Object) bool { return r.Get(field) != nil })
		if k.Update == nil && u.lost(k, field, live) {
			return false
		}
	}
	return seen
}

// runsOn returns the runs on a license that the journal has and that can be
// read.
func runsOn(dir, host string, live *resource.License) ([]*Run, error) {
	if dir == "" {
		return nil, nil // no place for runs, no runs
	}
	store, err := journal.Open(dir)
	if err != nil {
		return nil, invalid("give --state-dir DIR", "runs could not be looked at: %s", err)
	}
	runs, _, err := store.Of(journal.License{Host: host, Owner: live.Owner, AccountID: live.AccountID})
	if err != nil {
		return nil, err
	}
	var out []*Run
	for _, r := range runs {
		if u, err := Load(store, r.ID); err == nil && !u.older() {
			out = append(out, u)
		}
	}
	return out, nil
}

// lost tells whether a live object that the run made was given a field that it
// does not have.
func (u *Run) lost(k *resource.Kind, field string, live *resource.License) bool {
	ids := u.made()
	return slices.ContainsFunc(u.Plan.Changes, func(ch *diff.Change) bool {
		if ch.Kind != k.Name || ch.After == nil || ids[ch.ID] == nil {
			return false
		}
		v := ch.After.Get(field)
		return v != nil && !resource.Equal(v, k.Field(field).Zero()) &&
			slices.ContainsFunc(live.Rows(k.Name), func(l *resource.Object) bool { return resource.Equal(k.IDOf(l), ids[ch.ID]) })
	})
}
