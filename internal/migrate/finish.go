package migrate

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// finish brings the rows of a kind into the form and the order of a snapshot,
// and returns them without and with their leaves.
func (d *draft) finish(k *resource.Kind, tracked []*resource.Object, secrets *secretNames) (rows, ordered []*resource.Object) {
	of := map[*resource.Object]*resource.Object{}
	for _, row := range tracked {
		d.under(ruleCanonical).record(k.Fields, row)
		for i := range k.Fields {
			f := &k.Fields[i]
			switch {
			case f.Class == resource.Volatile && (k.Members == nil || k.Members.Field != f.Name):
				d.under(ruleVolatile).drop(row, f.Name, "it changes by itself and is not kept")
			case f.Input == resource.SecretInput:
				d.under(ruleSecret).hide(k, row, f, secrets)
			}
		}
		p := plainObject(row)
		k.Canonical(p)
		d.under(ruleCanonical).respelled(row, p)
		rows, of[p] = append(rows, p), row
	}
	if k.Order != resource.Linked {
		slices.SortStableFunc(rows, func(a, b *resource.Object) int { return resource.Compare(a, b) })
	}
	k.SortRows(rows)
	for _, p := range rows {
		ordered = append(ordered, of[p])
	}
	return rows, ordered
}

// respelled accounts for values that their canonical form spells otherwise:
// 08:00:00 is 08:00.
func (d *draft) respelled(v any, form resource.Value) {
	switch v := v.(type) {
	case *resource.Object:
		o, _ := form.(*resource.Object)
		for name, m := range v.All() {
			if f, ok := o.Lookup(name); ok {
				d.respelled(m, f)
			}
		}
	case resource.List:
		l, _ := form.(resource.List)
		for i := 0; i < len(v) && len(l) == len(v); i++ {
			d.respelled(v[i], l[i])
		}
	case *leaf:
		if !resource.Equal(v.value, form) {
			d.mark(v, Converted, "it is spelled otherwise")
		}
	}
}

// secretNames are the values of secrets by name.
type secretNames struct {
	values map[string]string
	given  map[string]map[string]string // names by the one that would do, and the value
}

// name returns a secret's name: first, or first with a number where webhooks
// differ in their secrets only.
func (s *secretNames) name(first, value string) string {
	given := s.given[first]
	if given == nil {
		given = map[string]string{}
		s.given[first] = given
	}
	name := cmp.Or(given[value], first)
	for n := max(len(given), 1) + 1; s.values[name] != "" && s.values[name] != value; n++ {
		name = fmt.Sprintf("%s-%d", first, n)
	}
	s.values[name], given[value] = value, name
	return name
}

// hide puts the name of a secret in the place of its value.
func (d *draft) hide(k *resource.Kind, row *resource.Object, f *resource.Field, secrets *secretNames) {
	v, has := row.Lookup(f.Name)
	if _, is := plain(v).(resource.Secret); is || !has && d.of(row).settled {
		return
	}
	for _, part := range f.SecretPath {
		if !has && text(row, part) == "" {
			return
		}
	}
	p := plainObject(row)
	switch x := p.Get(f.Name).(type) {
	case nil, string:
	case *resource.Object, resource.List:
		d.askAbout(k.Name, row, v, Decision{About: "secret", Question: f.Name + " is no text", Settle: "correct the document"})
		p.Delete(f.Name)
	default:
		p.Set(f.Name, resource.Text(x))
	}
	revealed := k.HideSecrets(p)
	name := string(p.Get(f.Name).(resource.Secret))
	value, known := revealed[name]
	if !known { // whoever applies it has to know
		d.means(k.Name, row, "no document has its secret: the snapshot calls it "+name+", and apply needs a value for that")
	}
	if known {
		name = secrets.name(name, value)
	}
	row.Set(f.Name, turned(resource.Secret(name), v))
	note := "its value goes to the secrets file as " + name
	if !known {
		note = "it says nothing"
	}
	d.mark(v, Converted, note)
}

// record brings an object into canonical form and accounts for what that takes
// away. Only snapshots of the target version still have nulls: they clear fields.
func (d *draft) record(fields []resource.Field, o *resource.Object) {
	for i := range fields {
		f := &fields[i]
		for _, alias := range f.Alias {
			d.rename(o, alias, f.Name)
		}
	}
	d.nameOfRef(fields, o)
	for _, name := range o.Names() {
		i := slices.IndexFunc(fields, func(f resource.Field) bool { return f.Name == name })
		if i < 0 {
			continue
		}
		f := &fields[i]
		switch v := o.Get(name).(type) {
		case *resource.Object:
			d.inside(f, v)
		case resource.List:
			o.Set(name, d.list(f, v))
		case *leaf:
			d.null(f, o, name, v)
		}
	}
}

// null settles a null: it clears a field, or says that there is nothing.
func (d *draft) null(f *resource.Field, o *resource.Object, name string, v *leaf) {
	switch {
	case v.value != nil || f.Type == resource.Any && f.Required:
	case f.Clear != nil:
		o.Set(name, turned(resource.CloneValue(f.Clear), v))
		d.mark(v, Converted, "null clears the field")
	case len(v.from) > 0 && f.Input != resource.SecretInput:
		o.Delete(name)
		d.absorb(v, Converted, o, "null says that there is nothing")
	}
}

// nameOfRef lets a name that stands in the place of a number be the reference.
func (d *draft) nameOfRef(fields []resource.Field, o *resource.Object) {
	for i := range fields {
		f := &fields[i]
		if f.Ref == nil || f.Type != resource.Int || len(f.Ref.Kinds) != 1 || !o.Has("name") ||
			slices.ContainsFunc(fields, func(f resource.Field) bool { return f.Name == "name" }) {
			continue
		}
		if !o.Has(f.Name) {
			d.rename(o, "name", f.Name)
			continue
		}
		v := o.Get("name")
		o.Delete("name")
		d.absorb(v, Merged, o, "the number beside it says the same")
	}
}

func (d *draft) inside(f *resource.Field, o *resource.Object) {
	switch f.Type {
	case resource.Record:
		d.record(f.Fields, o)
	case resource.Map:
		e := f.Element()
		for _, name := range o.Names() {
			if l, ok := o.Get(name).(*leaf); ok && l.value == nil {
				d.null(&e, o, name, l)
			}
		}
	}
}

// list brings a list into canonical form: sets are sorted and have no
// repetition, keyed lists stand by key, spans of time by weekday.
func (d *draft) list(f *resource.Field, l resource.List) resource.List {
	l = slices.DeleteFunc(slices.Clone(l), func(e any) bool {
		x, ok := e.(*leaf)
		null := ok && x.value == nil
		if null {
			d.mark(e, Converted, "null says that there is nothing")
		}
		return null
	})
	el := f.Element()
	for _, e := range l {
		if o, ok := e.(*resource.Object); ok {
			d.inside(&el, o)
		}
	}
	switch {
	case f.List == resource.Keyed:
		slices.SortStableFunc(l, func(a, b any) int { return resource.Compare(plainMember(a, f.Key), plainMember(b, f.Key)) })
	case f.List == resource.Set:
		slices.SortStableFunc(l, func(a, b any) int { return resource.Compare(plain(a), plain(b)) })
		l = slices.CompactFunc(l, func(a, b any) bool {
			twice := same(a, b)
			if twice {
				d.absorb(b, Merged, a, "it stands twice")
			}
			return twice
		})
	case f.SortBy != nil:
		slices.SortStableFunc(l, func(a, b any) int { return compareBy(f, a, b) })
	}
	return l
}

func plainMember(v any, name string) resource.Value {
	o, _ := v.(*resource.Object)
	return plain(o.Get(name))
}

// compareBy orders elements the way resource does.
func compareBy(f *resource.Field, a, b any) int {
	for _, name := range f.SortBy {
		va, vb := plainMember(a, name), plainMember(b, name)
		c := resource.Compare(va, vb)
		if m := f.Member(name); m != nil && m.Enum != nil {
			sa, _ := va.(string)
			sb, _ := vb.(string)
			c = cmp.Compare(slices.Index(m.Enum, sa), slices.Index(m.Enum, sb))
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
