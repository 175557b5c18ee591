package snapshot

import (
	"slices"

	"lcsync/internal/resource"
)

// kind writes a kind in the layout that the registry gives it.
func (e *encoder) kind(k *resource.Kind, rows []*resource.Object) {
	rows = inOrder(k, rows)
	top := &resource.Field{Fields: k.Fields, Type: resource.Record}
	switch {
	case k.Single:
		one := &resource.Object{}
		if len(rows) > 0 {
			one = tidy(k, rows[0])
		}
		e.value(top, k.Name, one, 0)
	case k.YAML.GroupBy != "":
		e.grouped(k, rows)
	case k.YAML.Nested != nil:
		e.value(nil, k.Name, nest(k, rows), 0)
	case len(rows) == 0:
		e.value(nil, k.Name, resource.List{}, 0)
	default:
		e.indented(0, k.Name, ":\n")
		for _, row := range rows {
			e.item(top, tidy(k, row), 2)
		}
	}
}

// grouped writes rows that share the GroupBy field as one list item.
func (e *encoder) grouped(k *resource.Kind, rows []*resource.Object) {
	y := k.YAML
	shape := &resource.Field{Type: resource.Record, Fields: []resource.Field{groupField(k)}}
	items := 0
	for len(rows) > 0 {
		by := rows[0].Get(y.GroupBy)
		n := 1
		for n < len(rows) && resource.Equal(rows[n].Get(y.GroupBy), by) {
			n++
		}
		if values := nest(k, rows[:n]); values.Len() > 0 && by != nil {
			if items++; items == 1 {
				e.indented(0, k.Name, ":\n")
			}
			e.item(shape, resource.Of(y.As, by, y.In, values), 2)
		}
		rows = rows[n:]
	}
	if items == 0 {
		e.value(nil, k.Name, resource.List{}, 0)
	}
}

// groupField describes the GroupBy field under the name it is written with.
func groupField(k *resource.Kind) resource.Field {
	by := *k.Field(k.YAML.GroupBy)
	by.Name = k.YAML.As
	return by
}

// nest turns rows into nested maps. Of rows with one key the first counts.
func nest(k *resource.Kind, rows []*resource.Object) *resource.Object {
	names := k.YAML.Nested
	root := &resource.Object{}
	for _, row := range rows {
		v := row.Get(names[len(names)-1])
		if v == nil {
			continue
		}
		at := root
		for _, name := range names[:len(names)-2] {
			next := at.Object(row.String(name))
			if next == nil {
				next = &resource.Object{}
				at.Set(row.String(name), next)
			}
			at = next
		}
		if leaf := row.String(names[len(names)-2]); !at.Has(leaf) {
			at.Set(leaf, v)
		}
	}
	return root
}

// inOrder returns the rows in the order of the file. Rows that the kind cannot
// tell apart stand by their content, so that no order of the input shows.
func inOrder(k *resource.Kind, rows []*resource.Object) []*resource.Object {
	rows = slices.Clone(rows)
	k.SortRows(rows)
	if k.Order == resource.Linked {
		return rows
	}
	same := func(a, b *resource.Object) bool {
		return resource.Equal(k.IDOf(a), k.IDOf(b)) && k.KeyOf(a) == k.KeyOf(b)
	}
	for i := 0; i < len(rows); {
		n := i + 1
		for n < len(rows) && same(rows[i], rows[n]) {
			n++
		}
		if n > i+1 {
			byContent(k, rows[i:n])
		}
		i = n
	}
	return rows
}

func byContent(k *resource.Kind, rows []*resource.Object) {
	form := make(map[*resource.Object]*resource.Object, len(rows))
	for _, r := range rows {
		form[r] = tidy(k, r)
	}
	slices.SortStableFunc(rows, func(a, b *resource.Object) int { return resource.Compare(form[a], form[b]) })
}

// tidy returns a copy of a row as it is written: canonical, without volatile
// fields, without nulls that say nothing, and without any secret in clear.
func tidy(k *resource.Kind, row *resource.Object) *resource.Object {
	row = row.Clone()
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Class == resource.Volatile && !claims(k, f) {
			row.Delete(f.Name)
		}
	}
	if k.ShowsSecret(row) {
		k.HideSecrets(row)
	}
	k.Canonical(row)
	dropNulls(k.Fields, row)
	return row
}

// claims tells whether a field is the group's side of a membership, which a
// file may hold.
func claims(k *resource.Kind, f *resource.Field) bool {
	return k.Members != nil && k.Members.Field == f.Name
}

// dropNulls takes nulls out of fields the registry knows: in answers they mean
// that there is nothing, in a file they would mean "clear". A name that stands
// beside the number of what it names goes too: in a file it would be a claim.
func dropNulls(fields []resource.Field, o *resource.Object) {
	if ref, key := byName(fields); ref != nil {
		o.Delete(key)
	}
	for _, name := range o.Names() {
		f := memberOf(fields, name)
		if f == nil {
			continue
		}
		switch v := o.Get(name).(type) {
		case nil:
			o.Delete(name)
		case *resource.Object:
			dropNullsIn(f, v)
		case resource.List:
			v = slices.DeleteFunc(v, func(e resource.Value) bool { return e == nil })
			el := f.Element()
			for _, e := range v {
				if o, ok := e.(*resource.Object); ok {
					dropNullsIn(&el, o)
				}
			}
			o.Set(name, v)
		}
	}
}

func dropNullsIn(f *resource.Field, o *resource.Object) {
	switch f.Type {
	case resource.Record:
		dropNulls(f.Fields, o)
	case resource.Map:
		for _, name := range o.Names() {
			if o.Get(name) == nil {
				o.Delete(name)
			}
		}
	}
}
