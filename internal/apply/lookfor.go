package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// nameOf is what tells an object from others of its kind: its server id, or
// its key where that is the identity.
func nameOf(k *resource.Kind, row *resource.Object) string {
	if k.ServerID != "" {
		return resource.Text(row.Get(k.ServerID))
	}
	return k.KeyOf(row)
}

// lookFor finds the object that a create with an unknown outcome made among
// the live rows of its kind: one that is not taken and reads back as what was
// sent. taken tells of a server id, or of a key where that is the identity,
// that it belongs to an object that was there before or that is known to be
// another one's. want has the fields that were sent, with references resolved.
//
// If there is only one with the key that was sent, and with other content, it
// is returned with differs true: it may be the object, changed by the server,
// or somebody else's. Nil if there is neither.
func lookFor(k *resource.Kind, want *resource.Object, live []*resource.Object, unreadable []string, taken func(id string) bool) (row *resource.Object, differs bool) {
	key := k.KeyOf(want)
	for _, o := range live {
		name, sameKey := nameOf(k, o), k.KeyOf(o) == key
		switch {
		case name == "" || taken(name), k.ServerID == "" && !sameKey:
		case len(diff.Compare(k, o, want, unreadable)) == 0:
			return o, false
		case sameKey && row == nil:
			row, differs = o, true
		}
	}
	return row, differs
}

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
		if it.task.change.Move != nil && !at.precedes(nameOf(k, row), resource.Text(it.next)) {
			return false
		}
	}
	return len(diff.Compare(k, row, it.want, unreadable)) == 0
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
