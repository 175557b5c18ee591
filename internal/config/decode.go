package config

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// decoder reads one file strictly: every key must be known, stand once, and
// hold the right type.
type decoder struct{ file string }

var lineOf = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

func decode(file string, data []byte) (Profiles, error) {
	d := decoder{file}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		text := strings.SplitN(err.Error(), "\n", 2)[0]
		if m := lineOf.FindStringSubmatch(text); m != nil {
			return nil, &Error{Text: file + ":" + m[1] + ": not valid YAML: " + m[2]}
		}
		return nil, &Error{Text: file + ": not valid YAML: " + strings.TrimPrefix(text, "yaml: ")}
	}
	profiles := Profiles{}
	if len(doc.Content) == 0 {
		return profiles, nil
	}
	err := d.each(doc.Content[0], "the file", []string{"profiles"}, func(_ string, v *yaml.Node) error {
		return d.each(v, "profiles", nil, func(name string, v *yaml.Node) error {
			p := &Profile{Name: name}
			profiles[name] = p
			return d.profile(p, v)
		})
	})
	return profiles, err
}

// later lists keys that other versions know. They are refused rather than
// ignored: whoever wrote them counts on them.
var later = []string{"token_command", "token_keyring"}

func (d decoder) profile(p *Profile, at *yaml.Node) error {
	texts := map[string]*string{
		"url": &p.URL, "account_id": &p.AccountID, "region": &p.Region,
		"token": &p.Token, "token_env": &p.TokenEnv, "token_file": &p.TokenFile,
	}
	lists := map[string]*[]string{"client_ids": &p.ClientIDs, "skip": &p.Skip}
	known := []string{"url", "account_id", "region", "token_env", "token_file", "token", "client_ids", "skip", "protect"}
	err := d.each(at, "profile "+quote(p.Name), known, func(key string, v *yaml.Node) (err error) {
		if key == "protect" {
			return d.protect(p, v)
		}
		if t := texts[key]; t != nil {
			*t, err = d.text(key, v)
			return err
		}
		*lists[key], err = d.texts(key, v)
		return err
	})
	if err != nil {
		return err
	}
	return d.check(p, at)
}

// protect reads a list of {kind, key}.
func (d decoder) protect(p *Profile, at *yaml.Node) error {
	if at.Kind != yaml.SequenceNode {
		return d.refuse(at, "protect must be a list", "write - {kind: groups, key: VIP}")
	}
	for _, v := range at.Content {
		var one Protected
		err := d.each(v, "protect", []string{"kind", "key"}, func(key string, v *yaml.Node) (err error) {
			if key == "kind" {
				one.Kind, err = d.text(key, v)
			} else {
				one.Key, err = d.text(key, v)
			}
			return err
		})
		if err != nil {
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

// check states what a profile must be as a whole.
func (d decoder) check(p *Profile, at *yaml.Node) error {
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

// each calls fn for every member of a mapping; known nil allows any key.
func (d decoder) each(at *yaml.Node, what string, known []string, fn func(string, *yaml.Node) error) error {
	if at.Kind == yaml.AliasNode {
		return d.refuse(at, "aliases are not allowed here", "write the value out")
	}
	if at.Kind == yaml.ScalarNode && at.Tag == "!!null" {
		return nil
	}
	if at.Kind != yaml.MappingNode {
		return d.refuse(at, what+" must be a mapping", "")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(at.Content); i += 2 {
		key, value := at.Content[i], at.Content[i+1]
		switch {
		case seen[key.Value]:
			return d.refuse(key, what+" has "+quote(key.Value)+" twice", "keep one of them")
		case slices.Contains(later, key.Value) && known != nil:
			return d.refuse(key, "unknown key "+quote(key.Value)+" in "+what, "this version of lcsync does not support it yet")
		case known != nil && !slices.Contains(known, key.Value):
			return d.refuse(key, "unknown key "+quote(key.Value)+" in "+what, nearest(key.Value, known))
		}
		seen[key.Value] = true
		if err := fn(key.Value, value); err != nil {
			return err
		}
	}
	return nil
}

func (d decoder) text(key string, v *yaml.Node) (string, error) {
	if v.Kind != yaml.ScalarNode || v.Tag == "!!null" {
		return "", d.refuse(v, key+" must be a text", "")
	}
	return v.Value, nil
}

func (d decoder) texts(key string, v *yaml.Node) ([]string, error) {
	if v.Kind != yaml.SequenceNode {
		return nil, d.refuse(v, key+" must be a list", "write "+key+": [one, another]")
	}
	list := []string{}
	for _, e := range v.Content {
		s, err := d.text("each of "+key, e)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
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
