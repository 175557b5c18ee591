package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// block blocks the changes that need a blocked one, until no more are found.
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

// onlySoft tells whether an update consists only of references to objects that will
// not exist.
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

// dead tells whether an element of a list refers to an object that will not exist.
func dead(v resource.Value, byID map[string]*Change) bool { return deadRef(v, byID) != "" }

// deadRef returns the blocked or missing change that an element's reference needs, ""
// if there is none.
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

// dropDead removes from an update the references to objects that will not exist,
// where the update can do without them, and notes that. A new object is created with
// all its references or not at all.
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

// keepInUse blocks the deletion of an object if the change of an object that refers
// to it is blocked: the reference would lead nowhere. Memberships are deleted with
// their group and do not count. It tells whether it blocked any.
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
