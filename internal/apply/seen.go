package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// in returns the row of a task's object.
func (t *task) in(live *resource.Index) *resource.Object {
	if t.kind.ServerID != "" {
		return live.ByID(t.kind, t.id)
	}
	return live.Find(t.kind, t.row)
}

// leftover returns the row of the object that a task replaced, if it is still
// there under an id of its own.
func (t *task) leftover(live *resource.Index) *resource.Object {
	old := t.kind.IDOf(t.change.Before)
	if t.change.Action != diff.Replace || old == nil || resource.Equal(old, t.id) {
		return nil
	}
	return live.ByID(t.kind, old)
}

// unread says why a license tells nothing of a task's object, "" if it does: its
// kind, its application's part of the kind, or the object was not read. found
// tells whether a row was read all the same.
func (t *task) unread(live *resource.Index, found bool) string {
	k := t.kind
	if !live.Has(k.Name) {
		if i := slices.IndexFunc(live.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name }); i >= 0 {
			return live.Gaps[i].Reason
		}
		return "it was not read"
	}
	row := t.rowFor(updating)
	if t.id != nil && k.ServerID != "" {
		row = row.Clone()
		row.Set(k.ServerID, t.id)
	}
	for _, g := range live.Gaps {
		if missed := found || t.change.Before != nil; g.Hides(k, row) && !(g.Partial && missed) { // what was seen once is missed
			return g.Reason
		}
	}
	return ""
}

// kindsOf returns the kinds of tasks, in the registry's order.
func kindsOf(tasks []*task) []string {
	return resource.NamesOf(func(k *resource.Kind) bool {
		return slices.ContainsFunc(tasks, func(t *task) bool { return t.kind == k })
	})
}
