package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

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
// with the top-level field it is in and the name of what it refers to.
func references(k *resource.Kind, row *resource.Object, fn func(root, name string)) {
	k.MapRefs(row, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
		if !ref.Open {
			for _, kind := range ref.Kinds {
				fn(diff.FieldChange{Path: path}.Root(), kind+"/"+resource.Text(v))
			}
		}
		return v
	})
}

// nameOf is what references call a row, with its kind.
func nameOf(k *resource.Kind, row *resource.Object) string {
	name := k.ServerID
	if name == "" {
		name = k.Key[0]
	}
	return k.Name + "/" + resource.Text(row.Get(name))
}

// keyText is the natural key as one text that no two keys share.
func keyText(k *resource.Kind, row *resource.Object) string {
	key := resource.List{}
	for _, name := range k.Key {
		key = append(key, row.Get(name))
	}
	return resource.JSON(key)
}
