package undo

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

const owner = "owner@example.com"

var clients = []string{"clientA", "clientB"}

// maker draws licenses from the registry alone.
type maker struct {
	*rapid.T
	l *resource.License
	n int // last id
}

func (m *maker) pick(what string, n int) int { return rapid.IntRange(0, n-1).Draw(m.T, what) }

func (m *maker) flip(what string) bool { return rapid.Bool().Draw(m.T, what) }

func serverID(k *resource.Kind, n int) resource.Value {
	if k.RandomID {
		return fmt.Sprintf("%s-%d", k.Name[:3], n)
	}
	return int64(n)
}

func emptyLicense() *resource.License {
	return &resource.License{Owner: owner, AccountID: "acc", ClientIDs: slices.Clone(clients)}
}

// drawLicense draws a license with up to n objects a kind.
func drawLicense(t *rapid.T, n int) *resource.License {
	m := &maker{T: t, l: emptyLicense()}
	for _, k := range resource.Kinds() {
		if k.ReadOnly {
			continue
		}
		m.l.SetRows(k.Name, nil)
		for range m.pick("number of "+k.Name, n+1) + 1 {
			row := m.row(k)
			if k.Person && len(m.l.Rows(k.Name)) == 0 {
				row.Set("id", owner)
				row.Set("role", "owner")
			}
			if k.ServerID != "" {
				m.n++
				row.Set(k.ServerID, serverID(k, m.n))
			}
			m.put(k, row)
		}
		k.SortRows(m.l.Rows(k.Name))
	}
	m.staff()
	return m.l
}

// staff gives every group the owner as a member, as no group is made without
// one.
func (m *maker) staff() {
	for _, k := range resource.Kinds() {
		if k.Members == nil {
			continue
		}
		list := resource.List{}
		for _, g := range m.l.Rows(k.Name) {
			list = append(list, resource.Of("id", g.Get("id"), "priority", k.Members.Need))
		}
		for _, a := range m.l.Rows(k.Members.Of) {
			if a.String("id") == owner {
				a.Set(k.Members.List, list)
				resource.Lookup(k.Members.Of).Canonical(a)
			}
		}
	}
}

// edited draws what a person may make of it.
func edited(t *rapid.T, l *resource.License) *resource.License {
	m := &maker{T: t, l: emptyLicense()}
	for _, k := range resource.Kinds() {
		if !l.Has(k.Name) || m.pick("leaves out "+k.Name, 8) == 0 {
			continue
		}
		m.l.SetRows(k.Name, nil)
		for _, row := range l.Rows(k.Name) {
			row = m.linked(k, row)
			edit := m.pick("edit", 5)
			if edit == 0 && row.String("id") != owner {
				continue
			}
			if edit == 1 {
				m.change(k, row)
			}
			m.put(k, row)
		}
		for range m.pick("new "+k.Name, 3) {
			m.put(k, m.row(k))
		}
		if k.Order == resource.Linked {
			m.l.SetRows(k.Name, rapid.Permutation(m.l.Rows(k.Name)).Draw(t, "order"))
		}
	}
	return m.l
}

// linked returns a copy without references to what is not there any more.
func (m *maker) linked(k *resource.Kind, row *resource.Object) *resource.Object {
	return without(k, row, func(ref *resource.RefTo, v resource.Value) bool {
		there := false
		for _, kind := range ref.Kinds {
			target := resource.Lookup(kind)
			there = there || target == nil || slices.ContainsFunc(m.l.Rows(kind), func(o *resource.Object) bool { return refName(target, o) == resource.Text(v) })
		}
		return !there
	})
}

func (m *maker) change(k *resource.Kind, row *resource.Object) {
	fresh := m.row(k)
	for i := range k.Fields {
		f := &k.Fields[i]
		if v, ok := fresh.Lookup(f.Name); ok && f.Class == resource.User && f.OnChange != resource.Blocked && f.Input != resource.SecretInput && m.flip("changes "+f.Name) {
			row.Set(f.Name, v)
		}
	}
	if k.Values != nil {
		row.Set(k.Values.Value, m.valueOf(k, row))
	}
}

// put adds a row if it has a key of its own.
func (m *maker) put(k *resource.Kind, row *resource.Object) {
	k.HideSecrets(row)
	k.Canonical(row)
	for _, name := range k.Key {
		if k.Order != resource.Linked && row.Get(name) == nil {
			return
		}
	}
	if k.Order != resource.Linked && slices.ContainsFunc(m.l.Rows(k.Name), func(o *resource.Object) bool { return keyText(k, o) == keyText(k, row) }) {
		return
	}
	for _, limit := range k.Caps {
		if n := len(m.l.Rows(k.Name)); n >= limit.N {
			return
		}
	}
	m.l.Append(k.Name, row)
}

// row draws a row without a server id.
func (m *maker) row(k *resource.Kind) *resource.Object {
	row := &resource.Object{}
	for i := range k.Fields {
		f := &k.Fields[i]
		skip := f.Name == k.ServerID || f.Class == resource.Volatile || f.Class == resource.Observed || f.Input == resource.ReadOnly ||
			f.Input == resource.SecretInput || f.OnChange == resource.ByPublish || f.Type == resource.Any && !f.Required
		if !skip && (f.Required || slices.Contains(k.Key, f.Name) || k.ClientID == f.Name || m.flip("has "+f.Name)) {
			if v := m.value(f); v != nil {
				row.Set(f.Name, v)
			}
		}
	}
	if defs := m.l.Rows("properties"); k.Values != nil && len(defs) > 0 {
		def := defs[m.pick("definition", len(defs))]
		row.Set(k.Values.Namespace, def.Get("owner_client_id"))
		row.Set(k.Values.Name, def.Get("name"))
		row.Set(k.Values.Value, m.valueOf(k, row))
	}
	if len(k.ValueKinds()) > 0 {
		row.Delete("domain")
		row.Delete("range")
		if m.flip("has a default") {
			row.Set("default_value", m.ofType(row.String("type")))
		}
	}
	return row
}

func (m *maker) valueOf(k *resource.Kind, row *resource.Object) resource.Value {
	for _, d := range m.l.Rows(k.Values.Of) {
		if resource.Lookup(k.Values.Of).DefinitionKey(d) == k.ValueKey(row) {
			return m.ofType(d.String("type"))
		}
	}
	return row.Get(k.Values.Value)
}

func (m *maker) ofType(typ string) resource.Value {
	switch typ {
	case "int":
		return int64(m.pick("int", 3))
	case "bool":
		return m.flip("bool")
	}
	return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(m.T, "text")
}

func (m *maker) value(f *resource.Field) resource.Value {
	if f.Ref != nil && f.Type != resource.ListOf {
		return m.ref(f.Ref)
	}
	switch f.Type {
	case resource.String:
		if f.Enum != nil {
			return rapid.SampledFrom(f.Enum).Draw(m.T, f.Name)
		}
		return fmt.Sprintf("%s %d", f.Name, m.pick(f.Name, 5))
	case resource.Int:
		return int64(m.pick(f.Name, 4))
	case resource.Bool:
		return m.flip(f.Name)
	case resource.Record:
		o := &resource.Object{}
		for i := range f.Fields {
			if inner := &f.Fields[i]; inner.Required || m.flip("has "+inner.Name) {
				if v := m.value(inner); v != nil {
					o.Set(inner.Name, v)
				}
			}
		}
		return o
	case resource.ListOf:
		return m.list(f)
	}
	return m.ofType("string")
}

func (m *maker) list(f *resource.Field) resource.Value {
	e := f.Element()
	l := resource.List{}
	for range m.pick("length of "+f.Name, 4) {
		v := m.value(&e)
		o, _ := v.(*resource.Object)
		taken := func(x resource.Value) bool {
			other, _ := x.(*resource.Object)
			return resource.Equal(other.Get(f.Key), o.Get(f.Key))
		}
		if v != nil && (f.List != resource.Keyed || o.Has(f.Key) && !slices.ContainsFunc(l, taken)) {
			l = append(l, v)
		}
	}
	return l
}

// ref draws a reference to what is there; nil if nothing is.
func (m *maker) ref(ref *resource.RefTo) resource.Value {
	k := resource.Lookup(ref.Kinds[m.pick("kind", len(ref.Kinds))])
	if k == nil {
		return rapid.SampledFrom(clients).Draw(m.T, "client")
	}
	rows := m.l.Rows(k.Name)
	if len(rows) == 0 {
		return nil
	}
	row := rows[m.pick("row", len(rows))]
	if k.ServerID != "" {
		return row.Get(k.ServerID)
	}
	return row.Get(k.Key[0])
}
