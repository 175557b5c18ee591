package migrate

import "lcsync/internal/resource"

// paths records where the fields of the input are in the result, including fields
// that were merged into others.
type paths struct {
	ledger *ledger
	steps  *steps
}

func newPaths(l *ledger) *paths { return &paths{l, &l.steps} }

// kind enters the rows of a kind in the order of the snapshot, by its layout.
func (p *paths) kind(k *resource.Kind, rows []*resource.Object) {
	groups, last := -1, resource.Value(nil)
	all, one := p.steps.member(0, k.Name), int32(0)
	for i, row := range rows {
		switch {
		case k.Single:
			p.value(row, all)
		case k.YAML.GroupBy != "":
			if id := plain(row.Get(k.YAML.GroupBy)); groups < 0 || !resource.Equal(id, last) {
				groups, last = groups+1, id
				one = p.steps.element(all, groups)
			}
			p.value(row.Get(k.YAML.GroupBy), p.steps.member(one, k.YAML.As))
			p.nested(k, row, p.steps.member(one, k.YAML.In))
		case k.YAML.Nested != nil:
			p.nested(k, row, all)
		default:
			p.value(row, p.steps.element(all, i))
		}
	}
}

func (p *paths) nested(k *resource.Kind, row *resource.Object, at int32) {
	p.enter(row, at)
	names := k.YAML.Nested
	for _, n := range names[:len(names)-1] {
		at = p.steps.member(at, text(row, n))
	}
	p.value(row.Get(names[len(names)-1]), at)
}

func (p *paths) value(v any, at int32) {
	switch v := v.(type) {
	case *resource.Object:
		p.enter(v, at)
		for name, m := range v.All() {
			p.value(m, p.steps.member(at, name))
		}
	case resource.List:
		for i, e := range v {
			p.value(e, p.steps.element(at, i))
		}
	case *leaf:
		p.enter(v, at)
		for _, o := range v.from {
			p.ledger.found(o, at)
		}
	}
}

func (p *paths) enter(v any, at int32) {
	if _, asked := p.ledger.at[v]; asked {
		p.ledger.at[v] = at
	}
}

// close records the places of merged fields.
func (p *paths) close() {
	for o, into := range p.ledger.into {
		m, at := p.ledger.of(o), p.ledger.at[whole(into)]
		if at == 0 || m.target != 0 || m.lost && !m.asked {
			continue
		}
		if s, ok := into.(spot); ok {
			at = p.steps.member(at, s.name)
		}
		m.target = at
	}
	p.ledger.into, p.ledger.at = nil, nil
}

// spot is a member of an object, whatever value it gets.
type spot struct {
	object *resource.Object
	name   string
}

// whole returns the object that contains a spot, and any other value itself; nil
// for a value without a place.
func whole(v any) any {
	switch v := v.(type) {
	case spot:
		return v.object
	case *resource.Object, *leaf:
		return v
	}
	return nil
}
