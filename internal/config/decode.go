package config

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// decoder reads one file strictly: every key must be known, stand once, and
// hold the right type.
type decoder struct{ file string }

func decode(file string, data []byte) (Profiles, error) {
	root, d, err := parse(file, data)
	profiles := Profiles{}
	if err != nil || root == nil {
		return profiles, err
	}
	err = d.members(root, "the file", map[string]any{"profiles": func(at *yaml.Node) error {
		return d.each(at, "profiles", func(key, at *yaml.Node) error {
			p := &Profile{Name: key.Value}
			profiles[p.Name] = p
			return d.profile(p, at)
		})
	}})
	return profiles, err
}

// parse reads a file as YAML; nil is an empty one.
func parse(file string, data []byte) (*yaml.Node, decoder, error) {
	d := decoder{file}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
		if rest, ok := strings.CutPrefix(text, "line "); ok {
			line, what, _ := strings.Cut(rest, ": ")
			file, text = file+":"+line, what
		}
		return nil, d, &Error{Text: file + ": not valid YAML: " + text}
	}
	if len(doc.Content) == 0 {
		return nil, d, nil
	}
	return doc.Content[0], d, nil
}

func (d decoder) profile(p *Profile, at *yaml.Node) error {
	err := d.members(at, "profile "+quote(p.Name), map[string]any{
		"url": &p.URL, "account_id": &p.AccountID, "region": &p.Region,
		"token": &p.Token, "token_env": &p.TokenEnv, "token_file": &p.TokenFile,
		"client_ids": &p.ClientIDs, "skip": &p.Skip, "notify": &p.Notify,
		"applications": func(at *yaml.Node) error { return d.applications(p, at) },
		"protect":      func(at *yaml.Node) error { return d.protect(p, at) },
		"ignore":       func(at *yaml.Node) (err error) { p.Ignore, err = d.ignore(at); return err },
		"secret":       func(at *yaml.Node) (err error) { p.Secret, err = d.secrets(at); return err },
	})
	if err != nil {
		return err
	}
	var given []string
	for _, s := range []struct{ key, value string }{{"token", p.Token}, {"token_env", p.TokenEnv}, {"token_file", p.TokenFile}} {
		if s.value != "" {
			given = append(given, s.key)
		}
	}
	if len(given) > 1 {
		return d.refuse(at, "profile "+quote(p.Name)+" has "+strings.Join(given, " and "), "keep one of them")
	}
	for _, name := range p.Skip {
		if resource.Lookup(name) == nil {
			return d.refuse(at, "profile "+quote(p.Name)+" skips the unknown kind "+quote(name), nearest(name, resource.Names()))
		}
	}
	return nil
}

// applications reads names of applications, {name: client id}.
func (d decoder) applications(p *Profile, at *yaml.Node) error {
	p.Applications = map[string]string{}
	return d.each(at, "applications", func(name, id *yaml.Node) error {
		if id.Kind != yaml.ScalarNode || id.Value == "" {
			return d.refuse(id, "the application "+quote(name.Value)+" has no client id", "write name: client id")
		}
		if other := p.Applications[id.Value]; other != "" {
			return d.refuse(name, "the client id of "+quote(name.Value)+" is that of "+quote(other), "keep one of them")
		}
		p.Applications[id.Value] = name.Value
		return nil
	})
}

// protect reads a list of {kind, key}.
func (d decoder) protect(p *Profile, at *yaml.Node) error {
	if at.Kind != yaml.SequenceNode {
		return d.refuse(at, "protect must be a list", "write - {kind: groups, key: VIP}")
	}
	for _, v := range at.Content {
		var one Protected
		if err := d.members(v, "protect", map[string]any{"kind": &one.Kind, "key": &one.Key}); err != nil {
			return err
		}
		if resource.Lookup(one.Kind) == nil {
			return d.refuse(v, "protect names the unknown kind "+quote(one.Kind), nearest(one.Kind, resource.Names()))
		}
		if _, err := path.Match(one.Key, ""); err != nil || one.Key == "" {
			return d.refuse(v, "protect has no usable key", "give the key of the object, or a pattern with *")
		}
		p.Protect = append(p.Protect, one)
	}
	return nil
}

// later lists keys that other versions know. They are refused rather than
// ignored: whoever wrote them counts on them.
var later = []string{"token_command", "token_keyring"}

// members reads a mapping. Each of its keys has to be known, and its value goes
// into what that stands for: a text, a list of texts, or a function.
func (d decoder) members(at *yaml.Node, what string, known map[string]any) error {
	return d.each(at, what, func(key, value *yaml.Node) (err error) {
		name := key.Value
		switch into := known[name].(type) {
		case *string:
			*into, err = d.text(name, value)
		case *[]string:
			*into, err = d.texts(name, value)
		case func(*yaml.Node) error:
			err = into(value)
		default:
			hint := nearest(name, slices.Sorted(maps.Keys(known)))
			if slices.Contains(later, name) {
				hint = "this version of lcsync does not support it yet"
			}
			err = d.refuse(key, "unknown key "+quote(name)+" in "+what, hint)
		}
		return err
	})
}

// each calls fn for every key of a mapping and its value.
func (d decoder) each(at *yaml.Node, what string, fn func(key, value *yaml.Node) error) error {
	switch {
	case at.Kind == yaml.AliasNode:
		return d.refuse(at, "aliases are not allowed here", "write the value out")
	case at.Kind == yaml.ScalarNode && at.Tag == "!!null":
		return nil
	case at.Kind != yaml.MappingNode:
		return d.refuse(at, what+" must be a mapping", "")
	}
	seen := map[string]bool{}
	for pair := range slices.Chunk(at.Content, 2) {
		key := pair[0]
		if seen[key.Value] {
			return d.refuse(key, what+" has "+quote(key.Value)+" twice", "keep one of them")
		}
		seen[key.Value] = true
		if err := fn(key, pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func (d decoder) text(what string, v *yaml.Node) (string, error) {
	if v.Kind != yaml.ScalarNode || v.Tag == "!!null" {
		return "", d.refuse(v, what+" must be a text", "")
	}
	return v.Value, nil
}

func (d decoder) texts(what string, v *yaml.Node) ([]string, error) {
	if v.Kind != yaml.SequenceNode {
		return nil, d.refuse(v, what+" must be a list", "write "+what+": [one, another]")
	}
	list := make([]string, len(v.Content))
	for i, e := range v.Content {
		var err error
		if list[i], err = d.text("each of "+what, e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (d decoder) refuse(at *yaml.Node, text, hint string) error {
	return &Error{Text: fmt.Sprintf("%s:%d:%d: %s", d.file, at.Line, at.Column, text), Hint: hint}
}

// nearest is the hint for a name that is none of the known ones.
func nearest(name string, known []string) string {
	if near := resource.Suggest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

func quote(s string) string { return `"` + s + `"` }
