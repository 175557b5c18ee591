package config

import (
	"path"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/yamlfile"
)

// decoder reads one file strictly: every key must be known, given once, and have
// the right type.
type decoder struct{ yamlfile.File }

func decode(file string, data []byte) (Profiles, error) {
	d, profiles := decoder{yamlfile.File(file)}, Profiles{}
	root, err := d.Parse(data)
	if err != nil || root == nil {
		return profiles, err
	}
	err = d.Members(root, "the file", map[string]any{"profiles": func(at *yamlfile.Node) error {
		return d.Each(at, "profiles", func(key, at *yamlfile.Node) error {
			p := &Profile{Name: key.Value}
			profiles[p.Name] = p
			return d.profile(p, at)
		})
	}})
	return profiles, err
}

func (d decoder) profile(p *Profile, at *yamlfile.Node) error {
	err := d.Members(at, "profile "+quote(p.Name), map[string]any{
		"url": &p.URL, "account_id": &p.AccountID, "region": &p.Region,
		"token": &p.Token, "token_env": &p.TokenEnv, "token_file": &p.TokenFile,
		"client_ids": &p.ClientIDs, "skip": &p.Skip, "read_only": &p.ReadOnly,
		"applications": func(at *yamlfile.Node) error { return d.applications(p, at) },
		"protect":      func(at *yamlfile.Node) error { return d.protect(p, at) },
	}, later...)
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
		return d.Refuse(at, "profile "+quote(p.Name)+" has "+strings.Join(given, " and "), "keep one of them")
	}
	for _, name := range p.Skip {
		if resource.Lookup(name) == nil {
			return d.Refuse(at, "profile "+quote(p.Name)+" has skip with the unknown kind "+quote(name), yamlfile.Nearest(name, resource.Names()))
		}
	}
	return nil
}

// applications reads names of applications, {name: client id}.
func (d decoder) applications(p *Profile, at *yamlfile.Node) error {
	p.Applications = map[string]string{}
	return d.Each(at, "applications", func(name, id *yamlfile.Node) error {
		if text, err := d.Text("the client id", id); err != nil || text == "" {
			return d.Refuse(id, "the application "+quote(name.Value)+" has no client id", "write name: client id")
		}
		if other := p.Applications[id.Value]; other != "" {
			return d.Refuse(name, "the client id of "+quote(name.Value)+" is that of "+quote(other), "keep one of them")
		}
		p.Applications[id.Value] = name.Value
		return nil
	})
}

// protect reads a list of {kind, key}.
func (d decoder) protect(p *Profile, at *yamlfile.Node) error {
	items, err := d.Items("protect", "- {kind: groups, key: VIP}", at)
	if err != nil {
		return err
	}
	for _, v := range items {
		var one ProtectedObject
		if err := d.Members(v, "protect", map[string]any{"kind": &one.Kind, "key": &one.Key}); err != nil {
			return err
		}
		if resource.Lookup(one.Kind) == nil {
			return d.Refuse(v, "protect has the unknown kind "+quote(one.Kind), yamlfile.Nearest(one.Kind, resource.Names()))
		}
		if _, err := path.Match(one.Key, ""); err != nil || one.Key == "" {
			return d.Refuse(v, "protect needs a key", "write the key of the object, or a pattern with *")
		}
		p.Protect = append(p.Protect, one)
	}
	return nil
}

// later lists keys of other versions of lcsync. They are an error, because the
// author of the file relies on them.
var later = []string{"token_command", "token_keyring"}

func quote(s string) string { return yamlfile.Quote(s) }
