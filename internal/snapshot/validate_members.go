package snapshot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"lcsync/internal/resource"
)

// membership is a member of an object as one of the two sides states it.
type membership struct {
	name     string           // of the member, as that side calls it
	kind     *resource.Kind   // of the member, nil if the file does not have it
	member   *resource.Object // nil if the file does not have it
	priority resource.Value
}

// members checks both sides of memberships against each other: what the
// current kind's rows claim must be what the members say, and a new row needs
// a member that it can be created with.
func (c *checker) members() {
	m := c.kind.Members
	if m == nil {
		return
	}
	said := c.saidByMembers(m)
	for row := range c.rows() {
		var claimed []membership
		for name, priority := range row.Object(m.Field).All() {
			kind, member := c.index.Member(m, name)
			claimed = append(claimed, membership{name, kind, member, priority})
		}
		if row.Object(m.Field) != nil {
			c.contradictions(m, claimed, said[row])
		}
		serves := func(s membership) bool { return m.Serves(s.priority) && (s.kind == nil || s.kind.Name == m.Of) }
		if !row.Has(c.kind.ServerID) && !slices.ContainsFunc(claimed, serves) && !slices.ContainsFunc(said[row], serves) {
			of := resource.Lookup(m.Of).Singular
			c.refuse(nil, fmt.Sprintf("list it in %s of an %s in this file, or write %s; if the %s exists, write its %s",
				m.List, of, m.Field, c.kind.Singular, c.kind.ServerID), "new %s has no %s", c.who(), of)
		}
	}
}

// saidByMembers collects what the members' own lists say of each row.
func (c *checker) saidByMembers(m *resource.Members) map[*resource.Object][]membership {
	said := map[*resource.Object][]membership{}
	for _, k := range m.Kinds() {
		for _, member := range c.doc.License.Rows(k.Name) {
			for _, v := range member.List(m.List) {
				for _, row := range c.index.Candidates(c.kind, resource.MemberOf(v, "id")) {
					said[row] = append(said[row], membership{cmp.Or(k.NameOf(member), k.KeyOf(member)), k, member, resource.MemberOf(v, "priority")})
				}
			}
		}
	}
	return said
}

// contradictions reports members that the object lists but that state otherwise,
// and members that state the membership but that the object does not list. Members
// without a list state nothing.
func (c *checker) contradictions(m *resource.Members, claimed, said []membership) {
	top := field(m.Field)
	own := map[*resource.Object]membership{}
	for _, s := range said {
		own[s.member] = s
	}
	for _, want := range claimed {
		have, in := own[want.member]
		delete(own, want.member)
		at := top.Member(want.name)
		switch {
		case !want.member.Has(m.List):
		case !in:
			c.fail(at, "state it in one place only", "%s is a member of %s here, but its own %s do not list it", want.name, c.who(), m.List)
		case !resource.Equal(have.priority, want.priority):
			c.fail(at, "state it in one place only", "priority of %s: %s here, but %s in its own %s", want.name, display(want.priority), display(have.priority), m.List)
		}
	}
	for _, s := range slices.SortedFunc(maps.Values(own), func(a, b membership) int { return cmp.Compare(a.name, b.name) }) {
		c.fail(top, "state it in one place only", "%s is a member of %s by its own %s, but %s does not list it", s.name, c.who(), m.List, m.Field)
	}
}
