package resourcetest

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

// row draws a row of a kind without a server id.
func (m *maker) row(k *resource.Kind) *resource.Object {
	row := &resource.Object{}
	for i := range k.Fields {
		f := &k.Fields[i]
		if m.skips(k, f) || !m.needs(k, f) && !m.flip("has "+f.Name) {
			continue
		}
		if v := m.value(f); v != nil {
			row.Set(f.Name, v)
		}
	}
	m.fitDefinition(k, row)
	m.fitItself(k, row)
	return row
}

// skips tells whether a field is never drawn.
func (m *maker) skips(k *resource.Kind, f *resource.Field) bool {
	if f.Name == k.ServerID || f.Class == resource.Volatile || f.Input == resource.SecretInput {
		return true
	}
	return m.Writable && (f.Class == resource.Observed || f.Input == resource.ReadOnly || f.OnChange == resource.ByPublish)
}

// needs tells whether every row has a field.
func (m *maker) needs(k *resource.Kind, f *resource.Field) bool {
	inKey := slices.Contains(k.Key, f.Name) && (m.Lawful || k.Order != resource.Linked)
	return inKey || f.Required || k.OwnedBy == f.Name
}

// fitDefinition makes a row of values one of a definition that there is.
func (m *maker) fitDefinition(k *resource.Kind, row *resource.Object) {
	if k.Values == nil {
		return
	}
	defs := m.l.Rows(k.Values.Of)
	if len(defs) == 0 {
		return
	}
	def := defs[m.pick("definition", len(defs))]
	row.Set(k.Values.Namespace, def.Get("owner_client_id"))
	row.Set(k.Values.Name, def.Get("name"))
	row.Set(k.Values.Value, m.ofType(def.String("type")))
}

// fitItself makes a drawn row agree with itself: a default is of its type, a
// lawful one has no domain or range that its values may be outside of and lets
// agents write them, and few are published, as those can hardly be changed.
func (m *maker) fitItself(k *resource.Kind, row *resource.Object) {
	if len(row.List("public_access")) > 0 && m.pick("published", 4) > 0 {
		row.Delete("public_access")
	}
	if row.Get("default_value") != nil {
		row.Set("default_value", m.ofType(row.String("type")))
	}
	if m.Lawful {
		row.Delete("domain")
		row.Delete("range")
		for _, v := range k.ValueKinds() {
			row.Object("access").Set(v.Values.Access, resource.Of("agent", resource.List{"read", "write"}))
		}
	}
}

// ofType draws a value of a property of a type.
func (m *maker) ofType(typ string) resource.Value {
	switch typ {
	case "int":
		return int64(m.pick("int", 3))
	case "bool":
		return m.flip("bool")
	}
	return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(m.T, "text")
}

// value draws a value of a field, nil if it is a reference and there is
// nothing to refer to.
func (m *maker) value(f *resource.Field) resource.Value {
	if f.Ref != nil && f.Type != resource.ListOf && f.Type != resource.Record {
		return m.ref(f.Ref)
	}
	switch f.Type {
	case resource.String:
		if f.Enum != nil {
			return rapid.SampledFrom(f.Enum).Draw(m.T, f.Name)
		}
		return m.formed(f.Format, fmt.Sprintf("%s %d", f.Name, m.pick(f.Name, 5)))
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

// formed returns a text of a form.
func (m *maker) formed(form resource.Format, text string) string {
	switch form {
	case resource.Email:
		return strings.ReplaceAll(text, " ", "") + "@example.com"
	case resource.ClockTime:
		return rapid.SampledFrom([]string{"08:00", "12:00", "16:30", "20:00"}).Draw(m.T, "time")
	case resource.TimeZone:
		return rapid.SampledFrom([]string{"Europe/Warsaw", "UTC", ""}).Draw(m.T, "zone")
	case resource.WebURL:
		return "https://example.com/" + strings.ReplaceAll(text, " ", "")
	}
	return text
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
	m.choose(f, o)
	return o
}

// choose gives a record one of the members that it needs one of, and leaves
// one of those that exclude each other.
func (m *maker) choose(f *resource.Field, o *resource.Object) {
	full := func(name string) bool { return !resource.IsEmpty(o.Get(name)) }
	if one := f.AtLeastOne; one != nil && !slices.ContainsFunc(one, full) {
		inner := f.Member(one[m.pick("one of "+f.Name, len(one))])
		v := m.value(inner)
		if e := inner.Element(); inner.Type == resource.ListOf && resource.IsEmpty(v) {
			v = resource.List{}
			if first := m.value(&e); first != nil {
				v = resource.List{first}
			}
		}
		o.Set(inner.Name, v)
	}
	taken := false
	for _, name := range f.Exclusive {
		if taken && o.Has(name) {
			o.Delete(name)
		}
		taken = taken || full(name)
	}
}

func (m *maker) list(f *resource.Field) resource.Value {
	e := f.Element()
	l := resource.List{}
	for range m.pick("length of "+f.Name, 4) {
		if v := m.value(&e); v != nil && (f.List != resource.Keyed || isNew(f, l, v)) {
			l = append(l, v)
		}
	}
	return l
}

// isNew tells whether an element has a key that no element of a keyed list has.
func isNew(f *resource.Field, l resource.List, v resource.Value) bool {
	o, _ := v.(*resource.Object)
	return o.Get(f.Key) != nil && !slices.ContainsFunc(l, func(x resource.Value) bool {
		other, _ := x.(*resource.Object)
		return resource.Equal(other.Get(f.Key), o.Get(f.Key))
	})
}

// ref draws a reference to what is there; nil if nothing is. What has no
// server id yet goes by its key, but not where the license is lawful.
func (m *maker) ref(ref *resource.RefTo) resource.Value {
	k := resource.Lookup(ref.Kinds[m.pick("kind", len(ref.Kinds))])
	if k == nil {
		return rapid.SampledFrom(Clients()).Draw(m.T, "client")
	}
	rows := m.l.Rows(k.Name)
	if len(rows) == 0 {
		return nil
	}
	row := rows[m.pick("row", len(rows))]
	if id := row.Get(identity(k)); id != nil || m.Lawful {
		return id
	}
	return row.Get(k.Key[0])
}

// identity returns the field by which references call the rows of a kind.
func identity(k *resource.Kind) string {
	if k.ServerID != "" {
		return k.ServerID
	}
	return k.Key[0]
}
