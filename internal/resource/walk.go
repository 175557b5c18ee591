package resource

import (
	"iter"
	"maps"
)

// Walk returns the scalars of a value in order: what is in it, at any depth, that
// is neither a list nor an object. Each comes with the name of the innermost
// member that it is in, "" if there is none.
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

// Rewrite returns a copy of a value with what fn returns in the place of each
// scalar.
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

// replacing goes through what the registry describes of a value and replaces
// scalars, and the keys of maps, by what it returns for them, if that is another
// value. It gets their description and the path of what they are a member of.
type replacing func(f *Field, at string, v Value) (now Value, changed bool)

func (r replacing) members(fields []Field, o *Object, at string) (changed bool) {
	for name, v := range o.All() {
		if f := fieldNamed(fields, name); f != nil {
			if now, is := r.value(f, v, at); is {
				o.Set(name, now)
				changed = true
			}
		}
	}
	return changed
}

func (r replacing) value(f *Field, v Value, at string) (now Value, changed bool) {
	switch v := v.(type) {
	case nil:
	case *Object:
		switch f.Type {
		case Map:
			return r.keys(f, v, at)
		case Record:
			return v, r.members(f.Fields, v, at+f.Name+".")
		}
	case List:
		if f.Type == ListOf {
			return r.elements(f, v, at)
		}
	default:
		return r(f, at, v)
	}
	return v, false
}

func (r replacing) elements(f *Field, l List, at string) (now Value, changed bool) {
	e := f.Element()
	for i, v := range l {
		if v, is := r.value(&e, v, at); is {
			l[i], changed = v, true
		}
	}
	return l, changed
}

func (r replacing) keys(f *Field, o *Object, at string) (now Value, changed bool) {
	out, key := &Object{}, &Field{Name: f.Name, Type: String, Ref: f.Keys}
	for name, v := range o.All() {
		now, is := r(key, at, name)
		out.Set(Text(now), v)
		changed = changed || is
	}
	return out, changed
}

// HoldsRef tells whether a value is a reference to what does not exist yet, or
// has one in it.
func HoldsRef(v Value) bool {
	for _, scalar := range Walk(v) {
		if _, is := scalar.(Ref); is {
			return true
		}
	}
	return false
}
