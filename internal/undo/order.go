package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// shifted tells whether the run changed the place of an object.
func (x *object) shifted() bool {
	return x.move != nil || x.change != nil && x.change.Action != diff.Update
}

// ordered returns the wanted order of the objects of a kind. Objects that the run moved
// go back if they are still where the run put them, not counting objects that were
// created since.
func (m *merge) ordered(k *resource.Kind, of, stand []*object) []*object {
	was := slices.DeleteFunc(slices.Clone(of), func(x *object) bool { return x.was == nil || x.to == nil })
	var next *object
	stay := slices.Clone(stand)
	for _, l := range slices.Backward(m.live.Rows(k.Name)) {
		x := m.ofLive[l]
		if x.left == nil {
			continue
		}
		if x.move != nil && x.was != nil && m.putBefore(x, next) {
			stay = slices.DeleteFunc(stay, func(y *object) bool { return y == x })
		}
		next = x
	}
	if !agree(stay, was) {
		m.skip(k.Name, "", "their order was changed since")
	}
	return merged(stay, was)
}

// putBefore tells whether the run put an object before another one that it left,
// nil for the end, or before one that is gone.
func (m *merge) putBefore(x, next *object) bool {
	v := x.move.Before
	if r, ok := v.(resource.Ref); ok {
		v = m.Done[r.Kind+"/"+r.Key]
	}
	n := m.byName[x.kind.Name+"/"+resource.Text(v)]
	return n == next || n != nil && n.now == nil
}

// agree tells whether the common objects of two orders are in the same order.
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

// merged returns the base order with the objects that only the other order has, each
// after the object that it follows there.
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
