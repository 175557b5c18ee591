package resource

import (
	"maps"
	"slices"
	"strings"
)

// Index finds the rows of a license by id, key and reference. The license must not
// change meanwhile.
type Index struct {
	*License
	kinds map[string]*kindIndex
}

// kindIndex finds the rows of one kind. Rows with the same name keep their order.
type kindIndex struct {
	byID, byKey map[string][]*Object
	folded      map[string][]*Object // by key in lower case, built on first use
	order       []string             // of server ids
	defines     map[string]*Object   // definitions by the key that values use
}

// NewIndex returns an index of a license; a nil license has no rows.
func NewIndex(l *License) *Index {
	if l == nil {
		l = &License{}
	}
	return &Index{l, map[string]*kindIndex{}}
}

func (x *Index) of(k *Kind) *kindIndex {
	at := x.kinds[k.Name]
	if at != nil {
		return at
	}
	at = &kindIndex{byID: map[string][]*Object{}, byKey: map[string][]*Object{}, defines: map[string]*Object{}, order: []string{}}
	defines := len(k.ValueKinds()) > 0
	for _, r := range x.Rows(k.Name) {
		if id := k.IDOf(r); id != nil {
			name := Text(id)
			at.byID[name], at.order = append(at.byID[name], r), append(at.order, name)
		}
		if key := k.JoinKey(r); key != "" {
			at.byKey[key] = append(at.byKey[key], r)
		}
		if defines && at.defines[k.DefinitionKey(r)] == nil {
			at.defines[k.DefinitionKey(r)] = r
		}
	}
	x.kinds[k.Name] = at
	return at
}

// ByID returns the row with a server id, nil if there is none.
func (x *Index) ByID(k *Kind, id Value) *Object { return first(x.of(k).byID[Text(id)]) }

// Alike returns the rows with the same natural key as a row, none if the key is
// empty.
func (x *Index) Alike(k *Kind, row *Object) []*Object { return x.of(k).byKey[k.JoinKey(row)] }

// Find returns the row for the same object as another row: by server id, or by key
// if the key is the identity. If the kind ignores case, the only row whose key differs
// in case will do: the server may spell a key in its own way. Nil if there is none.
func (x *Index) Find(k *Kind, of *Object) *Object {
	if k.ServerID != "" {
		return x.ByID(k, k.IDOf(of))
	}
	rows := x.Alike(k, of)
	if rows == nil && k.AnyCase {
		if rows = x.Folded(k, k.JoinKey(of)); len(rows) > 1 {
			return nil
		}
	}
	return first(rows)
}

// Namesakes returns the rows whose natural key is a name, in that exact spelling
// or, if the kind ignores case and there are none, in any.
func (x *Index) Namesakes(k *Kind, name Value) []*Object {
	rows := x.of(k).byKey[Text(name)]
	if rows == nil && k.AnyCase {
		return x.Folded(k, Text(name))
	}
	return rows
}

// Folded returns the rows whose natural key equals a key (Kind.JoinKey) apart from
// case.
func (x *Index) Folded(k *Kind, key string) []*Object {
	at := x.of(k)
	if at.folded == nil {
		at.folded = map[string][]*Object{}
		for _, key := range x.Keys(k) {
			lower := strings.ToLower(key)
			at.folded[lower] = append(at.folded[lower], at.byKey[key]...)
		}
	}
	return at.folded[strings.ToLower(key)]
}

// Named returns the only row with a name, nil if there is none or there are
// several.
func (x *Index) Named(k *Kind, name Value) *Object {
	if rows := x.Namesakes(k, name); len(rows) == 1 {
		return rows[0]
	}
	return nil
}

// Meant returns the row that a reference refers to: by id, by name if the type
// distinguishes names from ids, by key if the key is the identity. Nil if there is
// none, or if it is ambiguous.
func (x *Index) Meant(k *Kind, v Value) *Object {
	if k.ServerID == "" || k.IsName(v) {
		return x.Named(k, v)
	}
	return x.ByID(k, v)
}

// Candidates returns all rows that a reference may refer to. If names look like
// ids, the reference is a name if there is no such id.
func (x *Index) Candidates(k *Kind, v Value) []*Object {
	if k.ServerID != "" && !k.IsName(v) {
		if rows := x.of(k).byID[Text(v)]; rows != nil {
			return rows
		}
	}
	if _, isText := v.(string); !isText {
		return nil
	}
	return x.Namesakes(k, v)
}

func first(rows []*Object) *Object {
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

// Keys returns the natural keys that rows of a kind have, sorted.
func (x *Index) Keys(k *Kind) []string { return slices.Sorted(maps.Keys(x.of(k).byKey)) }

// Definition returns the registered definition of a row of values, nil if there
// is none.
func (x *Index) Definition(k *Kind, row *Object) *Object {
	return x.of(Lookup(k.Values.Of)).defines[k.ValueKey(row)]
}

// Unset reports whether a row of a kind has the default of its definition. Lists
// do not show whether such a value was ever set.
func (x *Index) Unset(k *Kind, row *Object) bool {
	return k.Values != nil && HoldsDefault(x.Definition(k, row), row.Get(k.Values.Value))
}

// HoldsDefault tells whether a value is the default of a definition.
func HoldsDefault(definition *Object, v Value) bool {
	d := definition.Get("default_value")
	return d != nil && Equal(d, v)
}

// Order returns the server ids of a kind's rows in their order.
func (x *Index) Order(k *Kind) []string { return x.of(k).order }

// Precedes reports whether the object with an id stands right before the object
// with another id; "" is the end.
func (x *Index) Precedes(k *Kind, id, next string) bool {
	order := x.Order(k)
	place := slices.Index(order, id) + 1
	if place == len(order) {
		return place > 0 && next == ""
	}
	return place > 0 && order[place] == next
}

// Resolved returns a copy of the license in which references by name are replaced
// by ids, if the license itself has the object. A license that was read contains
// only ids; one that a person wrote may contain names, which would differ from the
// ids of the same objects in a comparison.
func (l *License) Resolved() *License {
	x, out := NewIndex(l), l.Clone()
	for _, k := range l.Kinds() {
		rows := make([]*Object, len(l.Rows(k.Name)))
		for i, r := range l.Rows(k.Name) {
			rows[i] = k.MapRefs(r, func(ref *RefTo, _ string, v Value) Value { return x.idOf(ref, v) })
			k.Canonical(rows[i])
		}
		out.SetRows(k.Name, rows)
	}
	return out
}

// idOf returns the id of the object that a reference names, or the reference
// itself if it is not a name.
func (x *Index) idOf(ref *RefTo, v Value) Value {
	for _, kind := range ref.Kinds {
		k := Lookup(kind)
		if k == nil || k.ServerID == "" {
			continue
		}
		byName := k.IsName(v) || k.RandomID && !ref.Open && x.ByID(k, v) == nil
		if row := x.Named(k, v); byName && row != nil && k.IDOf(row) != nil {
			return k.IDOf(row)
		}
	}
	return v
}

// NamesByID returns the names of the objects of a kind by server id; none if the
// kind has no such ids. Of objects with the same id, which a file may have, the
// result does not depend on the order.
func (l *License) NamesByID(k *Kind) map[string]string {
	names := make(map[string]string, len(l.Rows(k.Name)))
	for _, row := range l.Rows(k.Name) {
		if id := Text(k.IDOf(row)); id != "" && k.JoinKey(row) != "" {
			if name := k.KeyOf(row); names[id] == "" || name < names[id] {
				names[id] = name
			}
		}
	}
	return names
}
