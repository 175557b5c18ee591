package diff

import (
	"cmp"
	"fmt"
	"slices"

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
	of     map[string]map[string][]claim // kind → member id → claims
	closed map[string]bool               // groups whose list of members is whole, as JSON
}

// claimed tells whether groups of the file state members of a kind.
func (ps *pairs) claimed(k *resource.Kind) bool {
	m, whole := membersOf(k)
	return m != nil && (len(ps.claims.of[k.Name]) > 0 || whole && len(ps.claims.closed) > 0)
}

// gatherClaims reads the members that the wanted rows of a kind state. The
// rows' own references have not been mapped; members are known by their id in
// the file.
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
			kind := ps.memberKind(m, id)
			if kind == "" {
				ps.skip(k.Name, k.KeyOf(row), fmt.Sprintf("%s names %s, which is neither in the file nor in the license", m.Field, id))
				continue
			}
			if ps.claims.of[kind] == nil {
				ps.claims.of[kind] = map[string][]claim{}
			}
			ps.claims.of[kind][id] = append(ps.claims.of[kind][id], claim{group, priority})
		}
	}
}

// memberKind returns the kind that has an object with the id.
func (ps *pairs) memberKind(m *resource.Members, id string) string {
	for _, name := range append([]string{m.Of}, m.Also...) {
		k := resource.Lookup(name)
		for _, x := range []*resource.Index{ps.want, ps.live} {
			if x.ByID(k, id) != nil || k.ServerID == "" && x.Namesakes(k, id) != nil {
				return name
			}
		}
	}
	return ""
}

// applyClaims turns the memberships that groups state into lists of their
// members: for members whose own list is not in the file, what live has with
// the claims worked in.
func (ps *pairs) applyClaims(p *pairing) {
	m, whole := membersOf(p.kind)
	if m == nil || len(ps.claims.closed) == 0 {
		return
	}
	var closed map[string]bool
	if whole {
		closed = ps.claims.closed
	}
	mine := func(o *resource.Object) []claim {
		return ps.claims.of[p.kind.Name][resource.Text(p.kind.IdentityOf(o))]
	}
	for _, w := range p.want {
		if w.Has(m.List) {
			continue
		}
		if list, changed := work(w.live.List(m.List), mine(w.Object), closed); changed {
			w.Set(m.List, list)
			p.kind.Canonical(w.Object)
		}
	}
	for _, l := range p.live {
		stated := mine(l)
		if p.ofLive[l] != nil || len(stated) == 0 && ps.goes(p.kind, l) {
			continue
		}
		if list, changed := work(l.List(m.List), stated, closed); changed || len(stated) > 0 {
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

// membersOf returns the Members that a kind's rows are members of, and whether
// groups that state their members leave no room for others of this kind.
func membersOf(kind *resource.Kind) (m *resource.Members, whole bool) {
	for _, k := range resource.Kinds() {
		if m := k.Members; m != nil && (m.Of == kind.Name || slices.Contains(m.Also, kind.Name)) {
			return m, m.Of == kind.Name
		}
	}
	return nil, false
}

// work returns a member's list of {id, priority} with the claims worked in and
// closed groups that do not claim the member left out.
func work(base resource.List, mine []claim, closed map[string]bool) (resource.List, bool) {
	claimed := map[string]claim{}
	for _, c := range mine {
		claimed[resource.JSON(c.group)] = c
	}
	out, changed := resource.List{}, false
	in := map[string]bool{}
	for _, v := range base {
		group := resource.JSON(member(v, "id"))
		c, mine := claimed[group]
		in[group] = true
		switch {
		case mine:
			out = append(out, resource.Of("id", c.group, "priority", c.priority))
			changed = changed || !resource.Equal(c.priority, member(v, "priority"))
		case closed[group]:
			changed = true
		default:
			out = append(out, v)
		}
	}
	for _, c := range mine {
		if group := resource.JSON(c.group); !in[group] {
			in[group], changed = true, true
			out = append(out, resource.Of("id", c.group, "priority", c.priority))
		}
	}
	return out, changed
}

func contains(l []resource.Value, v resource.Value) bool {
	return slices.ContainsFunc(l, func(x resource.Value) bool { return resource.Equal(x, v) })
}
