package diff

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

const owner = "owner@example.com"

var clients = []string{"clientA", "clientB"}

// maker draws licenses whose references lead somewhere, by the registry alone.
type maker struct {
	*rapid.T
	l    *resource.License
	seed int // ids of one license are not another's
	n    int
}

func (m *maker) pick(what string, n int) int { return rapid.IntRange(0, n-1).Draw(m.T, what) }

func (m *maker) flip(what string) bool { return rapid.Bool().Draw(m.T, what) }

// drawLicense draws a license with up to n objects a kind.
func drawLicense(t *rapid.T, n, seed int) *resource.License {
	m := &maker{T: t, l: &resource.License{Owner: owner, AccountID: "acc", ClientIDs: slices.Clone(clients)}, seed: seed}
	for _, k := range resource.Kinds() {
		if k.ReadOnly {
			continue
		}
		m.l.SetRows(k.Name, nil)
		count := m.pick("number of "+k.Name, n+1)
		if k.Person {
			count++
		}
		for i := range count {
			m.addRow(k, i)
		}
		if k.Order != resource.Linked {
			k.SortRows(m.l.Rows(k.Name))
		}
	}
	return m.l
}

// addRow adds a row unless its key is taken.
func (m *maker) addRow(k *resource.Kind, i int) {
	row := m.row(k)
	if k.Person && i == 0 {
		row.Set("id", owner)
		row.Set("role", "owner")
		row.Set("account_id", "acc")
	}
	if k.ServerID != "" {
		m.n++
		row.Set(k.ServerID, serverID(k, m.seed*1000+m.n))
	}
	m.put(k, row)
}

func serverID(k *resource.Kind, n int) resource.Value {
	if k.RandomID {
		return fmt.Sprintf("%s-%d", k.Name[:3], n)
	}
	return int64(n)
}

func (m *maker) put(k *resource.Kind, row *resource.Object) {
	k.HideSecrets(row)
	k.Canonical(row)
	for _, name := range k.Key {
		if k.Order != resource.Linked && row.Get(name) == nil {
			return // what it would refer to is not there
		}
	}
	taken := func(o *resource.Object) bool { return joinKey(k, o) == joinKey(k, row) }
	if k.Order != resource.Linked && slices.ContainsFunc(m.l.Rows(k.Name), taken) {
		return
	}
	m.l.Append(k.Name, row)
}

// row draws a row without a server id.
func (m *maker) row(k *resource.Kind) *resource.Object {
	row := &resource.Object{}
	for i := range k.Fields {
		f := &k.Fields[i]
		inKey := slices.Contains(k.Key, f.Name) && k.Order != resource.Linked
		switch {
		case f.Name == k.ServerID, f.Class == resource.Volatile, f.Input == resource.SecretInput:
		case inKey || f.Required || k.ClientID == f.Name || m.flip("has "+f.Name):
			if v := m.value(f); v != nil {
				row.Set(f.Name, v)
			}
		}
	}
	if k.Values != nil { // a value belongs to a definition and fits it
		defs := m.l.Rows(k.Values.Of)
		if len(defs) > 0 {
			def := defs[m.pick("definition", len(defs))]
			row.Set(k.Values.Namespace, def.Get("owner_client_id"))
			row.Set(k.Values.Name, def.Get("name"))
			row.Set(k.Values.Value, m.ofType(def.String("type")))
		}
	}
	if len(row.List("public_access")) > 0 && m.pick("published", 4) > 0 {
		row.Delete("public_access") // what is published can hardly be changed
	}
	if def := row.Get("default_value"); def != nil {
		row.Set("default_value", m.ofType(row.String("type")))
	}
	return row
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
	if f.Ref != nil && f.Type != resource.ListOf && f.Type != resource.Record {
		return m.ref(f.Ref)
	}
	switch f.Type {
	case resource.String:
		if f.Enum != nil {
			return rapid.SampledFrom(f.Enum).Draw(m.T, f.Name)
		}
		return fmt.Sprintf("%s %d", f.Name, m.pick(f.Name, 4))
	case resource.Int:
		return int64(m.pick(f.Name, 4))
	case resource.Bool:
		return m.flip(f.Name)
	case resource.Record:
		return m.record(f)
	case resource.ListOf:
		return m.list(f)
	case resource.Map:
		return &resource.Object{}
	}
	return m.ofType(rapid.SampledFrom([]string{"int", "bool", "string"}).Draw(m.T, "any"))
}

func (m *maker) record(f *resource.Field) resource.Value {
	o := &resource.Object{}
	for i := range f.Fields {
		inner := &f.Fields[i]
		if inner.Required || m.flip("has "+inner.Name) {
			if v := m.value(inner); v != nil {
				o.Set(inner.Name, v)
			}
		}
	}
	return o
}

func (m *maker) list(f *resource.Field) resource.Value {
	e := f.Element()
	l := resource.List{}
	for range m.pick("length of "+f.Name, 4) {
		v := m.value(&e)
		if v == nil || f.List == resource.Keyed && (keyOf(f, v) == nil || findKey(f, l, keyOf(f, v)) != nil) {
			continue
		}
		l = append(l, v)
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
	if id := row.Get(identityField(k)); id != nil {
		return id
	}
	return row.Get(k.Key[0])
}

// edited draws what a person may make of a license's file: rows taken out,
// changed, added and put elsewhere, groups that name their members.
func edited(t *rapid.T, l *resource.License) *resource.License {
	m := &maker{T: t, l: &resource.License{Owner: l.Owner, AccountID: l.AccountID, ClientIDs: l.ClientIDs}, seed: 5}
	for _, k := range resource.Kinds() {
		if !l.Has(k.Name) || m.pick("leaves out "+k.Name, 8) == 0 {
			continue
		}
		m.l.SetRows(k.Name, nil)
		for _, row := range l.Rows(k.Name) {
			switch m.pick("edit", 5) {
			case 0:
				continue
			case 1:
				m.put(k, m.changed(k, m.linked(k, row)))
			default:
				m.put(k, m.linked(k, row))
			}
		}
		for range m.pick("new "+k.Name, 3) {
			m.put(k, m.row(k))
		}
		if k.Order == resource.Linked {
			m.l.SetRows(k.Name, rapid.Permutation(m.l.Rows(k.Name)).Draw(t, "order"))
		}
	}
	if m.flip("groups name members") {
		m.nameMembers()
	}
	return m.l
}

// linked returns a copy without references to what is not there any more.
func (m *maker) linked(k *resource.Kind, row *resource.Object) *resource.Object {
	out := row.Clone()
	k.MapRefs(row, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
		for _, kind := range ref.Kinds {
			target := resource.Lookup(kind)
			if target == nil || slices.ContainsFunc(m.l.Rows(kind), func(o *resource.Object) bool { return resource.Equal(o.Get(identityField(target)), v) }) {
				return v
			}
		}
		out.Delete((FieldChange{Path: path}).Root())
		return v
	})
	return out
}

func (m *maker) changed(k *resource.Kind, row *resource.Object) *resource.Object {
	fresh := m.row(k)
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Class != resource.User || k.ClientID == f.Name || f.Input == resource.SecretInput || !m.flip("changes "+f.Name) {
			continue
		}
		if v, ok := fresh.Lookup(f.Name); ok {
			row.Set(f.Name, v)
		}
	}
	return row
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
			if !m.flip("names members") {
				continue
			}
			stated := &resource.Object{}
			for _, a := range m.l.Rows(mem.Of) {
				if m.flip("is member") {
					stated.Set(a.String("id"), rapid.SampledFrom(k.Field(mem.Field).Enum).Draw(m.T, "priority"))
				}
			}
			row.Set(mem.Field, stated)
		}
	}
}
