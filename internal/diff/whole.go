package diff

import (
	"fmt"

	"lcsync/internal/resource"
)

// lacking says what a new object cannot be made without and that nobody can
// find: what its fields refer to, and groups that name it as a member and are
// not compared. A person is invited with all that the file says or not at all.
func (c *computation) lacking(p *pairing, i int, want *resource.Object) []string {
	var out []string
	for _, trouble := range p.problems[i] {
		out = append(out, trouble.root+": "+trouble.text)
	}
	if m, _ := c.membersOf(p.kind); m == nil || want.Has(m.List) {
		return out
	}
	if c.unclaimed[p.kind.Name] == nil {
		c.unclaimed[p.kind.Name] = c.claimsNotCompared(p.kind)
	}
	return append(out, c.unclaimed[p.kind.Name][identityOf(p.kind, want)]...)
}

// claimsNotCompared says by member which groups name it that are not compared.
func (c *computation) claimsNotCompared(member *resource.Kind) map[string][]string {
	out := map[string][]string{}
	m, _ := c.membersOf(member)
	for _, k := range resource.Kinds() {
		if k.Members != m {
			continue
		}
		for _, w := range c.want.Rows(k.Name) {
			if _, ok := c.space.target(k, w); ok && c.space.pairs[k.Name] != nil {
				continue
			}
			for id := range w.Object(m.Field).All() {
				out[id] = append(out[id], fmt.Sprintf("%s: %s of %s/%s names it, but %s are not compared", m.List, m.Field, k.Name, k.KeyOf(w), k.Name))
			}
		}
	}
	return out
}

// blockHalf blocks new objects that would be made without what they refer to,
// as that is not made. It tells whether there were any.
func (c *computation) blockHalf() bool {
	byID := c.changesByID()
	any := false
	for _, ch := range c.plan.Changes {
		if ch.Action != Create || ch.Blocked != "" {
			continue
		}
		ch.kind().MapRefs(ch.After, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
			if !ref.Soft || ch.Blocked != "" {
				return v
			}
			if id := createdBy(ref, v, byID); id != "" && (byID[id] == nil || byID[id].Blocked != "") {
				ch.Blocked = FieldChange{Path: path}.Root() + ": it needs " + id + ", which is not made"
				any = true
			}
			return v
		})
	}
	return any
}
