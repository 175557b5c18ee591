package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// fillMembers gives groups that are to be created their members, which the
// API wants to know at once.
func (c *computation) fillMembers() {
	for _, ch := range c.plan.Changes {
		m := ch.kind().Members
		if m == nil || ch.Action != Create {
			continue
		}
		members := &resource.Object{}
		enough := false
		for _, mem := range c.membersIn(m, resource.Ref{Kind: ch.Kind, Key: ch.Key}) {
			members.Set(mem.id, mem.priority)
			enough = enough || resource.Equal(mem.priority, m.Need)
			if mem.change != nil {
				ch.Waits = append(ch.Waits, mem.change.ID)
			}
		}
		ch.After.Set(m.Field, members)
		if !enough && ch.Blocked == "" {
			ch.Blocked = fmt.Sprintf("a new %s needs a member of %s with the priority %s who is in the license or can be created", ch.kind().Singular, m.Of, m.Need)
		}
	}
}

type member struct {
	id       string
	priority resource.Value
	change   *Change // the one that creates it
}

// membersIn returns the wanted members of a group that exist or will exist.
func (c *computation) membersIn(m *resource.Members, group resource.Ref) []member {
	k := resource.Lookup(m.Of)
	p := c.space.pairs[m.Of]
	if p == nil {
		return c.unpairedMembers(m, k, group)
	}
	var out []member
	for i, w := range p.want {
		change := c.byRow[w]
		if p.ofWant[i] >= 0 {
			change = nil
		} else if change == nil || change.Blocked != "" {
			continue
		}
		if pr := priorityIn(w, m, group); pr != nil {
			out = append(out, member{w.String(k.Key[0]), pr, change})
		}
	}
	return out
}

// unpairedMembers finds members where their kind is not compared: those that
// the license has.
func (c *computation) unpairedMembers(m *resource.Members, k *resource.Kind, group resource.Ref) []member {
	var out []member
	for _, w := range c.want.Rows(m.Of) {
		if c.space.index(c.space.liveIndex, c.live, k).named(w.Get(k.Key[0])) == nil {
			continue
		}
		mapped, _ := c.space.mapRow(k, w)
		if pr := priorityIn(mapped, m, group); pr != nil {
			out = append(out, member{id: w.String(k.Key[0]), priority: pr})
		}
	}
	return out
}

func priorityIn(row *resource.Object, m *resource.Members, group resource.Ref) resource.Value {
	for _, v := range row.List(m.List) {
		if o, _ := v.(*resource.Object); resource.Equal(o.Get("id"), group) {
			return o.Get("priority")
		}
	}
	return nil
}

// connect finds out which changes have to come before which.
func (c *computation) connect() {
	byID := map[string]*Change{}
	for _, ch := range c.plan.Changes {
		byID[ch.ID] = ch
	}
	for _, ch := range c.plan.Changes {
		c.needRefs(ch, byID)
		c.needDefinition(ch)
	}
	c.deletesWait()
	c.clashes()
	c.caps()
	c.block(byID)
	for _, ch := range c.plan.Changes {
		ch.Needs, ch.Waits = tidy(ch.Needs), tidy(ch.Waits)
		ch.Waits = slices.DeleteFunc(ch.Waits, func(id string) bool {
			return id == ch.ID || slices.Contains(ch.Needs, id) || byID[id] == nil || byID[id].Blocked != ""
		})
	}
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
		if ref.Soft {
			return v
		}
		if id := createdBy(ref, v, byID); id != "" && id != ch.ID {
			if ref.Open {
				ch.Waits = append(ch.Waits, id)
			} else if !isMemberMap(ch, ref) {
				ch.Needs = append(ch.Needs, id)
			}
		}
		return v
	})
	if ch.Move != nil {
		if r, ok := ch.Move.Before.(resource.Ref); ok {
			ch.Waits = append(ch.Waits, r.Kind+"/"+r.Key)
		} else if next := c.movedNeighbour(ch); next != "" {
			ch.Waits = append(ch.Waits, next)
		}
	}
}

// isMemberMap tells whether a reference is a key of the members' map, which
// does without those that could not be created.
func isMemberMap(ch *Change, ref *resource.RefTo) bool {
	m := ch.kind().Members
	return m != nil && ch.kind().Field(m.Field).Keys == ref
}

// createdBy returns the change that creates what a reference means.
func createdBy(ref *resource.RefTo, v resource.Value, byID map[string]*Change) string {
	if r, ok := v.(resource.Ref); ok {
		return r.Kind + "/" + r.Key
	}
	for _, kind := range ref.Kinds {
		if ch := byID[kind+"/"+resource.Text(v)]; ch != nil && ch.Action == Create {
			return ch.ID
		}
	}
	return ""
}

// movedNeighbour returns the move of the object that this one goes in front
// of: that one has to stand where it belongs first.
func (c *computation) movedNeighbour(ch *Change) string {
	if resource.Equal(ch.Move.Before, "") {
		return ""
	}
	for _, other := range c.plan.Changes {
		if other.Kind == ch.Kind && other.Move != nil && other.Before != nil && resource.Equal(ch.kind().IDOf(other.Before), ch.Move.Before) {
			return other.ID
		}
	}
	return ""
}

// needDefinition makes a value need its definition where that is to be
// created or replaced, and a definition's deletion wait for its values.
func (c *computation) needDefinition(ch *Change) {
	v := ch.kind().Values
	if v == nil {
		return
	}
	row := ch.After
	if row == nil {
		row = ch.Before
	}
	owner := resource.Lookup(v.Of)
	for _, d := range c.plan.Changes {
		if d.Kind != v.Of {
			continue
		}
		o := d.After
		if o == nil {
			o = d.Before
		}
		if o.String(owner.ClientID) != row.String(v.Namespace) || o.String("name") != row.String(v.Name) {
			continue
		}
		switch d.Action {
		case Create, Replace:
			ch.Needs = append(ch.Needs, d.ID)
		case Delete:
			d.Waits = append(d.Waits, ch.ID)
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
			for _, kind := range ref.Kinds {
				at := kind + "/" + resource.Text(v)
				users[at] = append(users[at], ch.ID)
			}
			return v
		})
	}
	for _, ch := range c.plan.Changes {
		k := ch.kind()
		if ch.Action != Delete {
			if ch.Move != nil || ch.Action == Create && k.Order == resource.Linked {
				ch.Waits = append(ch.Waits, c.deletesOf(k)...)
			}
			continue
		}
		ch.Waits = append(ch.Waits, users[k.Name+"/"+resource.Text(ch.Before.Get(identityField(k)))]...)
	}
}

func (c *computation) deletesOf(k *resource.Kind) []string {
	var out []string
	for _, ch := range c.plan.Changes {
		if ch.Kind == k.Name && ch.Action == Delete {
			out = append(out, ch.ID)
		}
	}
	return out
}

// clashes makes a new object wait for the deletion of one whose name the
// server takes for the same.
func (c *computation) clashes() {
	gone := map[string]string{}
	for _, ch := range c.plan.Changes {
		if ch.Action == Delete && ch.kind().FoldCase {
			gone[ch.Kind+"/"+strings.ToLower(ch.kind().KeyOf(ch.Before))] = ch.ID
		}
	}
	for _, ch := range c.plan.Changes {
		if id := gone[ch.Kind+"/"+strings.ToLower(ch.Key)]; ch.Action == Create && id != "" {
			ch.Needs = append(ch.Needs, id)
		}
	}
}

// block carries blocks on to what needs the blocked, until nothing changes.
func (c *computation) block(byID map[string]*Change) {
	for again := true; again; {
		again = false
		for _, ch := range c.plan.Changes {
			if ch.Blocked != "" {
				continue
			}
			for _, id := range ch.Needs {
				if n := byID[id]; n == nil || n.Blocked != "" {
					ch.Blocked = "it needs " + id + ", which is not made"
					again = true
					break
				}
			}
			if ch.Blocked == "" && c.onlySoft(ch, byID) {
				ch.Blocked = "it needs objects that are not made"
				again = true
			}
		}
	}
}

// onlySoft tells whether an update consists of nothing but references to
// objects that are not going to exist.
func (c *computation) onlySoft(ch *Change, byID map[string]*Change) bool {
	if ch.Action != Update || len(ch.Fields) == 0 {
		return false
	}
	for _, f := range ch.Fields {
		o, _ := f.After.(*resource.Object)
		dead := false
		for _, v := range o.All() {
			if r, ok := v.(resource.Ref); ok {
				n := byID[r.Kind+"/"+r.Key]
				dead = dead || n == nil || n.Blocked != ""
			}
		}
		if !dead {
			return false
		}
	}
	return true
}
