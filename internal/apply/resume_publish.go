package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// unpublished are the fields that say nothing of whether a live row is what a
// create made: those that cannot be read, and those that publishing sets.
func (r *resuming) unpublished(k *resource.Kind) []string {
	out := slices.Clone(r.Live.Unreadable[k.Name])
	for i := range k.Fields {
		if k.Fields[i].OnChange == resource.ByPublish {
			out = append(out, k.Fields[i].Name)
		}
	}
	return out
}

// publish leaves the publication of a new object to be done, if there was to
// be one and it is not known to have been.
func (r *resuming) publish(k *resource.Kind, ch *diff.Change, after *resource.Object, id resource.Value, f *facts) {
	t, _ := newTask(&diff.Change{ID: ch.ID, Kind: ch.Kind, Action: diff.Create, After: after}, &Result{})
	row := r.find(k, after, id)
	asWanted := row != nil && len(diff.Compare(k, row, after, r.Live.Unreadable[k.Name])) == 0
	if k.Publish == nil || !t.publishes() || f.step(publishing).status == Done || asWanted {
		r.done(ch, id)
		return
	}
	rest := *ch
	rest.Action, rest.Before, rest.After, rest.Fields, rest.Write = diff.Update, after.Clone(), after, nil, nil
	for i := range k.Fields {
		if k.Fields[i].OnChange == resource.ByPublish && after.Has(k.Fields[i].Name) {
			rest.Write = append(rest.Write, k.Fields[i].Name)
			rest.Before.Delete(k.Fields[i].Name)
		}
	}
	r.keep(&rest)
}
