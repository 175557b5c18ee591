package apply

import (
	"context"
	"errors"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// index finds the rows of a license that was read back.
type index struct {
	license *resource.License
	kinds   map[string]*rows
}

type rows struct {
	byID, byKey map[string]*resource.Object
	place       map[string]int // of server ids, in the server's order
	order       []string
}

func newIndex(l *resource.License) *index {
	if l == nil {
		l = &resource.License{}
	}
	return &index{license: l, kinds: map[string]*rows{}}
}

func (x *index) of(k *resource.Kind) *rows {
	at := x.kinds[k.Name]
	if at != nil {
		return at
	}
	at = &rows{byID: map[string]*resource.Object{}, byKey: map[string]*resource.Object{}, place: map[string]int{}}
	for i, row := range x.license.Rows(k.Name) {
		if id := k.IDOf(row); id != nil {
			name := resource.Text(id)
			at.byID[name] = row
			at.place[name] = i
			at.order = append(at.order, name)
		}
		at.byKey[k.KeyOf(row)] = row
	}
	x.kinds[k.Name] = at
	return at
}

// row returns the row that is the object of another row: by server id, or by key
// where that is the identity. Nil if there is none.
func (x *index) row(k *resource.Kind, of *resource.Object) *resource.Object {
	if k.ServerID != "" {
		return x.of(k).byID[resource.Text(k.IDOf(of))]
	}
	return x.of(k).byKey[k.KeyOf(of)]
}

// find returns the row of a task's object.
func (x *index) find(t *task) *resource.Object {
	if t.kind.ServerID != "" {
		return x.of(t.kind).byID[resource.Text(t.id)]
	}
	return x.of(t.kind).byKey[t.key]
}

// replaced returns the row of the object that a task replaced, if it is still
// there under an id of its own.
func (x *index) replaced(t *task) *resource.Object {
	old := t.kind.IDOf(t.change.Before)
	if t.change.Action != diff.Replace || old == nil || resource.Equal(old, t.id) {
		return nil
	}
	return x.of(t.kind).byID[resource.Text(old)]
}

// unread says why nothing can be said of a task's object, "" if something can:
// its kind, its application's part of the kind, or the object was not read.
// found tells whether a row was read all the same.
func (x *index) unread(t *task, found bool) string {
	k := t.kind
	if !x.license.Has(k.Name) {
		if i := slices.IndexFunc(x.license.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name }); i >= 0 {
			return x.license.Gaps[i].Reason
		}
		return "it was not read"
	}
	row := t.rowFor(updating)
	if t.id != nil && k.ServerID != "" {
		row = row.Clone()
		row.Set(k.ServerID, t.id)
	}
	for _, g := range x.license.Gaps {
		if missed := found || t.change.Before != nil; g.Hides(k, row) && !(g.Partial && missed) { // what was seen once is missed
			return g.Reason
		}
	}
	return ""
}

// kindsOf returns the kinds of tasks, in the registry's order.
func kindsOf(tasks []*task) []string {
	has := map[string]bool{}
	for _, t := range tasks {
		has[t.kind.Name] = true
	}
	var out []string
	for _, name := range resource.Names() {
		if has[name] {
			out = append(out, name)
		}
	}
	return out
}

// broken tells whether an error of a read ends the run: the context was
// cancelled or the token refused.
func (r *run) broken(err error) bool {
	var e *wire.Error
	if errors.As(err, &e) && e.Class == wire.Authentication {
		r.err = err
		r.stopped = true
		return true
	}
	if r.ctx.Err() != nil || errors.Is(err, context.Canceled) {
		r.stopped = true
		return true
	}
	return false
}
