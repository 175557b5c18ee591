package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// shifted tells whether the run did anything to the place of an object.
func (x *object) shifted() bool {
	return x.move != nil || x.change != nil && x.change.Action != diff.Update
}

// ordered puts the objects of a kind that are to be there into the order in
// which the run found them. Where somebody changed the order since, those that
// stand stay as they do.
func (m *merge) ordered(k *resource.Kind, of, stand []*object) []*object {
	var was, left, moved []*object
	for _, x := range of {
		if x.was != nil && x.to != nil {
			was = append(was, x)
		}
		if x.move != nil {
			moved = append(moved, x)
		} else if x.was != nil && x.left != nil {
			left = append(left, x)
		}
	}
	if agree(stand, m.place(left, moved)) || agree(stand, was) {
		return merged(was, stand)
	}
	m.skip(k.Name, "", "their order was changed since")
	return merged(stand, was)
}

// place puts moved objects into an order, each before its neighbour once that
// stands where it belongs.
func (m *merge) place(order, moved []*object) []*object {
	slices.Reverse(moved)
	for len(moved) > 0 {
		i := max(0, slices.IndexFunc(moved, func(x *object) bool { return !slices.Contains(moved, m.next(x)) }))
		x := moved[i]
		at := slices.Index(order, m.next(x))
		if at < 0 {
			at = len(order)
		}
		order, moved = slices.Insert(order, at, x), slices.Delete(moved, i, i+1)
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
	last := -1
	for _, x := range a {
		if at := slices.Index(b, x); at >= 0 {
			if at < last {
				return false
			}
			last = at
		}
	}
	return true
}

// merged returns the base order with what only the other order has, each after
// what it follows there.
func merged(base, other []*object) []*object {
	out := slices.Clone(base)
	last := -1
	for _, x := range other {
		at := slices.Index(out, x)
		if at < 0 {
			at = last + 1
			out = slices.Insert(out, at, x)
		}
		last = at
	}
	return out
}
