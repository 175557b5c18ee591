package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// part is a piece of a document, and what is known of it.
type part struct {
	doc      *Document
	value    any
	kind     string // "" while its content has to tell
	group    string // whose values these are, if only the user can say
	version  string // of a snapshot, and where it makes a difference
	snapshot bool
	empty    bool   // it says nothing
	ignore   string // why it holds no configuration
}

// settled tells whether a part means exactly what it says: null, for one, clears.
func (p *part) settled() bool { return p.snapshot && p.version == Target }

// recognise says what a document is. What it cannot tell is a decision.
func recognise(d *draft, doc *Document) ([]*part, *Decision) {
	parts, why := split(doc)
	if why != "" {
		return nil, &Decision{About: "input", Object: doc.File, File: doc.File, Line: doc.Line, Question: why, Settle: "correct the file, or leave it out"}
	}
	for _, p := range parts {
		if why := p.settle(d); why != nil {
			return nil, why
		}
	}
	return parts, nil
}

// foreign asks what a document is, why being what keeps that open.
func foreign(doc *Document, why, settle string) *Decision {
	return &Decision{About: "input", Key: "as", Of: doc.name(), Object: doc.File, File: doc.File, Line: doc.Line, Question: why, Settle: settle}
}

// split takes a document apart: snapshots hold several kinds, and so do dumps
// that hold the answers of several methods by name.
func split(doc *Document) ([]*part, string) {
	o, ok := doc.root.(*resource.Object)
	switch {
	case ok && o.Has("lcsync"):
		return splitSnapshot(doc, o)
	case ok && slices.ContainsFunc(o.Names(), func(n string) bool { return methods[n].role != "" }):
		return splitDump(doc, o)
	}
	return []*part{{doc: doc, value: doc.root}}, ""
}

var headerKeys = []string{"lcsync", "api_version", "license", "incomplete"}

func splitSnapshot(doc *Document, o *resource.Object) ([]*part, string) {
	if !resource.Equal(scalar(o, "lcsync"), int64(1)) {
		return nil, "this lcsync knows snapshots of format version 1 only"
	}
	version := text(o, "api_version")
	if !slices.Contains(Versions, version) {
		return nil, fmt.Sprintf("a snapshot of api_version %s: the versions are %s",
			resource.JSON(plain(o.Get("api_version"))), strings.Join(Versions, ", "))
	}
	head := &resource.Object{}
	parts := []*part{{doc: doc, value: head, kind: headerPart, version: version, snapshot: true}}
	for name, v := range o.All() {
		switch {
		case slices.Contains(headerKeys, name):
			head.Set(name, v)
		case resource.Lookup(name) != nil:
			parts = append(parts, &part{doc: doc, value: v, kind: name, version: version, snapshot: true})
		default:
			return nil, fmt.Sprintf("unknown key %q in a snapshot", name)
		}
	}
	return parts, ""
}

func splitDump(doc *Document, o *resource.Object) ([]*part, string) {
	var parts []*part
	for name, v := range o.All() {
		m, ok := methods[name]
		if !ok {
			return nil, fmt.Sprintf("it looks like answers by method, but %q is no method", name)
		}
		p := &part{doc: doc, value: v, kind: m.kind}
		if m.role != carries {
			p.ignore = "a request to " + m.role + " holds no configuration"
		}
		parts = append(parts, p)
	}
	return parts, ""
}

// settle finds the kind of a part, and the version where it makes a difference.
func (p *part) settle(d *draft) *Decision {
	said := withoutNulls(p.value)
	if !p.snapshot {
		p.empty = isNull(said) || emptyObject(said)
		p.ignore = cmp.Or(p.ignore, query(p.value, p.kind))
		if p.empty || p.ignore != "" {
			return nil
		}
	}
	why := p.classify(d)
	if p.kind == headerPart {
		return nil
	}
	as := p.doc.name() + "="
	if why == "" && p.kind == groupValues && p.group == "" && needsGroup(p.value) {
		return foreign(p.doc, "values of properties of a group, but it does not say of which",
			"say of which with --as "+as+groupValues+"/ID, or leave the file out")
	}
	if why == "" {
		why = misfit(p.kind, said)
	}
	switch {
	case why != "":
		return foreign(p.doc, why, "leave the file out, or say what it is with --as "+as+"KIND")
	case p.snapshot || !ambiguous(p.kind, said):
		return nil
	}
	if p.version = d.opts.From; slices.Contains(rivals, p.version) {
		return nil
	}
	return &Decision{About: "version", Key: "from", Object: p.doc.File, File: p.doc.File, Line: p.doc.Line,
		Question: "it could be of version " + resource.Words(rivals) + ", and that makes a difference",
		Settle:   "say which with --from VERSION"}
}

// withoutNulls returns what a value says: itself, if nothing in it is null.
func withoutNulls(v any) any {
	null := false
	each(v, func(l *leaf) { null = null || l.value == nil })
	if !null {
		return v
	}
	return absent(resource.CloneValue(v), nil)
}

// classify finds the kind and says why if it cannot. An answer that names the
// document goes before what it looks like; one that names a file of several
// documents is about those that leave it open, and so is a file that is called
// after a method.
func (p *part) classify(d *draft) (why string) {
	name := p.doc.name()
	named := d.opts.As[name] != ""
	if !named {
		name = p.doc.File
	}
	as, group, _ := strings.Cut(d.opts.As[name], "/")
	if p.kind == "" && !named {
		if why = p.find(); why != "" && as == "" {
			p.kind = kindOfFile(p.doc.File, p.value)
		}
	}
	switch whose := p.kind == groupValues && group != ""; {
	case p.kind != "" && !whose:
		return ""
	case as == "":
		return why
	case !whose:
		p.kind = as
	}
	p.group = group
	d.answered("--as", name)
	if resource.Lookup(p.kind) == nil {
		return fmt.Sprintf("%q is no kind: use one of %s", as, strings.Join(resource.Names(), ", "))
	}
	return ""
}

// find finds the kind by the content, and says why if it cannot.
func (p *part) find() (why string) {
	o, _ := p.value.(*resource.Object)
	kinds := kindsOf(p.value)
	if slices.Contains(kinds, "agents") && slices.Contains(kinds, "bots") && isList(p.value) {
		kinds = []string{"agents"} // v3.2 lists bots among the agents
	}
	switch {
	case len(kinds) == 1:
		p.kind = kinds[0]
		return ""
	case len(kinds) > 1:
		if i := slices.Index(kinds, groupValues); i >= 0 {
			kinds[i] += "/ID of the group"
		}
		return "it could be " + resource.Words(kinds)
	case emptyList(p.value):
		return "an empty list could be of any kind"
	case isObject(o.Get("error")):
		return "it is an answer that refuses a call"
	case o.Has("payload") && o.Has("action"):
		return "it is a webhook as it is delivered, not a configuration"
	case hasAny(o, "requests", "responses"):
		return "it is a batch call of " + Target + ", which no older version has"
	}
	return "it is no request and no answer of the Configuration API 3.1 to 3.4, and no snapshot"
}

// rivals are the versions that read an ambiguous document differently.
var rivals = []string{"3.3", "3.4", Target}

// ambiguous tells whether versions read a value differently: a filter that is a
// list of agents was right in 3.3 and is wrong in 3.5. Webhooks before 3.3 have
// no type, and 3.5 lists none with an old action.
func ambiguous(kind string, said any) bool {
	agentList := func(e any) bool {
		o, _ := e.(*resource.Object)
		_, list := o.Object("filters").Get("agent_ids").(resource.List)
		return list && o.Has("type")
	}
	old := func(e any) bool {
		o, _ := e.(*resource.Object)
		return slices.Contains(oldActions, text(o, "action"))
	}
	return kind == "webhooks" && slices.ContainsFunc(elements(said), agentList) && !slices.ContainsFunc(elements(said), old)
}
