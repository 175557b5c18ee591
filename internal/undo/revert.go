package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// revert wants the fields that a change wrote back as they were, each if it
// still holds what was written.
func (x *undoing) revert(ch *diff.Change, k *resource.Kind, fields []string, was *resource.Object) {
	l := x.now.Find(k, was)
	if l == nil {
		if len(fields) > 0 {
			x.skip(k.Name, ch.Key, "it is gone")
		}
		return
	}
	wrote := x.resolved(k, ch.After)
	// What it wrote may have lost references when the run went on to delete
	// what they named.
	left := without(k, wrote, func(ref *resource.RefTo, v resource.Value) bool {
		return !ref.Open && slices.ContainsFunc(ref.Kinds, func(kind string) bool { return x.gone[kind+"/"+resource.Text(v)] })
	})
	for _, name := range fields {
		x.revertField(ch, k, l, name, was, same(k, l, name, wrote.Get(name)) || same(k, l, name, left.Get(name)))
	}
}

// revertField wants one field back; asLeft tells whether it is as the run left
// it.
func (x *undoing) revertField(ch *diff.Change, k *resource.Kind, l *resource.Object, name string, was *resource.Object, asLeft bool) {
	f := k.Field(name)
	if f != nil && (f.Class != resource.User || f.Name == k.ServerID || k.ClientID == f.Name) {
		return
	}
	before, ok := earlier(f, was, name)
	switch {
	case f != nil && f.OnChange == resource.ByPublish:
		x.lose(k, was, "its publication stays")
	case slices.Contains(x.live.Unreadable[k.Name], name):
		x.skip(k.Name, ch.Key, name+" cannot be read, so that nobody knows whether it is as the run left it")
	case ok && same(k, l, name, before):
	case !asLeft:
		x.skip(k.Name, ch.Key, name+" was changed since")
	case !ok:
		x.skip(k.Name, ch.Key, name+" had no value, and it cannot be taken away again")
	default:
		x.set(k, l, name, before)
	}
}

// earlier returns the value that a field has to be given to be as it was:
// where it was absent, what clears it. False if nothing does.
func earlier(f *resource.Field, was *resource.Object, name string) (resource.Value, bool) {
	if v := was.Get(name); v != nil || f == nil {
		return v, v != nil
	}
	if f.Clear != nil {
		return f.Clear, true
	}
	zero := f.Zero()
	if s, isText := zero.(string); isText && f.Enum != nil && !slices.Contains(f.Enum, s) {
		return nil, false
	}
	return zero, zero != nil
}

// replace wants a replaced object replaced once more, if it still is what the
// run made.
func (x *undoing) replace(ch *diff.Change, k *resource.Kind) {
	wrote := x.resolved(k, ch.After)
	l := x.madeBy(ch, k, wrote)
	unreadable := x.live.Unreadable[k.Name]
	switch {
	case l == nil && x.now.Find(k, ch.Before) != nil:
		return // the old one is still there
	case l == nil && x.Done[ch.ID] == nil:
		x.deleted = append(x.deleted, ch)
	case l == nil:
		x.skip(k.Name, ch.Key, "it is gone")
	case len(diff.Compare(k, l, ch.Before, unreadable)) == 0:
		return
	case len(diff.Compare(k, l, wrote, unreadable)) > 0:
		x.skip(k.Name, ch.Key, "it was changed since")
	default:
		row := userRow(k, ch.Before)
		if k.ServerID != "" {
			row.Set(k.ServerID, l.Get(k.ServerID))
		}
		x.put(k, l, row)
		x.loseWith(k, ch.Before)
	}
}

// madeBy returns the live object that a change made: by the server id that it
// was given, or by its key. Nil if there is none.
func (x *undoing) madeBy(ch *diff.Change, k *resource.Kind, wrote *resource.Object) *resource.Object {
	if k.ServerID == "" {
		return x.now.Find(k, wrote)
	}
	if id := x.Done[ch.ID]; id != nil {
		return x.now.Find(k, resource.Of(k.ServerID, id))
	}
	return nil
}

// recreate wants an object back that the run deleted, unless it is there or
// another one has its key by now.
func (x *undoing) recreate(ch *diff.Change) {
	k, was := resource.Lookup(ch.Kind), ch.Before
	l := x.now.Find(k, was)
	switch {
	case l == nil:
	case k.Values != nil && x.unset(x.live, k, l):
		x.set(k, l, k.Values.Value, was.Get(k.Values.Value))
		return
	case k.ServerID == "" && len(diff.Compare(k, l, was, x.live.Unreadable[k.Name])) > 0:
		x.skip(k.Name, ch.Key, "there is one of that name by now")
		return
	default:
		return // it was not deleted, or is back
	}
	if l = x.namesake(k, was); l != nil {
		if len(diff.Compare(k, l, was, x.live.Unreadable[k.Name])) > 0 {
			x.skip(k.Name, ch.Key, "there is one of that name by now")
		}
		x.comesBack(k, was, k.IDOf(l))
		x.standFor(k, was, l)
		return
	}
	x.fresh(k, was)
	x.comesBack(k, was, nil)
	x.loseWith(k, was)
}

// comesBack notes that references to a deleted object will have something to
// refer to: the object with an id, or one that is to be made if that is nil.
func (x *undoing) comesBack(k *resource.Kind, was *resource.Object, id resource.Value) {
	if x.back[k.Name] == nil {
		x.back[k.Name] = map[string]resource.Value{}
	}
	x.back[k.Name][refName(k, was)] = id
}

// standFor wants a row that has the old id and the key of a live object, so
// that references to the one become references to the other.
func (x *undoing) standFor(k *resource.Kind, was, l *resource.Object) {
	if k.Whole || x.of(k).rows[l] != nil {
		return
	}
	row := resource.Of(k.ServerID, was.Get(k.ServerID))
	for _, name := range k.Key {
		row.Set(name, l.Get(name))
	}
	x.put(k, l, row)
}

// namesake returns a live object of another id that has a deleted one's key,
// has it since then, and keeps it.
func (x *undoing) namesake(k *resource.Kind, was *resource.Object) *resource.Object {
	if k.ServerID == "" || k.Order == resource.Linked || k.KeyOf(was) == resource.Text(k.IDOf(was)) {
		return nil
	}
	for _, l := range x.live.Rows(k.Name) {
		if keyText(k, l) != keyText(k, was) || x.doomed[l] != nil {
			continue
		}
		had := x.then.Find(k, l)
		renamed := slices.ContainsFunc(k.Key, func(name string) bool { return x.wants(k, l, name) })
		if !renamed && (had == nil || keyText(k, had) != keyText(k, l)) {
			return l
		}
	}
	return nil
}
