package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// resolved returns a planned row with the ids of what the run made in the
// place of references to it. What was not made is left out of lists.
func (x *undoing) resolved(k *resource.Kind, row *resource.Object) *resource.Object {
	out := k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if r, ok := v.(resource.Ref); ok {
			if id := x.Done[r.Kind+"/"+r.Key]; id != nil {
				return id
			}
		}
		return v
	})
	return without(k, out, func(_ *resource.RefTo, v resource.Value) bool {
		_, open := v.(resource.Ref)
		return open
	})
}

// without returns a row without the elements of its lists, and the keys of its
// maps, that are references of which gone says so.
func without(k *resource.Kind, row *resource.Object, gone func(*resource.RefTo, resource.Value) bool) *resource.Object {
	return drop(k.Fields, row, gone)
}

func drop(fields []resource.Field, row *resource.Object, gone func(*resource.RefTo, resource.Value) bool) *resource.Object {
	out := row.Clone()
	for i := range fields {
		f := &fields[i]
		switch v := out.Get(f.Name).(type) {
		case resource.List:
			out.Set(f.Name, slices.DeleteFunc(v, func(e resource.Value) bool { return elementGoes(f, e, gone) }))
		case *resource.Object:
			if f.Type == resource.Record {
				out.Set(f.Name, drop(f.Fields, v, gone))
				break
			}
			for _, key := range v.Names() {
				if f.Keys != nil && gone(f.Keys, key) {
					v.Delete(key)
				}
			}
		}
	}
	return out
}

// elementGoes tells whether an element of a list is, or has a member that is,
// a reference that goes.
func elementGoes(f *resource.Field, e resource.Value, gone func(*resource.RefTo, resource.Value) bool) bool {
	o, ok := e.(*resource.Object)
	if !ok {
		return f.Ref != nil && gone(f.Ref, e)
	}
	for i := range f.Fields {
		m := &f.Fields[i]
		if m.Ref != nil && o.Has(m.Name) && gone(m.Ref, o.Get(m.Name)) {
			return true
		}
	}
	return false
}

// references calls fn for each reference of a row that the server keeps right,
// with the top-level field it is in and what it refers to.
func references(k *resource.Kind, row *resource.Object, fn func(root, kind, id string)) {
	k.MapRefs(row, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
		if !ref.Open {
			for _, kind := range ref.Kinds {
				fn(diff.FieldChange{Path: path}.Root(), kind, resource.Text(v))
			}
		}
		return v
	})
}

// refer wants back the references that the server dropped when what they
// referred to was deleted, and the rows that went with it, as far as it comes
// back itself.
func (x *undoing) refer() {
	for _, k := range resource.Kinds() {
		if !x.Preimage.Has(k.Name) || !x.live.Has(k.Name) || k.ReadOnly {
			continue
		}
		for _, was := range x.Preimage.Rows(k.Name) {
			var roots []string
			references(k, was, func(root, kind, id string) {
				if _, back := x.back[kind][id]; back && !slices.Contains(roots, root) {
					roots = append(roots, root)
				}
			})
			for _, root := range roots {
				x.reattach(k, was, root)
			}
			x.loseOpen(k, was)
		}
	}
}

// reattach wants a field back that lost a reference, or the row if it went
// with what its key refers to.
func (x *undoing) reattach(k *resource.Kind, was *resource.Object, root string) {
	ch := x.touched[k.Name+"/"+identity(k, was)]
	l := x.now.Find(k, was)
	switch {
	case slices.Contains(k.Key, root):
		if l == nil && ch == nil && !x.unset(x.Preimage, k, was) {
			x.fresh(k, was)
		}
	case l == nil, ch != nil && (ch.Action != diff.Update || slices.Contains(ch.Write, root)):
		// Gone by itself, or undone as a change of its own.
	case same(k, x.mappedBack(k, was), root, l.Get(root)):
	case same(k, l, root, without(k, was, x.isBack).Get(root)):
		x.set(k, l, root, was.Get(root))
	default:
		x.skip(k.Name, k.KeyOf(l), root+" was changed since, so that what the run took out of it is not put back")
	}
}

// loseOpen notes where a live object goes on naming, by its old id, one that
// is to be recreated: nothing but a person knows whether it should.
func (x *undoing) loseOpen(k *resource.Kind, was *resource.Object) {
	l := x.now.Find(k, was)
	if l == nil || x.want[k.Name] != nil && x.want[k.Name].rows[l] != nil && k.Whole {
		return
	}
	k.MapRefs(l, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
		for _, kind := range ref.Kinds {
			target := resource.Lookup(kind)
			if id, back := x.back[kind][resource.Text(v)]; ref.Open && back && id == nil && target.ServerID != "" {
				x.lose(k, l, diff.FieldChange{Path: path}.Root()+" names "+kind+" by the old id "+resource.Text(v))
			}
		}
		return v
	})
}

// isBack tells whether a reference is to an object that the run deleted and
// that comes back.
func (x *undoing) isBack(ref *resource.RefTo, v resource.Value) bool {
	return slices.ContainsFunc(ref.Kinds, func(kind string) bool {
		_, back := x.back[kind][resource.Text(v)]
		return back && !ref.Open
	})
}

// mappedBack returns a row of the pre-image with the ids of objects that were
// made anew since.
func (x *undoing) mappedBack(k *resource.Kind, was *resource.Object) *resource.Object {
	return k.MapRefs(was, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
		for _, kind := range ref.Kinds {
			if id := x.back[kind][resource.Text(v)]; id != nil {
				return id
			}
		}
		return v
	})
}
