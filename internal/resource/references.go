package resource

import "iter"

// Reference is a value of a row that names an object: a field, an element of a
// list, or a key of a map.
type Reference struct {
	To    *RefTo
	Path  string // of the field, without places in lists
	Value Value
}

// Names returns what the reference may name, as Kind.Address says it.
func (r Reference) Names() []string {
	if ref, ok := r.Value.(Ref); ok {
		return []string{ref.Address()}
	}
	out := make([]string, len(r.To.Kinds))
	for i, kind := range r.To.Kinds {
		out[i] = Address(kind, r.Value)
	}
	return out
}

// Address is what references to an object of a kind are filed under, by what
// they hold of it. It is also what changes and selections are called.
func Address(kind string, id Value) string { return kind + "/" + Text(id) }

// Address is what references to an object that does not exist yet are filed
// under: its kind and key.
func (r Ref) Address() string { return Address(r.Kind, r.Key) }

// Address is what references to a row are filed under.
func (k *Kind) Address(row *Object) string { return Address(k.Name, k.IdentityOf(row)) }

// References returns the references of a row, in order: those that MapRefs
// replaces.
func (k *Kind) References(row *Object) iter.Seq[Reference] {
	return func(yield func(Reference) bool) { visitRefs(k.Fields, row, "", yield) }
}

func visitRefs(fields []Field, o *Object, at string, yield func(Reference) bool) bool {
	for name, v := range o.All() {
		if f := fieldNamed(fields, name); f != nil && !visitValueRefs(f, v, at, yield) {
			return false
		}
	}
	return true
}

func visitValueRefs(f *Field, v Value, at string, yield func(Reference) bool) bool {
	if f.Type != Any && f.wants(v) != "" {
		return true // of another type than references have
	}
	switch v := v.(type) {
	case *Object:
		if f.Type != Map {
			return visitRefs(f.Fields, v, at+f.Name+".", yield)
		}
		for name := range v.All() {
			if f.Keys != nil && !yield(Reference{f.Keys, at + f.Name, name}) {
				return false
			}
		}
	case List:
		e := f.Element()
		for _, element := range v {
			if !visitValueRefs(&e, element, at, yield) {
				return false
			}
		}
	case nil:
	default:
		return f.Ref == nil || yield(Reference{f.Ref, at + f.Name, v})
	}
	return true
}
