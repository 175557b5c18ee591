package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// task is one call and what came of it.
type task struct {
	kind   *resource.Kind
	read   *resource.Read   // one of the kind's
	client string           // of PerClient reads
	row    *resource.Object // of PerRow reads: the row to complete, or to ask about
	of     *resource.Kind   // the kind of row
	ask    resource.List    // names of the fields to ask for
	hidden []string         // fields that the server would not show in their newer shape

	rows     []*resource.Object
	odd      []resource.Odd // what of the answer is no row, sorted
	doubles  []string       // keys of objects that the answer had more than once
	entries  int            // of an answer that is a bare list
	nulls    []string       // members of rows that the answer had as null
	newer    *task          // read the hidden fields through resource.APIVersion, nil if nobody could
	err      *wire.Error
	panicked *wire.Panic
}

func newTask(k *resource.Kind, read *resource.Read) *task {
	t := &task{kind: k, read: read}
	if read.Fields {
		t.ask = k.AskFields()
	}
	return t
}

// ownRow tells whether the call is for a row of its own kind, which its answer
// completes.
func (t *task) ownRow() bool { return t.row != nil && t.of == t.kind }

// reveals returns the client ids that the rows of an answer name.
func (t *task) reveals() []string {
	var ids []string
	for _, row := range t.rows {
		ids = append(ids, row.String(t.read.Reveals))
	}
	return ids
}

// perform makes the call of a task. If the server refuses the requested fields,
// perform repeats the call without those that the server may be unable to show.
func (t *task) perform(ctx context.Context, w, newer wire.API) {
	t.call(ctx, w)
	if t.err != nil && t.err.Type == "validation" && t.leaveOut() {
		t.call(ctx, w)
		t.readHidden(ctx, newer)
	}
}

// call makes the call and turns the answer into rows.
func (t *task) call(ctx context.Context, w wire.API) {
	t.err = nil
	answer, err := w.Call(ctx, t.read.Method, t.args())
	if err != nil {
		if e, ok := errors.AsType[*wire.Error](err); ok {
			t.err = e
		} else {
			t.err = &wire.Error{Method: t.read.Method, Err: err}
		}
	} else if err := t.parse(answer); err != nil {
		t.rows, t.odd = nil, nil
		t.err = &wire.Error{Method: t.read.Method, Message: "the response has an unexpected format: " + err.Error(), Err: err}
	}
}

func (t *task) args() *resource.Object {
	args := t.read.Params.Clone()
	if args == nil {
		args = &resource.Object{}
	}
	switch t.read.Per {
	case resource.PerClient:
		args.Set("owner_client_id", t.client)
	case resource.PerRow:
		args.Set(cmp.Or(t.read.IDParam, t.of.ServerID), t.of.IDOf(t.row))
	}
	if len(t.ask) > 0 {
		args.Set("fields", t.ask)
	}
	return args
}

// unidentified is the reason for an object that cannot be distinguished from
// others.
const unidentified = "an object in the response cannot be identified"

// parse turns an answer into rows in their canonical form.
func (t *task) parse(answer resource.Value) error {
	if t.kind.Single && answer == nil {
		answer = &resource.Object{} // one without any members
	}
	list, isList := answer.(resource.List)
	rows, odd, err := t.read.RowsOf(answer, t.client)
	if err != nil {
		return err
	}
	for _, row := range rows {
		t.complete(row)
		if !t.kind.Single && (row.Len() == 0 || !t.kind.Identified(row) && !t.ownRow()) {
			odd = append(odd, resource.Odd{ID: t.kind.CallOf(row), Reason: unidentified})
			continue
		}
		t.rows = append(t.rows, row)
	}
	slices.SortFunc(odd, func(a, b resource.Odd) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Reason, b.Reason)) })
	t.odd, t.entries = odd, len(list)
	t.rows, t.doubles = t.kind.Unique(t.rows)
	if len(t.rows) == 0 && len(odd) > 0 && odd[0].ID == "" && !isList {
		return errors.New(odd[0].Reason)
	}
	return t.fits()
}

// complete gives a row its canonical form, and adds the fields that only the call
// knows.
func (t *task) complete(row *resource.Object) {
	t.kind.ReadLoosely(row)
	t.kind.Canonical(row)
	t.nulls = append(t.nulls, resource.DropNulls(row)...)
	if row.Len() == 0 {
		return
	}
	if as := t.read.As; as != "" {
		row.Set(as, t.of.IDOf(t.row))
	}
	if f := t.kind.OwnedBy; f != "" && t.client != "" && !row.Has(f) {
		row.Set(f, t.client)
	}
	t.kind.Canonical(row) // their places among the members
}

// fits returns an error if the rows of a response as a whole are wrong.
func (t *task) fits() error {
	one := t.ownRow() || t.kind.Single ||
		t.client != "" && len(t.kind.Key) == 1 && t.kind.Key[0] == t.kind.OwnedBy
	if one && len(t.rows) != 1 {
		return fmt.Errorf("expected one object, got %d", len(t.rows))
	}
	if t.ownRow() {
		id, got := t.kind.IDOf(t.row), t.kind.IDOf(t.rows[0])
		if got != nil && !resource.Equal(id, got) {
			return fmt.Errorf("asked for %s, got %s", resource.Text(id), resource.Text(got))
		}
	}
	return nil
}
