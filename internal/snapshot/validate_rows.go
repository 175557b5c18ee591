package snapshot

import (
	"fmt"
	"strings"

	"lcsync/internal/resource"
)

// identities reports rows of the current kind that cannot be told apart.
func (c *checker) identities() {
	k := c.kind
	x := c.index[k.Name]
	meant := map[string]*resource.Object{} // by the key with references resolved
	for i, row := range c.doc.License.Rows(k.Name) {
		c.row, c.number = row, i
		if id := k.IDOf(row); id != nil {
			if first := x.ids[resource.Text(id)][0]; first != row {
				c.report(k.ServerID, resource.Error,
					fmt.Sprintf("the %s %s stands twice: already on line %d", k.ServerID, display(id), c.line(first)), "remove one of the two")
				continue
			}
		}
		key := rowKey(k, row)
		if key == "" {
			continue
		}
		if first := x.keys[x.fold(key)][0]; first != row {
			c.sameKey(first, key)
			continue
		}
		key = c.meaning(row)
		if first := meant[key]; first != nil && k.ServerID == "" {
			c.sameMeaning(first)
			continue
		}
		meant[key] = row
	}
}

// meaning is the natural key of a row in which references by number and by name
// are the same.
func (c *checker) meaning(row *resource.Object) string {
	parts := resource.List{}
	for _, name := range c.kind.Key {
		v := row.Get(name)
		if found, ok := c.identity(c.kind.Field(name), v).(*resource.Object); ok {
			v = fmt.Sprintf("%p", found)
		}
		parts = append(parts, v)
	}
	return resource.JSON(parts)
}

// sameMeaning reports a row whose key means what another row's does, once by
// number and once by name: they are one object, and may not disagree.
func (c *checker) sameMeaning(first *resource.Object) {
	same := first.Clone()
	for _, name := range c.kind.Key {
		same.Set(name, c.row.Get(name))
	}
	at, text := c.placeOfRow(), fmt.Sprintf("%s stands twice, by number and by name: already on line %d", c.who(), c.line(first))
	if resource.Equal(same, c.row) {
		c.report(at, resource.Warning, text, "remove one of the two")
		return
	}
	c.report(at, resource.Error, text+", and the two disagree", "remove one of the two")
}

// placeOfRow returns the part of a row that findings about all of it point at.
func (c *checker) placeOfRow() string {
	if names := c.kind.YAML.Nested; names != nil {
		return names[len(names)-1]
	}
	return c.kind.Key[0]
}

// sameKey reports a natural key that another row has already. Where the key is
// the identity that is an error; elsewhere it matters to pairing by name only,
// and not at all where a kind has other ways to pair.
func (c *checker) sameKey(first *resource.Object, key string) {
	k := c.kind
	at := k.Key[len(k.Key)-1]
	switch {
	case k.ServerID == "" && rowKey(k, first) != key:
		c.report(at, resource.Refused, fmt.Sprintf("%s differs from the one on line %d in upper and lower case only, which the server does not tell apart",
			c.who(), c.line(first)), "rename or remove one of the two")
	case k.ServerID == "":
		c.report(at, resource.Error, fmt.Sprintf("%s stands twice: already on line %d", c.who(), c.line(first)), "remove one of the two")
	case k.Match == nil && !k.RandomID && (k.IDOf(first) == nil) != (k.IDOf(c.row) == nil):
		c.report(at, resource.Error, fmt.Sprintf("%s stands twice, with its %s and without: already on line %d", c.who(), k.ServerID, c.line(first)),
			"remove one of the two")
	case k.Match == nil:
		c.report(at, resource.Warning, fmt.Sprintf("there is another %s on line %d: matching by %s is ambiguous",
			c.who(), c.line(first), strings.Join(k.Key, ", ")), "rename one if snapshots of other licenses are compared with this one")
	}
}

// caps reports rows beyond the number that may agree on some fields.
func (c *checker) caps() {
	for _, limit := range c.kind.Caps {
		count := map[string]int{}
		for i, row := range c.doc.License.Rows(c.kind.Name) {
			c.row, c.number = row, i
			var parts []string
			for _, f := range limit.Per {
				parts = append(parts, resource.Text(row.Get(f)))
			}
			group := strings.Join(parts, "\x00")
			if count[group]++; count[group] == limit.N+1 {
				c.report("", resource.Refused, fmt.Sprintf("more than %d %s share %s %s", limit.N, c.kind.Name,
					strings.Join(limit.Per, " and "), strings.Join(parts, " and ")), fmt.Sprintf("remove some: the vendor allows %d", limit.N))
			}
		}
	}
}

// values holds a row of values against the definition, where the file has
// definitions of that namespace: type, domain, range, and that the property may
// be set at such a place.
func (c *checker) values() {
	v := c.kind.Values
	switch {
	case v != nil && c.kind.IsDefault(c.row):
		c.defaultProperty(v)
		return
	case v == nil || c.index[v.Of] == nil:
		return
	}
	of := resource.Lookup(v.Of)
	space, name := c.row.String(v.Namespace), c.row.String(v.Name)
	var definition *resource.Object
	var known []string
	for _, row := range c.doc.License.Rows(v.Of) {
		if row.String(of.ClientID) != space {
			continue
		}
		other := row.String(of.Key[len(of.Key)-1])
		known = append(known, other)
		if other == name {
			definition = row
		}
	}
	switch {
	case known == nil:
	case definition == nil:
		hint := "register it, or remove the value"
		if near := resource.Suggest(name, known); near != "" {
			hint = "did you mean " + near + "?"
		}
		c.report(v.Value, resource.Refused, fmt.Sprintf("%s has no %s %s in this file", resource.Quote(space), of.Singular, resource.Quote(name)), hint)
	default:
		c.fits(definition, v)
	}
}

// defaultProperty holds a value of a property of the platform's own against what
// the vendor documents of it. What nobody can set is not looked at.
func (c *checker) defaultProperty(v *resource.Values) {
	if c.kind.ReadOnlyRow(c.row) {
		return
	}
	if definition := c.kind.DefaultDefinition(c.row); definition != nil {
		c.fits(definition, v)
		return
	}
	var known []string
	for _, p := range resource.DefaultProperties(v.Access) {
		if p.Namespace == c.row.String(v.Namespace) {
			known = append(known, p.Name)
		}
	}
	hint := "lcsync kinds " + c.kind.Name + " lists those that the vendor documents"
	if near := resource.Suggest(c.row.String(v.Name), known); near != "" {
		hint = "did you mean " + near + "?"
	}
	c.report(v.Value, resource.Warning, fmt.Sprintf("%s is not a documented property of the namespace %s",
		resource.Quote(c.row.String(v.Name)), resource.Quote(c.row.String(v.Namespace))), hint)
}

func (c *checker) fits(definition *resource.Object, v *resource.Values) {
	if text := resource.CheckPropertyValue(definition, c.row.Get(v.Value)); text != "" && definition.Has("type") {
		c.report(v.Value, resource.Refused, text, "correct the value, or the property's definition")
	}
	if access := definition.Object("access"); access != nil && !access.Has(v.Access) {
		c.report(v.Value, resource.Refused, fmt.Sprintf("the property %s grants no access at the place %s", resource.Quote(c.row.String(v.Name)), v.Access),
			"add access."+v.Access+" to its definition, or remove the value")
	}
}
