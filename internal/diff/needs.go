package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// fillMembers gives groups that are to be created their members, which the
// API wants to know at once.
func (c *computation) fillMembers() {
	byGroup := map[string]map[string][]member{} // kind → key
	for _, ch := range c.plan.Changes {
		m := ch.kind().Members
		if m == nil || ch.Action != Create {
			continue
		}
		if byGroup[ch.Kind] == nil {
			byGroup[ch.Kind] = c.newMembers(ch.kind())
		}
		members := &resource.Object{}
		enough := false
		for _, mem := range byGroup[ch.Kind][ch.Key] {
			members.Set(mem.id, mem.priority)
			enough = enough || m.Serves(mem.priority)
			if mem.change != nil {
				ch.Waits = append(ch.Waits, mem.change.ID)
			}
		}
		ch.After.Set(m.Field, members)
		if !enough && ch.Blocked == "" {
			ch.Blocked = fmt.Sprintf("a new %s needs an %s who is in the license or can be created", ch.kind().Singular, resource.Lookup(m.Of).Singular)
		} else if id := m.StandIn(members); id != "" {
			ch.Interim = &Interim{Member: id, Priority: m.Need, Then: members.String(id)}
		}
		c.refuseAgain(ch)
	}
}

type member struct {
	id       string
	priority resource.Value
	change   *Change // the one that creates it
}

// newMembers returns the wanted members, who exist or will, of groups that are
// to be created, by the groups' keys.
func (c *computation) newMembers(group *resource.Kind) map[string][]member {
	m := group.Members
	p := c.space.pairs[m.Of]
	if p == nil {
		return c.unpairedMembers(group)
	}
	out := map[string][]member{}
	for i, w := range p.want {
		change := c.byRow[w]
		if p.ofWant[i] >= 0 {
			change = nil
		} else if change == nil || change.Blocked != "" {
			continue
		}
		for _, v := range w.List(m.List) {
			o, _ := v.(*resource.Object)
			if r, ok := o.Get("id").(resource.Ref); ok {
				out[r.Key] = append(out[r.Key], member{w.String(p.kind.Key[0]), o.Get("priority"), change})
			}
		}
	}
	return out
}

// unpairedMembers is newMembers where the members' kind is not compared: those
// that the license has.
func (c *computation) unpairedMembers(group *resource.Kind) map[string][]member {
	m, k := group.Members, resource.Lookup(group.Members.Of)
	live := c.space.index(c.space.liveIndex, c.live, k)
	out := map[string][]member{}
	add := func(v, priority resource.Value, id string) {
		if r, ok := v.(resource.Ref); ok && r.Kind == group.Name && priority != nil {
			out[r.Key] = append(out[r.Key], member{id: id, priority: priority})
		}
	}
	if c.claims != nil {
		for _, id := range slices.Sorted(maps.Keys(c.claims.of[m.Of])) {
			for _, cl := range c.claims.of[m.Of][id] {
				if live.named(id) != nil {
					add(cl.group, cl.priority, id)
				}
			}
		}
	}
	for _, w := range c.want.Rows(m.Of) {
		if live.named(w.Get(k.Key[0])) == nil {
			continue
		}
		mapped, _ := c.space.mapRow(k, w)
		for _, v := range mapped.List(m.List) {
			o, _ := v.(*resource.Object)
			add(o.Get("id"), o.Get("priority"), w.String(k.Key[0]))
		}
	}
	return out
}

// need finds out which changes cannot be made without which others, and blocks
// those that need what is blocked.
func (c *computation) need() {
	byID := c.changesByID()
	definitions := c.definingChanges()
	for _, ch := range c.plan.Changes {
		c.needRefs(ch, byID)
		c.needDefinition(ch, definitions)
	}
	c.clashes()
	c.overCaps()
	c.block(byID)
	c.caps()
	c.block(byID)
	if c.keepInUse() {
		c.block(byID)
	}
	for _, ch := range c.plan.Changes {
		c.dropDead(ch, byID)
	}
}

// wait finds out which changes have to come after which others.
func (c *computation) wait() {
	c.deletesWait()
	c.movesWait()
	byID := c.changesByID()
	for _, ch := range c.plan.Changes {
		ch.Needs, ch.Waits = tidy(ch.Needs), tidy(ch.Waits)
		ch.Waits = slices.DeleteFunc(ch.Waits, func(id string) bool {
			return id == ch.ID || slices.Contains(ch.Needs, id) || byID[id] == nil || byID[id].Blocked != ""
		})
		if len(ch.Waits) == 0 {
			ch.Waits = nil
		}
	}
}

func (c *computation) changesByID() map[string]*Change {
	byID := make(map[string]*Change, len(c.plan.Changes))
	for _, ch := range c.plan.Changes {
		byID[ch.ID] = ch
	}
	return byID
}

func tidy(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// needRefs makes a change need what it refers to and what does not exist yet.
func (c *computation) needRefs(ch *Change, byID map[string]*Change) {
	if ch.After == nil {
		return
	}
	ch.kind().MapRefs(ch.After, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
		id := createdBy(ref, v, byID)
		if ref.Soft {
			// The new object is made with its members. An update that was sent
			// before and took effect after would take them away again.
			if ch.Action == Update && id != "" {
				ch.Waits = append(ch.Waits, id)
			}
			return v
		}
		if id != "" && id != ch.ID {
			switch _, must := v.(resource.Ref); {
			case isMemberMap(ch.kind(), ref):
			case ref.Open && !must:
				ch.Waits = append(ch.Waits, id)
			default:
				ch.Needs = append(ch.Needs, id)
			}
		}
		return v
	})
}

// isMemberMap tells whether a reference is a key of the members' map, which
// does without those that could not be created.
func isMemberMap(k *resource.Kind, ref *resource.RefTo) bool {
	return k.Members != nil && k.Field(k.Members.Field).Keys == ref
}

// createdBy returns the change that creates what a reference means: a Ref, or
// the key of an object that has no other identity.
func createdBy(ref *resource.RefTo, v resource.Value, byID map[string]*Change) string {
	if r, ok := v.(resource.Ref); ok {
		return r.Kind + "/" + r.Key
	}
	for _, kind := range ref.Kinds {
		k := resource.Lookup(kind)
		if k == nil || k.ServerID != "" {
			continue
		}
		if ch := byID[kind+"/"+resource.Text(v)]; ch != nil && ch.Action == Create {
			return ch.ID
		}
	}
	return ""
}

// movesWait makes a move wait until the object that it goes before stands
// where it belongs.
func (c *computation) movesWait() {
	moved := map[string]string{} // kind/id → move of a live object
	for _, ch := range c.plan.Changes {
		if ch.Move != nil && ch.Before != nil {
			moved[ch.Kind+"/"+resource.Text(ch.kind().IDOf(ch.Before))] = ch.ID
		}
	}
	for _, ch := range c.plan.Changes {
		if ch.Move == nil {
			continue
		}
		if r, ok := ch.Move.Before.(resource.Ref); ok {
			ch.Waits = append(ch.Waits, r.Kind+"/"+r.Key)
		} else if next := moved[ch.Kind+"/"+resource.Text(ch.Move.Before)]; next != "" {
			ch.Waits = append(ch.Waits, next)
		}
	}
}

// deletesWait makes the deletion of an object wait for every change of an
// object that refers to it.
func (c *computation) deletesWait() {
	users := map[string][]string{} // kind/id → changes whose object refers to it
	for _, ch := range c.plan.Changes {
		if ch.Before == nil || ch.Blocked != "" {
			continue
		}
		ch.kind().MapRefs(ch.Before, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
			if isMemberMap(ch.kind(), ref) {
				return v
			}
			for _, kind := range ref.Kinds {
				at := kind + "/" + resource.Text(v)
				users[at] = append(users[at], ch.ID)
			}
			return v
		})
	}
	deletes := map[string][]string{} // by kind
	for _, ch := range c.plan.Changes {
		if ch.Action == Delete {
			ch.Waits = append(ch.Waits, users[ch.Kind+"/"+identityOf(ch.kind(), ch.Before)]...)
			deletes[ch.Kind] = append(deletes[ch.Kind], ch.ID)
		}
	}
	for _, ch := range c.plan.Changes {
		if ch.Action != Delete && (ch.Move != nil || ch.Action == Create && ch.kind().Order == resource.Linked) {
			ch.Waits = append(ch.Waits, deletes[ch.Kind]...)
		}
	}
}

// clashes makes a new object wait for the deletion of one whose name the
// server takes for the same, and blocks it if that one stays.
func (c *computation) clashes() {
	fold := func(k *resource.Kind, row *resource.Object) string {
		return k.Name + "/" + strings.ToLower(k.KeyOf(row))
	}
	gone := map[*resource.Object]string{}
	creates := false
	for _, ch := range c.plan.Changes {
		if ch.Action == Delete {
			gone[ch.Before] = ch.ID
		}
		creates = creates || ch.Action == Create && ch.kind().FoldCase
	}
	if !creates {
		return
	}
	there := map[string]*resource.Object{}
	for _, k := range resource.Kinds() {
		if !k.FoldCase {
			continue
		}
		for _, l := range c.live.Rows(k.Name) {
			if at := fold(k, l); there[at] == nil || gone[there[at]] != "" {
				there[at] = l // one that stays counts before one that goes
			}
		}
	}
	fresh := map[string]*Change{}
	for _, ch := range c.plan.Changes {
		if ch.Action != Create || !ch.kind().FoldCase {
			continue
		}
		at := fold(ch.kind(), ch.After)
		switch l, other := there[at], fresh[at]; {
		case l != nil && gone[l] != "":
			ch.Needs = append(ch.Needs, gone[l])
		case ch.Blocked != "":
			continue
		case l != nil:
			ch.Blocked = fmt.Sprintf("the license has the %s %q, whose name the server takes for the same", ch.kind().Singular, ch.kind().KeyOf(l))
		case other != nil:
			ch.Blocked = fmt.Sprintf("there is the new %s %q, whose name the server takes for the same", ch.kind().Singular, ch.kind().KeyOf(other.After))
		}
		if ch.Blocked == "" {
			fresh[at] = ch
		}
	}
}
