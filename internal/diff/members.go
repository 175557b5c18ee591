package diff

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// claims are the memberships that the file has with groups and not with their
// members.
type claims struct {
	of     map[*resource.Object]resource.List // elements for the list of a member, by its row of the file or else of the license
	kinds  map[string]bool                    // that the members are of
	closed map[string]bool                    // groups whose list of members is whole, as JSON
}

// claimed tells whether groups of the file state members of a kind.
func (ps *pairs) claimed(k *resource.Kind) bool {
	m := k.MemberOf()
	return m != nil && (ps.claims.kinds[k.Name] || m.Of == k.Name && len(ps.claims.closed) > 0)
}

// gatherClaims reads the members that the wanted rows of a kind state.
func (ps *pairs) gatherClaims(p *kindPairs) {
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
			element, mine := m.Element(group, priority), ps.claims.of[member]
			if !slices.ContainsFunc(mine, func(v resource.Value) bool { return resource.Equal(v, element) }) {
				ps.claims.of[member] = append(mine, element)
			}
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

// applyClaims turns the memberships of groups into lists of their members. Members
// whose own list is not in the file get the live list with the claims merged in.
func (ps *pairs) applyClaims(p *kindPairs) {
	m := p.kind.MemberOf()
	if m == nil || len(ps.claims.closed) == 0 {
		return
	}
	var closed map[string]bool // groups whose other members of the kind that Need is about are removed
	if m.Of == p.kind.Name {
		closed = ps.claims.closed
	}
	for _, w := range p.want {
		if w.Has(m.List) {
			continue
		}
		base := w.live.List(m.List)
		if list := work(base, ps.claims.of[w.file], closed); !resource.Equal(list, base) {
			w.Set(m.List, ps.existing(p.kind.Field(m.List), list))
			p.kind.Canonical(w.Object)
		}
	}
	for _, l := range p.live {
		stated := ps.claims.of[l]
		if p.ofLive[l] != nil || len(stated) == 0 && ps.goes(p.kind, l) {
			continue
		}
		list := work(l.List(m.List), stated, closed)
		if len(stated) > 0 || !resource.Equal(list, l.List(m.List)) {
			row := resource.Of(cmp.Or(p.kind.ServerID, p.kind.Key[0]), p.kind.IdentityOf(l), m.List, ps.existing(p.kind.Field(m.List), list))
			p.kind.Canonical(row)
			w := &wantedRow{Object: row, key: ps.unique(p.kind, p.kind.KeyOf(l))}
			p.match(w, l)
			p.want = append(p.want, w)
		}
	}
}

// existing returns a list of memberships without those in deleted groups.
func (ps *pairs) existing(f *resource.Field, list resource.List) resource.List {
	groups := resource.Lookup(stayRef(f).Kinds[0])
	return slices.DeleteFunc(list, func(v resource.Value) bool {
		id := keyOf(f, v)
		_, isNew := id.(resource.Ref)
		return !isNew && ps.deleted(groups, id)
	})
}

// goes tells whether a live object that the file does not have will be deleted.
func (ps *pairs) goes(k *resource.Kind, l *resource.Object) bool {
	return ps.o.Prune && ps.want.Has(k.Name) && ps.covers(k, l) && ps.mustStay(k, l) == ""
}

// work returns a member's list with the claims merged in, without the closed groups
// that do not claim the member.
func work(base, mine resource.List, closed map[string]bool) resource.List {
	claimed := map[string]bool{}
	for _, v := range mine {
		claimed[groupOf(v)] = true
	}
	out := slices.DeleteFunc(slices.Clone(base), func(v resource.Value) bool { return claimed[groupOf(v)] || closed[groupOf(v)] })
	return append(out, mine...)
}

// groupOf is what an element of a member's list has of its group, as JSON.
func groupOf(v resource.Value) string { return resource.JSON(resource.MemberOf(v, "id")) }
