package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// block carries blocks on to what needs the blocked, until nothing changes.
func (d *draft) block(byID map[string]*Change) {
	for again := true; again; {
		again = false
		for _, ch := range d.Changes {
			if ch.Blocked != "" {
				continue
			}
			for _, id := range ch.DependsOn {
				if !byID[id].made() {
					ch.Blocked = d.needs(id)
					again = true
					break
				}
			}
			if ch.Blocked == "" && onlySoft(ch, byID) {
				ch.Blocked = d.needs(deadRef(ch.Fields[0].After, byID))
				again = true
			}
		}
	}
}

// onlySoft tells whether an update consists of nothing but references to
// objects that are not going to exist.
func onlySoft(ch *Change, byID map[string]*Change) bool {
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
			if id := r.Address(); !byID[id].made() {
				return id
			}
		}
	}
	return ""
}

// dropDead takes out of an update what refers to objects that are not going to
// exist, where it can do without, and says so. A new object is made whole or
// not at all.
func (d *draft) dropDead(ch *Change, byID map[string]*Change) {
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
		missing := "needs objects that are blocked"
		for _, v := range list {
			if id := deadRef(v, byID); d.unpicked[id] {
				missing = d.needs(id)
			}
		}
		ch.After.Set(f.Name, slices.DeleteFunc(slices.Clone(list), func(v resource.Value) bool { return dead(v, byID) }))
		ch.Fields = slices.DeleteFunc(ch.Fields, func(fc FieldChange) bool { return fc.Root() == f.Name && dead(fc.After, byID) })
		ch.Write = roots(ch.Fields)
		d.skip(ch.Kind, ch.Key, f.Name+": only a part is written; the rest "+missing)
	}
}

// keepInUse blocks the deletion of what an object refers to whose change is
// blocked: it would be left with a reference to nothing. Memberships go with
// their group. It tells whether there were any.
func keepInUse(changes []*Change) bool {
	uses := uses(changes)
	any := false
	for _, ch := range changes {
		if ch.Action != Delete || ch.Blocked != "" {
			continue
		}
		for _, u := range uses[ch.kind().Address(ch.Before)] {
			if u.by.Blocked != "" && u.by.Action != Delete && !u.ref.To.KeepUnlisted && !u.ref.To.Open {
				ch.Blocked = u.by.ID + " refers to it, and the change of that is blocked"
				any = true
			}
		}
	}
	return any
}
