package snapshot

import (
	"fmt"
	"maps"
	"slices"

	"lcsync/internal/resource"
)

// membership is what a member says of belonging to an object.
type membership struct {
	priority resource.Value
	prime    bool // the member is of the kind that Members.Need is about
}

// members checks both sides of memberships against each other: what the
// current kind's rows claim must be what the members say, and a new row needs
// a member that it can be created with.
func (c *checker) members() {
	m := c.kind.Members
	if m == nil {
		return
	}
	said, lists := c.saidByMembers(m)
	for row := range c.rows() {
		claimed := row.Object(m.Field)
		if claimed != nil {
			c.contradictions(m, claimed, said[row], lists)
		}
		if !row.Has(c.kind.ServerID) && !c.hasNeeded(m, claimed, said[row]) {
			of := resource.Lookup(m.Of).Singular
			c.refuse(nil, fmt.Sprintf("add it to the %s of an %s of this file, or write %s; if the %s exists, give its %s",
				m.List, of, m.Field, c.kind.Singular, c.kind.ServerID), "the new %s has no %s", c.who(), of)
		}
	}
}

// saidByMembers collects what the members' own lists say of each row, and which
// members have such a list at all.
func (c *checker) saidByMembers(m *resource.Members) (said map[*resource.Object]map[string]membership, lists map[string]bool) {
	said, lists = map[*resource.Object]map[string]membership{}, map[string]bool{}
	for _, kind := range append([]string{m.Of}, m.Also...) {
		k := resource.Lookup(kind)
		list := k.Field(m.List)
		for _, member := range c.doc.License.Rows(kind) {
			id := memberID(k, member)
			if !member.Has(m.List) || id == "" {
				continue
			}
			lists[id] = true
			for _, v := range member.List(m.List) {
				o, _ := v.(*resource.Object)
				for _, row := range c.index.Candidates(c.kind, o.Get(list.Key)) {
					if said[row] == nil {
						said[row] = map[string]membership{}
					}
					said[row][id] = membership{o.Get(rank(list)), kind == m.Of}
				}
			}
		}
	}
	return said, lists
}

// rank returns the name of the field that says what a member is: the one beside
// the key of a membership's elements.
func rank(list *resource.Field) string {
	i := slices.IndexFunc(list.Fields, func(f resource.Field) bool { return f.Name != list.Key })
	return list.Fields[i].Name
}

// memberID returns what claims name a member by: its server id or its key.
func memberID(k *resource.Kind, row *resource.Object) string {
	if id := k.IDOf(row); id != nil {
		return resource.Text(id)
	}
	return k.KeyOf(row)
}

func (c *checker) hasNeeded(m *resource.Members, claimed *resource.Object, said map[string]membership) bool {
	for id, priority := range claimed.All() {
		also := slices.ContainsFunc(m.Also, func(kind string) bool { return len(c.find(kind, id)) > 0 })
		if m.Serves(priority) && !also {
			return true
		}
	}
	for _, s := range said {
		if m.Serves(s.priority) && s.prime {
			return true
		}
	}
	return false
}

// contradictions reports members that are claimed but say otherwise, and those
// that say they belong but are not claimed. Members without a list say nothing.
func (c *checker) contradictions(m *resource.Members, claimed *resource.Object, said map[string]membership, lists map[string]bool) {
	top := field(m.Field)
	for id, want := range claimed.All() {
		have, in := said[id]
		switch {
		case !lists[id]:
		case !in:
			c.fail(top.Member(id), "say it in one place", "%s is claimed by %s, but its own %s leave it out", id, c.who(), m.List)
		case !resource.Equal(have.priority, want):
			c.fail(top.Member(id), "say it in one place", "%s is %s here and %s in its own %s", id, display(want), display(have.priority), m.List)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(said)) {
		if !claimed.Has(id) {
			c.fail(top, "say it in one place", "%s belongs to %s by its own %s, but %s leaves it out", id, c.who(), m.List, m.Field)
		}
	}
}
