package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// nameOf is what references call a row, with its kind.
func nameOf(k *resource.Kind, row *resource.Object) string {
	name := k.ServerID
	if name == "" {
		name = k.Key[0]
	}
	return k.Name + "/" + resource.Text(row.Get(name))
}

// definitionName is what values call a row, "" if it defines none.
func definitionName(k *resource.Kind, row *resource.Object) string {
	if len(k.ValueKinds()) == 0 {
		return ""
	}
	return k.Name + k.DefinitionKey(row)
}

// references calls fn for each reference of a row that the server keeps right,
// with the top-level field it is in and the name of what it refers to. That of
// a value to its definition is one, too.
func references(k *resource.Kind, row *resource.Object, fn func(root, name string)) {
	k.MapRefs(row, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
		if !ref.Open {
			for _, kind := range ref.Kinds {
				fn(diff.FieldChange{Path: path}.Root(), kind+"/"+resource.Text(v))
			}
		}
		return v
	})
	if v := k.Values; v != nil {
		fn(v.Name, v.Of+k.ValueKey(row))
	}
}

// resolved returns a planned row with the ids of what the run made in the
// place of references to it. What was not made is left out of lists.
func (m *merge) resolved(k *resource.Kind, row *resource.Object) *resource.Object {
	return stripped(k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if r, ok := v.(resource.Ref); ok && m.Done[r.Kind+"/"+r.Key] != nil {
			return m.Done[r.Kind+"/"+r.Key]
		}
		return v
	}))
}

// stripped takes the elements out of the lists of a row that refer to what
// there is not.
func stripped(row *resource.Object) *resource.Object {
	for _, name := range row.Names() {
		switch v := row.Get(name).(type) {
		case resource.List:
			row.Set(name, slices.DeleteFunc(v, isOpen))
		case *resource.Object:
			stripped(v)
		}
	}
	return row
}

// isOpen tells whether a value is, or has, a reference to what there is not.
func isOpen(v resource.Value) bool {
	switch v := v.(type) {
	case resource.Ref:
		return true
	case *resource.Object:
		return slices.ContainsFunc(v.Names(), func(name string) bool { return isOpen(v.Get(name)) })
	}
	return false
}
