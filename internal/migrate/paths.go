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
			l.enterValue(row.Get(k.YAML.GroupBy), l.steps.member(one, k.YAML.As))
			l.enterNested(k, row, l.steps.member(one, k.YAML.In))
		case k.YAML.Nested != nil:
			l.enterNested(k, row, all)
		default:
			l.enterValue(row, l.steps.element(all, i))
		}
	}
}

func (l *ledger) enterNested(k *resource.Kind, row *resource.Object, at int32) {
	l.enter(row, at)
	names := k.YAML.Nested
	for _, n := range names[:len(names)-1] {
		at = l.steps.member(at, text(row, n))
	}
	l.enterValue(row.Get(names[len(names)-1]), at)
}

func (l *ledger) enterValue(v any, at int32) {
	switch v := v.(type) {
	case *resource.Object:
		l.enter(v, at)
		for name, m := range v.All() {
			l.enterValue(m, l.steps.member(at, name))
		}
	case resource.List:
		for i, e := range v {
			l.enterValue(e, l.steps.element(at, i))
		}
	case *leaf:
		l.enter(v, at)
		for _, o := range v.from {
			l.found(o, at)
		}
	}
}

func (l *ledger) enter(v any, at int32) {
	if _, asked := l.at[v]; asked {
		l.at[v] = at
	}
}

// close records the places of merged fields.
func (l *ledger) close() {
	for o, into := range l.into {
		m, at := l.of(o), l.at[whole(into)]
		if at == 0 || m.target != 0 || m.lost && !m.asked {
			continue
		}
		if s, ok := into.(spot); ok {
			at = l.steps.member(at, s.name)
		}
		m.target = at
	}
	l.into, l.at = nil, nil
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
