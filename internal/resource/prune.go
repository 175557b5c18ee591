package resource

import "slices"

// Drop tells whether a member of an object, or an element of a list, is to be removed.
// fields are those that the object can have. f describes the value, nil if the
// registry does not; an element is described by the field of its list, as is what is
// inside of a field of a free type. An element has no name.
type Drop func(fields []Field, f *Field, name string, v Value) bool

// Prune removes members and elements from an object, at any depth.
func Prune(fields []Field, o *Object, drop Drop) {
	pruneMembers(fields, o, func(name string) *Field { return fieldNamed(fields, name) }, drop)
}

func pruneMembers(fields []Field, o *Object, of func(name string) *Field, drop Drop) {
	for _, name := range o.Names() {
		f, v := of(name), o.Get(name)
		if drop(fields, f, name, v) {
			o.Delete(name)
			continue
		}
		if l, is := v.(List); is {
			v = slices.DeleteFunc(l, func(e Value) bool { return drop(nil, f, "", e) })
			o.Set(name, v)
		}
		pruneInside(f, v, drop)
	}
}

func pruneInside(f *Field, v Value, drop Drop) {
	switch v := v.(type) {
	case *Object:
		switch {
		case f == nil:
			Prune(nil, v, drop)
		case f.Type == Any:
			pruneMembers(nil, v, func(string) *Field { return f }, drop)
		case f.Type == Map:
			each := f.Element()
			pruneMembers(nil, v, func(string) *Field { return &each }, drop)
		default:
			Prune(f.Fields, v, drop)
		}
	case List:
		for _, e := range v {
			pruneInside(f, e, drop)
		}
	}
}
