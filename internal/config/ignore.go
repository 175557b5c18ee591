package config

import (
	"fmt"
	"path"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/secret"
	"lcsync/internal/yamlfile"
)

// Ignore is a rule that leaves differences out: of a kind, of objects whose key
// or id matches a pattern, in a field. An empty Key means every object, an empty
// Field the object as a whole.
type Ignore struct {
	Kind, Key, Field string
	Reason           string
	Until            string // the last day, YYYY-MM-DD; "" = for good
	From             string // file and line
}

// Secret names a field whose values are never shown. Key is a pattern.
type Secret struct{ Kind, Key, Field string }

// ReadIgnore reads a file of rules.
func (p Places) ReadIgnore(name string) (rules []Ignore, err error) {
	data, err := secret.ReadFile(p.Abs(name), 0)
	if err != nil {
		return nil, err
	}
	d := decoder{yamlfile.File(name)}
	root, err := d.Parse(data)
	if err != nil || root == nil {
		return nil, err
	}
	err = d.Members(root, "the file", map[string]any{"ignore": func(at *yamlfile.Node) error {
		rules, err = d.ignore(at)
		return err
	}})
	return rules, err
}

func (d decoder) ignore(at *yamlfile.Node) (rules []Ignore, err error) {
	err = d.items(at, "ignore", "- {kind: agents, field: job_title, reason: HR owns it}", func(v *yamlfile.Node) error {
		r := Ignore{From: fmt.Sprintf("%s:%d", d.File, v.Line)}
		err := d.Members(v, "ignore", map[string]any{"kind": &r.Kind, "key": &r.Key, "field": &r.Field, "reason": &r.Reason, "until": &r.Until})
		if err == nil {
			err = d.place(v, "ignore", r.Kind, r.Key, r.Field)
		}
		if _, wrong := time.Parse(time.DateOnly, r.Until); err == nil && r.Until != "" && wrong != nil {
			err = d.Refuse(v, "until: "+quote(r.Until)+" is not a day", "write until: 2027-01-31")
		}
		if err == nil && r.Reason == "" {
			err = d.Refuse(v, "a rule of ignore has no reason", "write why: reason: HR owns it")
		}
		rules = append(rules, r)
		return err
	})
	return rules, err
}

func (d decoder) secrets(at *yamlfile.Node) (secrets []Secret, err error) {
	err = d.items(at, "secret", "- {kind: license_properties, key: shop/api_key, field: value}", func(v *yamlfile.Node) error {
		s := Secret{}
		err := d.Members(v, "secret", map[string]any{"kind": &s.Kind, "key": &s.Key, "field": &s.Field})
		if err == nil {
			err = d.place(v, "secret", s.Kind, s.Key, s.Field)
		}
		if err == nil && s.Field == "" {
			err = d.Refuse(v, "secret names no field", "write field: value")
		}
		if s.Key == "" {
			s.Key = "*"
		}
		secrets = append(secrets, s)
		return err
	})
	return secrets, err
}

// items reads the elements of a list.
func (d decoder) items(at *yamlfile.Node, what, example string, fn func(*yamlfile.Node) error) error {
	list, err := d.Items(what, example, at)
	for _, v := range list {
		if err == nil {
			err = fn(v)
		}
	}
	return err
}

// place checks where a rule applies.
func (d decoder) place(at *yamlfile.Node, what, kind, key, field string) error {
	k := resource.Lookup(kind)
	if k == nil {
		return d.Refuse(at, what+" names the unknown kind "+quote(kind), yamlfile.Nearest(kind, resource.Names()))
	}
	if _, err := path.Match(key, ""); err != nil {
		return d.Refuse(at, what+" has the unusable key "+quote(key), "give the key of an object, or a pattern with *")
	}
	root := resource.PathRoot(field)
	if field != "" && k.Field(root) == nil && !(root == "order" && k.Order == resource.Linked) {
		return d.Refuse(at, what+": "+k.Name+" have no field "+quote(root), yamlfile.Nearest(root, resource.FieldNames(k.Fields)))
	}
	return nil
}
