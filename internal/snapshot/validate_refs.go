package snapshot

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// clientIDs is what references to client ids name in the place of a kind.
const clientIDs = "client_ids"

// reference checks that what a value names is in the file. It can tell only if
// the file has every kind that is meant.
func (c *checker) reference(ref *resource.RefTo, v resource.Value, p *resource.Path) {
	if ref.Open {
		return
	}
	if slices.Contains(ref.Kinds, clientIDs) {
		c.client(v, p)
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
	singular := resource.Lookup(ref.Kinds[0]).Singular
	switch {
	case len(found) > 1 && !isName(c.index[ref.Kinds[0]], v):
		// Rows with one id are reported as such.
	case len(found) > 1:
		c.fail(p, "use the id, or rename one of them", "%s means more than one %s of this file", display(v), singular)
	case len(found) == 0 && partial:
		c.warn(p, "complete the file, or check the reference", "there is no %s %s in this file, which is incomplete", singular, display(v))
	case len(found) == 0 && isName(c.index[ref.Kinds[0]], v):
		c.fail(p, c.nearName(ref, v), "there is no %s %s in this file", singular, display(v))
	case len(found) == 0:
		c.refuse(p, c.nearName(ref, v), "there is no %s %s in this file", singular, display(v))
	}
}

// isName tells whether a reference is by name: a text where ids are numbers.
func isName(x *index, v resource.Value) bool {
	_, text := v.(string)
	return text && x.kind.ServerID != "" && !x.kind.RandomID
}

func display(v resource.Value) string {
	if s, ok := v.(string); ok {
		return resource.Quote(s)
	}
	return resource.Text(v)
}

// nearName returns a hint for a reference to nothing.
func (c *checker) nearName(ref *resource.RefTo, v resource.Value) string {
	s, isName := v.(string)
	for _, kind := range ref.Kinds {
		x := c.index[kind]
		if !isName {
			continue
		}
		if x.kind.ServerID != "" && !x.kind.RandomID && x.ids[s] != nil {
			return "numbers in quotes are names: remove the quotes to mean the id"
		}
		var keys []string
		for key := range x.keys {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		if near := resource.Suggest(s, keys); near != "" {
			return "did you mean " + near + "?"
		}
	}
	return fmt.Sprintf("correct the reference, or add it to %s", resource.Words(ref.Kinds))
}

// client checks the owner of what is read by client id against those that the
// file says it covers. A bot's owner is often somebody else's application.
func (c *checker) client(v resource.Value, p *resource.Path) {
	covered := c.doc.License.ClientIDs
	if s, ok := v.(string); ok && len(covered) > 0 && c.kind.PerClient() && !slices.Contains(covered, s) {
		c.warn(p, "add it there to cover what it owns", "the client id %s is not in license.client_ids", resource.Quote(s))
	}
}
