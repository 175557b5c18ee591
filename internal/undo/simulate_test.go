package undo

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// server does in memory what a plan says, with what the real one does by
// itself: it drops references to what is deleted and rows that go with it, and
// gives each new object a new id.
type server struct {
	live   *resource.License
	nextID int
	of     map[*resource.Object]*resource.Object // row of the plan → row of the server
	done   map[string]resource.Value
}

// simulate returns the license after a plan, and what Run.Done is then.
func simulate(live *resource.License, p *diff.Plan, firstID int) (*resource.License, map[string]resource.Value, error) {
	s := &server{live: live.Clone(), nextID: firstID, of: map[*resource.Object]*resource.Object{}, done: map[string]resource.Value{}}
	for _, k := range live.Kinds() {
		for i, l := range live.Rows(k.Name) {
			s.of[l] = s.live.Rows(k.Name)[i]
		}
	}
	todo := p.Todo()
	for len(todo) > 0 {
		rest := slices.DeleteFunc(slices.Clone(todo), func(ch *diff.Change) bool {
			waits := slices.ContainsFunc(slices.Concat(ch.DependsOn, ch.StartsAfter), func(id string) bool { _, ok := s.done[id]; return !ok })
			if !waits {
				s.run(ch)
			}
			return !waits
		})
		if len(rest) == len(todo) {
			return nil, nil, fmt.Errorf("%s waits for ever", rest[0].ID)
		}
		todo = rest
	}
	for _, k := range s.live.Kinds() {
		for _, r := range s.live.Rows(k.Name) {
			k.DropVolatile(r)
			k.Canonical(r)
		}
		k.SortRows(s.live.Rows(k.Name))
	}
	return s.live, s.done, nil
}

func (s *server) run(ch *diff.Change) {
	k := resource.Lookup(ch.Kind)
	var after *resource.Object
	if ch.After != nil {
		after = s.resolved(k, ch.After)
	}
	s.done[ch.ID] = nil
	row := s.of[ch.Before]
	switch ch.Action {
	case diff.Create:
		row = s.create(k, ch.ID, after)
	case diff.Replace:
		s.remove(k, row)
		s.create(k, ch.ID, after)
	case diff.Delete:
		s.remove(k, row)
	case diff.Update:
		if !slices.Contains(s.live.Rows(k.Name), row) {
			s.create(k, ch.ID, after) // a value that was lost with its definition
			break
		}
		for _, name := range ch.Write {
			row.Set(name, resource.CloneValue(after.Get(name)))
		}
	}
	if ch.Move != nil {
		s.move(k, row, ch.Move.Before)
	}
}

// resolved returns a row with the ids of new objects, without elements that
// refer to what is not there.
func (s *server) resolved(k *resource.Kind, row *resource.Object) *resource.Object {
	out := k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if r, ok := v.(resource.Ref); ok && s.done[r.Kind+"/"+r.Key] != nil {
			return s.done[r.Kind+"/"+r.Key]
		}
		return v
	})
	return without(k, out, func(_ *resource.RefTo, v resource.Value) bool { _, open := v.(resource.Ref); return open })
}

func (s *server) create(k *resource.Kind, id string, row *resource.Object) *resource.Object {
	if k.ServerID != "" {
		s.nextID++
		row.Set(k.ServerID, resourcetest.ServerID(k, s.nextID))
		s.done[id] = row.Get(k.ServerID)
	}
	if m := k.Members; m != nil {
		for member, priority := range row.Object(m.Field).All() {
			for _, r := range s.live.Rows(m.Of) {
				if r.String("id") == member {
					r.Set(m.List, append(slices.Clone(r.List(m.List)), resource.Of("id", row.Get(k.ServerID), "priority", priority)))
				}
			}
		}
		row.Delete(m.Field)
	}
	s.drop(k, func(o *resource.Object) bool { return k.ServerID == "" && keyText(k, o) == keyText(k, row) })
	s.live.Append(k.Name, row)
	return row
}

func (s *server) drop(k *resource.Kind, gone func(o *resource.Object) bool) {
	if s.live.Has(k.Name) {
		s.live.SetRows(k.Name, slices.DeleteFunc(slices.Clone(s.live.Rows(k.Name)), gone))
	}
}

// remove deletes a row and what goes with it.
func (s *server) remove(k *resource.Kind, row *resource.Object) {
	name := k.Address(row)
	s.drop(k, func(o *resource.Object) bool { return o == row })
	for _, other := range resource.Kinds() {
		s.drop(other, func(o *resource.Object) bool {
			gone := other.Values != nil && other.Values.Of == k.Name && other.ValueKey(o) == k.DefinitionKey(row)
			references(other, o, func(root, to string) {
				gone = gone || to == name && slices.Contains(other.Key, root)
			})
			return gone
		})
		rows := s.live.Rows(other.Name)
		for i, o := range rows {
			lost := without(other, o, func(ref *resource.RefTo, v resource.Value) bool {
				return !ref.Open && slices.Contains(ref.Kinds, k.Name) && k.Name+"/"+resource.Text(v) == name
			})
			for field, v := range lost.All() {
				rows[i].Set(field, v)
			}
		}
	}
}

func (s *server) move(k *resource.Kind, row *resource.Object, before resource.Value) {
	if r, ok := before.(resource.Ref); ok {
		before = s.done[r.Kind+"/"+r.Key]
	}
	rows := slices.DeleteFunc(slices.Clone(s.live.Rows(k.Name)), func(o *resource.Object) bool { return o == row })
	at := slices.IndexFunc(rows, func(o *resource.Object) bool { return resource.Equal(k.IDOf(o), before) })
	if at < 0 {
		at = len(rows)
	}
	s.live.SetRows(k.Name, slices.Insert(rows, at, row))
}

// without returns a row without the elements of its lists, and the keys of its
// maps, that are references of which gone says so.
func without(k *resource.Kind, row *resource.Object, gone func(*resource.RefTo, resource.Value) bool) *resource.Object {
	return drop(k.Fields, row, gone)
}

func drop(fields []resource.Field, row *resource.Object, gone func(*resource.RefTo, resource.Value) bool) *resource.Object {
	out := row.Clone()
	for i := range fields {
		f := &fields[i]
		switch v := out.Get(f.Name).(type) {
		case resource.List:
			out.Set(f.Name, slices.DeleteFunc(v, func(e resource.Value) bool { return elementGoes(f, e, gone) }))
		case *resource.Object:
			if f.Type == resource.Record {
				out.Set(f.Name, drop(f.Fields, v, gone))
				break
			}
			for _, key := range v.Names() {
				if f.Keys != nil && gone(f.Keys, key) {
					v.Delete(key)
				}
			}
		}
	}
	return out
}

// elementGoes tells whether an element of a list is, or has a member that is,
// a reference that goes.
func elementGoes(f *resource.Field, e resource.Value, gone func(*resource.RefTo, resource.Value) bool) bool {
	o, ok := e.(*resource.Object)
	if !ok {
		return f.Ref != nil && gone(f.Ref, e)
	}
	for i := range f.Fields {
		m := &f.Fields[i]
		if m.Ref != nil && o.Has(m.Name) && gone(m.Ref, o.Get(m.Name)) {
			return true
		}
	}
	return false
}

// keyText is the natural key as one text that no two keys share.
func keyText(k *resource.Kind, row *resource.Object) string {
	key := resource.List{}
	for _, name := range k.Key {
		key = append(key, row.Get(name))
	}
	return resource.JSON(key)
}
