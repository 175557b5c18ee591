package apply

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// replace decides what is left of a replacement: which of the old object and
// the new one is there tells how far it got.
func (r *resuming) replace(k *resource.Kind, ch *diff.Change) {
	f := r.facts[ch.ID]
	if !f.begun() {
		r.unbegun(k, ch)
		return
	}
	r.fresh[ch.ID] = true
	if k.ServerID == "" {
		r.replaceByKey(k, ch, f)
		return
	}
	after := r.mapped(k, ch.After)
	s, d := f.step(creating), f.step(deleting)
	old := r.rows.Find(k, ch.Before)
	switch {
	case d.status == Done && old != nil && r.lagging(d):
		r.waitFor(ch, d)
		return
	case s.status == Done && r.find(k, after, s.id) == nil && r.lagging(s):
		r.waitFor(ch, s)
		return
	case d.status == Done:
		old = nil
	}
	id := s.id
	if s.status == Unknown || s.status != Done && old == nil {
		if row, differs := lookFor(k, after, r.Live.Rows(k.Name), r.Live.Unreadable[k.Name], r.isTaken(k)); row != nil && !differs {
			r.adopt(k, ch, row)
			id, s.status = identity(k, row), Done
		} else if s.status == Unknown && r.lagging(s) {
			r.waitFor(ch, s)
			return
		}
	}
	made := s.status == Done
	if made {
		r.made[resource.Ref{Kind: ch.Kind, Key: ch.Key}] = id
	}
	switch {
	case made && old == nil:
		r.done(ch, id)
	case made:
		r.rest(ch, diff.Delete, ch.Before, nil)
	case old == nil:
		r.rest(ch, diff.Create, nil, ch.After)
	default:
		r.keep(ch)
	}
}

// replaceByKey is for objects whose key is their identity: there is only one
// of them at a time.
func (r *resuming) replaceByKey(k *resource.Kind, ch *diff.Change, f *facts) {
	after := r.mapped(k, ch.After)
	row := r.rows.Find(k, ch.Before)
	removed, created := f.step(deleting), f.step(creating)
	isNew := row != nil && len(diff.Compare(k, row, after, r.unpublished(k))) == 0
	isOld := row != nil && len(diff.Compare(k, row, ch.Before, r.Live.Unreadable[k.Name])) == 0
	switch {
	case created.status == Done && (row == nil || isOld && !isNew) && r.lagging(created):
		r.waitFor(ch, created)
	case created.status == Done || isNew:
		r.publish(k, ch, after, nil, f)
	case removed.status == Done && row == nil && created.status == Unknown && r.lagging(created):
		r.waitFor(ch, created)
	case removed.status == Done || row == nil:
		r.rest(ch, diff.Create, nil, ch.After)
	default:
		r.keep(ch)
	}
}

func (r *resuming) unbegun(k *resource.Kind, ch *diff.Change) {
	row := r.rows.Find(k, ch.Before)
	if row == nil {
		r.conflict(ch, "it is gone", nil)
		return
	}
	if changes := diff.Compare(k, row, ch.Before, r.Live.Unreadable[k.Name]); len(changes) > 0 {
		r.conflict(ch, "it was changed", changes)
		return
	}
	r.keep(ch)
}

// rest leaves one half of a replacement to be done.
func (r *resuming) rest(ch *diff.Change, action diff.Action, before, after *resource.Object) {
	c := *ch
	c.Action, c.Before, c.After, c.DeleteFirst = action, before, after, false
	c.Fields, c.Write = nil, nil
	r.half[ch.ID] = true
	r.keep(&c)
}
