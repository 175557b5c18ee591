package snapshot

import (
	"slices"

	"lcsync/internal/resource"
)

// clientIDs is what references to client ids name in the place of a kind.
const clientIDs = "client_ids"

// reference checks that what a value names is in the file. It can tell only if
// the file has every kind that is meant.
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
		x := c.index[kind]
		if x == nil {
			return
		}
		found = append(found, x.find(v)...)
		partial = partial || slices.ContainsFunc(c.doc.License.Gaps, func(g resource.Gap) bool { return g.Kind == kind })
	}
	first := c.index[ref.Kinds[0]]
	singular, byName := first.kind.Singular, first.named(v)
	switch {
	case len(found) == 1:
	case len(found) > 1 && byName: // rows with one id are reported as such
		c.fail(at, "use the id, or rename one of them", "%s means more than one %s of this file", display(v), singular)
	case len(found) > 1:
	case partial:
		c.warn(at, "complete the file, or check the reference", "there is no %s %s in this file, which is incomplete", singular, display(v))
	case byName:
		c.fail(at, c.nearName(ref, v), "there is no %s %s in this file", singular, display(v))
	default:
		c.refuse(at, c.nearName(ref, v), "there is no %s %s in this file", singular, display(v))
	}
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
			x := c.index[kind]
			if x.named(v) && x.ids[s] != nil {
				return "numbers in quotes are names: remove the quotes to mean the id"
			}
			if near := x.near(s); near != "" {
				return near
			}
		}
	}
	return "correct the reference, or add it to " + resource.Words(ref.Kinds)
}

// client checks the owner of what is read by client id against those that the
// file says it covers. A bot's owner is often somebody else's application.
func (c *checker) client(v resource.Value, at *resource.Path) {
	covered := c.doc.License.ClientIDs
	if s, ok := v.(string); ok && len(covered) > 0 && c.kind.PerClient() && !slices.Contains(covered, s) {
		c.warn(at, "add it there to cover what it owns", "the client id %s is not in license.client_ids", resource.Quote(s))
	}
}
