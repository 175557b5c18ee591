package resource

import (
	"slices"
	"strings"
)

// A version before 3.5 is described only for reading: its kinds, the calls that
// read them, and what its fields need for a canonical form: their order, which
// lists are sets, which values are secret and which change by themselves. Nothing
// is written, compared or filled in there.
//
// Facts come from the vendor's Configuration API references for 3.1 to 3.4.

// reading returns the edition of an older version. Its reads know with which
// scopes they succeed but may omit objects: the scopes for one's own objects, if
// there are also scopes for all.
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

// asRead returns a kind of 3.5 as an older version reads it.
func asRead(k *Kind, reads ...Read) *Kind {
	old := *k
	old.Fields = readFields(k.Fields)
	old.Reads = reads
	old.Create, old.Update, old.Delete, old.Publish, old.ActivatedBy = nil, nil, nil, nil, nil
	old.Caps, old.Keep, old.Check = nil, nil, nil
	return &old
}

// readFields returns fields as they are read. Each name in responses becomes a
// field: the rows of an older version keep its names.
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
			f.Seen = InList // in case a response ever contains it
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

// changed returns a kind with one field modified by change.
func changed(k *Kind, name string, change func(f *Field)) *Kind {
	k.Fields = slices.Clone(k.Fields)
	change(k.Field(name))
	return k
}

// known describes a field that is read and has no further attributes.
func known(name string, t Type, fields ...Field) Field {
	return Field{Name: name, Type: t, Class: Server, Input: ReadOnly, Fields: fields}
}

// setOf is a list without an order.
func setOf(name string, elem Type, fields ...Field) Field {
	f := known(name, ListOf, fields...)
	f.Elem, f.List = elem, Set
	return f
}

// mapOf describes an object whose member names are data.
func mapOf(name string, each Field) Field {
	f := known(name, Map)
	f.Each = &each
	return f
}
