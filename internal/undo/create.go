package undo

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// creation is an object that the run created and that is still there.
type creation struct {
	change *diff.Change
	kind   *resource.Kind
	row    *resource.Object // live
	wrote  *resource.Object // what was created
	id     string           // what references call it
}

// create finds what a change created; delete decides on it.
func (x *undoing) create(ch *diff.Change, k *resource.Kind) {
	wrote := x.resolved(k, ch.After)
	if k.ServerID != "" && x.Done[ch.ID] == nil {
		x.skip(k.Name, ch.Key, "it is not known whether the run created it")
		return
	}
	if l := x.madeBy(ch, k, wrote); l != nil {
		x.made = append(x.made, &creation{ch, k, l, wrote, refName(k, l)})
	}
}

// delete decides which of the objects that the run created are to be deleted:
// those that are as they were created and that nothing refers to but what the
// run wrote. The rest is skipped.
func (x *undoing) delete() {
	for _, m := range x.made {
		if reason := x.stays(m); reason == "" {
			x.doomed[m.row] = m.kind
		} else if m.kind.Delete != nil {
			x.skip(m.kind.Name, m.change.Key, reason)
		}
	}
	users := x.users()
	for again := true; again; {
		again = false
		for _, m := range x.made {
			if x.doomed[m.row] == nil {
				continue
			}
			if reason := x.inUse(m, users); reason != "" {
				delete(x.doomed, m.row)
				x.skip(m.kind.Name, m.change.Key, reason)
				again = true
			}
		}
	}
	for _, m := range x.made {
		if m.kind.Delete == nil && !x.goesAlong(m) {
			x.skip(m.kind.Name, m.change.Key, x.stays(m))
		}
	}
}

// stays says why a created object is not deleted, looking at it alone.
func (x *undoing) stays(m *creation) string {
	k := m.kind
	switch {
	case k.Delete == nil:
		return "the run created it, and the API cannot delete it"
	case !x.prune:
		return "created by the run; --prune deletes it"
	case len(diff.Compare(k, m.row, m.wrote, x.live.Unreadable[k.Name])) > 0:
		return "created by the run and changed since"
	case k.Keep != nil && k.Keep(m.row) != "":
		return k.Keep(m.row)
	}
	return ""
}

// goesAlong tells whether an object refers to one that is to be deleted.
func (x *undoing) goesAlong(m *creation) bool {
	goes := false
	references(m.kind, m.row, func(_, kind, id string) {
		for _, other := range x.made {
			goes = goes || other.kind.Name == kind && other.id == id && x.doomed[other.row] != nil
		}
	})
	return goes
}

// user is a field of a live object that refers to another one.
type user struct {
	kind *resource.Kind
	row  *resource.Object
	root string
}

// users returns who refers to the created objects, by kind and id. Rows that
// come and go with others do not count, nor do values that nobody set and those
// of the platform's properties, which every object has.
func (x *undoing) users() map[string][]user {
	out := map[string][]user{}
	for _, m := range x.made {
		out[m.kind.Name+"/"+m.id] = nil
	}
	for _, k := range x.live.Kinds() {
		if k.Delete == nil {
			continue
		}
		for _, l := range x.live.Rows(k.Name) {
			references(k, l, func(root, kind, id string) {
				if list, is := out[kind+"/"+id]; is && !x.unset(x.live, k, l) && !k.IsDefault(l) {
					out[kind+"/"+id] = append(list, user{k, l, root})
				}
			})
		}
	}
	return out
}

// inUse says who uses a created object that the run has nothing to do with, or
// which value of a created definition was set by someone else; "" if nobody.
func (x *undoing) inUse(m *creation, users map[string][]user) string {
	for _, u := range users[m.kind.Name+"/"+m.id] {
		if x.doomed[u.row] == nil && !x.wants(u.kind, u.row, u.root) && !x.joined(m, u) {
			return "created by the run; " + u.kind.Name + "/" + u.kind.KeyOf(u.row) + " refers to it by now"
		}
	}
	for _, v := range m.kind.ValueKinds() {
		for _, l := range x.live.Rows(v.Name) {
			if x.doomed[l] == nil && v.ValueKey(l) == m.kind.DefinitionKey(m.row) && !x.unset(x.live, v, l) {
				return "created by the run; " + v.Name + "/" + v.KeyOf(l) + " was set since"
			}
		}
	}
	return ""
}

// joined tells whether an object refers to a created one as a member that it
// was created with, and is otherwise as it was.
func (x *undoing) joined(m *creation, u user) bool {
	was := x.then.Find(u.kind, u.row)
	members := m.kind.Members
	if was == nil || members == nil || u.root != members.List || !m.wrote.Object(members.Field).Has(refName(u.kind, u.row)) {
		return false
	}
	old := without(u.kind, u.row, func(ref *resource.RefTo, v resource.Value) bool {
		for _, other := range x.made {
			for _, kind := range ref.Kinds {
				if other.kind.Name == kind && other.id == resource.Text(v) {
					return true
				}
			}
		}
		return false
	})
	return same(u.kind, was, u.root, old.Get(u.root))
}
