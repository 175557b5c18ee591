package migrate

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// draft holds the rows during a migration, and the ledger of the input fields.
type draft struct {
	opts  *Options
	rows  map[string][]*resource.Object
	notes map[*resource.Object]*rowNotes
	empty map[string]bool // kinds of which a document states that there are none
	fits  map[string]bool // answers that match something in the documents
	// license is the result, and identity the values that identify it.
	license  *resource.License
	identity *resource.Object

	before []Succession // webhooks of older documents

	rule      string // the current rule
	ledger    *ledger
	decisions []Decision
	meanings  []Meaning
	said      map[any]bool // decisions and meanings already added
}

// rowNotes are facts about a row in addition to its content.
type rowNotes struct {
	file  string // of the document that it came with
	exact bool   // from a snapshot of the target version, whose content needs no interpretation
	old   bool   // it has the id of a registration that the target version does not know
	bare  bool   // the input had only an id
}

// of returns the notes about a row, to read or to change.
func (d *draft) of(row *resource.Object) *rowNotes {
	n := d.notes[row]
	if n == nil {
		n = &rowNotes{}
		d.notes[row] = n
	}
	return n
}

func newDraft(o *Options) *draft {
	return &draft{opts: o, rows: map[string][]*resource.Object{}, notes: map[*resource.Object]*rowNotes{}, empty: map[string]bool{},
		fits: map[string]bool{}, license: &resource.License{}, identity: &resource.Object{}, said: map[any]bool{},
		ledger: &ledger{marks: map[*Document][]marks{}, known: map[remark]*remark{}, more: map[*Origin][]int32{}, into: map[*Origin]spot{}, at: map[spot]int32{}}}
}

// under sets the current rule.
func (d *draft) under(rule string) *draft {
	d.rule = rule
	return d
}

// add appends a row to a kind.
func (d *draft) add(kind string, rows ...*resource.Object) {
	d.rows[kind] = append(d.rows[kind], rows...)
}

// filter keeps the rows of a kind that stay.
func (d *draft) filter(kind string, stays func(row *resource.Object) bool) {
	if rows, ok := d.rows[kind]; ok {
		d.rows[kind] = slices.DeleteFunc(rows, func(row *resource.Object) bool { return !stays(row) })
	}
}

// remove takes rows of a kind out, and what they said is lost.
func (d *draft) remove(kind, why string, gone func(row *resource.Object) bool) {
	d.filter(kind, func(row *resource.Object) bool {
		if !gone(row) {
			return true
		}
		d.mark(row, Dropped, why)
		return false
	})
}

// sift removes elements from a member that is a list.
func sift(o *resource.Object, name string, gone func(e any) bool) {
	if l, ok := o.Get(name).(resource.List); ok {
		o.Set(name, slices.DeleteFunc(slices.Clone(l), gone))
	}
}

// mark records what happened to every field in a value.
func (d *draft) mark(v any, s Status, note string) {
	d.ledger.mark(v, d.rule, s, note, spot{})
}

// nothing records that a value has no content. Content that is not empty is
// dropped.
func (d *draft) nothing(v any, note string) {
	each(v, func(l *leaf) {
		switch {
		case l.value == nil, l.value == "", emptyObject(l), emptyList(l):
			d.mark(l, Converted, note)
		default:
			d.mark(l, Dropped, resource.TypeName(l.value)+" is not allowed here")
		}
	})
}

// absorb records that the fields of a value no longer have a place of their own:
// into, a part of a row, has the same content.
func (d *draft) absorb(v any, s Status, into spot, note string) {
	d.ledger.mark(v, d.rule, s, note, into)
}

// rename gives a member another name.
func (d *draft) rename(o *resource.Object, from, to string) {
	if v, ok := o.Lookup(from); ok {
		o.Delete(from)
		d.give(o, to, v, Renamed)
	}
}

// give sets a member of an object. If the object already has a member of that
// name, equal values are merged, and a different new value is dropped.
func (d *draft) give(o *resource.Object, name string, v any, s Status) {
	switch have, taken := o.Lookup(name); {
	case !taken:
		o.Set(name, v)
		d.mark(v, s, "")
	case same(have, v):
		d.absorb(v, Merged, spot{o, name}, "same as the field in its place")
	default:
		d.mark(v, Dropped, "differs from the field "+name+" of the same object")
	}
}

// drop removes a member, and records it as dropped.
func (d *draft) drop(o *resource.Object, name, why string) {
	if v, ok := o.Lookup(name); ok {
		o.Delete(name)
		d.mark(v, Dropped, why)
	}
}

// imply removes a member that the rest of the object implies.
func (d *draft) imply(o *resource.Object, name string, s Status, why string) {
	if v, ok := o.Lookup(name); ok {
		o.Delete(name)
		d.absorb(v, s, whole(o), why)
	}
}

// convert replaces the value of a member by one derived from it.
func (d *draft) convert(o *resource.Object, name string, v resource.Value, note string) {
	old := o.Get(name)
	o.Set(name, turned(v, old))
	d.mark(old, Converted, note)
}

// ask adds a decision, once.
func (d *draft) ask(q Decision) { d.decisions = once(d, d.decisions, q) }

// once appends an item that is not in the list yet.
func once[T any](d *draft, all []T, v T) []T {
	if d.said[v] {
		return all
	}
	d.said[v] = true
	return append(all, v)
}

// askAbout adds a decision about a row and marks the fields that wait for it.
func (d *draft) askAbout(kind string, row *resource.Object, waiting any, q Decision) {
	at := firstOrigin(row)
	q.Object, q.File, q.Line = call(kind, row), cmp.Or(at.File(), d.of(row).file), int(at.Line)
	d.mark(waiting, Undecided, q.Question)
	d.ask(q)
}

// means adds a behaviour change.
func (d *draft) means(kind string, row *resource.Object, what string) {
	at := firstOrigin(row)
	d.meanings = once(d, d.meanings, Meaning{Rule: d.rule, Object: call(kind, row), File: at.File(), Line: int(at.Line), Text: what})
}

// leftOut tells whether the user wants a row left out, and takes note of that.
func (d *draft) leftOut(kind string, row *resource.Object) bool {
	if !d.unwanted(kind, row) {
		return false
	}
	at := firstOrigin(row)
	d.meanings = slices.DeleteFunc(d.meanings, func(m Meaning) bool {
		return m.Object == call(kind, row) && m.File == at.File() && m.Line == int(at.Line)
	})
	return true
}

// call returns the name of a row for people: bot "Order tracker", webhook
// chat_deactivated https://….
func call(kind string, row *resource.Object) string {
	k := resource.Lookup(kind)
	name := k.Singular
	for _, f := range []string{"action", "url", "name", "id"} {
		if s := resource.Text(scalar(row, f)); s != "" {
			name += " " + s
			if f != "action" {
				return name
			}
		}
	}
	return name
}
