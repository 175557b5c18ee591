package resource

import (
	"iter"
	"maps"
)

// Walk returns the scalars of a value in order, at any depth. Each comes with the
// name of the innermost member that contains it, "" if there is none.
func Walk(v Value) iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) { walk("", v, yield) }
}

func walk(name string, v Value, yield func(string, Value) bool) bool {
	switch v := v.(type) {
	case *Object:
		for inner, m := range v.All() {
			if !walk(inner, m, yield) {
				return false
			}
		}
		return true
	case List:
		for _, e := range v {
			if !walk(name, e, yield) {
				return false
			}
		}
		return true
	}
	return yield(name, v)
}

// Rewrite returns a copy of a value in which fn replaced each scalar.
func Rewrite(v Value, fn func(Value) Value) Value {
	switch v := v.(type) {
	case *Object:
		if v == nil {
			return v
		}
		c := &Object{members: make([]member, len(v.members)), index: maps.Clone(v.index)}
		for i, m := range v.members {
			c.members[i] = member{m.name, Rewrite(m.value, fn)}
		}
		return c
	case List:
		c := make(List, len(v))
		for i := range v {
			c[i] = Rewrite(v[i], fn)
		}
		return c
	}
	return fn(v)
}

// HoldsRef reports whether a value is, or contains, a reference to an object that
// does not exist yet.
func HoldsRef(v Value) bool {
	for _, scalar := range Walk(v) {
		if _, is := scalar.(Ref); is {
			return true
		}
	}
	return false
}
