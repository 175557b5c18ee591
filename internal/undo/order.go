package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// order returns the wanted rows of a kind whose order counts, in the order
// that they are to stand in. If the run changed the order, all objects that
// stay have a row, in the order of the pre-image; where somebody changed it
// since, the order is left as it is.
func (x *undoing) order(k *resource.Kind) []*resource.Object {
	live := slices.DeleteFunc(slices.Clone(x.live.Rows(k.Name)), func(l *resource.Object) bool { return x.doomed[l] != nil })
	liveIDs := idsOf(k, live)
	if !x.shifted(k) {
		return x.inPlace(k, live)
	}
	before := idsOf(k, x.Preimage.Rows(k.Name))
	base, other := before, liveIDs
	if left := x.left(k, before); !agree(liveIDs, left) && !agree(liveIDs, before) {
		x.skip(k.Name, "", "their order was changed since")
		base, other = liveIDs, before
	}
	rows := map[string]*resource.Object{}
	w := x.of(k)
	for _, r := range w.fresh {
		rows[identity(k, r)] = r
	}
	for _, l := range live {
		rows[identity(k, l)] = x.row(k, l)
	}
	var out []*resource.Object
	for _, id := range merged(base, other) {
		if rows[id] != nil {
			out = append(out, rows[id])
		}
	}
	return out
}

// shifted tells whether the run did anything to the order of a kind.
func (x *undoing) shifted(k *resource.Kind) bool {
	return slices.ContainsFunc(x.Plan.Changes, func(ch *diff.Change) bool {
		return ch.Kind == k.Name && x.did(ch) && (ch.Move != nil || ch.Action != diff.Update)
	})
}

// inPlace returns the rows that are wanted for other reasons in their order.
func (x *undoing) inPlace(k *resource.Kind, live []*resource.Object) []*resource.Object {
	var out []*resource.Object
	if w := x.want[k.Name]; w != nil {
		for _, l := range live {
			if w.rows[l] != nil {
				out = append(out, w.rows[l])
			}
		}
	}
	return out
}

func idsOf(k *resource.Kind, rows []*resource.Object) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, identity(k, r))
	}
	return out
}

// left is the order in which the run left a kind, by id: each moved object
// goes before its neighbour once that has gone where it belongs.
func (x *undoing) left(k *resource.Kind, before []string) []string {
	out := slices.Clone(before)
	moves := map[string]*diff.Change{}
	for _, ch := range x.Plan.Changes {
		if ch.Kind != k.Name || !x.did(ch) {
			continue
		}
		id := x.idOf(k, ch)
		if ch.Action == diff.Delete {
			out = slices.DeleteFunc(out, func(s string) bool { return s == id })
		} else if ch.Move != nil && id != "" {
			moves[id] = ch
		}
	}
	var move func(id string)
	move = func(id string) {
		ch := moves[id]
		if ch == nil {
			return
		}
		delete(moves, id)
		next := x.text(ch.Move.Before)
		move(next)
		out = slices.DeleteFunc(out, func(s string) bool { return s == id })
		at := slices.Index(out, next)
		if at < 0 {
			at = len(out)
		}
		out = slices.Insert(out, at, id)
	}
	for _, ch := range x.Plan.Changes {
		if ch.Kind == k.Name {
			move(x.idOf(k, ch))
		}
	}
	return out
}

// idOf is the id of the object that a change is about, "" if nobody knows.
func (x *undoing) idOf(k *resource.Kind, ch *diff.Change) string {
	if ch.Before != nil {
		return identity(k, ch.Before)
	}
	return resource.Text(x.Done[ch.ID])
}

// text is what a place in an order is called: a server id, "" for the end.
func (x *undoing) text(v resource.Value) string {
	if r, ok := v.(resource.Ref); ok {
		v = x.Done[r.Kind+"/"+r.Key]
	}
	return resource.Text(v)
}

// agree tells whether what two orders have in common stands in the same order.
func agree(a, b []string) bool {
	return slices.Equal(common(a, b), common(b, a))
}

func common(a, b []string) []string {
	in := map[string]bool{}
	for _, s := range b {
		in[s] = true
	}
	var out []string
	for _, s := range a {
		if in[s] {
			out = append(out, s)
		}
	}
	return out
}

// merged returns the base order with what only the other order has, each after
// what it follows there.
func merged(base, other []string) []string {
	out := slices.Clone(base)
	at := map[string]bool{}
	for _, s := range base {
		at[s] = true
	}
	last := -1
	for _, s := range other {
		if !at[s] {
			last++
			out = slices.Insert(out, last, s)
			at[s] = true
			continue
		}
		last = slices.Index(out, s)
	}
	return out
}
