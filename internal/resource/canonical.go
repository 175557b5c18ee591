package resource

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Canonical converts a row to its canonical form, in place: it renames fields from
// the names in responses to their own, sorts sets, sorts schedules by weekday, and
// puts members into the registry's order with unknown ones last. Values with
// several spellings get one: 3.0 becomes the integer 3 and the time 08:00:00
// becomes 08:00. It adds no value and removes none.
func (k *Kind) Canonical(o *Object) { canonical(k.Fields, o) }

// DropVolatile removes from a row the fields that are never exported.
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

// SortMembers sorts the members of an object in the registry's order, unknown ones
// last by name; it does not touch an object that is in order.
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

// Canonical returns the canonical form of a value of the field, like
// Kind.Canonical; objects and lists are changed in place.
func (f *Field) Canonical(v Value) Value { return canonicalValue(f, v) }

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

// wholeMinute matches a time of day whose seconds are zero.
var wholeMinute = regexp.MustCompile(`^\d\d:\d\d:00$`)

// shapeOf reports whether a value has the shape that the field describes, as far
// as objects and lists are concerned.
func (f *Field) shapeOf(v Value) bool {
	switch v.(type) {
	case *Object:
		return f.Type == Record || f.Type == Map
	case List:
		return f.Type == ListOf
	}
	return true
}

// SortRows sorts the rows of a kind in the order of the snapshot. Linked kinds
// keep their order; other rows are sorted by server id if it is a number, and by
// key and id otherwise. Rows that the kind cannot distinguish are sorted by
// content, so that the input order has no effect.
func (k *Kind) SortRows(rows []*Object) {
	if k.Order == Linked {
		return
	}
	by := slices.Clone(k.Key)
	if k.ServerID != "" && !k.RandomID {
		by = slices.Insert(by, 0, k.ServerID)
	} else if k.ServerID != "" {
		by = append(by, k.ServerID)
	}
	slices.SortStableFunc(rows, func(a, b *Object) int {
		for _, f := range by {
			if c := Compare(a.Get(f), b.Get(f)); c != 0 {
				return c
			}
		}
		return Compare(a, b)
	})
}

// AskFields returns the list for the parameter `fields` of a read of the kind:
// every useful field that the API returns only on request. A row field that is
// read under an alias is requested by its own name.
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

// foldsOnRead reports whether a volatile field is needed to construct another one:
// a member of a record has its name.
func (k *Kind) foldsOnRead(f *Field) bool {
	return slices.ContainsFunc(k.Fields, func(r Field) bool { return r.Type == Record && r.Member(f.Name) != nil })
}
