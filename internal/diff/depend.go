package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// depend finds out what has to come before what, and blocks what needs
// something that is not made.
func (d *draft) depend() {
	d.need()
	d.order()
	d.wait()
	d.tellAlong()
	d.tellDoubts()
}

// need finds out which changes cannot be made without which others, and blocks
// those that need what is blocked.
func (d *draft) need() {
	byID := changesByID(d.Changes)
	definitions := definingChanges(d.Changes)
	for _, ch := range d.Changes {
		needRefs(ch, byID)
		d.needDefinition(ch, definitions)
	}
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

// needRefs makes a change need what it refers to and what does not exist yet.
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
				ch.Waits = append(ch.Waits, id)
			}
		case id == ch.ID, isMemberMap(ch.kind(), ref.To):
		case ref.To.Open && !must:
			ch.Waits = append(ch.Waits, id)
		default:
			ch.Needs = append(ch.Needs, id)
		}
	}
}

// createdBy returns the change that creates what a reference means: a Ref, or
// the key of an object that has no other identity.
func createdBy(ref resource.Reference, byID map[string]*Change) string {
	if r, ok := ref.Value.(resource.Ref); ok {
		return r.Address()
	}
	for i, name := range ref.Names() {
		if k := resource.Lookup(ref.To.Kinds[i]); k == nil || k.ServerID != "" {
			continue
		}
		if ch := byID[name]; ch != nil && ch.Action == Create {
			return ch.ID
		}
	}
	return ""
}

// wait finds out which changes have to come after which others.
func (d *draft) wait() {
	deletesWait(d.Changes)
	movesWait(d.Changes)
	byID := changesByID(d.Changes)
	for _, ch := range d.Changes {
		ch.Needs, ch.Waits = tidy(ch.Needs), tidy(ch.Waits)
		ch.Waits = slices.DeleteFunc(ch.Waits, func(id string) bool {
			return id == ch.ID || slices.Contains(ch.Needs, id) || !byID[id].made()
		})
		if len(ch.Waits) == 0 {
			ch.Waits = nil
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
			ch.Waits = append(ch.Waits, r.Address())
		} else if next := moved[ch.Kind+"/"+resource.Text(ch.Move.Before)]; next != "" {
			ch.Waits = append(ch.Waits, next)
		}
	}
}

// deletesWait makes the deletion of an object wait for every change of an
// object that refers to it, and what goes to a place of a list wait until those
// are gone that leave it.
func deletesWait(changes []*Change) {
	uses := uses(changes)
	deletes := map[string][]string{} // by kind
	for _, ch := range changes {
		if ch.Action != Delete {
			continue
		}
		for _, u := range uses[ch.kind().Address(ch.Before)] {
			ch.Waits = append(ch.Waits, u.by.ID)
		}
		deletes[ch.Kind] = append(deletes[ch.Kind], ch.ID)
	}
	for _, ch := range changes {
		if ch.Action != Delete && (ch.Move != nil || ch.Action == Create && ch.kind().Order == resource.Linked) {
			ch.Waits = append(ch.Waits, deletes[ch.Kind]...)
		}
	}
}

// clashes makes a new object wait for the deletion of one whose name the
// server takes for the same, and blocks it if that one stays.
func (d *draft) clashes() {
	fold := func(k *resource.Kind, row *resource.Object) string {
		return k.Name + "/" + strings.ToLower(k.KeyOf(row))
	}
	gone := map[*resource.Object]string{}
	creates := false
	for _, ch := range d.Changes {
		if ch.Action == Delete {
			gone[ch.Before] = ch.ID
		}
		creates = creates || ch.Action == Create && ch.kind().FoldCase
	}
	if !creates {
		return
	}
	there := map[string]*resource.Object{}
	for _, k := range resource.Kinds() {
		if !k.FoldCase {
			continue
		}
		for _, l := range d.live.Rows(k.Name) {
			if at := fold(k, l); there[at] == nil || gone[there[at]] != "" {
				there[at] = l // one that stays counts before one that goes
			}
		}
	}
	fresh := map[string]*Change{}
	for _, ch := range d.Changes {
		if ch.Action != Create || !ch.kind().FoldCase {
			continue
		}
		at := fold(ch.kind(), ch.After)
		switch l, other := there[at], fresh[at]; {
		case l != nil && gone[l] != "":
			ch.Needs = append(ch.Needs, gone[l])
		case ch.Blocked != "":
			continue
		case l != nil:
			ch.Blocked = fmt.Sprintf("the license has the %s %q, whose name the server takes for the same", ch.kind().Singular, ch.kind().KeyOf(l))
		case other != nil:
			ch.Blocked = fmt.Sprintf("there is the new %s %q, whose name the server takes for the same", ch.kind().Singular, ch.kind().KeyOf(other.After))
		}
		if ch.Blocked == "" {
			fresh[at] = ch
		}
	}
}
