package apply

import (
	"fmt"

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
			if t.kind == k && (t.unstarted() || t.result.Status == Done && isNew(t) && !t.change.After.Has(k.Start.Field)) && !started[resource.Text(t.id)] {
				names = append(names, resource.Text(t.id))
			}
		}
		if len(names) > 0 {
			r.notice("%s offline until its %s is set: add %s for %s to the file and run lcsync apply again",
				counted(len(names), k), resource.Lookup(k.Start.Kind).Singular, k.Start.Kind, listed(names))
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

func isNew(t *task) bool {
	for i := range t.steps {
		if t.steps[i].does == creating {
			return true
		}
	}
	return false
}

func counted(n int, k *resource.Kind) string {
	if n == 1 {
		return "1 new " + k.Singular + " is"
	}
	return fmt.Sprintf("%d new %s are each", n, k.Name)
}
