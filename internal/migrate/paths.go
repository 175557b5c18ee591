package migrate

import (
	"lcsync/internal/resource"
)

// paths enters into the books where the fields of the input are in the result,
// and finds the places of what others became a part of.
type paths struct {
	ledger *ledger
	at     map[any]string // of objects and leaves that something became a part of
}

func newPaths(l *ledger) *paths {
	p := &paths{ledger: l, at: map[any]string{}}
	for _, doc := range l.docs {
		for _, m := range l.marks[doc] {
			if m.said != nil && m.said.into != nil {
				p.at[whole(m.said.into)] = ""
			}
		}
	}
	return p
}

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
	p.enter(row, at)
	names := k.YAML.Nested
	for _, n := range names[:len(names)-1] {
		at = member(at, text(row, n))
	}
	p.value(row.Get(names[len(names)-1]), at)
}

func (p *paths) value(v any, path string) {
	switch v := v.(type) {
	case *resource.Object:
		p.enter(v, path)
		for name, m := range v.All() {
			p.value(m, member(path, name))
		}
	case resource.List:
		for i, e := range v {
			p.value(e, element(path, i))
		}
	case *leaf:
		p.enter(v, path)
		for _, o := range v.from {
			m := p.ledger.of(o)
			if n := len(m.targets); n == 0 || m.targets[n-1] != path {
				m.targets = append(m.targets, path)
			}
		}
	}
}

func (p *paths) enter(v any, path string) {
	if _, asked := p.at[v]; asked {
		p.at[v] = path
	}
}

// find returns the place of an object, a leaf or a spot, "" if it is not in the
// result.
func (p *paths) find(v any) string {
	at := p.at[whole(v)]
	if s, ok := v.(spot); ok && at != "" {
		return member(at, s.name)
	}
	return at
}

// spot is a member of an object, whatever its value will be.
type spot struct {
	object *resource.Object
	name   string
}

// whole returns the object that a spot is in, and anything else itself; nil for
// what has no place of its own.
func whole(v any) any {
	switch v := v.(type) {
	case spot:
		return v.object
	case *resource.Object, *leaf:
		return v
	}
	return nil
}
