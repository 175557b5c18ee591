package undo

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// wanted returns the part of the license to put back, and the objects to delete.
func (m *merge) wanted() (want *resource.License, deletes map[string][]string) {
	want = &resource.License{Owner: m.live.Owner, AccountID: m.live.AccountID, ClientIDs: slices.Clone(m.live.ClientIDs)}
	deletes = map[string][]string{}
	for _, k := range m.live.Kinds() {
		for _, l := range m.live.Rows(k.Name) {
			if m.ofLive[l].to == nil {
				deletes[k.Name] = append(deletes[k.Name], cmp.Or(resource.Text(k.IDOf(l)), k.KeyOf(l)))
			}
		}
		stand, changed := m.standing(k)
		if !changed {
			continue
		}
		comesBack := slices.ContainsFunc(stand, func(x *object) bool { return x.now == nil })
		rows := []*resource.Object{}
		for _, x := range stand {
			// An object with a server id is listed even if nothing of it is put back.
			// Otherwise it could be paired with an object that is created again.
			if x.to != x.now || k.ServerID != "" && (comesBack || !k.Whole) {
				row := x.wanted()
				k.Canonical(row)
				rows = append(rows, row)
			}
		}
		k.SortRows(rows)
		want.SetRows(k.Name, rows)
	}
	return want, deletes
}

// standing returns the wanted objects of a kind in the wanted order. It tells whether
// anything changes.
func (m *merge) standing(k *resource.Kind) (stand []*object, changed bool) {
	of := slices.DeleteFunc(slices.Clone(m.objects), func(x *object) bool { return x.kind != k })
	for _, l := range m.live.Rows(k.Name) {
		if x := m.ofLive[l]; x.to != nil {
			stand = append(stand, x)
		}
	}
	if k.Order == resource.Linked && slices.ContainsFunc(of, (*object).shifted) {
		return m.ordered(k, of, stand), true
	}
	for _, x := range of {
		changed = changed || x.to != x.now
		if x.now == nil && x.to != nil {
			stand = append(stand, x)
		}
	}
	return stand, changed
}

// wanted returns the wanted row of an object: the whole row if it is created again or
// the kind is described whole, otherwise its identity and the fields to put back.
func (x *object) wanted() *resource.Object {
	k := x.kind
	if k.Whole || x.to != x.now && x.fields == nil {
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
