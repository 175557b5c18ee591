package diff

import (
	"cmp"
	"fmt"

	"lcsync/internal/resource"
)

// claim says that a member belongs to a group with a priority.
type claim struct {
	group    resource.Value // mapped
	priority resource.Value
}

// claims are the memberships that groups of the file state themselves, in
// place of their members.
type claims struct {
	of     map[*resource.Object][]claim // by the member's row, of the file or else of the license
	kinds  map[string]bool              // that the members are of
	closed map[string]bool              // groups whose list of members is whole, as JSON
}

// claimed tells whether groups of the file state members of a kind.
func (ps *pairs) claimed(k *resource.Kind) bool {
	m := k.MemberOf()
	return m != nil && (ps.claims.kinds[k.Name] || m.Of == k.Name && len(ps.claims.closed) > 0)
}

// gatherClaims reads the members that the wanted rows of a kind state.
func (ps *pairs) gatherClaims(p *pairing) {
	k, m := p.kind, p.kind.Members
	if m == nil {
		return
	}
	for _, row := range ps.want.Rows(k.Name) {
		stated, ok := row.Get(m.Field).(*resource.Object)
		if !ok {
			continue
		}
		group, ok := ps.target(k, row)
		if !ok {
			continue
		}
		ps.claims.closed[resource.JSON(group)] = true
		for id, priority := range stated.All() {
			kind, member := ps.member(m, id)
			if member == nil {
				ps.skip(k.Name, k.KeyOf(row), fmt.Sprintf("%s names %s, which is neither in the file nor in the license", m.Field, id))
				continue
			}
			ps.claims.kinds[kind.Name] = true
			ps.claims.of[member] = append(ps.claims.of[member], claim{group, priority})
		}
	}
}

// member returns the row that a group's claim names, of the file or else of the
// license.
func (ps *pairs) member(m *resource.Members, name string) (*resource.Kind, *resource.Object) {
	if k, row := ps.want.Member(m, name); row != nil {
		return k, row
	}
	return ps.live.Member(m, name)
}

// applyClaims turns the memberships that groups state into lists of their
// members: for members whose own list is not in the file, what live has with
// the claims worked in.
func (ps *pairs) applyClaims(p *pairing) {
	m := p.kind.MemberOf()
	if m == nil || len(ps.claims.closed) == 0 {
		return
	}
	var closed map[string]bool // groups leave no room for others of the kind that Need is about
	if m.Of == p.kind.Name {
		closed = ps.claims.closed
	}
	for _, w := range p.want {
		if w.Has(m.List) {
			continue
		}
		if list, changed := work(m, w.live.List(m.List), ps.claims.of[w.file], closed); changed {
			w.Set(m.List, list)
			p.kind.Canonical(w.Object)
		}
	}
	for _, l := range p.live {
		stated := ps.claims.of[l]
		if p.ofLive[l] != nil || len(stated) == 0 && ps.goes(p.kind, l) {
			continue
		}
		if list, changed := work(m, l.List(m.List), stated, closed); changed || len(stated) > 0 {
			row := resource.Of(cmp.Or(p.kind.ServerID, p.kind.Key[0]), p.kind.IdentityOf(l), m.List, list)
			p.kind.Canonical(row)
			w := &wanted{Object: row, key: ps.unique(p.kind, p.kind.KeyOf(l))}
			p.match(w, l)
			p.want = append(p.want, w)
		}
	}
}

// goes tells whether a live object that the file does not have will be
// deleted, and its memberships with it.
func (ps *pairs) goes(k *resource.Kind, l *resource.Object) bool {
	return ps.o.Prune && ps.want.Has(k.Name) && ps.covers(k, l) && ps.mustStay(k, l) == ""
}

// work returns a member's list of {id, priority} with the claims worked in and
// closed groups that do not claim the member left out.
func work(m *resource.Members, base resource.List, mine []claim, closed map[string]bool) (resource.List, bool) {
	claimed := map[string]claim{}
	for _, c := range mine {
		claimed[resource.JSON(c.group)] = c
	}
	out, changed := resource.List{}, false
	in := map[string]bool{}
	for _, v := range base {
		group := resource.JSON(resource.MemberOf(v, "id"))
		c, mine := claimed[group]
		in[group] = true
		switch {
		case mine:
			out = append(out, m.Element(c.group, c.priority))
			changed = changed || !resource.Equal(c.priority, resource.MemberOf(v, "priority"))
		case closed[group]:
			changed = true
		default:
			out = append(out, v)
		}
	}
	for _, c := range mine {
		if group := resource.JSON(c.group); !in[group] {
			in[group], changed = true, true
			out = append(out, m.Element(c.group, c.priority))
		}
	}
	return out, changed
}
