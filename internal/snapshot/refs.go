package snapshot

import (
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// Named is a reference that a file gives by number and by name, and of which
// the file cannot tell whether the two agree.
type Named struct {
	Kind, Name   string
	ID           resource.Value
	Line, Column int
}

// named is one of which the file was not asked yet.
type named struct {
	Named
	path *resource.Path
}

// byName returns the field of an object that refers to something by number and
// may be replaced by its name, and the key under which the name stands.
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

// reference takes the name that stands in the place of, or beside, a number.
func (d *decoder) reference(o *resource.Object, fields []resource.Field, m pair, p *resource.Path) {
	f, key := byName(fields)
	at := p.Member(m.name)
	before := len(d.marks)
	d.strict = true // no answer has such a name
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
		d.fail(m.value, at, "give the name, or remove the line", "%s is empty", key)
	case !both:
		o.Set(f.Name, name)
		return // its mark is that of the field
	case resource.Equal(id, name):
	default:
		d.named = append(d.named, named{Named{f.Ref.Kinds[0], name, id, d.chunk.line + m.value.Line, m.value.Column}, at})
	}
	d.marks = d.marks[:before]
}

// settleNames holds references given by number and name against the objects of
// the file: the number counts, and the name must be that object's. What the
// file cannot tell is left to whoever knows the license.
func (d *decoder) settleNames() {
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
			d.fail(&yaml.Node{Line: r.Line, Column: r.Column}, r.path, "keep one of the two", "%s %s is not called %s in this file",
				k.Singular, resource.Text(r.ID), resource.Quote(r.Name))
		default:
			d.doc.Named = append(d.doc.Named, r.Named)
		}
	}
}
