package snapshot

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// membership is who belongs to an object, as the members say.
type membership struct {
	priority map[string]resource.Value // of each member
	prime    map[string]bool           // members of the kind that Need is about
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
	for i, row := range c.doc.License.Rows(c.kind.Name) {
		c.row, c.number = row, i
		claimed := row.Object(m.Field)
		if claimed != nil {
			c.contradictions(m, claimed, said[row], lists)
		}
		if !row.Has(c.kind.ServerID) && !c.hasNeeded(m, claimed, said[row]) {
			of := resource.Lookup(m.Of).Singular
			c.report("", resource.Refused, fmt.Sprintf("the new %s has no %s", c.who(), of),
				fmt.Sprintf("add it to the %s of an %s of this file, or write %s; if the %s exists, give its %s",
					m.List, of, m.Field, c.kind.Singular, c.kind.ServerID))
		}
	}
}

// saidByMembers collects what the members' own lists say, and which members
// have such a list at all.
func (c *checker) saidByMembers(m *resource.Members) (map[*resource.Object]*membership, map[string]bool) {
	said := map[*resource.Object]*membership{}
	lists := map[string]bool{}
	target := c.index[c.kind.Name]
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
				for _, row := range target.find(o.Get(list.Key)) {
					if said[row] == nil {
						said[row] = &membership{map[string]resource.Value{}, map[string]bool{}}
					}
					said[row].priority[id] = o.Get(rank(list))
					said[row].prime[id] = kind == m.Of
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

func (c *checker) hasNeeded(m *resource.Members, claimed *resource.Object, said *membership) bool {
	for id, priority := range claimed.All() {
		also := slices.ContainsFunc(m.Also, func(kind string) bool {
			x := c.index[kind]
			return x != nil && len(x.find(id)) > 0
		})
		if m.Serves(priority) && !also {
			return true
		}
	}
	if said == nil {
		return false
	}
	for id, priority := range said.priority {
		if m.Serves(priority) && said.prime[id] {
			return true
		}
	}
	return false
}

// contradictions reports members that are claimed but say otherwise, and those
// that say they belong but are not claimed. Members without a list say nothing.
func (c *checker) contradictions(m *resource.Members, claimed *resource.Object, said *membership, lists map[string]bool) {
	if said == nil {
		said = &membership{}
	}
	top := (*resource.Path)(nil).Member(m.Field)
	for id, want := range claimed.All() {
		if !lists[id] {
			continue
		}
		have, in := said.priority[id]
		switch {
		case !in:
			c.fail(top.Member(id), "say it in one place", "%s is claimed by %s, but its own %s leave it out", id, c.who(), m.List)
		case !resource.Equal(have, want):
			c.fail(top.Member(id), "say it in one place", "%s is %s here and %s in its own %s", id, display(want), display(have), m.List)
		}
	}
	var left []string
	for id := range said.priority {
		if !claimed.Has(id) {
			left = append(left, id)
		}
	}
	slices.Sort(left)
	for _, id := range left {
		c.fail(top, "say it in one place", "%s belongs to %s by its own %s, but %s leaves it out", id, c.who(), m.List, m.Field)
	}
}
