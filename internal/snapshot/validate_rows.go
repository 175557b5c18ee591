package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// identities reports rows of the current kind that cannot be told apart.
func (c *checker) identities() {
	k := c.kind
	meant := map[string]*resource.Object{} // by the key with references resolved
	for row := range c.rows() {
		if id := k.IDOf(row); id != nil {
			if first := c.index.ByID(k, id); first != row {
				c.fail(field(k.ServerID), "remove one of the two", "the %s %s is given twice: already on line %d", k.ServerID, display(id), c.line(first))
				continue
			}
		}
		key := k.JoinKey(row)
		if key == "" {
			continue
		}
		alike := c.index.Alike(k, row)
		if k.FoldCase {
			alike = c.index.Folded(k, key)
		}
		if first := alike[0]; first != row {
			c.sameKey(first, k.JoinKey(first) == key)
			continue
		}
		if k.ServerID != "" {
			continue
		}
		meaning := c.meaning(row)
		if first := meant[meaning]; first != nil {
			c.sameMeaning(first)
			continue
		}
		meant[meaning] = row
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

// sameMeaning reports a row whose key means the same object as another row's, once
// by number and once by name: their values must agree.
func (c *checker) sameMeaning(first *resource.Object) {
	at := field(c.kind.Key[0])
	if leaf := c.kind.Leaf(); leaf != nil {
		at = field(leaf.Name)
	}
	report, disagree := c.warn, ""
	if !sameBut(first, c.row, c.kind.Key...) {
		report, disagree = c.fail, ", with different values"
	}
	report(at, "remove one of the two", "%s is given twice, by number and by name: already on line %d%s", c.who(), c.line(first), disagree)
}

// sameKey reports a natural key that another row already has, exactly or apart
// from case. If the key is the identity, this is an error. Otherwise it matters
// only for pairing by name, and not if the kind has other ways to pair.
func (c *checker) sameKey(first *resource.Object, exactly bool) {
	k := c.kind
	at := field(k.Key[len(k.Key)-1])
	switch {
	case k.ServerID == "" && !exactly:
		c.refuse(at, "rename or remove one of the two", "%s is the same as line %d apart from upper and lower case: the server treats them as one",
			c.who(), c.line(first))
	case k.ServerID == "":
		c.fail(at, "remove one of the two", "%s is given twice: already on line %d", c.who(), c.line(first))
	case k.Match != nil:
	case !k.RandomID && (k.IDOf(first) == nil) != (k.IDOf(c.row) == nil):
		c.fail(at, "remove one of the two", "%s is given twice, with and without %s: already on line %d", c.who(), k.ServerID, c.line(first))
	default:
		c.warn(at, "rename one if you compare snapshots of other licenses with this one",
			"another %s is on line %d: matching by %s is ambiguous", c.who(), c.line(first), strings.Join(k.Key, ", "))
	}
}

// caps reports rows beyond the limit for rows that agree on some fields.
func (c *checker) caps() {
	for _, limit := range c.kind.Caps {
		count := map[string]int{}
		for row := range c.rows() {
			place := limit.Place(row)
			if count[place]++; count[place] != limit.N+1 {
				continue
			}
			var parts []string
			for _, f := range limit.Per {
				parts = append(parts, resource.Text(row.Get(f)))
			}
			c.refuse(nil, fmt.Sprintf("remove some: the API allows %d", limit.N), "more than %d %s share %s %s",
				limit.N, c.kind.Name, strings.Join(limit.Per, " and "), strings.Join(parts, " and "))
		}
	}
}

// covered warns about objects that match everything that later objects would: the
// later ones never match.
func (c *checker) covered() {
	if c.kind.Covers == nil {
		return
	}
	rows := c.doc.License.Rows(c.kind.Name)
	behind := make([][]string, len(rows)) // lines of those that never match
	for n, row := range rows {
		if i := slices.IndexFunc(rows[:n], func(b *resource.Object) bool { return c.kind.Covers(b, row) }); i >= 0 {
			behind[i] = append(behind[i], fmt.Sprint(c.line(row)))
		}
	}
	for i, lines := range behind {
		c.row = rows[i]
		switch {
		case len(lines) == 1:
			c.warn(nil, "move that one up, or narrow the conditions", "the %s on line %s never matches: this one matches first", c.kind.Singular, lines[0])
		case len(lines) > 1:
			c.warn(nil, "move those up, or narrow the conditions", "the %s on lines %s never match: this one matches first",
				strings.ReplaceAll(c.kind.Name, "_", " "), strings.Join(lines, ", "))
		}
	}
}
