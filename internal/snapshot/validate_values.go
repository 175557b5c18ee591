package snapshot

import (
	"cmp"

	"lcsync/internal/resource"
)

// value checks a value against the definition of its property: type, domain,
// range, and access at the location. The definitions of built-in properties come
// from the vendor's pages, and read-only values are not checked. Other definitions
// come from the file, if it has any of that namespace.
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
		c.warn(at, cmp.Or(nearest(name, known), "lcsync kinds "+c.kind.Name+" lists the documented properties"),
			"%s is not a documented property of namespace %s", resource.Quote(name), resource.Quote(space))
		return
	}
	if definition := c.index.Definition(c.kind, c.row); definition != nil {
		c.fits(definition, v)
	} else if known := c.definedIn(resource.Lookup(v.Of), space); len(known) > 0 {
		c.refuse(at, cmp.Or(nearest(name, known), "register it, or remove the value"),
			"%s has no %s %s in this file", resource.Quote(space), resource.Lookup(v.Of).Singular, resource.Quote(name))
	}
}

// definedIn returns the names of the definitions that the file has of a
// namespace.
func (c *checker) definedIn(k *resource.Kind, space string) []string {
	if c.defined == nil {
		c.defined = map[string][]string{}
		for _, row := range c.doc.License.Rows(k.Name) {
			of := row.String(k.OwnedBy)
			c.defined[of] = append(c.defined[of], row.String("name"))
		}
	}
	return c.defined[space]
}

func (c *checker) fits(definition *resource.Object, v *resource.Values) {
	at := field(v.Value)
	if text := resource.CheckPropertyValue(definition, c.row.Get(v.Value)); text != "" && definition.Has("type") {
		c.refuse(at, "correct the value, or the property's definition", "%s", text)
	}
	if access := definition.Object("access"); access != nil && !access.Has(v.Access) {
		c.refuse(at, "add access."+v.Access+" to the definition, or remove the value",
			"property %s grants no access at location %s", resource.Quote(c.row.String(v.Name)), v.Access)
	}
}
