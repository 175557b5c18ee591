package migrate

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// finish converts the rows of a kind to the form and the order of a snapshot, and
// returns them without and with their leaves.
func (d *draft) finish(k *resource.Kind, tracked []*resource.Object, secrets *secretNames) (rows, ordered []*resource.Object) {
	of := map[*resource.Object]*resource.Object{}
	for _, row := range tracked {
		d.under(ruleCanonical).record(k.Fields, row)
		for i := range k.Fields {
			f := &k.Fields[i]
			switch {
			case f.Class == resource.Volatile && (k.Members == nil || k.Members.Field != f.Name):
				d.under(ruleVolatile).drop(row, f.Name, "the server changes it; a snapshot does not keep it")
			case f.Input == resource.SecretInput:
				d.under(ruleSecret).hide(k, row, f, secrets)
			}
		}
		p := plainObject(row)
		k.Canonical(p)
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

// secretNames are the values of secrets by name.
type secretNames struct {
	values map[string]string
	given  map[string]map[string]string // names by the preferred name and the value
}

// name returns a secret's name: first, or first with a number if webhooks differ
// only in their secrets.
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

// hide replaces the value of a secret by its name.
func (d *draft) hide(k *resource.Kind, row *resource.Object, f *resource.Field, secrets *secretNames) {
	v, has := row.Lookup(f.Name)
	if _, is := plain(v).(resource.Secret); is || !has && d.of(row).exact {
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
		d.askAbout(k.Name, row, v, Decision{About: "secret", Question: f.Name + " is not a string", HowTo: "correct the document"})
		p.Delete(f.Name)
	default:
		p.Set(f.Name, resource.Text(x))
	}
	revealed := k.HideSecrets(p)
	name, note := string(p.Get(f.Name).(resource.Secret)), "it is empty"
	if value, known := revealed[name]; known {
		name = secrets.name(name, value)
		note = "its value is in the secrets file as " + name
	} else { // the user who applies the snapshot has to know
		d.means(k.Name, row, "its secret is in no document: the snapshot names it "+name+"; set its value before apply")
	}
	row.Set(f.Name, turned(resource.Secret(name), v))
	d.mark(v, Converted, note)
}

// record converts an object to canonical form and records what that removes.
func (d *draft) record(fields []resource.Field, o *resource.Object) {
	for i := range fields {
		for _, alias := range fields[i].Alias {
			d.rename(o, alias, fields[i].Name)
		}
	}
	d.nameOfRef(fields, o)
	for i := range fields {
		if v, ok := o.Lookup(fields[i].Name); ok {
			d.member(&fields[i], o, fields[i].Name, v)
		}
	}
}

// member converts a member of an object to canonical form. Only snapshots of the
// target version still contain nulls here: they clear fields, or mean that there
// is no value.
func (d *draft) member(f *resource.Field, o *resource.Object, name string, v any) {
	switch {
	case !isNull(v) || f.Type == resource.Any && f.Required:
		o.Set(name, d.value(f, v))
	case f.Clear != nil:
		d.convert(o, name, resource.CloneValue(f.Clear), "null clears the field")
	case len(v.(*leaf).from) > 0 && f.Input != resource.SecretInput:
		d.imply(o, name, Converted, nullNote)
	}
}

// value returns the canonical form of a value of a field.
func (d *draft) value(f *resource.Field, v any) any {
	switch v := v.(type) {
	case *resource.Object:
		if f.Type == resource.Record {
			d.record(f.Fields, v)
		} else if f.Type == resource.Map {
			each := f.Element()
			for _, name := range v.Names() {
				d.member(&each, v, name, v.Get(name))
			}
		}
	case resource.List:
		each, kept := f.Element(), make(resource.List, 0, len(v))
		for _, e := range v {
			if isNull(e) {
				d.mark(e, Converted, nullNote)
			} else {
				kept = append(kept, d.value(&each, e))
			}
		}
		return d.arranged(f, kept)
	case *leaf:
		if form := f.Canonical(v.value); !resource.Equal(v.value, form) {
			d.mark(v, Converted, "spelled differently in v"+Target)
		}
	}
	return v
}

// arranged returns the elements of a canonical list in their order. A set has no
// repetition.
func (d *draft) arranged(f *resource.Field, l resource.List) resource.List {
	if len(l) < 2 {
		return l
	}
	places := f.Arrange(plain(l).(resource.List))
	if places == nil {
		return l
	}
	out := make(resource.List, len(places))
	for i, at := range places {
		out[i] = l[at]
	}
	if len(out) == len(l) {
		return out
	}
	first := map[string]any{}
	for _, at := range places {
		first[resource.JSON(plain(l[at]))], l[at] = l[at], nil
	}
	for _, e := range l {
		if e != nil {
			d.absorb(e, Merged, whole(first[resource.JSON(plain(e))]), "duplicate")
		}
	}
	return out
}

// nameOfRef turns a name in place of a number into the reference.
func (d *draft) nameOfRef(fields []resource.Field, o *resource.Object) {
	if slices.ContainsFunc(fields, func(f resource.Field) bool { return f.Name == "name" }) {
		return
	}
	for i := range fields {
		f := &fields[i]
		if f.Ref == nil || f.Type != resource.Int || len(f.Ref.Kinds) != 1 {
			continue
		}
		if !o.Has(f.Name) {
			d.rename(o, "name", f.Name)
		} else {
			d.imply(o, "name", Merged, "same as the number beside it")
		}
	}
}
