package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// kindWanted is what is wanted of one kind.
type kindWanted struct {
	order []*resource.Object                    // live rows, as they came
	rows  map[*resource.Object]*resource.Object // live row → wanted row
	fresh []*resource.Object                    // rows to be recreated
	seen  map[string]bool                       // their identities
	field map[*resource.Object]map[string]bool  // live row → fields that are wanted
}

// of returns what is wanted of a kind, which makes the kind part of the undo.
func (x *undoing) of(k *resource.Kind) *kindWanted {
	w := x.want[k.Name]
	if w == nil {
		w = &kindWanted{rows: map[*resource.Object]*resource.Object{}, seen: map[string]bool{},
			field: map[*resource.Object]map[string]bool{}}
		x.want[k.Name] = w
	}
	return w
}

func (w *kindWanted) all() []*resource.Object {
	out := slices.Clone(w.fresh)
	for _, l := range w.order {
		out = append(out, w.rows[l])
	}
	return out
}

// row returns the wanted row of a live one. A new one says which object it is
// and nothing else, or, where a row describes its object whole, that it is as
// it is.
func (x *undoing) row(k *resource.Kind, l *resource.Object) *resource.Object {
	w := x.of(k)
	if w.rows[l] == nil {
		row := &resource.Object{}
		switch {
		case k.Whole:
			row = userRow(k, l)
		case k.ServerID != "":
			row.Set(k.ServerID, l.Get(k.ServerID))
		default:
			for _, name := range k.Key {
				row.Set(name, l.Get(name))
			}
		}
		x.put(k, l, row)
	}
	return w.rows[l]
}

func (x *undoing) put(k *resource.Kind, l, row *resource.Object) {
	w := x.of(k)
	if w.rows[l] == nil {
		w.order = append(w.order, l)
	}
	w.rows[l] = row
}

// set wants a field of a live row to have a value.
func (x *undoing) set(k *resource.Kind, l *resource.Object, name string, v resource.Value) {
	x.row(k, l).Set(name, resource.CloneValue(v))
	w := x.of(k)
	if w.field[l] == nil {
		w.field[l] = map[string]bool{}
	}
	w.field[l][name] = true
}

// wants tells whether a field of a live row is put back.
func (x *undoing) wants(k *resource.Kind, l *resource.Object, name string) bool {
	w := x.want[k.Name]
	return w != nil && w.field[l][name]
}

// fresh wants an object that is not there to be made again.
func (x *undoing) fresh(k *resource.Kind, was *resource.Object) {
	w := x.of(k)
	if id := identity(k, was); !w.seen[id] {
		w.seen[id] = true
		w.fresh = append(w.fresh, userRow(k, was))
	}
}

// userRow returns what of a row a file would say: no fields that come and go
// or that the API cannot set, apart from the server id.
func userRow(k *resource.Kind, row *resource.Object) *resource.Object {
	out := row.Clone()
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Name != k.ServerID && (f.Class == resource.Volatile || f.Class == resource.Observed || f.Input == resource.ReadOnly) {
			out.Delete(f.Name)
		}
	}
	return out
}

// identity is what tells a row of a kind from all others: its server id, or
// its key where there is none.
func identity(k *resource.Kind, row *resource.Object) string {
	if k.ServerID != "" {
		return resource.Text(row.Get(k.ServerID))
	}
	return keyText(k, row)
}

// keyText is the natural key as one text that no two keys share.
func keyText(k *resource.Kind, row *resource.Object) string {
	key := resource.List{}
	for _, name := range k.Key {
		key = append(key, row.Get(name))
	}
	return resource.JSON(key)
}

// refName is what references call a row.
func refName(k *resource.Kind, row *resource.Object) string {
	if k.ServerID != "" {
		return resource.Text(row.Get(k.ServerID))
	}
	return resource.Text(row.Get(k.Key[0]))
}

// nameOf is what Options.PruneOnly calls a row.
func nameOf(k *resource.Kind, row *resource.Object) string {
	if k.ServerID != "" {
		return resource.Text(row.Get(k.ServerID))
	}
	return k.KeyOf(row)
}

// same tells whether one field of a row has a value, by the registry's rules.
func same(k *resource.Kind, row *resource.Object, name string, v resource.Value) bool {
	only := &resource.Object{}
	if has, ok := row.Lookup(name); ok {
		only.Set(name, has)
	}
	return len(diff.Compare(k, only, resource.Of(name, v), nil)) == 0
}

// standIn gives the live objects of a kind of which some are recreated rows of
// their own, so that none of them is taken for one that is recreated.
func (x *undoing) standIn(k *resource.Kind, w *kindWanted) {
	if len(w.fresh) == 0 || k.ServerID == "" || k.Order == resource.Linked {
		return
	}
	for _, l := range x.live.Rows(k.Name) {
		if x.doomed[l] == nil {
			x.row(k, l)
		}
	}
}

// context names the objects that elements of live lists refer to where those
// elements are to go: what a file does not name stays in such lists.
func (x *undoing) context(k *resource.Kind) {
	w := x.want[k.Name]
	if w == nil {
		return
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		m := f.Member(f.Key)
		if f.List != resource.Keyed || m == nil || m.Ref == nil || !m.Ref.Stay {
			continue
		}
		for _, l := range w.order {
			if !w.field[l][f.Name] {
				continue
			}
			for _, v := range l.List(f.Name) {
				o, _ := v.(*resource.Object)
				x.name(m.Ref, o.Get(f.Key))
			}
		}
	}
}

// name gives the live object that a reference means a row, if its kind is part
// of the undo and it is not to be deleted.
func (x *undoing) name(ref *resource.RefTo, v resource.Value) {
	for _, kind := range ref.Kinds {
		k := resource.Lookup(kind)
		if k == nil || x.want[kind] == nil {
			continue
		}
		for _, l := range x.live.Rows(kind) {
			if refName(k, l) == resource.Text(v) && x.doomed[l] == nil {
				x.row(k, l)
			}
		}
	}
}
