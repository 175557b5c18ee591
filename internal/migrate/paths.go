package migrate

import "lcsync/internal/resource"

// enterKind records where the fields of the input are in the rows of a kind, including
// fields that were merged into others. The rows are in the order of the snapshot; the
// layout of the kind says where each stands.
func (l *ledger) enterKind(k *resource.Kind, rows []*resource.Object) {
	groups, last := -1, resource.Value(nil)
	all, one := l.steps.member(0, k.Name), int32(0)
	for i, row := range rows {
		switch {
		case k.Single:
			l.enterValue(row, all)
		case k.YAML.GroupBy != "":
			if id := plain(row.Get(k.YAML.GroupBy)); groups < 0 || !resource.Equal(id, last) {
				groups, last = groups+1, id
				one = l.steps.element(all, groups)
			}
			l.enterMember(row, k.YAML.GroupBy, l.steps.member(one, k.YAML.As))
			l.enterNested(k, row, l.steps.member(one, k.YAML.In))
		case k.YAML.Nested != nil:
			l.enterNested(k, row, all)
		default:
			l.enterValue(row, l.steps.element(all, i))
		}
	}
}

func (l *ledger) enterNested(k *resource.Kind, row *resource.Object, at int32) {
	names := k.YAML.Nested
	for _, n := range names[:len(names)-1] {
		at = l.steps.member(at, text(row, n))
	}
	l.enter(whole(row), at)
	l.enterMember(row, names[len(names)-1], at)
}

func (l *ledger) enterMember(o *resource.Object, name string, at int32) {
	l.enter(spot{o, name}, at)
	l.enterValue(o.Get(name), at)
}

func (l *ledger) enterValue(v any, at int32) {
	switch v := v.(type) {
	case *resource.Object:
		l.enter(whole(v), at)
		for name, m := range v.All() {
			member := l.steps.member(at, name)
			l.enter(spot{v, name}, member)
			l.enterValue(m, member)
		}
	case resource.List:
		for i, e := range v {
			l.enterValue(e, l.steps.element(at, i))
		}
	case *leaf:
		l.enter(whole(v), at)
		for _, o := range v.from {
			l.found(o, at)
		}
	}
}

func (l *ledger) enter(s spot, at int32) {
	if _, asked := l.at[s]; asked {
		l.at[s] = at
	}
}

// close records the places of merged fields.
func (l *ledger) close() {
	for o, into := range l.into {
		if m := l.of(o); m.target == 0 && (m.asked || !m.lost) {
			m.target = l.at[into]
		}
	}
	l.into, l.at = nil, nil
}

// spot is a part of a row: a member of an object, whatever value it gets, or, without
// a name, an object or a leaf itself.
type spot struct {
	of   any
	name string
}

// whole returns the spot of a value, the zero spot for a list: it is never the same
// list that the result has.
func whole(v any) spot {
	if _, isList := v.(resource.List); isList {
		return spot{}
	}
	return spot{of: v}
}
