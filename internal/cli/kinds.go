package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
)

func newKindsCmd() *session.Command {
	return &session.Command{
		Name:  "kinds",
		Args:  "[KIND]",
		Brief: "list the kinds of objects, or the fields of one kind",
		About: `Without an argument, lists every kind of object with what lcsync can do with it. An object belongs to the license or to an application; one of an application affects every license that installed the application.
With KIND, lists the fields of the kind: their type, their class, and what lcsync does if they differ. lcsync compares and applies fields of the class user, only shows observed ones, and exports server ones without comparing them.`,
		Examples: []string{
			"lcsync kinds",
			"lcsync kinds agents",
			"lcsync kinds --json webhooks",
		},
		Action: func(_ context.Context, s *session.Session, _ *ucli.Context) (session.Result, error) {
			if len(s.Args) == 0 {
				return listKinds(), nil
			}
			k := resource.Lookup(s.Args[0])
			if k == nil {
				return nil, session.UnknownKind(s.Args[0], "")
			}
			return listFields(k), nil
		},
	}
}

// kindList is every kind.
type kindList struct {
	Kinds []kindLine `json:"kinds"`
}

type kindLine struct {
	Name  string   `json:"name"`
	Reach string   `json:"reach"`
	Can   []string `json:"can"` // create, update, delete, publish
	Key   []string `json:"key"`
	Doc   string   `json:"doc"`
	OptIn bool     `json:"opt_in,omitempty"`
}

func listKinds() kindList {
	var l kindList
	for _, k := range resource.Kinds() {
		line := kindLine{Name: k.Name, Reach: k.Reach.String(), Can: []string{}, Key: session.NonNil(k.Key), Doc: k.Doc, OptIn: k.OptIn}
		for _, op := range []struct {
			name string
			op   *resource.Op
		}{{"create", k.Create}, {"update", k.Update}, {"delete", k.Delete}, {"publish", k.Publish}} {
			if op.op != nil && !k.ReadOnly {
				line.Can = append(line.Can, op.name)
			}
		}
		l.Kinds = append(l.Kinds, line)
	}
	return l
}

// Text prints a table of the kinds, with their documentation below each.
func (l kindList) Text(p *session.Page) {
	t := session.Table{Head: []string{"KIND", "REACH", "CAN"}}
	for _, k := range l.Kinds {
		t.Add(k.Doc, k.Name, k.Reach, cmp.Or(strings.Join(k.Can, " "), "read only"))
	}
	t.Print(p)
}

// fieldList is the fields of a kind.
type fieldList struct {
	Kind   string      `json:"kind"`
	Doc    string      `json:"doc"`
	Fields []fieldLine `json:"fields"`
	// DefaultProperties are the properties of the platform whose values the
	// kind holds.
	DefaultProperties []propertyLine `json:"default_properties,omitempty"`
}

type propertyLine struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Type      string `json:"type"`
	ReadOnly  bool   `json:"read_only,omitempty"`
	Doc       string `json:"doc,omitempty"`
}

type fieldLine struct {
	Path     string         `json:"path"`
	Type     string         `json:"type"`
	Class    string         `json:"class"`
	OnChange string         `json:"on_change,omitempty"`
	Input    string         `json:"input,omitempty"`
	Required bool           `json:"required,omitempty"`
	Enum     []string       `json:"enum,omitempty"`
	Default  resource.Value `json:"default,omitempty"`
	Doc      string         `json:"doc,omitempty"`
}

func listFields(k *resource.Kind) fieldList {
	l := fieldList{Kind: k.Name, Doc: k.Doc}
	l.add("", k.Fields, true)
	if k.Values != nil {
		for _, p := range resource.DefaultProperties(k.Values.Access) {
			l.DefaultProperties = append(l.DefaultProperties, propertyLine{p.Namespace, p.Name, p.Type, !p.Settable(k.Values.Access), p.Doc})
		}
	}
	return l
}

// add appends fields and their inner fields. lcsync changes only top-level
// fields as a whole.
func (l *fieldList) add(prefix string, fields []resource.Field, top bool) {
	for i := range fields {
		f := &fields[i]
		line := fieldLine{
			Path: prefix + f.Name, Type: typeOf(f), Class: f.Class.String(),
			Required: f.Required, Enum: f.Enum, Default: f.Default, Doc: f.Doc,
		}
		if top {
			line.Input = f.Input.String()
			if f.Class == resource.User {
				line.OnChange = f.OnChange.String()
			}
		}
		l.Fields = append(l.Fields, line)
		inner := line.Path + "."
		if f.Type == resource.ListOf {
			inner = line.Path + "[]."
		}
		l.add(inner, f.Fields, false)
	}
}

func typeOf(f *resource.Field) string {
	switch f.Type {
	case resource.ListOf:
		return "list of " + f.Elem.String()
	case resource.Map:
		return "map of " + f.Elem.String()
	}
	return f.Type.String()
}

// Text prints a table of the fields, with their documentation below each.
func (l fieldList) Text(p *session.Page) {
	p.Paragraph(l.Kind + ": " + l.Doc)
	t := session.Table{Head: []string{"FIELD", "TYPE", "CLASS", "CHANGE"}}
	for _, f := range l.Fields {
		var doc []string
		if f.Doc != "" {
			doc = append(doc, f.Doc)
		}
		if f.Required {
			doc = append(doc, "Required.")
		}
		if len(f.Enum) > 0 {
			doc = append(doc, "One of: "+strings.Join(f.Enum, ", ")+".")
		}
		t.Add(strings.Join(doc, " "), f.Path, f.Type, f.Class, f.OnChange)
	}
	t.Print(p)
	if len(l.DefaultProperties) > 0 {
		p.Printf("\n")
		l.printProperties(p)
	}
}

// printProperties prints a table of the platform's properties that can be set.
func (l fieldList) printProperties(to *session.Page) {
	t := session.Table{Head: []string{"PROPERTY", "TYPE"}}
	readOnly := 0
	for _, p := range l.DefaultProperties {
		if p.ReadOnly {
			readOnly++
			continue
		}
		t.Add(p.Doc, p.Namespace+"/"+p.Name, p.Type)
	}
	to.Paragraph(fmt.Sprintf("Every license has these properties of the platform. Another %d are read-only: export writes them with --with-read-only.", readOnly))
	t.Print(to)
}
