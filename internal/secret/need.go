package secret

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// Need is a place of a license that names a secret.
type Need struct {
	Name string
	Kind *resource.Kind
	Row  *resource.Object
	Path string // of the field in the row
}

// Needs returns the places of a license that refer to secrets, sorted by name and
// then by place.
func Needs(l *resource.License) []Need {
	var out []Need
	for _, k := range l.Kinds() {
		for _, row := range l.Rows(k.Name) {
			find(row, nil, func(name resource.Secret, at *resource.Path) {
				out = append(out, Need{string(name), k, row, at.String()})
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Need) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// find calls fn for each secret in a value.
func find(v resource.Value, at *resource.Path, fn func(resource.Secret, *resource.Path)) {
	switch v := v.(type) {
	case resource.Secret:
		fn(v, at)
	case *resource.Object:
		for name, m := range v.All() {
			find(m, at.Member(name), fn)
		}
	case resource.List:
		for i, e := range v {
			find(e, at.Element(i), fn)
		}
	}
}
