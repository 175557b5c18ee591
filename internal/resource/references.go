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
	return func(yield func(Reference) bool) {
		stopped := false
		replaceRefs(k, row, func(to *RefTo, path string, v Value) Value {
			stopped = stopped || !yield(Reference{to, path, v})
			return v
		})
	}
}

// MapRefs returns a copy of a row in which every reference went through fn,
// which gets the reference's description and its value: a list element, a
// field, or the key of a map. A row in which one changes is canonical.
func (k *Kind) MapRefs(row *Object, fn func(ref *RefTo, path string, v Value) Value) *Object {
	out := row.Clone()
	if replaceRefs(k, out, fn) {
		k.Canonical(out)
	}
	return out
}

// replaceRefs puts what fn returns in the place of each reference of a row, where
// that is another value, and tells whether it was anywhere.
func replaceRefs(k *Kind, row *Object, fn func(to *RefTo, path string, v Value) Value) bool {
	return replacing(func(f *Field, at string, v Value) (Value, bool) {
		if f.Ref == nil || f.Type != Any && f.wants(v) != "" {
			return v, false // none, or of another type than references have
		}
		now := fn(f.Ref, at+f.Name, v)
		return now, !Equal(now, v)
	}).members(k.Fields, row, "")
}
