package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// depend orders the changes, and blocks those that need a change that is not made.
func (d *draft) depend() {
	d.need()
	d.order()
	d.wait()
	d.leaveOut()
	d.tellAlong()
	d.tellDoubts()
}

// need finds the changes that each change depends on, and blocks those that depend on
// a blocked one.
func (d *draft) need() {
	byID := changesByID(d.Changes)
	for _, ch := range d.Changes {
		needRefs(ch, byID)
		d.needDefinition(ch)
	}
	d.withhold()
	d.clashes()
	d.overCaps()
	d.block(byID)
	d.caps()
	d.block(byID)
	if keepInUse(d.Changes) {
		d.block(byID)
	}
	for _, ch := range d.Changes {
		d.dropDead(ch, byID)
	}
}

// needRefs makes a change depend on the creation of what it refers to.
func needRefs(ch *Change, byID map[string]*Change) {
	for ref := range ch.kind().References(ch.After) {
		id := createdBy(ref, byID)
		_, must := ref.Value.(resource.Ref)
		switch {
		case id == "":
		case ref.To.Soft:
			// The new object is made with its members. An update that was sent
			// before and took effect after would take them away again.
			if ch.Action == Update {
				ch.StartsAfter = append(ch.StartsAfter, id)
			}
		case id == ch.ID, isMemberMap(ch.kind(), ref.To):
		case ref.To.Open && !must:
			ch.StartsAfter = append(ch.StartsAfter, id)
		default:
			ch.DependsOn = append(ch.DependsOn, id)
		}
	}
}

// wait finds the changes that each change has to wait for.
func (d *draft) wait() {
	deletesWait(d.Changes)
	movesWait(d.Changes)
	byID := changesByID(d.Changes)
	for _, ch := range d.Changes {
		ch.DependsOn, ch.StartsAfter = tidy(ch.DependsOn), tidy(ch.StartsAfter)
		ch.StartsAfter = slices.DeleteFunc(ch.StartsAfter, func(id string) bool {
			return id == ch.ID || slices.Contains(ch.DependsOn, id) || !byID[id].made()
		})
		if len(ch.StartsAfter) == 0 {
			ch.StartsAfter = nil
		}
	}
}

func tidy(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// movesWait makes a move wait until the object that it goes before stands
// where it belongs.
func movesWait(changes []*Change) {
	moved := map[string]string{} // live objects → their moves
	for _, ch := range changes {
		if ch.Move != nil && ch.Before != nil {
			moved[ch.kind().Address(ch.Before)] = ch.ID
		}
	}
	for _, ch := range changes {
		if ch.Move == nil {
			continue
		}
		if r, ok := ch.Move.Before.(resource.Ref); ok {
			ch.StartsAfter = append(ch.StartsAfter, r.Address())
		} else if next := moved[resource.Address(ch.Kind, ch.Move.Before)]; next != "" {
			ch.StartsAfter = append(ch.StartsAfter, next)
		}
	}
}

// deletesWait makes the deletion of an object wait for every change of an object that
// refers to it, and makes moves and creates in a list wait for the deletions in it.
func deletesWait(changes []*Change) {
	uses := uses(changes)
	deletes := map[string][]string{} // by kind
	for _, ch := range changes {
		if ch.Action != Delete {
			continue
		}
		for _, u := range uses[ch.kind().Address(ch.Before)] {
			ch.StartsAfter = append(ch.StartsAfter, u.by.ID)
		}
		deletes[ch.Kind] = append(deletes[ch.Kind], ch.ID)
	}
	for _, ch := range changes {
		if ch.Action != Delete && (ch.Move != nil || ch.Action == Create && ch.kind().Order == resource.Linked) {
			ch.StartsAfter = append(ch.StartsAfter, deletes[ch.Kind]...)
		}
	}
}
