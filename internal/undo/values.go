package undo

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// unset tells whether a value row of a license holds the default of its
// definition there, as rows do that were never set.
func (x *undoing) unset(l *resource.License, k *resource.Kind, row *resource.Object) bool {
	if k.Values == nil {
		return false
	}
	if x.defs[l] == nil {
		x.defs[l] = map[string]*resource.Object{}
		for _, def := range resource.Kinds() {
			if len(def.ValueKinds()) == 0 {
				continue
			}
			for _, d := range l.Rows(def.Name) {
				x.defs[l][def.Name+def.DefinitionKey(d)] = d
			}
		}
	}
	v := x.defs[l][k.Values.Of+k.ValueKey(row)].Get("default_value")
	return v != nil && resource.Equal(v, row.Get(k.Values.Value))
}

// revalue wants values back that were lost when their definition was deleted
// or replaced, if that comes back, nobody has set them since and the run did
// nothing else to them.
func (x *undoing) revalue() {
	for _, ch := range x.Plan.Changes {
		k := resource.Lookup(ch.Kind)
		if !x.did(ch) || k == nil || ch.Before == nil || !x.returns(k, ch.Before) {
			continue
		}
		for _, v := range k.ValueKinds() {
			x.revalueOf(v, k, ch)
		}
	}
}

func (x *undoing) revalueOf(v, k *resource.Kind, ch *diff.Change) {
	for _, was := range x.Preimage.Rows(v.Name) {
		if v.ValueKey(was) != k.DefinitionKey(ch.Before) || x.unset(x.Preimage, v, was) ||
			x.touched[v.Name+"/"+identity(v, was)] != nil {
			continue
		}
		if !x.live.Has(v.Name) {
			x.lose(v, was, "its value, as "+v.Name+" were not read")
			continue
		}
		switch l := x.now.Find(v, was); {
		case l == nil:
			x.fresh(v, was)
		case x.unset(x.live, v, l):
			x.set(v, l, v.Values.Value, was.Get(v.Values.Value))
		}
	}
}

// returns tells whether a definition is to be recreated or replaced back.
func (x *undoing) returns(k *resource.Kind, was *resource.Object) bool {
	w := x.want[k.Name]
	if w == nil || len(k.ValueKinds()) == 0 {
		return false
	}
	if w.seen[identity(k, was)] {
		return true
	}
	l := x.now.Find(k, was)
	return l != nil && w.rows[l] != nil
}
