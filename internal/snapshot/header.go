package snapshot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// The top-level keys that are no kinds.
const (
	keyVersion    = "lcsync"
	keyAPI        = "api_version"
	keyLicense    = "license"
	keyIncomplete = "incomplete"
)

var headerKeys = []string{keyVersion, keyAPI, keyLicense, keyIncomplete}

// about is what `license:` says.
type about struct {
	Owner     string              `json:"owner,omitempty"`
	AccountID string              `json:"account_id,omitempty"`
	ClientIDs []string            `json:"client_ids,omitzero"` // an empty list means the same as an absent one
	Readable  map[string][]string `json:"readable,omitempty"`
}

// toValue converts an about or gaps into the objects that a file has for them. It
// goes through JSON, which uses the same names.
func toValue(v any) resource.Value {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // all their fields are texts
	}
	out, err := resource.ParseJSON(data)
	if err != nil {
		panic(err)
	}
	return out
}

// fromValue is the inverse of toValue, into what v points to.
func fromValue(o *resource.Object, v any) {
	if err := json.Unmarshal([]byte(resource.JSON(o)), v); err != nil {
		panic(err) // the types were looked at
	}
}

// The fields of `license:` and of the elements of `incomplete:`, described the
// way the registry describes objects.
var (
	licenseFields = []resource.Field{
		{Name: "owner", Type: resource.String},
		{Name: "account_id", Type: resource.String},
		{Name: "client_ids", Type: resource.ListOf, Elem: resource.String, List: resource.Set},
		{Name: "readable", Type: resource.Map, Each: &resource.Field{Type: resource.ListOf, Elem: resource.String, List: resource.Set}},
	}
	gapFields = []resource.Field{
		{Name: "kind", Type: resource.String},
		{Name: "client_id", Type: resource.String},
		{Name: "id", Type: resource.String},
		{Name: "method", Type: resource.String},
		{Name: "reason", Type: resource.String},
		{Name: "missing_scopes", Type: resource.ListOf, Elem: resource.String},
		{Name: "partial", Type: resource.Bool},
	}
)

// open takes note of a top-level key and tells whether it is a kind whose rows
// should be read. It reports keys that are unknown or stand twice.
func (d *decoder) open(key string, n *yaml.Node) bool {
	p := (*resource.Path)(nil).Member(key)
	if line, twice := d.seen[key]; twice {
		d.fail(n, p, "merge the two", "%s is given twice: already on line %d", key, line)
		return false
	}
	d.seen[key] = d.chunk.line + n.Line
	if resource.Lookup(key) != nil {
		d.doc.License.SetRows(key, nil)
		return true
	}
	if slices.Contains(headerKeys, key) {
		return true
	}
	all := append(slices.Clone(headerKeys), resource.Names()...)
	d.fail(n, p, cmp.Or(nearest(key, all), "the kinds are "+strings.Join(resource.Names(), ", ")), "unknown key %s", resource.Quote(key))
	return false
}

// sections decodes a mapping of top-level keys.
func (d *decoder) sections(root *yaml.Node) {
	for _, m := range d.pairs(root, nil, true) {
		if !d.open(m.name, m.key) {
			continue
		}
		if k := resource.Lookup(m.name); k != nil {
			d.kind(k, m)
			continue
		}
		d.headerValue(m)
	}
}

func (d *decoder) headerValue(m pair) {
	p := (*resource.Path)(nil).Member(m.name)
	n, ok := d.resolve(m.value, p)
	if !ok {
		return
	}
	switch m.name {
	case keyVersion:
		d.version(n, p)
	case keyAPI:
		d.apiVersion(n, p)
	case keyLicense:
		var a about
		fromValue(d.own(n, p, licenseFields), &a)
		l := d.doc.License
		l.Owner, l.AccountID, l.ClientIDs = a.Owner, a.AccountID, a.ClientIDs
		for kind, fields := range a.Readable {
			l.KnowReadable(kind, fields)
		}
	case keyIncomplete:
		d.incomplete(n, p)
	}
}

func (d *decoder) version(n *yaml.Node, p *resource.Path) {
	v, err := strconv.Atoi(n.Value)
	switch {
	case err != nil || n.Kind != yaml.ScalarNode:
		d.fail(n, p, "write lcsync: 1", "lcsync must be the format version, a number")
	case v > FormatVersion:
		d.fail(n, p, "update lcsync", "the file has format version %d; this lcsync supports %d", v, FormatVersion)
	case v < FormatVersion:
		d.fail(n, p, "write lcsync: 1", "unknown format version %d", v)
	}
}

func (d *decoder) apiVersion(n *yaml.Node, p *resource.Path) {
	d.doc.APIVersion = n.Value
	e := resource.EditionOf(n.Value)
	if e != nil && e.Version != resource.APIVersion {
		d.doc.License.Version = e.Version
	}
	if e != nil && e.Writes && n.Kind == yaml.ScalarNode {
		return
	}
	hint := fmt.Sprintf("write api_version: %q", resource.APIVersion)
	if e != nil && !e.Writes {
		hint = "convert the file with `lcsync migrate`"
	}
	d.fail(n, p, hint, "the file is for API version %s; lcsync works with v%s", resource.Quote(n.Value), resource.APIVersion)
}

func (d *decoder) missingHeader() {
	top := &yaml.Node{Line: 1, Column: 1}
	d.chunk = &chunk{}
	if d.seen[keyVersion] == 0 {
		d.fail(top, nil, "add the first line lcsync: 1, or convert payloads of older API versions with `lcsync migrate`", "the line lcsync: 1 is missing")
	}
	if d.seen[keyAPI] == 0 {
		d.fail(top, nil, fmt.Sprintf("add the line api_version: %q", resource.APIVersion), "api_version is missing")
	}
}

// own decodes an object of the file format itself.
func (d *decoder) own(n *yaml.Node, p *resource.Path, fields []resource.Field) *resource.Object {
	if !d.want(n, p, yaml.MappingNode, "an object") {
		return &resource.Object{}
	}
	d.strict = true
	defer func() { d.strict = false }()
	return d.record(n, fields, p)
}

func (d *decoder) incomplete(n *yaml.Node, p *resource.Path) {
	if !d.want(n, p, yaml.SequenceNode, "a list") {
		return
	}
	for i, e := range n.Content {
		at := p.Element(i)
		e, ok := d.resolve(e, at)
		if !ok {
			continue
		}
		var gap resource.Gap
		fromValue(d.own(listed(e, "missing_scopes"), at, gapFields), &gap)
		d.doc.License.Gaps = append(d.doc.License.Gaps, gap)
	}
}

// listed returns a mapping in which a member that is a scalar becomes a list of
// one: a single scope can be written without a list.
func listed(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	out := *n
	out.Content = slices.Clone(n.Content)
	for i := 0; i+1 < len(out.Content); i += 2 {
		if v := out.Content[i+1]; out.Content[i].Value == name && v.Kind == yaml.ScalarNode {
			out.Content[i+1] = &yaml.Node{Kind: yaml.SequenceNode, Line: v.Line, Column: v.Column, Content: []*yaml.Node{v}}
		}
	}
	return &out
}
