package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// A new object that the file notes as in service (Kind.ActivatedBy) is brought there by
// a call of another kind, which is a step of the same change. Its answer is all
// that is known of it: the object itself does not show it.

// starts tells whether a change brings an object into service: a create, or what
// is left of one.
func (t *task) starts() bool {
	if t.kind.ActivatedBy == nil || t.change.Action != diff.Create && t.change.Action != diff.Update || t.kind.StartArgs(t.change.After, nil) == nil {
		return false
	}
	return t.change.Action == diff.Create || slices.Contains(t.writes(), t.kind.ActivatedBy.Field)
}

// starts tells whether a change is to bring its object into service.
func starts(k *resource.Kind, ch *diff.Change) bool { return (&task{kind: k, change: ch}).starts() }

// offline says which new objects do nothing until another kind brings them
// into service, unless the plan does that too.
func (r *run) offline() {
	for _, k := range resource.Kinds() {
		if k.ActivatedBy == nil {
			continue
		}
		started := r.started(resource.Lookup(k.ActivatedBy.Kind))
		var names []string
		for _, t := range r.todo {
			if t.kind == k && t.unstarted() && !started[resource.Text(t.id)] {
				names = append(names, resource.Text(t.id))
			}
		}
		if len(names) > 0 {
			r.notice("%d new %s offline until its %s is set: add %s for %s to the file and run lcsync apply again",
				len(names), plural(len(names), k.Singular+" is", k.Name+" are each"), resource.Lookup(k.ActivatedBy.Kind).Singular, k.ActivatedBy.Kind, listed(names))
		}
	}
}

// started returns the ids of the objects that rows of a kind were written for.
func (r *run) started(by *resource.Kind) map[string]bool {
	out := map[string]bool{}
	for _, t := range r.todo {
		if t.kind != by || t.result.Status != Done {
			continue
		}
		if row, _, err := r.mapped(t.kind, t.change.After); err == nil && row != nil {
			out[by.KeyOf(row)] = true
		}
	}
	return out
}

// unstarted tells whether an object was made and not brought into service, as
// that failed or was not planned. Of one whose outcome is not known the next run
// takes care.
func (t *task) unstarted() bool {
	if t.result.Status == Failed {
		return t.next < len(t.steps) && t.steps[t.next].does == starting
	}
	isNew := slices.ContainsFunc(t.steps, func(s step) bool { return s.does == creating })
	return t.result.Status == Done && isNew && !t.change.After.Has(t.kind.ActivatedBy.Field)
}
