package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// expected returns the fields of a row, with references resolved, that should read
// back when a task is done: those that an update writes, or those that a create
// sends. Objects that are described whole are compared whole.
func (t *task) expected(row *resource.Object) *resource.Object {
	want := &resource.Object{}
	for name, v := range row.All() {
		f := t.kind.Field(name)
		switch {
		case t.change.Action == diff.Update && !t.kind.Whole && !slices.Contains(t.writes(), name):
		case f == nil && t.change.Action != diff.Update, f != nil && fixed(f, v):
		default:
			want.Set(name, v)
		}
	}
	return want
}

// asSent tells whether a live row proves that an item's step, which sets
// fields, took effect.
func (it *item) asSent(row *resource.Object, live *resource.Index) bool {
	k := it.task.kind
	unreadable := live.Unreadable[k.Name]
	if it.step.does == updating && it.task.change.Interim != nil {
		return ranked(k.Members, row, it.want)
	}
	if it.step.does == updating {
		for _, name := range it.task.updates() {
			if !tells(k, name, row) || slices.Contains(unreadable, name) {
				return false
			}
		}
		if it.task.change.Move != nil && !live.Precedes(k, k.NameOf(row), resource.Text(it.next)) {
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
