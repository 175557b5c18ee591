package snapshot

import (
	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// named is a reference that was given by number and by name.
type named struct {
	kind *resource.Kind
	id   resource.Value
	name string

	chunk *chunk
	node  *yaml.Node
	path  *resource.Path
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
		d.named = append(d.named, named{
			kind: resource.Lookup(f.Ref.Kinds[0]), id: id, name: name,
			chunk: d.chunk, node: &yaml.Node{Line: m.value.Line, Column: m.value.Column}, path: at,
		})
	}
	d.marks = d.marks[:before]
}

// Named is a reference that a file gives by number and by name, and of which
// the file cannot tell whether the two agree.
type Named struct {
	Kind, Name   string
	ID           resource.Value
	Line, Column int
}

// settleNames holds references given by number and name against the objects of
// the file: the number counts, and the name must be that object's. What the
// file cannot tell is left to whoever knows the license.
func (d *decoder) settleNames() {
	for _, r := range d.named {
		d.chunk = r.chunk
		agree, conflict := false, false
		for _, row := range d.rows[r.kind.Name] {
			id, name := r.kind.IDOf(row), rowKey(r.kind, row)
			sameID, sameName := resource.Equal(id, r.id), name == r.name
			agree = agree || sameID && sameName
			conflict = conflict || id != nil && name != "" && sameID != sameName
		}
		_, text := r.id.(string)
		switch {
		case agree:
		case conflict || text:
			d.fail(r.node, r.path, "keep one of the two", "%s %s is not called %s in this file",
				r.kind.Singular, resource.Text(r.id), resource.Quote(r.name))
		default:
			d.doc.Named = append(d.doc.Named, Named{r.kind.Name, r.name, r.id, r.chunk.line + r.node.Line, r.node.Column})
		}
	}
}
