package undo

import (
	"cmp"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// trace computes how the run left each object that it found, and what it created.
func (m *merge) trace() {
	found := map[*resource.Object]*object{}
	for _, k := range resource.Kinds() {
		for _, row := range m.Preimage.Rows(k.Name) {
			found[row] = m.add(&object{kind: k, was: row, left: row})
		}
		for _, ch := range m.Plan.Changes {
			if _, did := m.Done[ch.ID]; ch.Kind != k.Name || !did || ch.Blocked != "" {
				continue
			}
			// A created value may have existed: it was deleted with its definition and
			// written back.
			x := found[m.then.Find(k, cmp.Or(ch.Before, ch.After))]
			if x == nil {
				x = m.add(&object{kind: k})
			}
			m.carriedOut(x, ch)
		}
	}
	for _, x := range m.objects {
		if x.left != nil {
			m.follow(x)
		}
	}
}

func (m *merge) add(x *object) *object {
	m.objects = append(m.objects, x)
	return x
}

// carriedOut notes what a change did to its object.
func (m *merge) carriedOut(x *object, ch *diff.Change) {
	k := x.kind
	if x.change == nil {
		x.change = ch
		if ch.Before != nil {
			x.was, x.left = ch.Before, ch.Before
		}
	}
	if !m.live.Has(k.Name) {
		m.skip(k.Name, "", "not read")
		return
	}
	if ch.Move != nil {
		x.move = ch.Move
	}
	switch ch.Action {
	case diff.Create:
		if k.Create != nil && k.Create.Loses != "" {
			m.lose(k, ch.After, k.Create.Loses)
		}
		if x.left = m.made(k, ch); x.left == nil {
			m.skip(k.Name, ch.Key, "lcsync cannot tell whether the run created it")
		}
	case diff.Update:
		x.left = x.left.Clone()
		wrote := m.resolved(k, ch.After)
		for _, name := range ch.Write {
			x.left.Set(name, wrote.Get(name))
		}
	case diff.Replace:
		m.deleted[definitionName(k, x.was)] = x // its values are deleted with it
		there := m.now.Find(k, x.was) != nil
		if row := m.made(k, ch); row != nil && (there || m.Done[ch.ID] != nil) {
			x.left = row
		} else if !there {
			m.goes(x)
		}
	case diff.Delete:
		// One that can be found was not deleted, or is back.
		l := m.now.Find(k, x.was)
		if l == nil || k.ServerID == "" && len(diff.Compare(k, l, x.was, m.live.Unreadable[k.Name])) > 0 {
			m.goes(x)
		}
	}
}

// made returns the object that a change made, nil if it cannot be identified.
func (m *merge) made(k *resource.Kind, ch *diff.Change) *resource.Object {
	row, id := m.resolved(k, ch.After), m.Done[ch.ID]
	switch {
	case k.ServerID == "":
	case id == nil:
		return nil
	default:
		row.Set(k.ServerID, id)
	}
	return row
}

// goes notes that an object was deleted.
func (m *merge) goes(x *object) {
	x.left = nil
	m.deleted[x.kind.Address(x.was)] = x
	m.deleted[definitionName(x.kind, x.was)] = x
}

// follow computes what the server changed in an object by itself: it removed references
// to deleted objects, rows whose key has such a reference, and values of deleted
// definitions.
func (m *merge) follow(x *object) {
	references(x.kind, x.left, func(root, name string) {
		switch by := m.deleted[name]; {
		case by == nil:
		case !slices.Contains(x.kind.Key, root):
			x.cut = true
		case x.change == nil:
			x.with = by
		}
	})
	switch {
	case x.with != nil:
		x.left = nil
	case x.cut:
		x.left = stripped(x.kind.MapRefs(x.left, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
			for _, kind := range ref.Kinds {
				if !ref.Open && m.deleted[kind+"/"+resource.Text(v)] != nil {
					return resource.Ref{}
				}
			}
			return v
		}))
	}
}
