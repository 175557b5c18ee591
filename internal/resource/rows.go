package resource

import (
	"fmt"
	"strconv"
)

// Odd is a part of an answer that cannot be made a row of, while the rest can.
type Odd struct {
	// ID is what the object is called: its id, its key or the beginning of its
	// key (see Kind.CalledBy). "" if nothing identifies it.
	ID     string
	Reason string
}

func odd(id, format string, args ...any) Odd { return Odd{id, fmt.Sprintf(format, args...)} }

// RowsOf turns an answer of the call into rows, which share nothing with it but
// values. What is odd in it alone is left out and named; an error means that
// the answer as a whole is none that the call gives. Null is absent: whoever
// has nothing to show may say null. Only members of rows stay null, as that says
// which fields answers have. client is the client id of PerClient calls.
func (r *Read) RowsOf(answer Value, client string) ([]*Object, []Odd, error) {
	if o, ok := answer.(*Object); ok && r.In != "" && o.Has(r.In) {
		answer = o.Get(r.In)
	}
	if list, ok := answer.(List); ok {
		rows := make(List, 0, len(list))
		for _, v := range list {
			if v != nil {
				rows = append(rows, withoutNulls(v, true))
			}
		}
		answer = rows
	} else {
		answer = withoutNulls(answer, true)
	}
	if r.Rows == nil {
		return objectRows(answer, client)
	}
	return r.Rows(answer, client)
}

// ReadNumbers turns texts that are spelled as integers into integers where an
// answer's row should have one. In a file such a text is a name.
func (k *Kind) ReadNumbers(o *Object) { readNumbers(k.Fields, o) }

func readNumbers(fields []Field, o *Object) {
	for i := range fields {
		if v, ok := o.Lookup(fields[i].Name); ok {
			o.Set(fields[i].Name, readNumber(&fields[i], v))
		}
	}
}

func readNumber(f *Field, v Value) Value {
	switch v := v.(type) {
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); f.Type == Int && err == nil && strconv.FormatInt(n, 10) == v {
			return n
		}
	case *Object:
		if f.Type == Record {
			readNumbers(f.Fields, v)
		}
	case List:
		each := f.Element()
		for i := range v {
			if f.Type == ListOf {
				v[i] = readNumber(&each, v[i])
			}
		}
	}
	return v
}

// withoutNulls returns a value without the members and elements that are null,
// apart from its own members if they are to stay.
func withoutNulls(v Value, own bool) Value {
	switch v := v.(type) {
	case *Object:
		out := &Object{members: make([]member, 0, len(v.members))}
		for _, m := range v.members {
			if m.value != nil || own {
				out.members = append(out.members, member{m.name, withoutNulls(m.value, false)})
			}
		}
		out.reindex()
		return out
	case List:
		out := make(List, 0, len(v))
		for _, e := range v {
			if e != nil {
				out = append(out, withoutNulls(e, false))
			}
		}
		return out
	}
	return v
}

// objectRows turns a list of objects, or one object, into rows.
func objectRows(answer Value, _ string) ([]*Object, []Odd, error) {
	if answer == nil {
		return nil, nil, nil
	}
	if o, ok := answer.(*Object); ok {
		return []*Object{o}, nil, nil
	}
	list, ok := answer.(List)
	if !ok {
		return nil, nil, fmt.Errorf("want a list of objects, got %s", TypeName(answer))
	}
	var rows []*Object
	var odds []Odd
	for _, v := range list {
		if o, ok := v.(*Object); ok {
			rows = append(rows, o)
		} else {
			odds = append(odds, odd("", "want an object, got %s", TypeName(v)))
		}
	}
	return rows, odds, nil
}

// ObjectsOf returns the objects of a list that holds nothing else; one object
// is a list of one.
func ObjectsOf(v Value) ([]*Object, error) {
	rows, odds, err := objectRows(v, "")
	switch {
	case err != nil:
		return nil, err
	case v == nil:
		return nil, fmt.Errorf("want a list of objects, got null")
	case len(odds) > 0:
		return nil, fmt.Errorf("want a list of objects: %s", odds[0].Reason)
	}
	return rows, nil
}

// Merge completes a row with what a call for it returned: the members of the
// answer win, inside records too, and nothing that the row had is lost.
func (k *Kind) Merge(row, detail *Object) {
	for name, v := range detail.All() {
		old, was := row.Get(name).(*Object)
		fresh, is := v.(*Object)
		if f := k.Field(name); was && is && f != nil && f.Type == Record {
			for n, m := range fresh.All() {
				old.Set(n, m)
			}
			continue
		}
		row.Set(name, v)
	}
	k.Canonical(row)
}
