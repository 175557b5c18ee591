package snapshot

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// secretTag marks a reference to a secret.
const secretTag = "!secret"

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// value decodes a value described by f, which is nil for unknown fields. It
// returns false if the value was reported and must not be used.
func (d *decoder) value(n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	d.depth++
	defer func() { d.depth-- }()
	n, ok := d.resolve(n, p)
	if !ok {
		return nil, false
	}
	if f != nil && f.Input == resource.SecretInput {
		return d.secret(n, p)
	}
	if n.Style&yaml.TaggedStyle != 0 {
		return d.tagged(n, f, p)
	}
	if isNull(n) {
		return d.null(n, f, p)
	}
	if f == nil {
		return d.any(n, nil, p)
	}
	switch f.Type {
	case resource.String:
		return d.text(n, p)
	case resource.Int:
		return d.integer(n, f, p)
	case resource.Bool:
		return d.boolean(n, p)
	case resource.Record:
		if n.Kind != yaml.MappingNode {
			return d.odd(n, p, "write an object", "an object")
		}
		return d.record(n, f.Fields, p), true
	case resource.Map:
		return d.mapping(n, f, p)
	case resource.ListOf:
		return d.list(n, f, p)
	}
	return d.any(n, f, p)
}

// null returns the value that clears the field. In a field that the registry does
// not know, null stays null.
func (d *decoder) null(n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	if f == nil {
		return nil, true
	}
	if f.Clear == nil {
		d.fail(n, p, "write a value; remove the line to keep the value of the license", "%s cannot be cleared", p.Field())
		return nil, false
	}
	return resource.CloneValue(f.Clear), true
}

// secret accepts only a reference to a secret. Its message does not repeat any
// other value, which may be the secret.
func (d *decoder) secret(n *yaml.Node, p *resource.Path) (resource.Value, bool) {
	if n.Tag != secretTag || n.Kind != yaml.ScalarNode || n.Value == "" {
		d.fail(n, p, "write "+p.Field()+": !secret NAME and put NAME and the value into the secrets file (--secrets)",
			"%s must be a reference to a secret", p.Field())
		return nil, false
	}
	return resource.Secret(n.Value), true
}

func (d *decoder) tagged(n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	switch {
	case n.Tag != secretTag:
		d.fail(n, p, "remove the tag; quote strings that look like another type", "the tag %s is not allowed here", n.Tag)
	case f != nil || n.Kind != yaml.ScalarNode || n.Value == "":
		d.fail(n, p, "write the value itself", "%s is not a secret", p.Field())
	default:
		return resource.Secret(n.Value), true
	}
	return nil, false
}

// odd decodes a value whose type differs from the field's. A license may have
// returned it, so it is kept if it is spelled as an export writes it, and Validate
// reports it. Any other spelling is a typing mistake.
func (d *decoder) odd(n *yaml.Node, p *resource.Path, hint, want string) (resource.Value, bool) {
	if !d.strict && asExported(n) {
		return d.any(n, &resource.Field{Name: p.Field(), Type: resource.Any}, p)
	}
	d.fail(n, p, hint, "%s must be %s, got %s", p.Field(), want, describe(n))
	return nil, false
}

// asExported tells whether a scalar is spelled the way Encode does.
func asExported(n *yaml.Node) bool {
	switch {
	case n.Kind != yaml.ScalarNode:
		return true
	case n.Tag == "!!int":
		return decimal.MatchString(n.Value)
	case n.Tag == "!!float":
		v, _ := resource.ParseNumber(n.Value)
		f, _ := v.(float64)
		text, err := float(f)
		return err == nil && text == n.Value
	case n.Tag == "!!bool":
		return n.Value == "true" || n.Value == "false"
	}
	return n.Style != 0 || plain(n.Value)
}

// text accepts strings as they are. It refuses plain scalars that YAML reads as
// another type, because another reader would not see the same text.
func (d *decoder) text(n *yaml.Node, p *resource.Path) (resource.Value, bool) {
	if n.Kind != yaml.ScalarNode {
		return d.odd(n, p, "write a string", "a string")
	}
	switch n.Tag {
	case "!!int", "!!float", "!!bool":
		return d.odd(n, p, "quote it: "+quoted(n.Value), "a string")
	}
	return d.shared(n.Value), true
}

// Limits on the strings that are stored once for all rows: words such as enum
// values are short and appear early.
const (
	shortWord  = 32
	manyShared = 4096
)

// shared returns a string as a value, and the same value each time for common
// words.
func (d *decoder) shared(s string) resource.Value {
	if len(s) > shortWord {
		return s
	}
	v, ok := d.words[s]
	if !ok {
		v = s
		if len(d.words) < manyShared {
			d.words[s] = v
		}
	}
	return v
}

// decimal matches the only accepted spelling of integers. Readers interpret other
// spellings differently (010), or they look like something else (0x1F, 1_000).
var decimal = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

func (d *decoder) integer(n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	switch {
	case n.Tag == "!!int" && n.Kind == yaml.ScalarNode:
		return d.number(n, p)
	case f.Ref != nil && n.Tag == "!!str" && n.Value != "":
		return n.Value, true // a name
	}
	return d.odd(n, p, "write a whole number", "an integer")
}

func (d *decoder) number(n *yaml.Node, p *resource.Path) (resource.Value, bool) {
	if !decimal.MatchString(n.Value) {
		d.fail(n, p, "write digits only, without leading zeros; quote it if it is a string", "%s is not a decimal number", n.Value)
		return nil, false
	}
	i, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		d.fail(n, p, "quote it if it is a string", "%s is too large for an integer", n.Value)
		return nil, false
	}
	return i, true
}

func (d *decoder) boolean(n *yaml.Node, p *resource.Path) (resource.Value, bool) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" {
		switch strings.ToLower(n.Value) {
		case "true":
			return true, true
		case "false":
			return false, true
		}
	}
	hint := "write true or false"
	switch strings.ToLower(n.Value) {
	case "yes", "on", "y", "true":
		hint = "write true"
	case "no", "off", "n", "false":
		hint = "write false"
	}
	return d.odd(n, p, hint, "true or false")
}

func (d *decoder) list(n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	switch n.Kind {
	case yaml.ScalarNode:
		return d.odd(n, p, "write it on a line of its own, after a dash", "a list")
	case yaml.MappingNode:
		return d.odd(n, p, "write a list", "a list")
	}
	e := f.Element()
	start := len(d.marks)
	l := d.elements(n, &e, p)
	if places := f.Arrange(l); places != nil {
		d.arrange(start, places)
	}
	return l, true
}

// elements decodes the elements of a list. Those that were reported are left
// out.
func (d *decoder) elements(n *yaml.Node, e *resource.Field, p *resource.Path) resource.List {
	l := make(resource.List, 0, len(n.Content))
	for i, c := range n.Content {
		if v, ok := d.marked(c, i, c, e, p.Element(i)); ok {
			l = append(l, v)
		}
	}
	return l
}

func (d *decoder) mapping(n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	if n.Kind != yaml.MappingNode {
		return d.odd(n, p, "write an object", "an object")
	}
	e := f.Element()
	start := len(d.marks)
	o := d.free(n, &e, p)
	d.reorder(o, start, func() { o.SortBy(cmp.Compare[string]) })
	return o, true
}

// free decodes an object with free member names, whose values e describes.
func (d *decoder) free(n *yaml.Node, e *resource.Field, p *resource.Path) *resource.Object {
	members := d.pairs(n, p, false)
	o := resource.WithRoom(len(members))
	for _, m := range members {
		if v, ok := d.member(m, e, p.Member(m.name)); ok {
			o.Set(m.name, v)
		}
	}
	return o
}

// any decodes a value of a free type. f tells whether the field as a whole is
// known; in a known field a null inside the value is not allowed.
func (d *decoder) any(n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	switch n.Kind {
	case yaml.SequenceNode:
		return d.elements(n, f, p), true
	case yaml.MappingNode:
		return d.free(n, f, p), true
	}
	switch n.Tag {
	case "!!int":
		return d.number(n, p)
	case "!!float":
		return d.float(n, p)
	case "!!bool":
		return d.boolean(n, p)
	}
	return n.Value, true
}

func (d *decoder) float(n *yaml.Node, p *resource.Path) (resource.Value, bool) {
	v, err := resource.ParseNumber(n.Value)
	f, isFloat := v.(float64)
	if decimal.MatchString(n.Value) {
		return d.number(n, p) // an integer that YAML parsed as a float because it is too large
	}
	if err != nil || !isFloat || strings.ContainsAny(n.Value, "nNiI_") {
		d.fail(n, p, "quote it if it is a string", "%s is not a number that fits", n.Value)
		return nil, false
	}
	return f, true
}
