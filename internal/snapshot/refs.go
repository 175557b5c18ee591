package snapshot

import (
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// NamedRef is a reference given by number and by name, if the file cannot show
// whether the two agree.
type NamedRef struct {
	Kind, Name   string
	ID           resource.Value
	Line, Column int
}

// pendingRef is a reference that was not yet compared with the file.
type pendingRef struct {
	NamedRef
	path *resource.Path
}

// byName returns the field of an object that refers to another object by number
// and can be replaced by its name, and the key of the name.
func byName(fields []resource.Field) (ref *resource.Field, key string) {
	for i := range fields {
		f := &fields[i]
		if f.Type != resource.Int || f.Ref == nil {
			continue
		}
		k := resource.Lookup(f.Ref.Kinds[0])
		if k != nil && len(k.Key) == 1 && fieldOf(fields, k.Key[0]) == nil {
			return f, k.Key[0]
		}
	}
	return nil, ""
}

// reference reads the name in place of, or beside, a number.
func (d *decoder) reference(o *resource.Object, fields []resource.Field, m pair, p *resource.Path) {
	f, key := byName(fields)
	at := p.Member(m.name)
	before := len(d.marks)
	d.strict = true // no response has such a name
	v, ok := d.member(m, &resource.Field{Name: m.name, Type: resource.String}, at)
	d.strict = false
	name, _ := v.(string)
	if name == "" {
		d.doc.refused[p.Member(f.Name).String()] = true
	}
	id, both := o.Lookup(f.Name)
	switch {
	case !ok:
	case name == "":
		d.fail(m.value, at, "write the name, or remove the line", "%s is empty", key)
	case !both:
		o.Set(f.Name, name)
		return // its mark is that of the field
	case resource.Equal(id, name):
	default:
		d.named = append(d.named, pendingRef{NamedRef{f.Ref.Kinds[0], name, id, d.chunk.line + m.value.Line, m.value.Column}, at})
	}
	d.marks = d.marks[:before]
}

// checkNames compares references given by number and name with the objects of the
// file: the number counts, and the name must be that object's. A reference that
// the file cannot check is left to the caller, who knows the license.
func (d *decoder) checkNames() {
	d.chunk = &chunk{} // their lines are the file's
	x := resource.NewIndex(d.doc.License)
	for _, r := range d.named {
		k := resource.Lookup(r.Kind)
		agree, conflict := false, false
		for _, row := range slices.Concat(x.Candidates(k, r.ID), x.Namesakes(k, r.Name)) {
			id, name := k.IDOf(row), k.JoinKey(row)
			sameID, sameName := resource.Equal(id, r.ID), name == r.Name
			agree = agree || sameID && sameName
			conflict = conflict || id != nil && name != "" && sameID != sameName
		}
		_, text := r.ID.(string)
		switch {
		case agree:
		case conflict || text:
			d.fail(&yaml.Node{Line: r.Line, Column: r.Column}, r.path, "keep one of the two", "%s %s is not named %s in this file",
				k.Singular, resource.Text(r.ID), resource.Quote(r.Name))
		default:
			d.doc.Named = append(d.doc.Named, r.NamedRef)
		}
	}
}
