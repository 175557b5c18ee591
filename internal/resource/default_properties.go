package resource

import (
	"slices"
	"strings"
)

// DefaultProperty is a built-in property: the platform defines it on every
// license. It cannot be registered or unregistered, and always has a value at the
// locations where it exists. Source: the vendor's page "Default properties".
type DefaultProperty struct {
	Namespace, Name string
	Type            string // int, string, bool or tokenized_string
	// Access lists locations with the rights of agents and customers there, r for
	// reading and w for writing: "license agent=rw,customer=r; group agent=r".
	Access string
	Doc    string // what it means
	// Elsewhere says what would happen if the value were copied to another
	// license, so that somebody has to decide it; "" if it may be copied.
	Elsewhere string
	// Definition returns the property in the shape of a registered one. The caller
	// must not change it.
	Definition *Object
}

// LimitsNamespace contains the limits of a license's plan: for each limit,
// NAME.base is part of the plan, NAME.additional was bought additionally, and
// NAME.hard is the upper bound of both.
const LimitsNamespace = "limits"

// readOnlyNamespaces contain read-only values of the platform, and properties for
// tests; undocumented names in them count as read-only, too.
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

// DefaultNamespace reports whether a namespace of properties is built in, on every
// license and in every version of the API. Such a namespace is no client id.
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

// Settable reports whether an agent's token can set the property at a location.
// Properties of some namespaces are never set, whatever their access.
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
