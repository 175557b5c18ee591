package snapshot

import (
	"cmp"

	"lcsync/internal/resource"
)

// definitions are those that the file has of a kind, by what values call them,
// and their names by namespace.
type definitions struct {
	rows  map[string]*resource.Object
	names map[string][]string
}

func newDefinitions(k *resource.Kind, rows []*resource.Object) definitions {
	d := definitions{map[string]*resource.Object{}, map[string][]string{}}
	for _, row := range rows {
		d.rows[k.DefinitionKey(row)] = row
		space := row.String(k.OwnedBy)
		d.names[space] = append(d.names[space], row.String("name"))
	}
	return d
}

// value holds a row of values against the definition of its property: type,
// domain, range, and that the property may be set at such a place. Properties
// of the platform's own are defined by the vendor's pages, and what nobody can
// set is not looked at; others by the file, if it has any of that namespace.
func (c *checker) value() {
	v := c.kind.Values
	if v == nil || c.kind.ReadOnlyRow(c.row) {
		return
	}
	at, space, name := field(v.Value), c.row.String(v.Namespace), c.row.String(v.Name)
	if c.kind.IsDefault(c.row) {
		if definition := c.kind.DefaultDefinition(c.row); definition != nil {
			c.fits(definition, v)
			return
		}
		var known []string
		for _, p := range resource.DefaultProperties(v.Access) {
			if p.Namespace == space {
				known = append(known, p.Name)
			}
		}
		c.warn(at, cmp.Or(nearest(name, known), "lcsync kinds "+c.kind.Name+" lists those that the vendor documents"),
			"%s is not a documented property of the namespace %s", resource.Quote(name), resource.Quote(space))
		return
	}
	known := c.defined[v.Of]
	switch definition := known.rows[c.kind.ValueKey(c.row)]; {
	case definition != nil:
		c.fits(definition, v)
	case known.names[space] != nil:
		c.refuse(at, cmp.Or(nearest(name, known.names[space]), "register it, or remove the value"),
			"%s has no %s %s in this file", resource.Quote(space), resource.Lookup(v.Of).Singular, resource.Quote(name))
	}
}

func (c *checker) fits(definition *resource.Object, v *resource.Values) {
	at := field(v.Value)
	if text := resource.CheckPropertyValue(definition, c.row.Get(v.Value)); text != "" && definition.Has("type") {
		c.refuse(at, "correct the value, or the property's definition", "%s", text)
	}
	if access := definition.Object("access"); access != nil && !access.Has(v.Access) {
		c.refuse(at, "add access."+v.Access+" to its definition, or remove the value",
			"the property %s grants no access at the place %s", resource.Quote(c.row.String(v.Name)), v.Access)
	}
}
