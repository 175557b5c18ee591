package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// meet finds what there is now of each object, and what somebody made since.
func (m *merge) meet() {
	for _, x := range m.objects {
		row := x.left
		if row == nil {
			row = x.was
		}
		if row == nil {
			continue
		}
		m.byName[nameOf(x.kind, row)] = x
		x.now = m.now.Find(x.kind, row)
		if x.now == nil && x.was != nil && x.change != nil && x.change.Action == diff.Replace {
			x.now = m.now.Find(x.kind, x.was)
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
	m.join()
	m.namesakes()
}

// join adds the memberships that new objects were created with to what the run
// left of their members, unless those were changed since.
func (m *merge) join() {
	lists := map[*object]resource.List{}
	field := ""
	for _, x := range m.objects {
		of := x.kind.Members
		if of == nil || x.was != nil {
			continue
		}
		field = of.List
		for id, priority := range x.left.Object(of.Field).All() {
			for _, kind := range append([]string{of.Of}, of.Also...) {
				y := m.byName[kind+"/"+id]
				if y == nil || y.was == nil || y.left == nil || y.now == nil {
					continue
				}
				if lists[y] == nil {
					lists[y] = slices.Clone(y.left.List(field))
				}
				mem := resource.Of("id", x.left.Get(x.kind.ServerID), "priority", priority)
				if !slices.ContainsFunc(lists[y], func(v resource.Value) bool {
					o, _ := v.(*resource.Object)
					return resource.Equal(o.Get("id"), mem.Get("id"))
				}) {
					lists[y] = append(lists[y], mem)
				}
			}
		}
	}
	for y, list := range lists {
		if same(y.kind, y.now, field, list) {
			y.left = y.left.Clone()
			y.left.Set(field, list)
		}
	}
}

// namesakes finds the live objects that somebody made, or named, like those
// that the run deleted. What referred to the old one is to refer to these.
func (m *merge) namesakes() {
	ids := map[string]resource.Value{}
	for _, x := range m.objects {
		k := x.kind
		if x.was == nil || x.left != nil || x.now != nil || k.ServerID == "" || k.Order == resource.Linked || k.KeyOf(x.was) == resource.Text(k.IDOf(x.was)) {
			continue
		}
		for _, l := range m.live.Rows(k.Name) {
			if left := m.ofLive[l].left; keyText(k, l) == keyText(k, x.was) && (left == nil || keyText(k, left) != keyText(k, l)) {
				x.now, x.to = l, l
				ids[nameOf(k, x.was)] = k.IDOf(l)
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
		x.kind.Canonical(x.was)
	}
}
