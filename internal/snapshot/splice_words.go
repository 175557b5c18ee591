package snapshot

import (
	"maps"
	"slices"

	"lcsync/internal/resource"
)

// wording expresses a license in the words of a file: with the file's names in
// place of ids, and the file's names of secrets.
type wording struct {
	file, want *resource.Index
	left       map[resource.Secret]bool // names of secrets that the file has others for
}

func newWording(file, want *resource.License) *wording {
	return &wording{resource.NewIndex(file), resource.NewIndex(want), map[resource.Secret]bool{}}
}

// isName tells whether a reference is by name.
func isName(ref *resource.RefTo, v resource.Value) bool {
	k := resource.Lookup(ref.Kinds[0])
	return k != nil && k.IsName(v)
}

// id returns what a reference of the file refers to, as the file or else the
// license says it; the reference itself if neither does.
func (w *wording) id(ref *resource.RefTo, v resource.Value) resource.Value {
	if !isName(ref, v) {
		return v
	}
	k := resource.Lookup(ref.Kinds[0])
	for _, x := range []*resource.Index{w.file, w.want} {
		if row := x.Named(k, v); row != nil && k.IDOf(row) != nil {
			return k.IDOf(row)
		}
	}
	return v
}

// numbered returns a row of the file with ids in the place of names; the row
// itself if it has none.
func (w *wording) numbered(k *resource.Kind, row *resource.Object) *resource.Object {
	for ref := range k.References(row) {
		if isName(ref.To, ref.Value) {
			out := k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value { return w.id(ref, v) })
			k.Canonical(out)
			return out
		}
	}
	return row
}

// named returns the name for a reference, the reference itself if no name means
// that object alone.
func (w *wording) named(ref *resource.RefTo, v resource.Value) resource.Value {
	k := resource.Lookup(ref.Kinds[0])
	if _, number := v.(int64); !number || k == nil {
		return v
	}
	row := w.want.ByID(k, v)
	if name := k.JoinKey(row); name != "" && w.want.Named(k, name) == row {
		return name
	}
	return v
}

// license returns the wanted license in the words of the file, and for each of its
// rows, by kind, the row of the file that it corresponds to, -1 if there is none.
// The rows are tidy and in order.
func (w *wording) license(want *resource.License) (*resource.License, map[string][]int) {
	out, pairs := *want, map[string][]int{}
	out.Secrets = maps.Clone(want.Secrets)
	kinds := want.Kinds()
	for _, k := range kinds {
		rows := asWritten(k, want.Rows(k.Name))
		old := w.file.Rows(k.Name)
		numbered := make([]*resource.Object, len(old))
		for i := range old {
			numbered[i] = w.numbered(k, old[i])
		}
		of := pairRows(k, numbered, rows)
		for i, at := range of {
			if at >= 0 {
				w.row(&out, k, old[at], rows[i])
			}
		}
		w.groupNames(k, old, numbered, rows)
		next := out.WithRows(k.Name, rows)
		out, pairs[k.Name] = *next, of
	}
	w.dropSecrets(&out)
	return &out, pairs
}

// asWritten returns rows as they would be read back after writing: tidy, in order,
// and without what the layout cannot express.
func asWritten(k *resource.Kind, rows []*resource.Object) []*resource.Object {
	rows = inOrder(k, rows)
	for i := range rows {
		rows[i] = tidy(k, rows[i])
	}
	if plainList(k) {
		return rows
	}
	kept, err := k.Flatten(k.Nest(rows))
	if err != nil {
		return rows
	}
	return inOrder(k, kept)
}

// dropSecrets removes the values of secrets whose names no object uses any more.
func (w *wording) dropSecrets(l *resource.License) {
	if len(w.left) == 0 || len(l.Secrets) == 0 {
		return
	}
	for _, k := range l.Kinds() {
		for _, row := range l.Rows(k.Name) {
			resource.Rewrite(row, func(v resource.Value) resource.Value {
				if name, ok := v.(resource.Secret); ok {
					delete(w.left, name)
				}
				return v
			})
		}
	}
	for name := range w.left {
		delete(l.Secrets, string(name))
	}
}

// row applies to a row the words of the corresponding row of the file, and the
// fields that only the file can know.
func (w *wording) row(l *resource.License, k *resource.Kind, old, row *resource.Object) {
	changed := false
	for i := range k.Fields {
		f := &k.Fields[i]
		was, had := old.Lookup(f.Name)
		now, has := row.Lookup(f.Name)
		switch {
		case had && !has && unseen(l, k, f.Name):
			row.Set(f.Name, resource.CloneValue(was))
			changed = true
		case had && has:
			if v, ok := w.value(l, f, was, now); ok {
				row.Set(f.Name, v)
				changed = true
			}
		}
	}
	if changed {
		k.Canonical(row)
	}
}

// unseen reports whether the license that was read does not contain a field, so
// that the file's value stays.
func unseen(l *resource.License, k *resource.Kind, field string) bool {
	return slices.Contains(l.Unreadable[k.Name], field) && !slices.Contains(l.Readable[k.Name], field)
}

// value returns a value in the words of the one that stands in the file, and
// whether that makes a difference.
func (w *wording) value(l *resource.License, f *resource.Field, old, v resource.Value) (resource.Value, bool) {
	if f.Input == resource.SecretInput {
		return w.secret(l, old, v)
	}
	switch v := v.(type) {
	case int64:
		if f.Ref != nil && isName(f.Ref, old) {
			name := w.named(f.Ref, v)
			return name, name != resource.Value(v)
		}
	case *resource.Object:
		o, _ := old.(*resource.Object)
		if f.Type == resource.Record && o != nil {
			return v, w.members(l, f.Fields, o, v)
		}
	case resource.List:
		if o, _ := old.(resource.List); len(o) > 0 {
			return w.list(f, o, v)
		}
	}
	return nil, false
}

// members is value for the members of an object, in place.
func (w *wording) members(l *resource.License, fields []resource.Field, old, o *resource.Object) bool {
	changed := false
	for i := range fields {
		f := &fields[i]
		if !old.Has(f.Name) || !o.Has(f.Name) {
			continue
		}
		if v, ok := w.value(l, f, old.Get(f.Name), o.Get(f.Name)); ok {
			o.Set(f.Name, v)
			changed = true
		}
	}
	return changed
}

// list is value for a list of references, or of objects that are told apart by
// one. New elements go by name if all of the file do.
func (w *wording) list(f *resource.Field, old, list resource.List) (resource.Value, bool) {
	ref, at := f.Ref, func(v resource.Value) resource.Value { return v }
	if f.List == resource.Keyed {
		key := f.Member(f.Key)
		ref, at = key.Ref, func(v resource.Value) resource.Value {
			o, _ := v.(*resource.Object)
			return o.Get(f.Key)
		}
	}
	if ref == nil {
		return nil, false
	}
	named, all := map[string]bool{}, true
	for _, e := range old {
		if v := at(e); isName(ref, v) {
			named[resource.Text(w.id(ref, v))] = true
		} else {
			all = false
		}
	}
	if len(named) == 0 {
		return nil, false
	}
	out, stands := slices.Clone(list), map[string]bool{}
	for _, e := range old {
		stands[resource.Text(w.id(ref, at(e)))] = true
	}
	for i, e := range out {
		id := resource.Text(at(e))
		if at(e) == nil || !named[id] && (!all || stands[id]) {
			continue
		}
		if o, ok := e.(*resource.Object); ok {
			o.Set(f.Key, w.named(ref, at(e)))
		} else {
			out[i] = w.named(ref, e)
		}
	}
	return out, true
}

// groupNames lets the rows of one item of a GroupBy layout go by the name that
// the file has for it.
func (w *wording) groupNames(k *resource.Kind, old, numbered, rows []*resource.Object) {
	by := k.Field(k.YAML.GroupBy)
	if by == nil || by.Ref == nil {
		return
	}
	spelled := map[string]bool{}
	for i, row := range old {
		if isName(by.Ref, row.Get(by.Name)) {
			spelled[resource.Text(numbered[i].Get(by.Name))] = true
		}
	}
	for _, row := range rows {
		if id := row.Get(by.Name); spelled[resource.Text(id)] {
			row.Set(by.Name, w.named(by.Ref, id))
		}
	}
}

// secret returns the name that the file has for a secret, under which its value
// is kept, too.
func (w *wording) secret(l *resource.License, old, v resource.Value) (resource.Value, bool) {
	was, ok := old.(resource.Secret)
	now, ok2 := v.(resource.Secret)
	if !ok || !ok2 || was == now {
		return nil, false
	}
	if value, revealed := l.Secrets[string(now)]; revealed {
		l.Secrets[string(was)] = value
	}
	w.left[now] = true
	return was, true
}
