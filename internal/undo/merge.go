package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// merge is one run of Plan.
type merge struct {
	Run
	*Undo
	live      *resource.License
	now, then *resource.Index // of the live license and of the pre-image

	objects []*object                    // by kind as the run found and made them, then what somebody made
	byName  map[string]*object           // as references call them
	ofLive  map[*resource.Object]*object // by live row
	deleted map[string]*object           // by the run, as references and values call them
}

// object is an object of the license at four times. A row is nil where there is
// none.
type object struct {
	kind   *resource.Kind
	change *diff.Change // what the run did to it, nil if nothing
	move   *diff.Move   // where the run put it
	// was is the row that the run found, left the row that it left, now the live row,
	// and to the wanted one: the same as now if nothing changes.
	was, left, now, to *resource.Object
	fields             []string // of to that are put back; none if the whole row is
	with               *object  // whose deletion deleted it too
	cut                bool     // deletions removed references from it
	back               bool     // it is as it was, or will be
}

// putBack decides how an object that the run found is put back.
func (m *merge) putBack(x *object) {
	switch k := x.kind; {
	case x.was == x.left, x.was == nil:
		// The run did nothing to it, or made it.
	case !m.live.Has(k.Name):
		if x.with != nil && x.with.to != x.with.now && k.Values != nil && !m.then.Unset(k, x.was) {
			m.lose(k, x.was, "its value: "+k.Name+" were not read")
		}
	case x.left == nil:
		m.recreate(x)
	case x.change != nil && x.change.Action == diff.Replace:
		m.replace(x)
	default:
		m.revert(x)
	}
}

// recreate plans an object again that the run deleted, unless it exists or another one
// has its key now.
func (m *merge) recreate(x *object) {
	k := x.kind
	switch {
	case x.with != nil && (!x.with.back || m.then.Unset(k, x.was)):
	case x.now == nil:
		x.to, x.back = restored(k, x.was), true
		if x.change != nil {
			m.loseWith(k, x.was)
		}
	case m.now.Unset(k, x.now):
		x.set(k.Values.Value, x.was.Get(k.Values.Value))
	case x.change != nil && m.differs(x, x.was):
		m.skip(k.Name, x.change.Key, "one of that name exists now")
		x.back = k.ServerID != ""
	default:
		x.back = true
	}
}

// replace plans to replace a replaced object again, if it is still as the run made it.
func (m *merge) replace(x *object) {
	k := x.kind
	switch {
	case x.now == nil:
		m.skip(k.Name, x.change.Key, "it no longer exists")
	case !m.differs(x, x.was):
		x.back = true
	case m.differs(x, x.left):
		m.skip(k.Name, x.change.Key, "it was changed since")
	default:
		x.to, x.back = restored(k, x.was), true
		if k.ServerID != "" {
			x.to.Set(k.ServerID, x.now.Get(k.ServerID))
		}
		m.loseWith(k, x.was)
	}
}

// restored returns a row as a file would have it.
func restored(k *resource.Kind, row *resource.Object) *resource.Object {
	out := row.Clone()
	k.DropVolatile(out)
	return out
}

// revert plans to put back the fields that the run changed, each if it still has the
// value of the run.
func (m *merge) revert(x *object) {
	if x.now == nil {
		if ch := x.change; ch != nil && (ch.Action != diff.Update || len(ch.Write) > 0) {
			m.skip(x.kind.Name, ch.Key, "it no longer exists")
		}
		return
	}
	for _, name := range x.left.Names() {
		if before, ok := earlier(x.kind.Field(name), x.was, name); !same(x.kind, x.left, name, before) {
			m.revertField(x, name, before, ok)
		}
	}
}

// revertField plans to put back one field; ok tells whether there is a value to write.
func (m *merge) revertField(x *object, name string, before resource.Value, ok bool) {
	k, f := x.kind, x.kind.Field(name)
	switch asLeft := same(k, x.now, name, x.left.Get(name)); {
	case f != nil && f.OnChange == resource.ByPublish:
		m.lose(k, x.was, "it stays published")
	case slices.Contains(m.live.Unreadable[k.Name], name):
		m.skip(k.Name, x.key(), name+" cannot be read, so lcsync cannot tell whether it was changed since")
	case ok && same(k, x.now, name, before):
	case asLeft && ok:
		x.set(name, before)
	case asLeft:
		m.skip(k.Name, x.key(), name+" had no value before, and the API cannot remove it")
	case x.cut && (x.change == nil || !slices.Contains(x.change.Write, name)):
		m.skip(k.Name, x.key(), name+" was changed since; what the run removed from it is not put back")
	default:
		m.skip(k.Name, x.key(), name+" was changed since")
	}
}

// earlier returns the value to write to a field to put it back: if it was absent, the
// value that clears it. False if there is none.
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

// differs tells whether the live object differs from what a row says of it.
func (m *merge) differs(x *object, row *resource.Object) bool {
	return len(diff.Compare(x.kind, x.now, row, m.live.Unreadable[x.kind.Name])) > 0
}

// same tells whether one field of a row has a value, by the registry's rules.
func same(k *resource.Kind, row *resource.Object, name string, v resource.Value) bool {
	only := &resource.Object{}
	if has, ok := row.Lookup(name); ok {
		only.Set(name, has)
	}
	return len(diff.Compare(k, only, resource.Of(name, v), nil)) == 0
}

// key returns the key of the object for texts.
func (x *object) key() string {
	if x.change != nil {
		return x.change.Key
	}
	return x.kind.KeyOf(x.now)
}

// set puts a field back.
func (x *object) set(name string, v resource.Value) {
	if x.to == x.now {
		x.to = x.now.Clone()
	}
	x.to.Set(name, resource.CloneValue(v))
	x.fields = append(x.fields, name)
}
