package migrate

import (
	"lcsync/internal/resource"
)

// paths says where the fields of the input are in the result.
type paths struct {
	of map[*Origin][]string
	at map[any]string // objects and leaves
}

func newPaths() *paths { return &paths{of: map[*Origin][]string{}, at: map[any]string{}} }

// kind enters the rows of a kind in the order of the snapshot, by its layout.
func (p *paths) kind(k *resource.Kind, rows []*resource.Object) {
	groups, last := -1, resource.Value(nil)
	for i, row := range rows {
		switch {
		case k.Single:
			p.value(row, k.Name)
		case k.YAML.GroupBy != "":
			if id := plain(row.Get(k.YAML.GroupBy)); groups < 0 || !resource.Equal(id, last) {
				groups, last = groups+1, id
			}
			at := element(k.Name, groups)
			p.value(row.Get(k.YAML.GroupBy), member(at, k.YAML.As))
			p.nested(k, row, member(at, k.YAML.In))
		case k.YAML.Nested != nil:
			p.nested(k, row, k.Name)
		default:
			p.value(row, element(k.Name, i))
		}
	}
}

func (p *paths) nested(k *resource.Kind, row *resource.Object, at string) {
	p.at[row] = at
	names := k.YAML.Nested
	for _, n := range names[:len(names)-1] {
		at = member(at, text(row, n))
	}
	p.value(row.Get(names[len(names)-1]), at)
}

func (p *paths) value(v any, path string) {
	switch v := v.(type) {
	case *resource.Object:
		p.at[v] = path
		for name, m := range v.All() {
			p.value(m, member(path, name))
		}
	case resource.List:
		for i, e := range v {
			p.value(e, element(path, i))
		}
	case *leaf:
		p.at[v] = path
		for _, o := range v.from {
			if have := p.of[o]; len(have) == 0 || have[len(have)-1] != path {
				p.of[o] = append(p.of[o], path)
			}
		}
	}
}

// find returns the place of an object, a leaf or a spot, "" if it is not in the result.
func (p *paths) find(v any) string {
	switch v := v.(type) {
	case *resource.Object:
		return p.at[v]
	case *leaf:
		return p.at[v]
	case spot:
		if at := p.at[v.object]; at != "" {
			return member(at, v.name)
		}
	}
	return ""
}

// spot is a member of an object, whatever its value will be.
type spot struct {
	object *resource.Object
	name   string
}
