package undo

import "lcsync/internal/resource"

// deleteMade decides which of the objects that the run created are to be
// deleted: those that are as they were created and that nothing refers to but
// what the run wrote. The rest is skipped.
func (m *merge) deleteMade(prune bool) {
	var made []*object
	for _, x := range m.objects {
		if x.was != nil || x.left == nil || x.now == nil {
			continue
		}
		made = append(made, x)
		if reason := m.stays(x, prune); reason == "" {
			x.to = nil
		} else if !permanent(x) {
			m.skip(x.kind.Name, x.change.Key, reason)
		}
	}
	for again := true; again; {
		again = false
		users := m.users()
		for _, x := range made {
			reason := users[nameOf(x.kind, x.now)]
			if len(x.kind.ValueKinds()) > 0 && reason == "" {
				reason = users[x.kind.Name+x.kind.DefinitionKey(x.now)]
			}
			if x.to == nil && reason != "" {
				x.to, again = x.now, true
				m.skip(x.kind.Name, x.change.Key, "created by the run; "+reason)
			}
		}
	}
	for _, x := range made {
		if permanent(x) && !m.goesAlong(x) {
			m.skip(x.kind.Name, x.change.Key, m.stays(x, prune))
		}
	}
}

// permanent tells whether an object cannot be deleted by itself.
func permanent(x *object) bool { return x.kind.Delete == nil || x.kind.IsDefault(x.now) }

// stays says why a created object is not deleted, looking at it alone.
func (m *merge) stays(x *object, prune bool) string {
	k := x.kind
	switch {
	case k.Delete == nil:
		return "the run created it, and the API cannot delete it"
	case k.IsDefault(x.now):
		return "it had no value, and it cannot be taken away again"
	case !prune:
		return "created by the run; --prune deletes it"
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

// users says, by what references and values call an object, who is going to use
// it. Rows that come and go with others do not count, nor do values that nobody
// set and those of the platform's properties, which every object has.
func (m *merge) users() map[string]string {
	out := map[string]string{}
	use := func(name, text string) {
		if out[name] == "" {
			out[name] = text
		}
	}
	for _, x := range m.objects {
		k := x.kind
		if x.now == nil || x.to == nil || k.Delete == nil || k.IsDefault(x.now) || m.unset(m.live, k, x.now) {
			continue
		}
		by := k.Name + "/" + k.KeyOf(x.now)
		references(k, x.to, func(_, name string) { use(name, by+" refers to it by now") })
		if k.Values != nil {
			use(k.Values.Of+k.ValueKey(x.now), by+" was set since")
		}
	}
	return out
}

// resolved returns a planned row with the ids of what the run made in the
// place of references to it. What was not made is left out of lists.
func (m *merge) resolved(k *resource.Kind, row *resource.Object) *resource.Object {
	out := k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if r, ok := v.(resource.Ref); ok && m.Done[r.Kind+"/"+r.Key] != nil {
			return m.Done[r.Kind+"/"+r.Key]
		}
		return v
	})
	return without(k, out, func(_ *resource.RefTo, v resource.Value) bool {
		_, open := v.(resource.Ref)
		return open
	})
}
