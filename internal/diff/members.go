package diff

import (
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
	of     map[string]map[string][]claim // kind → member id → claims
	closed []resource.Value              // groups whose list of members is whole
}

// gatherClaims reads the members that the wanted rows of a kind state. The
// rows' own references have not been mapped; members are known by their id in
// the file.
func (c *computation) gatherClaims(k *resource.Kind) {
	m := k.Members
	p := c.space.pairs[k.Name]
	if m == nil || p == nil {
		return
	}
	if c.claims == nil {
		c.claims = &claims{of: map[string]map[string][]claim{}}
	}
	for _, w := range c.want.Rows(k.Name) {
		stated, ok := w.Get(m.Field).(*resource.Object)
		if !ok {
			continue
		}
		group, ok := c.space.target(k, w)
		if !ok {
			continue
		}
		c.claims.closed = append(c.claims.closed, group)
		for id, priority := range stated.All() {
			kind := c.memberKind(m, id)
			if kind == "" {
				c.skip(k.Name, k.KeyOf(w), fmt.Sprintf("%s names %s, which is neither in the file nor in the license", m.Field, id))
				continue
			}
			if c.claims.of[kind] == nil {
				c.claims.of[kind] = map[string][]claim{}
			}
			c.claims.of[kind][id] = append(c.claims.of[kind][id], claim{group, priority})
		}
	}
}

// memberKind returns the kind that has an object with the id.
func (c *computation) memberKind(m *resource.Members, id string) string {
	for _, name := range append([]string{m.Of}, m.Also...) {
		k := resource.Lookup(name)
		for _, x := range []*refIndex{c.space.index(c.space.wantIndex, c.want, k), c.space.index(c.space.liveIndex, c.live, k)} {
			if x.byID[id] != nil || k.ServerID == "" && x.byName[id] != nil {
				return name
			}
		}
	}
	return ""
}

// applyClaims turns the memberships that groups state into lists of their
// members: for members whose own list is not in the file, what live has with
// the claims worked in.
func (c *computation) applyClaims(p *pairing) {
	if c.claims == nil {
		return
	}
	m, closed := c.membersOf(p.kind)
	if m == nil {
		return
	}
	mine := c.claims.of[p.kind.Name]
	for i, w := range p.want {
		if !w.Has(m.List) {
			c.workIn(m, p, i, mine[identityOf(p.kind, p.want[i])], closed)
		}
	}
	for j, l := range p.live {
		if p.ofLive[j] >= 0 {
			continue
		}
		id := identityField(p.kind)
		stated := mine[resource.Text(l.Get(id))]
		if len(stated) == 0 && c.goes(p.kind, l) {
			continue
		}
		list, changed := work(l.List(m.List), stated, closedFor(closed, c.claims))
		if changed || len(stated) > 0 {
			row := resource.Of(id, l.Get(id), m.List, list)
			p.kind.Canonical(row)
			p.add(row, j, c.unique(p.kind, p.kind.KeyOf(l)))
		}
	}
}

// goes tells whether a live object that the file does not have will be
// deleted, and its memberships with it.
func (c *computation) goes(k *resource.Kind, l *resource.Object) bool {
	return c.o.Prune && c.want.Has(k.Name) && c.covers(k, l) && c.mustStay(k, l) == ""
}

// membersOf returns the Members that a kind's rows are members of, and whether
// groups that state their members leave no room for others of this kind.
func (c *computation) membersOf(kind *resource.Kind) (*resource.Members, bool) {
	for _, k := range resource.Kinds() {
		if k.Members == nil {
			continue
		}
		if k.Members.Of == kind.Name {
			return k.Members, true
		}
		for _, also := range k.Members.Also {
			if also == kind.Name {
				return k.Members, false
			}
		}
	}
	return nil, false
}

func closedFor(closed bool, c *claims) []resource.Value {
	if closed {
		return c.closed
	}
	return nil
}

func identityField(k *resource.Kind) string {
	if k.ServerID != "" {
		return k.ServerID
	}
	return k.Key[0]
}

// identityOf is what references call a row.
func identityOf(k *resource.Kind, row *resource.Object) string {
	return resource.Text(row.Get(identityField(k)))
}

func (c *computation) workIn(m *resource.Members, p *pairing, i int, mine []claim, closed bool) {
	var base resource.List
	if l := p.ofWant[i]; l >= 0 {
		base = p.live[l].List(m.List)
	}
	if list, changed := work(base, mine, closedFor(closed, c.claims)); changed {
		p.want[i].Set(m.List, list)
		p.kind.Canonical(p.want[i])
	}
}

// work returns a member's list of {id, priority} with the claims worked in and
// closed groups that do not claim the member left out.
func work(base resource.List, mine []claim, closed []resource.Value) (resource.List, bool) {
	out := resource.List{}
	changed := false
	for _, v := range base {
		o, _ := v.(*resource.Object)
		claimed := find(mine, o.Get("id"))
		switch {
		case claimed != nil:
			out = append(out, resource.Of("id", claimed.group, "priority", claimed.priority))
			changed = changed || !resource.Equal(claimed.priority, o.Get("priority"))
		case contains(closed, o.Get("id")):
			changed = true
		default:
			out = append(out, v)
		}
	}
	for _, cl := range mine {
		if !hasGroup(out, cl.group) {
			out = append(out, resource.Of("id", cl.group, "priority", cl.priority))
			changed = true
		}
	}
	return out, changed
}

func find(mine []claim, group resource.Value) *claim {
	for i := range mine {
		if resource.Equal(mine[i].group, group) {
			return &mine[i]
		}
	}
	return nil
}

func contains(l []resource.Value, v resource.Value) bool {
	for _, x := range l {
		if resource.Equal(x, v) {
			return true
		}
	}
	return false
}

func hasGroup(l resource.List, group resource.Value) bool {
	for _, v := range l {
		if o, _ := v.(*resource.Object); resource.Equal(o.Get("id"), group) {
			return true
		}
	}
	return false
}

// keepStrangers adds to a wanted list the elements of the live one that refer
// to objects the file does not know: memberships in groups that are none of
// its business stay as they are.
func (c *computation) keepStrangers(k *resource.Kind, live, want *resource.Object) {
	if c.o.Prune {
		return
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		ref := stayRef(f)
		wanted, isList := want.Get(f.Name).(resource.List)
		if ref == nil || !isList {
			continue
		}
		target := resource.Lookup(ref.Kinds[0])
		if !c.want.Has(target.Name) {
			continue // the file has no such kind: the list is all it says
		}
		known := c.knownIDs(target)
		list := append(resource.List{}, wanted...)
		had := len(list)
		for _, v := range live.List(f.Name) {
			if id := keyOf(f, v); !known[resource.Text(id)] && findKey(f, list, id) == nil && !contains(list, v) {
				list = append(list, resource.CloneValue(v))
			}
		}
		want.Set(f.Name, list)
		if len(list) > had {
			k.Canonical(want)
		}
	}
}

// knownIDs returns the ids of the live objects of a kind that the file has,
// whether the kind is compared or not.
func (c *computation) knownIDs(k *resource.Kind) map[string]bool {
	if known := c.known[k.Name]; known != nil {
		return known
	}
	known := map[string]bool{}
	for _, w := range c.want.Rows(k.Name) {
		id, ok := c.space.target(k, w)
		if _, isNew := id.(resource.Ref); ok && !isNew {
			known[resource.Text(id)] = true
		}
	}
	c.known[k.Name] = known
	return known
}

func stayRef(f *resource.Field) *resource.RefTo {
	if f.List != resource.Keyed {
		return nil
	}
	if m := f.Member(f.Key); m != nil && m.Ref != nil && m.Ref.Stay {
		return m.Ref
	}
	return nil
}
