package resourcetest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

// Edited draws what a person may make of a license's file: kinds and rows taken
// out, rows changed, added and put elsewhere. The license itself stays as it is.
func (d Draw) Edited(t *rapid.T, l *resource.License) *resource.License {
	m := &maker{T: t, Draw: d, l: &resource.License{Owner: l.Owner, AccountID: l.AccountID, ClientIDs: slices.Clone(l.ClientIDs)}}
	for _, k := range resource.Kinds() {
		if !l.Has(k.Name) || m.pick("leaves out "+k.Name, 8) == 0 {
			continue
		}
		m.l.SetRows(k.Name, nil)
		for _, row := range l.Rows(k.Name) {
			m.edit(k, row)
		}
		for range m.pick("new "+k.Name, 3) {
			m.put(k, m.row(k))
		}
		if k.Order == resource.Linked {
			m.l.SetRows(k.Name, rapid.Permutation(m.l.Rows(k.Name)).Draw(t, "order"))
		}
	}
	if d.NameMembers && m.flip("groups name members") {
		m.nameMembers()
	}
	return m.l
}

// edit leaves a row out, or adds a copy of it that may be changed.
func (m *maker) edit(k *resource.Kind, row *resource.Object) {
	edit := m.pick("edit", 5)
	if edit == 0 && !(m.Lawful && row.String("id") == Owner) {
		return
	}
	row = m.linked(k, row)
	if edit == 1 {
		m.change(k, row)
	}
	m.put(k, row)
}

// change draws some fields of a row anew, in place.
func (m *maker) change(k *resource.Kind, row *resource.Object) {
	fresh := m.row(k)
	for i := range k.Fields {
		f := &k.Fields[i]
		if !m.mayChange(k, f) || !m.flip("changes "+f.Name) {
			continue
		}
		if v, ok := fresh.Lookup(f.Name); ok {
			row.Set(f.Name, v)
		}
	}
	if m.Lawful && k.Values != nil {
		m.refit(k, row)
	}
}

func (m *maker) mayChange(k *resource.Kind, f *resource.Field) bool {
	if f.Class != resource.User || k.OwnedBy == f.Name || f.Input == resource.SecretInput {
		return false
	}
	return !m.Writable || f.OnChange != resource.Blocked
}

// refit draws a value anew that fits the definition which the row names, if
// there is one.
func (m *maker) refit(k *resource.Kind, row *resource.Object) {
	for _, def := range m.l.Rows(k.Values.Of) {
		if def.String("owner_client_id") == row.String(k.Values.Namespace) && def.String("name") == row.String(k.Values.Name) {
			row.Set(k.Values.Value, m.ofType(def.String("type")))
			return
		}
	}
}

// linked returns a copy of a row without references to what is not there any
// more: without the elements that name it if the license is lawful, as the
// server drops them, and without the fields that do otherwise.
func (m *maker) linked(k *resource.Kind, row *resource.Object) *resource.Object {
	out := row.Clone()
	if m.Lawful {
		m.dropElements(k.Fields, out)
		return out
	}
	for ref := range k.References(row) {
		if !m.leads(ref.To, ref.Value) {
			root, _, _ := strings.Cut(ref.Path, ".")
			out.Delete(root)
		}
	}
	return out
}

// leads tells whether a reference leads to something that is there. What is no
// kind of the registry always is.
func (m *maker) leads(ref *resource.RefTo, v resource.Value) bool {
	return slices.ContainsFunc(ref.Kinds, func(name string) bool {
		k := resource.Lookup(name)
		return k == nil || slices.ContainsFunc(m.l.Rows(name), func(o *resource.Object) bool {
			return resource.Text(o.Get(identity(k))) == resource.Text(v)
		})
	})
}

// dropElements takes the elements out of an object's lists that lead nowhere,
// in place.
func (m *maker) dropElements(fields []resource.Field, o *resource.Object) {
	for i := range fields {
		f := &fields[i]
		switch v := o.Get(f.Name).(type) {
		case resource.List:
			o.Set(f.Name, slices.DeleteFunc(v, func(e resource.Value) bool { return m.isLost(f, e) }))
		case *resource.Object:
			m.dropElements(f.Fields, v)
		}
	}
}

// isLost tells whether an element of a list is, or has a member that is, a
// reference that leads nowhere.
func (m *maker) isLost(f *resource.Field, e resource.Value) bool {
	o, ok := e.(*resource.Object)
	if !ok {
		return f.Ref != nil && !m.leads(f.Ref, e)
	}
	return slices.ContainsFunc(f.Fields, func(in resource.Field) bool {
		return in.Ref != nil && o.Has(in.Name) && !m.leads(in.Ref, o.Get(in.Name))
	})
}

// nameMembers takes the lists of groups from the members and gives groups
// lists of members.
func (m *maker) nameMembers() {
	for _, k := range resource.Kinds() {
		mem := k.Members
		if mem == nil || !m.l.Has(k.Name) || len(m.l.Rows(mem.Of)) == 0 {
			continue
		}
		for _, of := range append([]string{mem.Of}, mem.Also...) {
			for _, row := range m.l.Rows(of) {
				row.Delete(mem.List)
			}
		}
		for _, row := range m.l.Rows(k.Name) {
			if m.flip("names members") {
				row.Set(mem.Field, m.members(k))
			}
		}
	}
}

// members draws a list of members for a group, with a priority for each.
func (m *maker) members(k *resource.Kind) resource.Value {
	stated := &resource.Object{}
	for _, a := range m.l.Rows(k.Members.Of) {
		if m.flip("is member") {
			stated.Set(a.String("id"), rapid.SampledFrom(k.Field(k.Members.Field).Enum).Draw(m.T, "priority"))
		}
	}
	return stated
}
