package diff

import (
	"slices"
	"strconv"

	"lcsync/internal/resource"
)

// Rows is a license whose rows are found by what they are called. It must not
// change meanwhile.
type Rows struct {
	*resource.License
	kinds map[string]*index
}

// index finds the rows of one kind.
type index struct {
	byID    map[string]*resource.Object
	byKey   map[string][]*resource.Object
	order   []string                    // of server ids
	defines map[string]*resource.Object // definitions by what values call them
}

// NewRows returns an index of a license.
func NewRows(l *resource.License) *Rows {
	if l == nil {
		l = &resource.License{}
	}
	return &Rows{l, map[string]*index{}}
}

func (x *Rows) index(k *resource.Kind) *index {
	at := x.kinds[k.Name]
	if at != nil {
		return at
	}
	at = &index{byID: map[string]*resource.Object{}, byKey: map[string][]*resource.Object{}, defines: map[string]*resource.Object{}, order: []string{}}
	defines := len(k.ValueKinds()) > 0
	for _, r := range x.Rows(k.Name) {
		if id := k.IDOf(r); id != nil {
			name := resource.Text(id)
			at.byID[name], at.order = r, append(at.order, name)
		}
		if key := joinKey(k, r); key != "" {
			at.byKey[key] = append(at.byKey[key], r)
		}
		if defines && at.defines[k.DefinitionKey(r)] == nil {
			at.defines[k.DefinitionKey(r)] = r
		}
	}
	x.kinds[k.Name] = at
	return at
}

// joinKey is the natural key of a row as one text that no two keys of a kind
// share, "" if it is empty.
func joinKey(k *resource.Kind, o *resource.Object) string {
	if len(k.Key) == 1 {
		if v, isText := o.Get(k.Key[0]).(string); isText {
			return v
		}
	}
	var key []byte
	empty := true
	for _, f := range k.Key {
		switch v := o.Get(f).(type) {
		case nil:
			key = append(key, "null "...)
		case string:
			key, empty = append(strconv.AppendQuote(key, v), ' '), empty && v == ""
		default:
			key, empty = append(append(key, resource.JSON(v)...), ' '), false
		}
	}
	if empty {
		return ""
	}
	return string(key)
}

// Find returns the row that is the object of another row: by server id, or by
// key where that is the identity. Nil if there is none.
func (x *Rows) Find(k *resource.Kind, of *resource.Object) *resource.Object {
	if k.ServerID != "" {
		return x.ByID(k, k.IDOf(of))
	}
	if rows := x.Alike(k, of); len(rows) > 0 {
		return rows[0]
	}
	return nil
}

// Alike returns the rows with the natural key of a row, none if that is empty.
func (x *Rows) Alike(k *resource.Kind, row *resource.Object) []*resource.Object {
	return x.index(k).byKey[joinKey(k, row)]
}

// ByID returns the row with a server id, nil if there is none.
func (x *Rows) ByID(k *resource.Kind, id resource.Value) *resource.Object {
	return x.index(k).byID[resource.Text(id)]
}

// named returns the only row with a name, nil if there is none or several.
func (x *Rows) named(k *resource.Kind, name resource.Value) *resource.Object {
	if rows := x.index(k).byKey[resource.Text(name)]; len(rows) == 1 {
		return rows[0]
	}
	return nil
}

// meant returns the row that a reference means: by id, by name where names are
// told from ids by their type, by key where that is the identity.
func (x *Rows) meant(k *resource.Kind, v resource.Value) *resource.Object {
	if k.ServerID == "" || isName(k, v) {
		return x.named(k, v)
	}
	return x.ByID(k, v)
}

// isName tells whether a reference to a kind with counted ids gives a name.
func isName(k *resource.Kind, v resource.Value) bool {
	_, ok := v.(string)
	return ok && k.ServerID != "" && !k.RandomID
}

// definition returns the registered definition of a row of values.
func (x *Rows) definition(k *resource.Kind, row *resource.Object) *resource.Object {
	return x.index(resource.Lookup(k.Values.Of)).defines[k.ValueKey(row)]
}

// Unset tells whether a row of a kind holds the default of its definition, which
// listings cannot tell from never having been set.
func (x *Rows) Unset(k *resource.Kind, row *resource.Object) bool {
	return k.Values != nil && isDefault(x.definition(k, row), row.Get(k.Values.Value))
}

func isDefault(definition *resource.Object, v resource.Value) bool {
	d, ok := definition.Lookup("default_value")
	return ok && d != nil && resource.Equal(d, v)
}

// sameKey returns the ids, or else the keys, of objects with the natural key of
// a row.
func (x *Rows) sameKey(k *resource.Kind, row *resource.Object) []string {
	var out []string
	for _, l := range x.Alike(k, row) {
		out = append(out, k.NameOf(l))
	}
	return out
}

// Order returns the server ids of a kind's rows in their order.
func (x *Rows) Order(k *resource.Kind) []string { return x.index(k).order }

// Precedes tells whether the object of an id stands right before that of another
// one; "" is the end.
func (x *Rows) Precedes(k *resource.Kind, id, next string) bool {
	order := x.Order(k)
	place := slices.Index(order, id) + 1
	if place == len(order) {
		return place > 0 && next == ""
	}
	return place > 0 && order[place] == next
}

// Resolved returns a copy of a license in which references by name are by id,
// where the license itself says whose. A license that was read has ids alone;
// one that a person wrote may have names, which as the live side of a
// comparison would differ from ids that mean the same.
func Resolved(l *resource.License) *resource.License {
	x := NewRows(l)
	out := l.Clone()
	for _, k := range l.Kinds() {
		rows := make([]*resource.Object, len(l.Rows(k.Name)))
		for i, r := range l.Rows(k.Name) {
			rows[i] = k.MapRefs(r, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value { return x.idOf(ref, v) })
			k.Canonical(rows[i])
		}
		out.SetRows(k.Name, rows)
	}
	return out
}

// idOf returns the id of the object that a reference names, or the reference
// itself if it is none by name.
func (x *Rows) idOf(ref *resource.RefTo, v resource.Value) resource.Value {
	for _, kind := range ref.Kinds {
		k := resource.Lookup(kind)
		if k == nil || k.ServerID == "" {
			continue
		}
		byName := isName(k, v) || k.RandomID && !ref.Open && x.ByID(k, v) == nil
		if row := x.named(k, v); byName && row != nil && k.IDOf(row) != nil {
			return k.IDOf(row)
		}
	}
	return v
}
