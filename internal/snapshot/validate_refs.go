package snapshot

import (
	"slices"

	"lcsync/internal/resource"
)

// clientIDs is what references to client ids name in the place of a kind.
const clientIDs = "client_ids"

// reference checks that the object a value names is in the file. It checks only if
// the file has every kind that the reference may mean.
func (c *checker) reference(ref *resource.RefTo, v resource.Value, at *resource.Path) {
	if ref.Open {
		return
	}
	if slices.Contains(ref.Kinds, clientIDs) {
		c.client(v, at)
		return
	}
	var found []*resource.Object
	partial := false
	for _, kind := range ref.Kinds {
		if !c.doc.License.Has(kind) {
			return
		}
		found = append(found, c.find(kind, v)...)
		partial = partial || slices.ContainsFunc(c.doc.License.Gaps, func(g resource.Gap) bool { return g.Kind == kind })
	}
	first := resource.Lookup(ref.Kinds[0])
	singular, byName := first.Singular, first.IsName(v)
	switch {
	case len(found) == 1:
	case len(found) > 1 && byName: // rows with one id are reported as such
		c.fail(at, "use the id, or rename one of them", "%s matches more than one %s in this file", display(v), singular)
	case len(found) > 1:
	case partial:
		c.warn(at, "check the reference, or export the license again", "there is no %s %s in this file (the file is incomplete)", singular, display(v))
	case byName:
		c.fail(at, c.nearName(ref, v), "there is no %s %s in this file", singular, display(v))
	default:
		c.refuse(at, c.nearName(ref, v), "there is no %s %s in this file", singular, display(v))
	}
}

// find returns the rows that a reference to a kind may mean, none if there is no
// such kind.
func (c *checker) find(kind string, v resource.Value) []*resource.Object {
	if k := resource.Lookup(kind); k != nil {
		return c.index.Candidates(k, v)
	}
	return nil
}

func display(v resource.Value) string {
	if s, ok := v.(string); ok {
		return resource.Quote(s)
	}
	return resource.Text(v)
}

// nearName returns a hint for a reference to nothing.
func (c *checker) nearName(ref *resource.RefTo, v resource.Value) string {
	if s, ok := v.(string); ok {
		for _, kind := range ref.Kinds {
			k := resource.Lookup(kind)
			if k.IsName(v) && c.index.ByID(k, v) != nil {
				return "a number in quotes is a name: remove the quotes to refer to the id"
			}
			if near := c.near(k, s); near != "" {
				return near
			}
		}
	}
	return "correct the reference, or add it to " + resource.Words(ref.Kinds)
}

// misspelt holds names without an object, and what they may mean.
type misspelt struct {
	keys  []string // that the kind has
	hints map[string]string
}

// manyMisspelt is the number of unknown names that are compared with all keys;
// more hints would not help.
const manyMisspelt = 100

// near is the hint with the key of a kind that is nearest to a text, "" if none
// is near.
func (c *checker) near(k *resource.Kind, text string) string {
	m := c.misspelt[k.Name]
	if m == nil {
		m = &misspelt{c.index.Keys(k), map[string]string{}}
		c.misspelt[k.Name] = m
	}
	hint, known := m.hints[text]
	if !known && len(m.hints) < manyMisspelt {
		hint = nearest(text, m.keys)
		m.hints[text] = hint
	}
	return hint
}

// client checks the owner of objects read per client id against the client ids in
// the header. The owner of a bot is often somebody else's application, so bots are
// not checked.
func (c *checker) client(v resource.Value, at *resource.Path) {
	covered := c.doc.License.ClientIDs
	if s, ok := v.(string); ok && len(covered) > 0 && c.kind.PerClient() && !slices.Contains(covered, s) {
		c.warn(at, "add it there to include its objects", "the client id %s is not in license.client_ids", resource.Quote(s))
	}
}
