package apply

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// A new object that the file notes as in service (Kind.Start) is brought there by
// a call of another kind, which is a step of the same change. Its answer is all
// that is known of it: the object itself does not show it.

// starts tells whether a change brings an object into service: a create, or what
// is left of one.
func (t *task) starts() bool {
	if t.kind.Start == nil || t.change.Action != diff.Create && t.change.Action != diff.Update || t.kind.StartArgs(t.change.After, nil) == nil {
		return false
	}
	for _, name := range t.writes() {
		if name == t.kind.Start.Field {
			return true
		}
	}
	return t.change.Action == diff.Create
}

// unstarted tells whether an object was made and could not be brought into
// service. Of one whose outcome is not known the next run takes care.
func (t *task) unstarted() bool {
	return t.result.Status == Failed && t.next < len(t.steps) && t.steps[t.next].does == starting
}

// starts tells whether a change is to bring its object into service.
func starts(k *resource.Kind, ch *diff.Change) bool { return (&task{kind: k, change: ch}).starts() }
