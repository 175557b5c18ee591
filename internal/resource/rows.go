package resource

import (
	"fmt"
	"strconv"
)

// Odd is a part of a response that cannot be converted to a row, although the rest
// can.
type Odd struct {
	// ID is the name of the object: its id, its key or the beginning of its key
	// (see Kind.CalledBy). "" if it has no identity.
	ID     string
	Reason string
}

func odd(id, format string, args ...any) Odd { return Odd{id, fmt.Sprintf(format, args...)} }

// RowsOf converts a response of the call to rows, which share only values with it.
// It omits and reports parts that are odd; an error means that the response as a
// whole is not valid for the call. A null counts as absent, because a server
// without a value may send null. Only members of rows stay null, because they show
// which fields responses contain. client is the client id of PerClient calls.
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

// ReadLoosely converts values of a response that are spelled in another way than the
// fields are: a text for an integer, which would be a name in a file, and an empty list
// for an empty object, which some encoders do not tell apart.
func (k *Kind) ReadLoosely(o *Object) { readLoosely(k.Fields, o) }

func readLoosely(fields []Field, o *Object) {
	for i := range fields {
		if v, ok := o.Lookup(fields[i].Name); ok {
			o.Set(fields[i].Name, readValue(&fields[i], v))
		}
	}
}

func readValue(f *Field, v Value) Value {
	switch v := v.(type) {
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); f.Type == Int && err == nil && strconv.FormatInt(n, 10) == v {
			return n
		}
	case *Object:
		if f.Type == Record {
			readLoosely(f.Fields, v)
		}
	case List:
		if len(v) == 0 && (f.Type == Record || f.Type == Map) {
			return &Object{}
		}
		each := f.Element()
		for i := range v {
			if f.Type == ListOf {
				v[i] = readValue(&each, v[i])
			}
		}
	}
	return v
}

// withoutNulls returns a value without null members and elements; its own members
// stay if own is set.
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

// membersOf returns a response that is an object whose names are data. Null is one
// without members, and so is an empty list, as some encoders write it.
func membersOf(answer Value) (o *Object, ok bool) {
	if l, isList := answer.(List); answer == nil || isList && len(l) == 0 {
		return nil, true
	}
	o, ok = answer.(*Object)
	return o, ok
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
		return nil, nil, fmt.Errorf("expected a list of objects, got %s", TypeName(answer))
	}
	var rows []*Object
	var odds []Odd
	for _, v := range list {
		if o, ok := v.(*Object); ok {
			rows = append(rows, o)
		} else {
			odds = append(odds, odd("", "expected an object, got %s", TypeName(v)))
		}
	}
	return rows, odds, nil
}

// ObjectsOf returns the objects of a list that contains only objects; a single
// object counts as a list of one.
func ObjectsOf(v Value) ([]*Object, error) {
	rows, odds, err := objectRows(v, "")
	switch {
	case err != nil:
		return nil, err
	case v == nil:
		return nil, fmt.Errorf("expected a list of objects, got null")
	case len(odds) > 0:
		return nil, fmt.Errorf("expected a list of objects: %s", odds[0].Reason)
	}
	return rows, nil
}

// Merge completes a row with the response of a call for it: members of the
// response take precedence, inside records too, and everything else in the row
// stays.
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
