package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// part is a piece of a document with what is known about it.
type part struct {
	doc      *Document
	value    any
	kind     string // "" until the content is examined
	group    string // the group of these values, if only the user knows it
	version  string // of a snapshot, or if it makes a difference
	snapshot bool
	empty    bool   // it has no content
	ignore   string // why it has no configuration
}

// exact reports whether the content of a part needs no interpretation: for
// example, null clears a field.
func (p *part) exact() bool { return p.snapshot && p.version == Target }

// recognise determines the parts of a document. If it cannot, it returns a
// decision.
func recognise(d *draft, doc *Document) ([]*part, *Decision) {
	parts, why := split(doc)
	if why != "" {
		return nil, &Decision{About: "input", Object: doc.File, File: doc.File, Line: doc.Line, Question: why, HowTo: "correct the file, or do not pass it"}
	}
	for _, p := range parts {
		if why := p.resolve(d); why != nil {
			return nil, why
		}
	}
	return parts, nil
}

// foreign returns the decision about what a document is; why is the reason.
func foreign(doc *Document, why, howTo string) *Decision {
	return &Decision{About: "input", Key: "as", Of: doc.name(), Object: doc.File, File: doc.File, Line: doc.Line, Question: why, HowTo: howTo}
}

// split splits a document: snapshots contain several kinds, and so do files that
// contain the responses of several methods by name.
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
		return nil, "this lcsync supports only snapshots of format version 1"
	}
	version := text(o, "api_version")
	if !slices.Contains(Versions, version) {
		return nil, fmt.Sprintf("unknown api_version %s in a snapshot: known are %s",
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
			return nil, fmt.Sprintf("the document looks like responses by method, but %q is not a method", name)
		}
		p := &part{doc: doc, value: v, kind: m.kind}
		if m.role != carries {
			p.ignore = "a request to " + m.role + " has no configuration"
		}
		parts = append(parts, p)
	}
	return parts, ""
}

// resolve determines the kind of a part, and the version if it makes a difference.
func (p *part) resolve(d *draft) *Decision {
	said := withoutNulls(p.value)
	if !p.snapshot {
		p.empty = isNull(said) || emptyObject(said)
		p.ignore = cmp.Or(p.ignore, query(p.value, p.kind))
		if p.empty || p.ignore != "" {
			return nil
		}
	}
	if text := errorText(p.value); text != "" && !p.snapshot {
		line := p.doc.Line
		for at := range origins(p.value) {
			if p.kind != "" { // a response among others
				line = int(at.Line)
			}
			break
		}
		return &Decision{About: "input", Object: p.doc.File, File: p.doc.File, Line: line,
			Question: "this is an error response (" + text + "), not a result", HowTo: "repeat the call, or do not pass the file"}
	}
	why := p.classify(d)
	if p.kind == headerPart {
		return nil
	}
	as := p.doc.name() + "="
	if why == "" && p.kind == groupValues && p.group == "" && needsGroup(p.value) {
		return foreign(p.doc, "these are values of a group's properties, but the document does not name the group",
			"name it with --as "+as+groupValues+"/ID, or do not pass the file")
	}
	if why == "" {
		why = misfit(p.kind, said)
	}
	switch {
	case why != "":
		return foreign(p.doc, why, "do not pass the file, or name its kind with --as "+as+"KIND")
	case p.snapshot || !ambiguous(p.kind, said):
		return nil
	}
	if p.version = d.opts.From; slices.Contains(rivals, p.version) {
		return nil
	}
	return &Decision{About: "version", Key: "from", Object: p.doc.File, File: p.doc.File, Line: p.doc.Line,
		Question: "the document could be of version " + resource.Words(rivals) + ", which mean different things",
		HowTo:    "name the version with --from VERSION"}
}

// errorText returns type and message of an error response, "" for anything else. A
// property may have the name "error", too; its definition has no message.
func errorText(v any) string {
	o, _ := v.(*resource.Object)
	e := o.Object("error")
	if o.Len() != 1 || text(e, "type") == "" || text(e, "message") == "" {
		return ""
	}
	return text(e, "type") + ": " + text(e, "message")
}

// withoutNulls returns a value without nulls, or the value itself if it has none.
func withoutNulls(v any) any {
	null := false
	each(v, func(l *leaf) { null = null || l.value == nil })
	if !null {
		return v
	}
	return absent(resource.CloneValue(v), nil)
}

// classify determines the kind, and returns why if it cannot. An answer that names
// the document takes precedence over the content. An answer that names a file with
// several documents applies to those whose content is not clear, and so does a
// file name that is the name of a method.
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
		return fmt.Sprintf("%q is not a kind: use one of %s", as, strings.Join(resource.Names(), ", "))
	}
	return ""
}

// find determines the kind by the content, and returns why if it cannot.
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
		return "the document could be " + resource.Words(kinds)
	case emptyList(p.value):
		return "an empty list can be of any kind"
	case isObject(o.Get("error")):
		return "the document is an error response"
	case o.Has("payload") && o.Has("action"):
		return "the document is the payload of a delivered webhook, not configuration"
	case hasAny(o, "requests", "responses"):
		return "the document is a batch call, which only v" + Target + " has"
	}
	older := resource.LegacyVersions()
	return fmt.Sprintf("not a snapshot, and not a request or response of the Configuration API v%s to v%s", older[0], older[len(older)-1])
}

// rivals are the versions that interpret an ambiguous document differently: those in
// which webhooks belong to an application.
var rivals = slices.DeleteFunc(slices.Clone(Versions), func(version string) bool {
	return !resource.LookupAt(version, "webhooks").PerClient()
})

// ambiguous reports whether versions interpret a value differently: a filter that
// is a list of agents is valid in v3.3 and invalid in v3.5. Webhooks before v3.3
// have no type, and v3.5 lists none with an old action.
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
