package apply

import (
	"slices"

	"lcsync/internal/resource"
)

// offline says which new objects do nothing until another kind brings them
// into service, unless the plan does that too.
func (r *run) offline() {
	for _, k := range resource.Kinds() {
		if k.Start == nil {
			continue
		}
		started := r.started(resource.Lookup(k.Start.Kind))
		var names []string
		for _, t := range r.todo {
			if t.kind == k && t.unstarted() && !started[resource.Text(t.id)] {
				names = append(names, resource.Text(t.id))
			}
		}
		if len(names) > 0 {
			r.notice("%d new %s offline until its %s is set: add %s for %s to the file and run lcsync apply again",
				len(names), plural(len(names), k.Singular+" is", k.Name+" are each"), resource.Lookup(k.Start.Kind).Singular, k.Start.Kind, listed(names))
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
	return t.result.Status == Done && isNew && !t.change.After.Has(t.kind.Start.Field)
}
