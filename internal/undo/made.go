package undo

import "cmp"

// deleteMade decides which objects that the run created are deleted: those that are
// unchanged and that only references of the run refer to. It skips the others.
func (m *merge) deleteMade(prune bool) {
	stays := map[*object]string{}
	for _, x := range m.objects {
		if x.was == nil && x.left != nil && x.now != nil {
			if stays[x] = m.stays(x, prune); stays[x] == "" {
				x.to = nil
			}
		}
	}
	for again := true; again; {
		again = false
		users := m.users()
		for x := range stays {
			by := cmp.Or(users[x.kind.Address(x.now)], users[definitionName(x.kind, x.now)])
			if x.to == nil && by != "" {
				x.to, stays[x], again = x.now, "created by the run; "+by, true
			}
		}
	}
	for _, x := range m.objects {
		if stays[x] != "" && !m.goesAlong(x) {
			m.skip(x.kind.Name, x.change.Key, stays[x])
		}
	}
}

// stays says why a created object is not deleted, looking at it alone.
func (m *merge) stays(x *object, prune bool) string {
	switch k := x.kind; {
	case k.Delete == nil:
		return "the run created it, and the API cannot delete it"
	case k.IsDefault(x.now):
		return "it had no value before, and the API cannot remove it"
	case !prune:
		return "created by the run; pass --prune to delete it"
	case m.differs(x, x.left):
		return "created by the run and changed since"
	case k.Keep != nil:
		return k.Keep(x.now)
	}
	return ""
}

// goesAlong tells whether an object refers to one that is to be deleted.
func (m *merge) goesAlong(x *object) bool {
	goes := false
	references(x.kind, x.now, func(_, name string) {
		by := m.byName[name]
		goes = goes || by != nil && by.now != nil && by.to == nil
	})
	return goes
}

// users returns the users of each object, by its address in references and values. Rows
// that are created and deleted with others do not count, nor do values that nobody set
// and those of the platform's properties, which every object has.
func (m *merge) users() map[string]string {
	out := map[string]string{}
	for _, x := range m.objects {
		k := x.kind
		if x.now == nil || x.to == nil || k.Delete == nil || k.IsDefault(x.now) || m.now.Unset(k, x.now) {
			continue
		}
		references(k, x.to, func(root, name string) {
			text := " refers to it now"
			if k.Values != nil && root == k.Values.Name {
				text = " was set since"
			}
			out[name] = cmp.Or(out[name], k.Name+"/"+k.KeyOf(x.now)+text)
		})
	}
	return out
}
