package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// complete adds to new objects what their own row does not have: the members of
// groups, and the value that brings an object into service.
func (d *draft) complete() {
	for again := true; again; again = d.blockHalf() {
		d.fillMembers()
	}
	d.start()
}

// fillMembers adds to new groups their members, which the API requires in the same
// call.
func (d *draft) fillMembers() {
	byGroup := map[string]map[string][]newMember{} // kind → key
	blocked := map[string]map[string][]string{}    // kind → key → changes
	for _, ch := range d.Changes {
		m := ch.kind().Members
		if m == nil || ch.Action != Create {
			continue
		}
		if byGroup[ch.Kind] == nil {
			byGroup[ch.Kind], blocked[ch.Kind] = d.newMembers(ch.kind())
		}
		members := &resource.Object{}
		enough := false
		for _, mem := range byGroup[ch.Kind][ch.Key] {
			members.Set(mem.id, mem.priority)
			enough = enough || m.Serves(mem.priority)
			if mem.change != nil {
				ch.StartsAfter = append(ch.StartsAfter, mem.change.ID)
			}
		}
		ch.After.Set(m.Field, members)
		if !enough && ch.Blocked == "" {
			ch.Blocked = fmt.Sprintf("the API creates a %s only with an %s at priority %s; %s has none", ch.kind().Singular, resource.Lookup(m.Of).Singular, m.Need, ch.Key)
			if ids := blocked[ch.Kind][ch.Key]; len(ids) > 0 {
				ch.Blocked += ", because " + ids[0] + " is blocked"
				ch.DependsOn = append(ch.DependsOn, ids[0])
			}
		} else if id := m.StandIn(members); id != "" {
			ch.Interim = &Interim{Member: id, Priority: m.Need, Then: members.String(id)}
		}
		d.refuseAgain(ch)
	}
}

type newMember struct {
	id       string
	priority resource.Value
	change   *Change // the one that creates it
}

// newMembers returns the wanted members, who exist or will, of groups that are
// to be created, by the groups' keys, and the changes of members who will not exist
// and would serve. Where the members' kind is not compared, it is those that the
// license has.
func (d *draft) newMembers(group *resource.Kind) (there map[string][]newMember, blocked map[string][]string) {
	m, out := group.Members, map[string][]newMember{}
	blocked = map[string][]string{}
	add := func(id string, list resource.List, change *Change) {
		for _, v := range list {
			if r, ok := resource.MemberOf(v, "id").(resource.Ref); ok {
				out[r.Key] = append(out[r.Key], newMember{id, resource.MemberOf(v, "priority"), change})
			}
		}
	}
	k := resource.Lookup(m.Of)
	if p := d.of[m.Of]; p != nil {
		for _, w := range p.want {
			if ch := d.changes[w]; w.live != nil {
				add(k.KeyOf(w.live), w.List(m.List), nil)
			} else if ch.made() {
				add(k.KeyOf(w.Object), w.List(m.List), ch)
			} else if ch != nil {
				for _, v := range w.List(m.List) {
					if r, ok := resource.MemberOf(v, "id").(resource.Ref); ok && m.Serves(resource.MemberOf(v, "priority")) {
						blocked[r.Key] = append(blocked[r.Key], ch.ID)
					}
				}
			}
		}
		return out, blocked
	}
	for _, row := range d.want.Rows(m.Of) {
		if l := d.live.Named(k, k.IdentityOf(row)); l != nil {
			mapped, _ := d.mapRow(k, row)
			add(k.KeyOf(l), slices.Concat(mapped.List(m.List), d.claims.of[row]), nil)
		}
	}
	for _, l := range d.live.Rows(m.Of) {
		add(k.KeyOf(l), d.claims.of[l], nil)
	}
	return out, blocked
}

// claimsNotCompared says by member which groups name it that are not compared.
func (d *draft) claimsNotCompared() map[*resource.Object][]string {
	out := map[*resource.Object][]string{}
	for _, k := range resource.Kinds() {
		m := k.Members
		if m == nil {
			continue
		}
		for _, row := range d.want.Rows(k.Name) {
			if _, ok := d.target(k, row); ok && d.of[k.Name] != nil {
				continue
			}
			for id := range row.Object(m.Field).All() {
				_, member := d.want.Member(m, id)
				out[member] = append(out[member], fmt.Sprintf("%s: %s of %s/%s names it, but %s are not compared", m.List, m.Field, k.Name, k.KeyOf(row), k.Name))
			}
		}
	}
	return out
}

// blockHalf blocks new objects that refer to objects that are not made. It tells
// whether it blocked any.
func (d *draft) blockHalf() bool {
	byID := changesByID(d.Changes)
	any := false
	for _, ch := range d.Todo() {
		if ch.Action != Create {
			continue
		}
		for ref := range ch.kind().References(ch.After) {
			if id := createdBy(ref, byID); ref.To.Soft && id != "" && !byID[id].made() {
				ch.Blocked = resource.PathRoot(ref.Path) + ": " + d.needs(id)
				any = true
				break
			}
		}
	}
	return any
}

// made tells whether what a change makes will be there.
func (c *Change) made() bool { return c != nil && c.Blocked == "" }

// start decides which value brings a new object into service: a row of its own in the
// file takes precedence over the value noted with the object.
func (d *draft) start() {
	rows := map[string]map[resource.Ref]*resource.Object{} // by kind and new object
	for _, ch := range d.Changes {
		s := ch.kind().ActivatedBy
		if s == nil || ch.Action != Create {
			continue
		}
		if rows[s.Kind] == nil {
			rows[s.Kind] = d.ofNew(resource.Lookup(s.Kind))
		}
		switch row := rows[s.Kind][resource.Ref{Kind: ch.Kind, Key: ch.Key}]; {
		case row == nil:
		case d.of[s.Kind] != nil:
			ch.After.Delete(s.Field) // a change of its own
		default:
			ch.After.Set(s.Field, row.Get(s.Value))
		}
	}
}

// ofNew returns, by object, the wanted rows of a kind about objects that do not exist
// yet.
func (d *draft) ofNew(k *resource.Kind) map[resource.Ref]*resource.Object {
	out := map[resource.Ref]*resource.Object{}
	for _, row := range d.want.Rows(k.Name) {
		mapped, _ := d.mapRow(k, row)
		if ref, ok := mapped.Get(k.Key[0]).(resource.Ref); ok {
			out[ref] = mapped
		}
	}
	return out
}
