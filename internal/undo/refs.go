package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// definitionName returns the address of a row in values, "" if it defines none.
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
	for ref := range k.References(row) {
		if ref.To.Open {
			continue
		}
		for _, name := range ref.Names() {
			fn(diff.FieldChange{Path: ref.Path}.Root(), name)
		}
	}
	if v := k.Values; v != nil {
		fn(v.Name, v.Of+k.ValueKey(row))
	}
}

// resolved returns a planned row with references to new objects replaced by their ids.
// References to objects that were not made are removed from lists.
func (m *merge) resolved(k *resource.Kind, row *resource.Object) *resource.Object {
	return stripped(k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if r, ok := v.(resource.Ref); ok && m.Done[r.Kind+"/"+r.Key] != nil {
			return m.Done[r.Kind+"/"+r.Key]
		}
		return v
	}))
}

// stripped removes from the lists of a row the elements that refer to objects that do
// not exist.
func stripped(row *resource.Object) *resource.Object {
	for _, name := range row.Names() {
		switch v := row.Get(name).(type) {
		case resource.List:
			row.Set(name, slices.DeleteFunc(v, resource.HoldsRef))
		case *resource.Object:
			stripped(v)
		}
	}
	return row
}
