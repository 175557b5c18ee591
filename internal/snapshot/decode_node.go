package snapshot

import (
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// Limits on the size of a decoded file. No real license comes near them. Without
// them, an alias of an object inside itself would never end, and a few lines of
// nested aliases would fill the memory.
const (
	maxDepth     = 100
	maxExpansion = 10 // times the size of the file
)

// resolve follows an alias to its value. It returns false if the file is nested
// too deeply or its aliases expand to too much.
func (d *decoder) resolve(n *yaml.Node, p *resource.Path) (*yaml.Node, bool) {
	d.visited++
	if d.refused {
		return nil, false
	}
	if d.depth > maxDepth || d.visited > maxExpansion*(d.size+1000) {
		d.refused = true
		root := p.Root()
		d.fail(n, root, "write the values without aliases", "%s is nested too deeply, or its aliases expand to too much", root.Field())
		return nil, false
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n, true
}

// want reports a node that is not of the wanted kind, or carries a tag.
func (d *decoder) want(n *yaml.Node, p *resource.Path, kind yaml.Kind, what string) bool {
	if n.Kind != kind {
		hint := "write " + what
		if isNull(n) {
			hint += ", or remove the line"
		}
		d.fail(n, p, hint, "%s must be %s, got %s", p.Field(), what, describe(n))
		return false
	}
	if n.Style&yaml.TaggedStyle != 0 {
		d.fail(n, p, "remove the tag", "the tag %s is not allowed here", n.Tag)
		return false
	}
	return true
}

// pair is a member of a mapping.
type pair struct {
	name       string
	key, value *yaml.Node
}

// fewKeys is the number of keys up to which keys are searched one by one.
const fewKeys = 16

// pairs returns the members of a mapping whose keys are valid: scalars, no merge
// keys and, unless repeats is set, no duplicates.
func (d *decoder) pairs(n *yaml.Node, p *resource.Path, repeats bool) []pair {
	out := make([]pair, 0, len(n.Content)/2)
	var many map[string]*yaml.Node // keys by name, where there are many
	if len(n.Content) > 2*fewKeys {
		many = make(map[string]*yaml.Node, len(n.Content)/2)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, ok := d.resolve(n.Content[i], p)
		if !ok {
			return out
		}
		switch first := keyBefore(out, many, key.Value); {
		case key.Kind != yaml.ScalarNode || key.Style&yaml.TaggedStyle != 0:
			d.fail(key, p, "write a plain name before the colon", "a key must be a name, got %s", describe(key))
		case key.Tag == "!!merge":
			d.fail(key, p, "write every field, or use an alias for a whole value", "merge keys (<<) are not supported")
		case isNull(key):
			d.fail(key, p, "write a name before the colon; quote it if it is null", "a key is missing")
		case first != nil && !repeats:
			d.fail(key, p.Member(key.Value), "remove one of the two", "%s is given twice: already on line %d", resource.Quote(key.Value), d.chunk.line+first.Line)
		default:
			if many != nil {
				many[key.Value] = n.Content[i]
			}
			out = append(out, pair{key.Value, n.Content[i], n.Content[i+1]})
		}
	}
	return out
}

// keyBefore returns the key of a name among the members so far, nil if there is
// none.
func keyBefore(members []pair, many map[string]*yaml.Node, name string) *yaml.Node {
	if many != nil {
		return many[name]
	}
	for i := range members {
		if members[i].name == name {
			return members[i].key
		}
	}
	return nil
}

// record decodes an object with the given fields. Members that were reported
// are left out, unknown ones kept.
func (d *decoder) record(n *yaml.Node, fields []resource.Field, p *resource.Path) *resource.Object {
	members := d.pairs(n, p, false)
	o := resource.WithRoom(len(members))
	start := len(d.marks)
	var name *pair
	for _, m := range members {
		at := p.Member(m.name)
		f := fieldOf(fields, m.name)
		if f == nil {
			if ref, key := byName(fields); ref != nil && m.name == key {
				name = &m
				continue
			}
			if !d.unknown(m, at, resource.FieldNames(fields)) {
				continue
			}
		}
		before := len(d.marks)
		v, ok := d.member(m, f, at)
		switch {
		case !ok:
		case f == nil:
			o.Set(m.name, v)
		case !o.Has(f.Name):
			o.Set(f.Name, v)
		default: // by another name
			d.marks = d.marks[:before]
			d.agree(o.Get(f.Name), v, f, m, members, at)
		}
	}
	if name != nil {
		d.reference(o, fields, *name, p)
	}
	d.reorder(o, start, func() { resource.SortMembers(fields, o) })
	return o
}

// agree reports a member whose value differs from that of an earlier member that
// is the same field under another name.
func (d *decoder) agree(had, v resource.Value, f *resource.Field, m pair, members []pair, at *resource.Path) {
	if resource.Equal(had, v) {
		return
	}
	other := members[slices.IndexFunc(members, func(o pair) bool { return fieldOf([]resource.Field{*f}, o.name) != nil })]
	d.fail(m.value, at, "keep one of the two", "%s and %s on line %d, column %d are the same field with different values",
		m.name, other.name, d.chunk.line+other.value.Line, other.value.Column)
}

// fieldOf finds a field by its name or by a name used in responses.
func fieldOf(fields []resource.Field, name string) *resource.Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
		for _, a := range fields[i].Alias {
			if a == name {
				return &fields[i]
			}
		}
	}
	return nil
}

// unknown reports a field that the registry does not know, and returns whether to
// keep it. A likely typo is an error, a likely secret is dropped, and the header
// of the file allows no unknown fields.
func (d *decoder) unknown(m pair, p *resource.Path, known []string) bool {
	severity, hint := resource.Warning, "remove it if it is a mistake; lcsync keeps it and sends it only to the license of this snapshot"
	secret := ""
	switch near := nearest(m.name, known); {
	case near != "":
		severity, hint = resource.Error, near
	case d.strict:
		severity, hint = resource.Error, "the fields are "+resource.Words(known)
	case resource.LooksSecret(m.name) && m.value.Tag != "!!bool":
		secret, hint = " looks like a secret; ignored", "remove it"
	}
	d.report(m.key, p, severity, "unknown field "+resource.Quote(m.name)+secret, hint)
	return severity == resource.Warning && secret == ""
}

// describe says what a node holds, for messages.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "an object"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch n.Tag {
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!bool":
		return n.Value
	}
	return "the string " + resource.Quote(n.Value)
}
