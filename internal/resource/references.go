package resource

import "iter"

// Reference is a value of a row that refers to an object: a field, an element of a
// list, or a key of a map.
type Reference struct {
	To    *RefTo
	Path  string // of the field, without places in lists
	Value Value
}

// Names returns the possible targets of the reference, in the form of
// Kind.Address.
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

// Address returns the index key for references to an object of a kind, by the
// value that they contain. Changes and selections use the same form.
func Address(kind string, id Value) string { return kind + "/" + Text(id) }

// Address returns the index key for references to an object that does not exist
// yet: its kind and key.
func (r Ref) Address() string { return Address(r.Kind, r.Key) }

// Address returns the index key for references to a row.
func (k *Kind) Address(row *Object) string { return Address(k.Name, k.IdentityOf(row)) }

// References returns the references of a row in order: the same ones that MapRefs
// replaces.
func (k *Kind) References(row *Object) iter.Seq[Reference] {
	return func(yield func(Reference) bool) {
		var w refWalk
		w.replace = func(to *RefTo, path string, v Value) Value {
			w.stopped = !yield(Reference{to, path, v})
			return v
		}
		w.members(k.Fields, row, "")
	}
}

// MapRefs returns a copy of a row in which fn replaced every reference. fn gets
// the description of the reference and its value: a list element, a field, or the
// key of a map.
func (k *Kind) MapRefs(row *Object, fn func(ref *RefTo, path string, v Value) Value) *Object {
	out := row.Clone()
	(&refWalk{replace: fn}).members(k.Fields, out, "")
	return out
}

// refWalk visits the references of a row until it is stopped. It writes only if a
// reference is replaced by another value, and reports whether it did.
type refWalk struct {
	replace func(to *RefTo, path string, v Value) Value
	stopped bool
}

func (w *refWalk) members(fields []Field, o *Object, at string) (changed bool) {
	for name, v := range o.All() {
		if w.stopped {
			break
		}
		if f := fieldNamed(fields, name); f != nil {
			if now, is := w.value(f, v, at); is {
				o.Set(name, now)
				changed = true
			}
		}
	}
	return changed
}

func (w *refWalk) value(f *Field, v Value, at string) (now Value, changed bool) {
	if v == nil || f.Type != Any && f.wants(v) != "" {
		return v, false // the value has a type that references never have
	}
	switch v := v.(type) {
	case *Object:
		if f.Type == Map {
			return w.keys(f, v, at)
		}
		return v, w.members(f.Fields, v, at+f.Name+".")
	case List:
		return w.elements(f, v, at)
	}
	if f.Ref == nil || w.stopped {
		return v, false
	}
	now = w.replace(f.Ref, at+f.Name, v)
	return now, !Equal(now, v)
}

func (w *refWalk) elements(f *Field, l List, at string) (now Value, changed bool) {
	e := f.Element()
	for i, v := range l {
		if v, is := w.value(&e, v, at); is {
			l[i], changed = v, true
		}
	}
	if changed {
		l = canonicalList(f, l)
	}
	return l, changed
}

func (w *refWalk) keys(f *Field, o *Object, at string) (now Value, changed bool) {
	out := &Object{}
	for name, v := range o.All() {
		key := name
		if f.Keys != nil && !w.stopped {
			key = Text(w.replace(f.Keys, at+f.Name, name))
		}
		out.Set(key, v)
		changed = changed || key != name
	}
	return out, changed
}
