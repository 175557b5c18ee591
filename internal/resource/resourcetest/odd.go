package resourcetest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

// Odd draws a copy of a license with values in some fields that break the
// vendor's rules, as other tools, other versions and people leave them: unknown
// words, values of another type or out of bounds, what is empty or missing, ids
// of nothing, more objects than a limit allows. What tells objects and licenses
// apart stays as it is.
func Odd(t *rapid.T, l *resource.License) *resource.License {
	m := &maker{T: t, l: l.Clone()}
	for _, k := range m.l.Kinds() {
		for _, row := range m.l.Rows(k.Name) {
			for i := range k.Fields {
				f := &k.Fields[i]
				if m.mayBeOdd(k, row, f) && m.pick("odd "+f.Name, 4) == 0 {
					m.spoil(f, row)
				}
			}
			k.Canonical(row)
		}
		m.crowd(k)
		k.SortRows(m.l.Rows(k.Name))
	}
	return m.l
}

func (m *maker) mayBeOdd(k *resource.Kind, row *resource.Object, f *resource.Field) bool {
	isKey := k.ServerID == "" && slices.Contains(k.Key, f.Name)
	identifies := f.Name == "role" && row.String("role") == "owner"
	return f.Class == resource.User && f.Input != resource.SecretInput && f.Seen != resource.Undocumented &&
		f.Name != k.ServerID && f.Name != k.OwnedBy && !isKey && !identifies
}

// spoil puts an odd value into a member of an object, or into what is inside of
// it, in place.
func (m *maker) spoil(f *resource.Field, o *resource.Object) {
	switch v := o.Get(f.Name).(type) {
	case *resource.Object:
		if len(f.Fields) > 0 && m.flip("inside of "+f.Name) {
			m.spoil(&f.Fields[m.pick("member", len(f.Fields))], v)
			return
		}
	case resource.List:
		if e, ok := first(v); ok && len(f.Fields) > 0 && m.flip("inside of "+f.Name) {
			m.spoil(&f.Fields[m.pick("member", len(f.Fields))], e)
			return
		}
		if len(v) > 0 && m.flip("one more in "+f.Name) {
			e := f.Element()
			o.Set(f.Name, append(slices.Clone(v), m.oddValue(&e)))
			return
		}
	}
	if f.Required && f.Type != resource.Any && m.pick("without "+f.Name, 4) == 0 {
		o.Delete(f.Name)
		return
	}
	o.Set(f.Name, m.oddValue(f))
}

func first(l resource.List) (*resource.Object, bool) {
	if len(l) == 0 {
		return nil, false
	}
	o, ok := l[0].(*resource.Object)
	return o, ok
}

// oddValue draws what a field should not hold. A text in the place of the number
// of an object would be a name in a file, so it is not drawn.
func (m *maker) oddValue(f *resource.Field) resource.Value {
	values := []resource.Value{"", "no such word", strings.Repeat("long ", 120), int64(-5), int64(100_000), 1.5, true,
		resource.List{}, resource.List{"a", int64(7)}, resource.Of("a", int64(1)), "22:00", "24:00", "/hook", "0048", "yes"}
	return rapid.SampledFrom(values).Filter(func(v resource.Value) bool {
		_, isText := v.(string)
		_, isList := v.(resource.List)
		return f.Ref == nil || !(isText && f.Type == resource.Int) && !(isList && f.Elem == resource.Int)
	}).Draw(m.T, "odd value")
}

// crowd adds objects beyond the kind's limits.
func (m *maker) crowd(k *resource.Kind) {
	rows := m.l.Rows(k.Name)
	if len(k.Caps) == 0 || k.ServerID == "" || len(rows) == 0 || !m.flip("too many "+k.Name) {
		return
	}
	for n := range k.Caps[0].N {
		row := rows[0].Clone()
		row.Set(k.ServerID, ServerID(k, 9000+n))
		k.HideSecrets(row)
		rows = append(rows, row)
	}
	m.l.SetRows(k.Name, rows)
}
