package resource

import (
	"slices"
	"strings"
)

// DefaultProperty is a property that the platform defines on every license. It
// can be neither registered nor unregistered, and always has a value at the
// places where it exists. Source: the vendor's page "Default properties".
type DefaultProperty struct {
	Namespace, Name string
	Type            string // int, string, bool or tokenized_string
	// Access lists places with what agents and customers may do there, r for
	// reading and w for writing: "license agent=rw,customer=r; group agent=r".
	Access string
	Doc    string // what it means
	// Elsewhere says why nobody wants the value on another license without
	// having decided so, "" if it may be cloned.
	Elsewhere string
	// Definition is the property in the shape of a registered one. It must not be
	// changed.
	Definition *Object
}

// LimitsNamespace holds the limits of a license's plan: of each NAME.base is part
// of the plan, NAME.additional was bought in addition, and NAME.hard is the upper
// bound of both.
const LimitsNamespace = "limits"

// readOnlyNamespaces hold what the platform reports, and properties for tests;
// undocumented names in them count as read-only, too.
var readOnlyNamespaces = []string{LimitsNamespace, "statistics", "test"}

var defaultPropertyByKey = func() map[string]*DefaultProperty {
	m := make(map[string]*DefaultProperty, len(defaultProperties))
	for i := range defaultProperties {
		p := &defaultProperties[i]
		p.Definition = p.definition()
		m[definitionKey(p.Namespace, p.Name)] = p
	}
	return m
}()

var defaultNamespaces = func() []string {
	var names []string
	for i := range defaultProperties {
		names = append(names, defaultProperties[i].Namespace)
	}
	slices.Sort(names)
	return slices.Compact(names)
}()

// DefaultNamespaces returns the namespaces of the platform's own properties,
// sorted. They are nobody's client ids.
func DefaultNamespaces() []string { return slices.Clone(defaultNamespaces) }

// DefaultNamespace tells whether a namespace of properties is the platform's
// own, on every license and in every version of the API.
func DefaultNamespace(name string) bool {
	_, found := slices.BinarySearch(defaultNamespaces, name)
	return found
}

// DefaultProperties returns the platform's properties that exist at a place
// ("license", "group", …), in the order of the vendor's page by namespace.
func DefaultProperties(place string) []*DefaultProperty {
	var out []*DefaultProperty
	for i := range defaultProperties {
		if p := &defaultProperties[i]; p.Definition.Object("access").Has(place) {
			out = append(out, p)
		}
	}
	return out
}

// Settable tells whether an agent's token may set the property at a place. The
// properties of some namespaces are never set, whatever their access says.
func (p *DefaultProperty) Settable(place string) bool {
	return !slices.Contains(readOnlyNamespaces, p.Namespace) && AgentsMay("write", p.Definition, place)
}

// definition returns the property in the shape of a registered one.
func (p *DefaultProperty) definition() *Object {
	access := &Object{}
	for _, part := range strings.Split(p.Access, "; ") {
		place, users, _ := strings.Cut(part, " ")
		of := &Object{}
		for _, user := range strings.Split(users, ",") {
			name, may, _ := strings.Cut(user, "=")
			of.Set(name, rightsOf(may))
		}
		access.Set(place, of)
	}
	return Of("name", p.Name, "owner_client_id", p.Namespace, "type", p.Type, "description", p.Doc, "access", access)
}

// rightsOf spells out "r", "w" or "rw".
func rightsOf(may string) List {
	var l List
	for _, right := range rights {
		if strings.Contains(may, right[:1]) {
			l = append(l, right)
		}
	}
	return l
}
