package snapshot

import (
	"slices"

	"lcsync/internal/resource"
)

// inOrder returns the rows of a kind in the order of a snapshot.
func inOrder(k *resource.Kind, rows []*resource.Object) []*resource.Object {
	rows = slices.Clone(rows)
	k.SortRows(rows)
	return rows
}

// kind writes a kind in the layout that the registry gives it, a list of
// objects item by item.
func (e *encoder) kind(k *resource.Kind, rows []*resource.Object) {
	rows = inOrder(k, rows)
	shape := k.Shape()
	switch {
	case k.Leaf() != nil || len(rows) == 0:
		e.value(shape, k.Name, k.Nest(rows), 0)
	case k.Single:
		e.value(shape, k.Name, tidy(k, rows[0]), 0)
	default:
		e.indented(0, k.Name, ":\n")
		for i := 0; i < len(rows) && !e.failed(); i++ {
			e.item(shape, tidy(k, rows[i]), 2)
		}
	}
}

// tidy returns a copy of a row in the form in which it is written: canonical,
// without volatile fields, without meaningless nulls, and without secret values.
func tidy(k *resource.Kind, row *resource.Object) *resource.Object {
	row = row.Clone()
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Class == resource.Volatile && !claims(k, f) {
			row.Delete(f.Name)
		}
	}
	if k.ShowsSecret(row) {
		k.HideSecrets(row)
	}
	k.Canonical(row)
	resource.Prune(k.Fields, row, meaningless)
	return row
}

// claims reports whether a field is the group's side of a membership, which a file
// may contain.
func claims(k *resource.Kind, f *resource.Field) bool {
	return k.Members != nil && k.Members.Field == f.Name
}

// meaningless tells what is not written: nulls of known fields, which in responses mean
// that there is no value, and in a file would mean "clear"; and a name beside the
// number of the same object, as in a file both would have to agree.
func meaningless(fields []resource.Field, f *resource.Field, name string, v resource.Value) bool {
	if f != nil {
		return v == nil
	}
	ref, key := byName(fields)
	return ref != nil && name == key
}
