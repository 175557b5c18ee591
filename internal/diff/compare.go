package diff

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Compare returns the differences between a live row and a wanted one by the
// registry's rules: only fields that the wanted row has count, each top-level
// field as a whole; what live lacks is its default; fields that the server
// owns, that cannot be read or that are listed as unreadable do not count.
// Fields that the registry does not know count where both rows have them,
// unless their names cannot be told from a path.
// Both rows must be canonical. Paths are sorted as the fields are.
func Compare(k *resource.Kind, live, want *resource.Object, unreadable []string) []FieldChange {
	var out []FieldChange
	for name, w := range want.All() {
		f := k.Field(name)
		l, has := live.Lookup(name)
		switch {
		case f == nil:
			if has && !strings.ContainsAny(name, ".[") && !resource.Equal(l, w) {
				out = append(out, FieldChange{name, l, w})
			}
		case !f.Comparable(), slices.Contains(unreadable, name):
		default:
			out = append(out, diffValue(f, name, or(l, f), w)...)
		}
	}
	if k.Whole {
		out = append(out, unwanted(k, live, want, unreadable)...)
	}
	return out
}

// unwanted are the fields that a live row has and a wanted row, which is
// described whole, has not.
func unwanted(k *resource.Kind, live, want *resource.Object, unreadable []string) []FieldChange {
	var out []FieldChange
	for i := range k.Fields {
		f := &k.Fields[i]
		l, has := live.Lookup(f.Name)
		if !has || want.Has(f.Name) || !f.Comparable() || slices.Contains(unreadable, f.Name) || k.OwnedBy == f.Name {
			continue
		}
		if len(diffValue(f, f.Name, or(l, f), f.Zero())) > 0 {
			out = append(out, FieldChange{f.Name, l, nil})
		}
	}
	return out
}

// or returns what a field's value means: itself, or the default if it is
// absent or null.
func or(v resource.Value, f *resource.Field) resource.Value {
	if v == nil {
		return f.Zero()
	}
	return v
}

func diffValue(f *resource.Field, path string, live, want resource.Value) []FieldChange {
	want = or(want, f)
	if resource.Equal(live, want) {
		return nil // be they of whatever type
	}
	switch f.Type {
	case resource.Record:
		l, lok := live.(*resource.Object)
		w, wok := want.(*resource.Object)
		if lok && wok {
			return diffRecord(f, path, l, w)
		}
	case resource.ListOf:
		l, lok := live.(resource.List)
		w, wok := want.(resource.List)
		if lok && wok {
			return diffList(f, path, l, w)
		}
	}
	return []FieldChange{{path, live, want}}
}

// diffRecord compares member by member. A member that is absent means its
// default, for the record as a whole is wanted or not; members that the
// registry does not know count only where both sides have them.
func diffRecord(f *resource.Field, path string, live, want *resource.Object) []FieldChange {
	var out []FieldChange
	for i := range f.Fields {
		m := &f.Fields[i]
		l, lhas := live.Lookup(m.Name)
		w, whas := want.Lookup(m.Name)
		if !lhas && !whas || !whas && m.ServerFills {
			continue
		}
		changes := diffValue(m, path+"."+m.Name, or(l, m), or(w, m))
		if len(changes) > 0 && (!lhas || !whas) {
			changes = []FieldChange{{path + "." + m.Name, l, w}}
		}
		out = append(out, changes...)
	}
	for name, w := range want.All() {
		if f.Member(name) != nil {
			continue
		}
		if l, has := live.Lookup(name); has && !resource.Equal(l, w) {
			out = append(out, FieldChange{path + "." + name, l, w})
		}
	}
	return out
}

func diffList(f *resource.Field, path string, live, want resource.List) []FieldChange {
	if f.List == resource.Keyed {
		return diffKeyed(f, path, live, want)
	}
	if resource.Equal(essence(f, live), essence(f, want)) {
		return nil
	}
	return []FieldChange{{path, live, want}}
}

// essence is what values have in common that do not differ: without what is its
// default, what the server may have filled in and what nobody knows.
func essence(f *resource.Field, v resource.Value) resource.Value {
	switch v := or(v, f).(type) {
	case *resource.Object:
		if f.Type != resource.Record {
			return v
		}
		out := &resource.Object{}
		for i := range f.Fields {
			m := &f.Fields[i]
			if x := essence(m, v.Get(m.Name)); !m.ServerFills && !resource.Equal(x, essence(m, nil)) {
				out.Set(m.Name, x)
			}
		}
		return out
	case resource.List:
		if f.Type != resource.ListOf || f.Elem != resource.Record {
			return v
		}
		e := f.Element()
		out := make(resource.List, len(v))
		for i := range v {
			out[i] = essence(&e, v[i])
		}
		if f.List == resource.Set {
			slices.SortFunc(out, resource.Compare)
			out = slices.CompactFunc(out, resource.Equal)
		}
		return out
	default:
		return v
	}
}

// diffKeyed compares elements by their key: groups[19].priority.
func diffKeyed(f *resource.Field, path string, live, want resource.List) []FieldChange {
	var out []FieldChange
	at := func(v resource.Value) string { return path + "[" + resource.Text(keyOf(f, v)) + "]" }
	there, wanted := keyed(f, live), keyed(f, want)
	for _, w := range want {
		l := there[resource.JSON(keyOf(f, w))]
		if l == nil {
			out = append(out, FieldChange{at(w), nil, w})
			continue
		}
		wo, _ := w.(*resource.Object)
		out = append(out, diffRecord(f, at(w), l, wo)...)
	}
	for _, l := range live {
		if wanted[resource.JSON(keyOf(f, l))] == nil {
			out = append(out, FieldChange{at(l), l, nil})
		}
	}
	return out
}

// keyed returns the elements of a list by their keys, the first of each.
func keyed(f *resource.Field, l resource.List) map[string]*resource.Object {
	out := make(map[string]*resource.Object, len(l))
	for _, v := range l {
		key := resource.JSON(keyOf(f, v))
		if o, _ := v.(*resource.Object); out[key] == nil {
			out[key] = o
		}
	}
	return out
}

func keyOf(f *resource.Field, v resource.Value) resource.Value { return resource.MemberOf(v, f.Key) }

// roots returns the top-level fields of changes, in order, once each.
func roots(changes []FieldChange) []string {
	var out []string
	for _, c := range changes {
		if r := c.Root(); !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}
