// Package yamlfile reads lcsync's own YAML files strictly: every key must be
// known, given once and have the right type. Errors have a position and a
// suggestion.
package yamlfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// Node is a part of a file.
type Node = yaml.Node

// File is the name of a file in messages.
type File string

// Error describes an error in a file, with its position, and what to do about it.
type Error = secret.Error

// Parse returns the outermost value of a file, nil if the file is empty.
func (f File) Parse(data []byte) (*Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
		at := string(f)
		if rest, ok := strings.CutPrefix(text, "line "); ok {
			line, what, _ := strings.Cut(rest, ": ")
			at, text = at+":"+line, what
		}
		return nil, &Error{Text: at + ": not valid YAML: " + text}
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

// Members reads a mapping. Each key must be in known, which gives the target of
// its value: a *string, a *[]string, a *bool, or a function of the value. Keys in
// later are refused as not supported.
func (f File) Members(at *Node, what string, known map[string]any, later ...string) error {
	return f.Each(at, what, func(key, value *Node) (err error) {
		name := key.Value
		switch into := known[name].(type) {
		case *string:
			*into, err = f.Text(name, value)
		case *[]string:
			*into, err = f.Texts(name, value)
		case *bool:
			*into, err = f.Bool(name, value)
		case func(*Node) error:
			err = into(value)
		default:
			hint := Nearest(name, slices.Sorted(maps.Keys(known)))
			if slices.Contains(later, name) {
				hint = "this version of lcsync does not support it"
			}
			err = f.Refuse(key, "unknown key "+Quote(name)+" in "+what, hint)
		}
		return err
	})
}

// Each calls fn for every key of a mapping and its value.
func (f File) Each(at *Node, what string, fn func(key, value *Node) error) error {
	switch {
	case at.Kind == yaml.AliasNode:
		return f.Refuse(at, "aliases are not allowed here", "write the value out")
	case at.Kind == yaml.ScalarNode && at.Tag == "!!null":
		return nil
	case at.Kind != yaml.MappingNode:
		return f.Refuse(at, what+" must be a mapping", "")
	}
	seen := map[string]bool{}
	for pair := range slices.Chunk(at.Content, 2) {
		key := pair[0]
		if seen[key.Value] {
			return f.Refuse(key, what+" has "+Quote(key.Value)+" twice", "keep one of them")
		}
		seen[key.Value] = true
		if err := fn(key, pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// Items returns the elements of a list.
func (f File) Items(what, example string, v *Node) ([]*Node, error) {
	if v.Kind != yaml.SequenceNode {
		return nil, f.Refuse(v, what+" must be a list", "write "+example)
	}
	return v.Content, nil
}

// Text reads a text.
func (f File) Text(what string, v *Node) (string, error) {
	if v.Kind != yaml.ScalarNode || v.Tag == "!!null" {
		return "", f.Refuse(v, what+" must be a string", "")
	}
	return v.Value, nil
}

// Texts reads a list of texts.
func (f File) Texts(what string, v *Node) ([]string, error) {
	items, err := f.Items(what, what+": [one, another]", v)
	if err != nil {
		return nil, err
	}
	list := make([]string, len(items))
	for i, e := range items {
		if list[i], err = f.Text("each entry of "+what, e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Bool reads true or false.
func (f File) Bool(what string, v *Node) (bool, error) {
	var b bool
	if v.Kind != yaml.ScalarNode || v.Tag != "!!bool" || v.Decode(&b) != nil {
		return false, f.Refuse(v, what+" must be true or false", "")
	}
	return b, nil
}

// Place returns the position of a node: file:line:column.
func (f File) Place(at *Node) string { return fmt.Sprintf("%s:%d:%d", f, at.Line, at.Column) }

// Refuse returns an Error about a node.
func (f File) Refuse(at *Node, text, hint string) error {
	return &Error{Text: f.Place(at) + ": " + text, Hint: hint}
}

// Nearest returns the hint for a name that is not one of the known ones.
func Nearest(name string, known []string) string {
	if near := resource.Suggest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

// Quote quotes a name, which may contain spaces.
func Quote(s string) string { return `"` + s + `"` }

// Comment returns lines as a comment of a file. Whatever a license put into
// them stays on its line.
func Comment(lines ...string) string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = "# " + strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
				return ' '
			}
			return r
		}, line)
	}
	return strings.Join(out, "\n")
}
