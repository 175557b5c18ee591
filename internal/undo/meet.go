package undo

import (
	"slices"

	"lcsync/internal/resource"
)

// meet finds the live row of each object, and the objects that were created since.
func (m *merge) meet() {
	for _, x := range m.objects {
		for _, row := range []*resource.Object{x.left, x.was} {
			if row != nil && x.now == nil {
				m.byName[x.kind.Address(row)] = x
				x.now = m.now.Find(x.kind, row)
			}
		}
		if x.to = x.now; x.now != nil {
			m.ofLive[x.now] = x
		}
	}
	for _, k := range m.live.Kinds() {
		for _, l := range m.live.Rows(k.Name) {
			if m.ofLive[l] == nil {
				m.ofLive[l] = m.add(&object{kind: k, now: l, to: l})
			}
		}
	}
	for _, x := range m.objects {
		if x.kind.Members != nil && x.was == nil {
			m.join(x)
		}
	}
	m.namesakes()
}

// join adds the memberships that a new object was created with to what the run
// left of its members.
func (m *merge) join(x *object) {
	of, id := x.kind.Members, x.kind.IDOf(x.left)
	for name, priority := range x.left.Object(of.Field).All() {
		for _, kind := range append([]string{of.Of}, of.Also...) {
			y := m.byName[kind+"/"+name]
			if y == nil || y.was == nil || y.left == nil {
				continue
			}
			list := slices.DeleteFunc(slices.Clone(y.left.List(of.List)), func(v resource.Value) bool {
				o, _ := v.(*resource.Object)
				return resource.Equal(o.Get("id"), id)
			})
			y.left = y.left.Clone()
			y.left.Set(of.List, append(list, resource.Of("id", id, "priority", priority)))
		}
	}
}

// namesakes finds live objects that were created since with, or renamed to, the name of a
// deleted object. References to the old object will refer to these.
func (m *merge) namesakes() {
	ids := map[string]resource.Value{}
	for _, x := range m.objects {
		k := x.kind
		if x.was == nil || x.left != nil || x.now != nil || k.ServerID == "" || k.Order == resource.Linked {
			continue
		}
		for _, l := range m.now.Alike(k, x.was) {
			left := m.ofLive[l].left
			if left == nil || slices.ContainsFunc(k.Key, func(name string) bool { return !resource.Equal(left.Get(name), l.Get(name)) }) {
				x.now, x.to = l, l
				ids[k.Address(x.was)] = k.IDOf(l)
				break
			}
		}
	}
	if len(ids) == 0 {
		return
	}
	for _, x := range m.objects {
		if x.was == nil || x.was == x.left {
			continue
		}
		x.was = x.kind.MapRefs(x.was, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
			for _, kind := range ref.Kinds {
				if id := ids[kind+"/"+resource.Text(v)]; id != nil && (!ref.Open || x.left == nil) {
					return id
				}
			}
			return v
		})
	}
}
