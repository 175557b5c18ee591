package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// perform makes the call of a task and turns the answer into rows. A call that
// is refused for what it asks for is made again without what the server may
// not be able to show.
func (t *task) perform(ctx context.Context, w wire.API) {
	answer, err := w.Call(ctx, t.spec().Method, t.args())
	if err != nil && t.hide(err) {
		answer, err = w.Call(ctx, t.spec().Method, t.args())
	}
	if err != nil {
		t.err = err
		return
	}
	if err := t.parse(answer); err != nil {
		t.rows, t.odd, t.err = nil, nil, fmt.Errorf("the answer has an odd shape: %w", err)
	}
}

func (t *task) args() *resource.Object {
	read := t.spec()
	args := read.Params.Clone()
	if args == nil {
		args = &resource.Object{}
	}
	switch read.Per {
	case resource.PerClient:
		args.Set("owner_client_id", t.client)
	case resource.PerRow:
		args.Set(cmp.Or(read.IDParam, t.of.ServerID), t.of.IDOf(t.row))
	}
	if ask := t.ask(); len(ask) > 0 {
		args.Set("fields", ask)
	}
	return args
}

// ownRow tells whether the call is for a row of its own kind, which its answer
// completes.
func (t *task) ownRow() bool { return t.spec().Per == resource.PerRow && t.spec().Of == "" }

// parse turns an answer into rows in their canonical form.
func (t *task) parse(answer resource.Value) error {
	if t.kind.Single && answer == nil {
		answer = &resource.Object{} // one without any members
	}
	if list, bare := answer.(resource.List); bare {
		t.entries = len(list)
	}
	rows, odd, err := t.spec().RowsOf(t.single(answer), t.client)
	if err != nil {
		return err
	}
	for _, row := range rows {
		t.kind.ReadNumbers(row)
		t.kind.Canonical(row)
		t.nulls = append(t.nulls, resource.DropNulls(row)...)
		if row.Len() == 0 && !t.kind.Single {
			odd = append(odd, resource.Odd{Reason: unidentified})
			continue
		}
		if as := t.spec().As; as != "" {
			row.Set(as, t.of.IDOf(t.row))
			t.kind.Canonical(row)
		}
		t.kind.DropVolatile(row)
		t.masked = append(t.masked, t.kind.DropSecrets(row)...)
		if f := t.kind.ClientID; f != "" && t.client != "" && !row.Has(f) {
			row.Set(f, t.client)
			t.kind.Canonical(row) // its place among the members
		}
		if !identified(t.kind, row) && !t.ownRow() {
			odd = append(odd, resource.Odd{ID: t.kind.CallOf(row), Reason: unidentified})
			continue
		}
		t.rows = append(t.rows, row)
	}
	t.rows = t.dedupe(t.rows)
	slices.SortFunc(odd, func(a, b resource.Odd) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Reason, b.Reason)) })
	t.odd = odd
	_, isList := answer.(resource.List)
	return t.fits(isList)
}

// unidentified is what is odd about an object that cannot be told from others.
const unidentified = "an object of the answer has nothing that identifies it"

// fits tells what is wrong with the rows of an answer as a whole.
func (t *task) fits(isList bool) error {
	if len(t.rows) == 0 && len(t.odd) > 0 && t.odd[0].ID == "" && !isList {
		return errors.New(t.odd[0].Reason)
	}
	one := t.ownRow() || t.kind.Single ||
		t.client != "" && len(t.kind.Key) == 1 && t.kind.Key[0] == t.kind.ClientID
	if one && len(t.rows) != 1 {
		return fmt.Errorf("want one object, got %d", len(t.rows))
	}
	if t.ownRow() {
		id, got := t.kind.IDOf(t.row), t.kind.IDOf(t.rows[0])
		if got != nil && !resource.Equal(id, got) {
			return fmt.Errorf("asked for %s, got %s", resource.Text(id), resource.Text(got))
		}
	}
	return nil
}

// single drops repeated objects from a list before the kind looks at it, as
// what they are linked by must be unique.
func (t *task) single(answer resource.Value) resource.Value {
	list, ok := answer.(resource.List)
	if !ok || t.kind.ServerID == "" {
		return answer
	}
	var rows []*resource.Object
	var single resource.List
	for _, v := range list {
		if o, ok := v.(*resource.Object); ok {
			rows = append(rows, o)
		} else {
			single = append(single, v)
		}
	}
	for _, o := range t.dedupe(rows) {
		single = append(single, o)
	}
	return single
}

// dedupe keeps one row of each identity, and of rows that differ always the
// same one, and notes the keys of the others.
func (t *task) dedupe(rows []*resource.Object) []*resource.Object {
	kept, doubles := dedupe(t.kind, rows)
	t.doubles = append(t.doubles, doubles...)
	return kept
}

func dedupe(k *resource.Kind, rows []*resource.Object) (kept []*resource.Object, doubles []string) {
	at := make(map[string]int, len(rows))
	kept = rows[:0:0]
	for _, row := range rows {
		id := identity(k, row)
		i, seen := at[id]
		if !seen || !identified(k, row) {
			at[id] = len(kept)
			kept = append(kept, row)
			continue
		}
		doubles = append(doubles, k.KeyOf(row))
		if resource.Compare(row, kept[i]) < 0 {
			kept[i] = row
		}
	}
	return kept, doubles
}

// identity is what tells two rows of a kind apart: the server's id, else the key.
func identity(k *resource.Kind, row *resource.Object) string {
	if id := k.IDOf(row); id != nil {
		return "#" + resource.JSON(id)
	}
	parts := make(resource.List, len(k.Key))
	for i, f := range k.Key {
		parts[i] = row.Get(f)
	}
	return resource.JSON(parts)
}

func identified(k *resource.Kind, row *resource.Object) bool {
	if k.ServerID != "" {
		return k.IDOf(row) != nil
	}
	return k.Single || strings.Trim(k.KeyOf(row), "/") != ""
}

// merge completes a row with what a call for it returned: the members of the
// answer win, inside records too, and nothing that the list had is lost.
func merge(k *resource.Kind, row, detail *resource.Object) {
	for name, v := range detail.All() {
		old, was := row.Get(name).(*resource.Object)
		fresh, is := v.(*resource.Object)
		if f := k.Field(name); was && is && f != nil && f.Type == resource.Record {
			for n, m := range fresh.All() {
				old.Set(n, m)
			}
			continue
		}
		row.Set(name, v)
	}
	k.Canonical(row)
}
