package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// A call of another kind (Kind.ActivatedBy) brings a new object into service, as a step
// of the same change. Only the response to that call tells its outcome, because the
// object itself does not have the value.

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
// into service, unless the plan or the next run does that. Where the call for it
// was refused, the same command does not make it again: a status that is noted with
// an object counts only when that is created.
func (r *run) offline() {
	for _, k := range resource.Kinds() {
		if k.ActivatedBy == nil {
			continue
		}
		started := r.started(resource.Lookup(k.ActivatedBy.Kind))
		var names []string
		failed := 0
		for _, t := range r.todo {
			if t.kind == k && r.leftOffline(t) && !started[resource.Text(t.id)] {
				names = append(names, resource.Text(t.id))
				if t.result.Status == Failed {
					failed++
				}
			}
		}
		r.left += failed
		if len(names) > 0 {
			r.notice("%s offline, and the same command does not change that: add a row for %s to %s in the file, then run lcsync apply",
				screen.Plural(len(names), "new "+k.Singular+" is", "new "+k.Name+" are"), listed(names), k.ActivatedBy.Kind)
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

// leftOffline tells whether an object was created and not brought into service,
// because the call for that failed or was not planned. If the outcome is unknown,
// or the run was stopped, or if it finishes what another run began, the next run
// makes the call.
func (r *run) leftOffline(t *task) bool {
	if t.result.Status == Failed {
		return !r.stopped && t.change.Action == diff.Create && t.next < len(t.steps) && t.steps[t.next].does == starting
	}
	isNew := slices.ContainsFunc(t.steps, func(s step) bool { return s.does == creating })
	return t.result.Status == Done && isNew && !t.change.After.Has(t.kind.ActivatedBy.Field)
}
