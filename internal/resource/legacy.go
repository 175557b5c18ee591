package resource

import (
	"slices"
	"strings"
)

// A version before 3.5 is described as far as reading it goes: which kinds it
// has, which calls read them, and what its fields need to come out in one form:
// their order, which lists are sets, what is secret and what changes by itself.
// Nothing is written, compared or filled in there.
//
// Facts come from the vendor's Configuration API references for 3.1 to 3.4.

// reading is the edition of an older version: its kinds have reads that know with
// which scopes they succeed and may leave objects out: those for one's own,
// where there are such for all.
func reading(version string, methods []Method, kinds ...*Kind) *Edition {
	e := (&Edition{Version: version, Methods: methods}).indexed()
	for _, k := range kinds {
		of := *k
		of.Reads = slices.Clone(k.Reads)
		for i := range of.Reads {
			r := &of.Reads[i]
			r.Narrow, r.Whole = nil, nil
			for _, scope := range e.Method(r.Method).Scopes {
				if strings.Contains(scope, "--my:") {
					r.Narrow = append(r.Narrow, scope)
				} else {
					r.Whole = append(r.Whole, scope)
				}
			}
		}
		e.Kinds = append(e.Kinds, &of)
	}
	return e.indexed()
}

// asRead returns a kind of 3.5 as an older version's reads see it.
func asRead(k *Kind, reads ...Read) *Kind {
	old := *k
	old.Fields = readFields(k.Fields)
	old.Reads = reads
	old.Create, old.Update, old.Delete, old.Publish, old.ActivatedBy = nil, nil, nil, nil, nil
	old.Caps, old.Keep, old.Check = nil, nil, nil
	return &old
}

// readFields returns fields as they are read. Each name that answers use for a
// field is one of its own: an older version's rows keep its names.
func readFields(fields []Field) []Field {
	var out []Field
	for _, f := range fields {
		if f.OnChange == ByStart {
			continue
		}
		aliases := f.Alias
		if f.Class != Volatile {
			f.Class = Server
		}
		if f.Input == SecretInput {
			f.Seen = InList // should an answer ever have it
		} else {
			f.Input = ReadOnly
		}
		f.Alias, f.Fields = nil, readFields(f.Fields)
		out = append(out, f)
		for _, name := range aliases {
			f.Name, f.Seen = name, InList
			out = append(out, f)
		}
	}
	return out
}

// changed returns a kind with a field as change leaves it.
func changed(k *Kind, name string, change func(f *Field)) *Kind {
	k.Fields = slices.Clone(k.Fields)
	change(k.Field(name))
	return k
}

// known is a field that is read and needs nothing but its place.
func known(name string, t Type, fields ...Field) Field {
	return Field{Name: name, Type: t, Class: Server, Input: ReadOnly, Fields: fields}
}

// setOf is a list without an order.
func setOf(name string, elem Type, fields ...Field) Field {
	f := known(name, ListOf, fields...)
	f.Elem, f.List = elem, Set
	return f
}

// mapOf is an object whose members are data.
func mapOf(name string, each Field) Field {
	f := known(name, Map)
	f.Each = &each
	return f
}
