package diff

import (
	"slices"

	"lcsync/internal/resource"
)

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
					ch.Blocked = "it needs " + id + ", which is not made" + c.wouldAdd(id)
					again = true
					break
				}
			}
			if ch.Blocked == "" && c.onlySoft(ch, byID) {
				ch.Blocked = "it needs objects that are not made" + c.wouldAdd(deadRef(ch.Fields[0].After, byID))
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
		if !dead(f.After, byID) {
			return false
		}
	}
	return true
}

// dead tells whether an element of a list refers to an object that is not
// going to exist.
func dead(v resource.Value, byID map[string]*Change) bool { return deadRef(v, byID) != "" }

// deadRef returns the change that would have to make what an element refers to,
// "" if it is made.
func deadRef(v resource.Value, byID map[string]*Change) string {
	o, _ := v.(*resource.Object)
	for _, m := range o.All() {
		if r, ok := m.(resource.Ref); ok {
			if n := byID[r.Kind+"/"+r.Key]; n == nil || n.Blocked != "" {
				return r.Kind + "/" + r.Key
			}
		}
	}
	return ""
}

// dropDead takes out of an update what refers to objects that are not going to
// exist, where it can do without, and says so. A new object is made whole or
// not at all.
func (c *computation) dropDead(ch *Change, byID map[string]*Change) {
	if ch.Blocked != "" || ch.Action != Update {
		return
	}
	k := ch.kind()
	for i := range k.Fields {
		f := &k.Fields[i]
		list := ch.After.List(f.Name)
		if ref := stayRef(f); ref == nil || !ref.Soft || !slices.ContainsFunc(list, func(v resource.Value) bool { return dead(v, byID) }) {
			continue
		}
		missing := "objects that are not made"
		for _, v := range list {
			if id := deadRef(v, byID); c.unpicked[id] {
				missing = id + ", which is not made" + c.wouldAdd(id)
			}
		}
		ch.After.Set(f.Name, slices.DeleteFunc(slices.Clone(list), func(v resource.Value) bool { return dead(v, byID) }))
		ch.Fields = slices.DeleteFunc(ch.Fields, func(fc FieldChange) bool { return fc.Root() == f.Name && dead(fc.After, byID) })
		ch.Write = roots(ch.Fields)
		c.skip(ch.Kind, ch.Key, f.Name+": some of it needs "+missing)
	}
}

// keepInUse blocks the deletion of what an object refers to whose change is
// blocked: it would be left with a reference to nothing. Memberships go with
// their group.
func (c *computation) keepInUse() bool {
	users := map[string]string{}
	for _, ch := range c.plan.Changes {
		if ch.Blocked == "" || ch.Before == nil || ch.Action == Delete {
			continue
		}
		ch.kind().MapRefs(ch.Before, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
			for _, kind := range ref.Kinds {
				if !ref.Stay && !ref.Open && !isMemberMap(ch.kind(), ref) {
					users[kind+"/"+resource.Text(v)] = ch.ID
				}
			}
			return v
		})
	}
	any := false
	for _, ch := range c.plan.Changes {
		if ch.Action != Delete || ch.Blocked != "" {
			continue
		}
		if id := users[ch.Kind+"/"+identityOf(ch.kind(), ch.Before)]; id != "" {
			ch.Blocked = id + " refers to it and is not changed"
			any = true
		}
	}
	return any
}
