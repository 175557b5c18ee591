package resource

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Canonical brings a row into its one form, in place: names that answers use
// for a field become the field's own, sets are sorted, schedules stand by
// weekday, members stand in the registry's order with unknown ones last, and
// what is one value in several spellings has one: 3.0 is the integer 3 and the
// time 08:00:00 is 08:00. Nothing is added and nothing taken away.
func (k *Kind) Canonical(o *Object) { canonical(k.Fields, o) }

// DropVolatile takes the fields out of a row that are never exported.
func (k *Kind) DropVolatile(o *Object) {
	for i := range k.Fields {
		if k.Fields[i].Class == Volatile {
			o.Delete(k.Fields[i].Name)
		}
	}
}

func canonical(fields []Field, o *Object) {
	for i := range fields {
		f := &fields[i]
		for _, alias := range f.Alias {
			if v, ok := o.Lookup(alias); ok {
				o.Delete(alias)
				if !o.Has(f.Name) {
					o.Set(f.Name, v)
				}
			}
		}
		if v, ok := o.Lookup(f.Name); ok {
			o.Set(f.Name, canonicalValue(f, v))
		}
	}
	SortMembers(fields, o)
}

// SortMembers puts the members of an object into the registry's order, unknown
// ones last by name; it leaves an object that is in order alone.
func SortMembers(fields []Field, o *Object) {
	place := func(name string) int {
		if i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name }); i >= 0 {
			return i
		}
		return len(fields)
	}
	o.SortBy(func(a, b string) int {
		pa, pb := place(a), place(b)
		if pa == len(fields) && pb == len(fields) {
			return cmp.Compare(a, b)
		}
		return cmp.Compare(pa, pb)
	})
}

func canonicalValue(f *Field, v Value) Value {
	if f.Or != nil && !f.shapeOf(v) {
		f = f.Or
	}
	switch f.Type {
	case Record:
		if o, ok := v.(*Object); ok {
			canonical(f.Fields, o)
		}
	case Map:
		if o, ok := v.(*Object); ok {
			o.SortBy(cmp.Compare[string])
			each := f.Element()
			for name, m := range o.All() {
				o.Set(name, canonicalValue(&each, m))
			}
		}
	case ListOf:
		if l, ok := v.(List); ok {
			return canonicalList(f, l)
		}
	case Int, Any:
		if n, ok := v.(float64); ok && n == math.Trunc(n) && math.Abs(n) < exactInts {
			return int64(n)
		}
	case String:
		if s, ok := v.(string); ok && f.Format == ClockTime && wholeMinute.MatchString(s) {
			return strings.TrimSuffix(s, ":00")
		}
	}
	return v
}

// wholeMinute is a time of day with seconds of which there are none.
var wholeMinute = regexp.MustCompile(`^\d\d:\d\d:00$`)

// shapeOf tells whether a value has the shape that the field describes, as far
// as objects and lists go.
func (f *Field) shapeOf(v Value) bool {
	switch v.(type) {
	case *Object:
		return f.Type == Record || f.Type == Map
	case List:
		return f.Type == ListOf
	}
	return true
}

// SortRows brings the rows of a kind into the order of the snapshot: linked
// kinds keep theirs, others stand by server id if it is a number, and by key
// and id otherwise.
func (k *Kind) SortRows(rows []*Object) {
	if k.Order == Linked {
		return
	}
	slices.SortStableFunc(rows, func(a, b *Object) int {
		if k.ServerID != "" && !k.RandomID {
			if c := Compare(a.Get(k.ServerID), b.Get(k.ServerID)); c != 0 {
				return c
			}
		}
		for _, f := range k.Key {
			if c := Compare(a.Get(f), b.Get(f)); c != 0 {
				return c
			}
		}
		if k.ServerID == "" {
			return 0
		}
		return Compare(a.Get(k.ServerID), b.Get(k.ServerID))
	})
}

// AskFields returns what a read of the kind puts into `fields`: every field
// that comes only when asked for and is of use. A row field that is read under
// an alias is asked for by its own name.
func (k *Kind) AskFields() List {
	var l List
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Seen == Asked && (f.Class != Volatile || k.foldsOnRead(f)) {
			l = append(l, f.Name)
		}
	}
	return l
}

// foldsOnRead tells whether a volatile field is needed to make up another one:
// it is, if a member of a record has its name.
func (k *Kind) foldsOnRead(f *Field) bool {
	return slices.ContainsFunc(k.Fields, func(r Field) bool { return r.Type == Record && r.Member(f.Name) != nil })
}

// FillRequired gives the records inside of a row's fields, in place, the
// defaults of members that requests must have although answers and files may
// leave them out.
func (k *Kind) FillRequired(o *Object) {
	for i := range k.Fields {
		fillRequired(&k.Fields[i], o.Get(k.Fields[i].Name))
	}
}

func fillRequired(f *Field, v Value) {
	switch v := v.(type) {
	case List:
		for _, e := range v {
			if o, ok := e.(*Object); ok && f.Elem == Record {
				fillMembers(f.Fields, o)
			}
		}
	case *Object:
		if f.Type == Record {
			fillMembers(f.Fields, v)
		}
	}
}

func fillMembers(fields []Field, o *Object) {
	for i := range fields {
		f := &fields[i]
		if f.Required && f.Default != nil && !o.Has(f.Name) {
			o.Set(f.Name, f.Default)
			SortMembers(fields, o)
		}
		fillRequired(f, o.Get(f.Name))
	}
}

// MapRefs returns a copy of a row in which every reference went through fn,
// which gets the reference's description and its value: a list element, a
// field, or the key of a map.
func (k *Kind) MapRefs(o *Object, fn func(ref *RefTo, path string, v Value) Value) *Object {
	return mapRefs(k.Fields, o, "", fn)
}

func mapRefs(fields []Field, o *Object, at string, fn func(*RefTo, string, Value) Value) *Object {
	if o == nil {
		return nil
	}
	out := &Object{members: make([]member, 0, len(o.members))}
	for name, v := range o.All() {
		if f := fieldNamed(fields, name); f != nil {
			v = mapValueRefs(f, v, at+name, fn)
		} else {
			v = CloneValue(v)
		}
		out.members = append(out.members, member{name, v})
	}
	out.reindex()
	return out
}

func mapValueRefs(f *Field, v Value, path string, fn func(*RefTo, string, Value) Value) Value {
	if f.Type != Any && f.wants(v) != "" {
		return CloneValue(v) // of another type than references have
	}
	switch v := v.(type) {
	case *Object:
		if f.Type == Map {
			return mapKeyRefs(f, v, path, fn)
		}
		return mapRefs(f.Fields, v, path+".", fn)
	case List:
		e := f.Element()
		out := make(List, len(v))
		for i := range v {
			out[i] = mapValueRefs(&e, v[i], path, fn)
		}
		return canonicalList(f, out)
	case nil:
		return nil
	}
	if f.Ref != nil {
		return fn(f.Ref, path, v)
	}
	return v
}

func mapKeyRefs(f *Field, o *Object, path string, fn func(*RefTo, string, Value) Value) Value {
	if f.Keys == nil {
		return o.Clone()
	}
	out := &Object{}
	for name, v := range o.All() {
		out.Set(Text(fn(f.Keys, path, name)), CloneValue(v))
	}
	return out
}
