package snapshot

import (
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// kind decodes the value of a kind's key in the kind's layout.
func (d *decoder) kind(k *resource.Kind, m pair) {
	p := (*resource.Path)(nil).Member(m.name)
	n, ok := d.resolve(m.value, p)
	switch {
	case !ok:
	case isNull(n):
		d.fail(m.key, p, "write [] if there are none; remove the key to keep those of the license", "%s has no value", k.Name)
		d.doc.License.Remove(k.Name) // references to the kind are not reported
	case k.Single:
		if d.want(n, p, yaml.MappingNode, "an object") && len(n.Content) > 0 {
			d.add(k, d.row(k, m.key, n, p), 0)
		}
	case !k.IsList():
		if d.want(n, p, yaml.MappingNode, "an object") {
			d.nested(k, n, p, 0, &resource.Object{}, 0)
		}
	case d.want(n, p, yaml.SequenceNode, "a list"):
		d.items(k, n)
	}
}

// items decodes list items of a kind, all of them or those of one chunk.
func (d *decoder) items(k *resource.Kind, list *yaml.Node) {
	top := (*resource.Path)(nil).Member(k.Name)
	for i, item := range list.Content {
		p := top.Element(d.chunk.first + i)
		n, ok := d.resolve(item, p)
		if !ok || !d.want(n, p, yaml.MappingNode, "an object") {
			continue
		}
		if k.YAML.GroupBy != "" {
			d.group(k, n, p)
			continue
		}
		d.add(k, d.row(k, item, n, p), p.Index())
	}
}

func (d *decoder) add(k *resource.Kind, row *resource.Object, index int) {
	if d.refused {
		return
	}
	d.doc.License.Append(k.Name, row)
	d.doc.origins[row] = origin{k, index, slices.Clone(d.marks)}
}

// row decodes one object of a kind, which is at a node.
func (d *decoder) row(k *resource.Kind, at, n *yaml.Node, p *resource.Path) *resource.Object {
	d.marks = d.marks[:0]
	d.mark(at, 0)
	o := d.record(n, k.Fields, p)
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Class != resource.Volatile || claims(k, f) || !o.Has(f.Name) {
			continue
		}
		d.reorder(o, 1, func() { o.Delete(f.Name) })
		d.warn(keyOf(n, f.Name), p.Member(f.Name), "remove it", "ignored %s: it is state, not configuration", f.Name)
	}
	d.marks[0].size = int32(len(d.marks))
	return o
}

// keyOf returns the node of a mapping's key, the mapping itself if it has none
// of that name.
func keyOf(n *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i]
		}
	}
	return n
}

// group decodes an item of a GroupBy layout into its rows.
func (d *decoder) group(k *resource.Kind, n *yaml.Node, p *resource.Path) {
	head := *n
	head.Content = nil
	var values *pair
	for _, m := range d.pairs(n, p, false) {
		if m.name == k.YAML.In {
			values = &m
			continue
		}
		head.Content = append(head.Content, m.key, m.value)
	}
	by := d.record(&head, k.Shape().Fields[:1], p).Get(k.YAML.As)
	switch {
	case by == nil:
		d.fail(n, p, "write "+k.YAML.As+": …", "%s is missing", k.YAML.As)
	case values == nil:
		d.fail(n, p, "add it, or remove the item", "%s is missing", k.YAML.In)
	default:
		at := p.Member(k.YAML.In)
		v, ok := d.resolve(values.value, at)
		if ok && d.want(v, at, yaml.MappingNode, "an object") {
			d.nested(k, v, at, 0, resource.Of(k.YAML.GroupBy, by), p.Index())
		}
	}
}

// nested decodes nested maps from the given level down into rows; row holds
// the fields of the levels above.
func (d *decoder) nested(k *resource.Kind, n *yaml.Node, p *resource.Path, level int, row *resource.Object, index int) {
	fields := k.YAML.Nested
	for _, m := range d.pairs(n, p, false) {
		at := p.Member(m.name)
		r := row.Clone()
		r.Set(fields[level], m.name)
		if level < len(fields)-2 {
			v, ok := d.resolve(m.value, at)
			if ok && d.want(v, at, yaml.MappingNode, "an object") {
				d.nested(k, v, at, level+1, r, index)
			}
			continue
		}
		d.marks = d.marks[:0]
		if v, ok := d.member(m, k.Leaf(), at); ok {
			r.Set(fields[level+1], v)
			// Two items of a GroupBy layout may describe the same object.
			cell := resource.Address(k.Name, k.JoinKey(r))
			if d.cells[cell] {
				d.fail(m.key, at, "remove one of the two", "%s is given twice", resource.Quote(m.name))
				continue
			}
			d.cells[cell] = true
			d.add(k, r, index)
		}
	}
}
