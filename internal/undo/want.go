package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// wanted returns the part of the license that is to be put back, and what is to
// be deleted.
func (m *merge) wanted() (want *resource.License, deletes map[string][]string) {
	want = &resource.License{Owner: m.live.Owner, AccountID: m.live.AccountID, ClientIDs: slices.Clone(m.live.ClientIDs)}
	deletes = map[string][]string{}
	for _, k := range m.live.Kinds() {
		stay, changed := m.kind(k, deletes)
		if k.Order == resource.Linked && m.shifted(k) {
			stay, changed = m.ordered(k, stay), true
		}
		if !changed {
			continue
		}
		rows := []*resource.Object{}
		for _, x := range stay {
			if row := x.wanted(); row != nil {
				k.Canonical(row)
				rows = append(rows, row)
			}
		}
		k.SortRows(rows)
		want.SetRows(k.Name, rows)
	}
	return want, deletes
}

// kind returns the objects of a kind that are to be there: those that are, as
// they stand, then those that come back. It tells whether any is to change.
func (m *merge) kind(k *resource.Kind, deletes map[string][]string) (stay []*object, changed bool) {
	for _, l := range m.live.Rows(k.Name) {
		x := m.ofLive[l]
		changed = changed || x.to != x.now
		switch {
		case x.to != nil:
			stay = append(stay, x)
		case k.ServerID == "":
			deletes[k.Name] = append(deletes[k.Name], k.KeyOf(l))
		default:
			deletes[k.Name] = append(deletes[k.Name], resource.Text(k.IDOf(l)))
		}
	}
	for _, x := range m.objects {
		if x.kind == k && x.now == nil && x.to != nil {
			stay, changed = append(stay, x), true
		}
	}
	return stay, changed
}

// wanted returns what is said of an object that is to be there: all of one that
// is made anew or that can only be described whole, of others which it is and
// the fields that are put back. An object with a server id is named although
// nothing of it is put back, so that it is not taken for one that comes back.
func (x *object) wanted() *resource.Object {
	k := x.kind
	switch {
	case x.to == x.now && k.ServerID == "":
		return nil
	case k.Whole, x.to != x.now && x.fields == nil:
		return restored(k, x.to)
	}
	row := &resource.Object{}
	id := k.Key
	if k.ServerID != "" {
		id = []string{k.ServerID}
	}
	for _, name := range slices.Concat(id, x.fields) {
		row.Set(name, resource.CloneValue(x.to.Get(name)))
	}
	return row
}

// shifted tells whether the run did anything to the order of a kind.
func (m *merge) shifted(k *resource.Kind) bool {
	return slices.ContainsFunc(m.objects, func(x *object) bool {
		return x.kind == k && (x.move != nil || x.change != nil && x.change.Action != diff.Update)
	})
}

// ordered puts objects that are to be there into the order in which the run
// found them, or, if somebody changed the order since, leaves it as it is.
func (m *merge) ordered(k *resource.Kind, stay []*object) []*object {
	var was, moved, left []*object
	for _, x := range m.objects {
		if x.kind != k {
			continue
		}
		if x.was != nil {
			was = append(was, x)
		}
		if x.move != nil {
			moved = append(moved, x)
		} else if x.was != nil && x.left != nil {
			left = append(left, x)
		}
	}
	left = m.place(left, moved)
	base, other := was, stay
	there := func(x *object) bool { return x.now != nil }
	if now := slices.DeleteFunc(slices.Clone(stay), func(x *object) bool { return !there(x) }); !agree(now, left) && !agree(now, was) {
		m.skip(k.Name, "", "their order was changed since")
		base, other = now, was
	}
	return slices.DeleteFunc(merged(base, other), func(x *object) bool { return x.to == nil })
}

// place puts moved objects into an order, each before its neighbour once that
// stands where it belongs.
func (m *merge) place(order, moved []*object) []*object {
	for len(moved) > 0 {
		last := len(moved) - 1
		for i := last; i >= 0; i-- {
			if !slices.Contains(moved, m.next(moved[i])) {
				last = i
				break
			}
		}
		x := moved[last]
		at := slices.Index(order, m.next(x))
		if at < 0 {
			at = len(order)
		}
		order = slices.Insert(order, at, x)
		moved = slices.Delete(moved, last, last+1)
	}
	return order
}

// next is the object that a moved one was to go before, nil for the end.
func (m *merge) next(x *object) *object {
	v := x.move.Before
	if r, ok := v.(resource.Ref); ok {
		v = m.Done[r.Kind+"/"+r.Key]
	}
	return m.byName[x.kind.Name+"/"+resource.Text(v)]
}

// agree tells whether what two orders have in common stands in the same order.
func agree(a, b []*object) bool {
	return slices.Equal(common(a, b), common(b, a))
}

func common(a, b []*object) []*object {
	return slices.DeleteFunc(slices.Clone(a), func(x *object) bool { return !slices.Contains(b, x) })
}

// merged returns the base order with what only the other order has, each after
// what it follows there.
func merged(base, other []*object) []*object {
	out := slices.Clone(base)
	last := -1
	for _, x := range other {
		if at := slices.Index(out, x); at >= 0 {
			last = at
			continue
		}
		last++
		out = slices.Insert(out, last, x)
	}
	return out
}
