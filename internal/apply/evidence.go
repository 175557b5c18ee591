package apply

import (
	"slices"

	"lcsync/internal/resource"
)

// sentRow returns the fields that an item's step sets, as they should read
// back; nil if it deletes.
func (it *item) sentRow() *resource.Object {
	k, want := it.task.kind, &resource.Object{}
	switch {
	case it.step.does == deleting:
		return nil
	case it.step.does == updating && it.step.op.Args == nil:
		selectForUpdate(it.task, it.row, want)
	case it.step.does == creating && it.step.op.Args == nil:
		selectForCreate(k, it.row, want)
	default:
		for name, v := range it.row.All() {
			if v != nil {
				want.Set(name, v)
			}
		}
	}
	for _, name := range it.soft {
		want.Delete(name) // other calls may have added to it by now
	}
	return want
}

// asSent tells whether a live row proves that an item's step, which sets
// fields, took effect.
func (it *item) asSent(row *resource.Object, at *rows, unreadable []string) bool {
	k := it.task.kind
	if it.step.does == updating && it.task.change.Interim != nil {
		return ranked(k.Members, row, it.want)
	}
	if it.step.does == updating {
		for _, name := range it.task.updates() {
			if !tells(k, name, row) || slices.Contains(unreadable, name) {
				return false
			}
		}
		if it.task.change.Move != nil && !at.precedes(k.NameOf(row), resource.Text(it.next)) {
			return false
		}
	}
	return matches(k, row, it.want, unreadable)
}

// tells tells whether a field of a live row says what was written to it.
func tells(k *resource.Kind, name string, row *resource.Object) bool {
	f := k.Field(name)
	if f == nil {
		return row.Has(name)
	}
	return f.Class == resource.User && f.Seen != resource.Never && f.Input != resource.WriteOnly && f.Input != resource.SecretInput
}

// precedes tells whether an object stands right before another one; "" is the
// end.
func (at *rows) precedes(id, next string) bool {
	place, ok := at.place[id]
	if !ok {
		return false
	}
	if place+1 == len(at.order) {
		return next == ""
	}
	return at.order[place+1] == next
}
