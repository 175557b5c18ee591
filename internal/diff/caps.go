package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// caps turns the order of replacing around where a limit leaves no room for
// the old and the new at once, lets new objects wait for room, and blocks
// replacements for which there is none even then.
func (c *computation) caps() {
	for _, k := range resource.Kinds() {
		for _, limit := range k.Caps {
			c.cap(k, limit)
		}
	}
}

// bucket is what counts together against a limit.
type bucket struct {
	live                       int
	creates, replaces, deletes []*Change
}

func (c *computation) cap(k *resource.Kind, limit resource.Cap) {
	buckets := map[string]*bucket{}
	at := func(o *resource.Object) *bucket {
		id := limit.Place(o)
		if buckets[id] == nil {
			buckets[id] = &bucket{}
		}
		return buckets[id]
	}
	if !slices.ContainsFunc(c.plan.Changes, func(ch *Change) bool { return ch.Kind == k.Name }) {
		return
	}
	for _, l := range c.live.Rows(k.Name) {
		at(l).live++
	}
	for _, ch := range c.plan.Changes {
		if ch.Kind != k.Name || ch.Blocked != "" {
			continue
		}
		switch ch.Action {
		case Create:
			b := at(ch.After)
			b.creates = append(b.creates, ch)
		case Replace:
			b := at(ch.After)
			if b == at(ch.Before) {
				b.replaces = append(b.replaces, ch)
			} else { // its old place is no room for it
				b.creates = append(b.creates, ch)
			}
		case Delete:
			b := at(ch.Before)
			b.deletes = append(b.deletes, ch)
		}
	}
	for _, b := range buckets {
		b.makeRoom(limit)
	}
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
			ch.Waits = append(ch.Waits, d.ID)
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
				ch.Needs = append(ch.Needs, d.ID)
			}
		}
	default:
		for _, d := range b.deletes {
			ch.Waits = append(ch.Waits, d.ID)
		}
	}
}
