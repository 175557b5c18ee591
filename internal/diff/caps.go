package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// overCaps blocks what a limit leaves no room for, after everything that goes
// has gone. What is replaced and cannot move to a full place takes up its old
// one again.
func (d *draft) overCaps() {
	for _, k := range resource.Kinds() {
		for _, limit := range k.Caps {
			for again := true; again; {
				again = false
				for _, b := range d.buckets(k, limit) {
					room := max(0, limit.N-b.live+len(b.deletes)+b.leave)
					for _, ch := range b.creates[min(room, len(b.creates)):] {
						d.blockFor(ch, []Refusal{{Text: fmt.Sprintf("more than %d %s would share %s; the vendor allows %d", limit.N, k.Name, strings.Join(limit.Per, " and "), limit.N)}})
						again = true
					}
				}
			}
		}
	}
}

// caps turns the order of replacing around where a limit leaves no room for
// the old and the new at once, lets new objects wait for room, and blocks
// replacements for which there is none even then.
func (d *draft) caps() {
	for _, k := range resource.Kinds() {
		for _, limit := range k.Caps {
			for _, b := range d.buckets(k, limit) {
				b.makeRoom(limit)
			}
		}
	}
}

// bucket is what counts together against a limit.
type bucket struct {
	live                       int
	leave                      int // replaced objects that go to another place
	creates, replaces, deletes []*Change
}

// buckets returns what counts against a limit, by place.
func (d *draft) buckets(k *resource.Kind, limit resource.Cap) map[string]*bucket {
	buckets := map[string]*bucket{}
	at := func(o *resource.Object) *bucket {
		id := limit.Place(o)
		if buckets[id] == nil {
			buckets[id] = &bucket{}
		}
		return buckets[id]
	}
	for _, l := range d.live.Rows(k.Name) {
		at(l).live++
	}
	for _, ch := range d.Todo() {
		if ch.Kind != k.Name || ch.Action == Update {
			continue
		}
		switch {
		case ch.After == nil:
			b := at(ch.Before)
			b.deletes = append(b.deletes, ch)
		case ch.Before != nil && at(ch.Before) == at(ch.After):
			b := at(ch.After)
			b.replaces = append(b.replaces, ch)
		default:
			if ch.Before != nil {
				at(ch.Before).leave++
			}
			b := at(ch.After)
			b.creates = append(b.creates, ch)
		}
	}
	return buckets
}

func (b *bucket) makeRoom(limit resource.Cap) {
	if b.live+len(b.creates)+len(b.replaces) <= limit.N {
		return
	}
	for _, ch := range b.replaces {
		b.makeRoomFor(ch, limit)
	}
	for _, ch := range b.creates {
		for _, d := range slices.Concat(b.deletes, b.replaces) {
			ch.StartsAfter = append(ch.StartsAfter, d.ID)
		}
	}
}

// makeRoomFor says in which order a replacement goes. Deletions make room; only
// where that is not enough it has to make its own.
func (b *bucket) makeRoomFor(ch *Change, limit resource.Cap) {
	left := b.live - len(b.deletes)
	switch {
	case left > limit.N:
		ch.Blocked = fmt.Sprintf("the license has %d where %d are allowed, so that there is no room for the new one even without the old one; delete some first", left, limit.N)
	case left+len(b.replaces) > limit.N:
		ch.DeleteFirst = true
		ch.Loses = append(ch.Loses, fmt.Sprintf("a gap in delivery: all %d places are taken, so the old one goes before the new one comes", limit.N))
		if b.live > limit.N { // its own place is none before others went
			for _, d := range b.deletes {
				ch.DependsOn = append(ch.DependsOn, d.ID)
			}
		}
	default:
		for _, d := range b.deletes {
			ch.StartsAfter = append(ch.StartsAfter, d.ID)
		}
	}
}

// clashes makes a new object wait for the deletion of one whose name the
// server takes for the same, and blocks it if that one stays.
func (d *draft) clashes() {
	gone := map[*resource.Object]string{}
	for _, ch := range d.Changes {
		if ch.Action == Delete {
			gone[ch.Before] = ch.ID
		}
	}
	fresh := map[string]*Change{}
	for _, ch := range d.Changes {
		k := ch.kind()
		if ch.Action != Create || !k.FoldCase {
			continue
		}
		for _, l := range d.live.Folded(k, k.JoinKey(ch.After)) {
			if id := gone[l]; id != "" {
				ch.DependsOn = append(ch.DependsOn, id)
			} else if ch.Blocked == "" {
				ch.Blocked = fmt.Sprintf("the license has the %s %q, whose name the server takes for the same", k.Singular, k.KeyOf(l))
			}
		}
		at := resource.Address(k.Name, strings.ToLower(k.JoinKey(ch.After)))
		if other := fresh[at]; ch.Blocked == "" && other != nil {
			ch.Blocked = fmt.Sprintf("there is the new %s %q, whose name the server takes for the same", k.Singular, k.KeyOf(other.After))
		} else if ch.Blocked == "" {
			fresh[at] = ch
		}
	}
}
