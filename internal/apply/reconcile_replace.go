package apply

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// replace decides what is left of a replacement: which of the old object and
// the new one is there tells how far it got.
func (r *reconciling) replace(k *resource.Kind, ch *diff.Change) {
	switch f := r.facts[ch.ID]; {
	case f == nil:
		r.unless(ch, r.live.Find(k, ch.Before))
		return
	case k.ServerID == "":
		r.begun[ch.ID] = true
		r.replaceByKey(k, ch, f)
	default:
		r.begun[ch.ID] = true
		r.replaceByID(k, ch, f)
	}
}

// replaceByID is for objects of which the old one and the new one can be told
// apart.
func (r *reconciling) replaceByID(k *resource.Kind, ch *diff.Change, f facts) {
	it := r.sent(k, ch, creating)
	made, removed := f.of(creating), f.of(deleting)
	old := r.live.Find(k, ch.Before)
	switch {
	case removed.status == Done && old != nil && r.lagging(removed):
		r.wait(ch, removed)
		return
	case made.status == Done && r.shown(k, it.row, made.id) == nil && r.lagging(made):
		r.wait(ch, made)
		return
	case removed.status == Done:
		old = nil
	}
	if made.status == Unknown || made.status != Done && old == nil {
		if found := r.find(ch, it, made); found.row != nil {
			made.id, made.status = found.id, Done
		} else if made.status == Unknown && r.lagging(made) {
			r.wait(ch, made)
			return
		}
	}
	if made.status == Done {
		r.made[refOf(ch)] = made.id
	}
	switch {
	case made.status == Done && old == nil:
		r.done(ch, made.id)
	case made.status == Done:
		r.rest(ch, diff.Delete, ch.Before, nil)
	case old == nil:
		r.rest(ch, diff.Create, nil, ch.After)
	default:
		r.leave(ch)
	}
}

// replaceByKey is for objects whose key is their identity: there is only one
// of them at a time.
func (r *reconciling) replaceByKey(k *resource.Kind, ch *diff.Change, f facts) {
	it := r.sent(k, ch, creating)
	row, unreadable := r.live.Find(k, ch.Before), r.Live.Unreadable[k.Name]
	removed, created := f.of(deleting), f.of(creating)
	isNew := row != nil && matches(k, row, it.want, untold(k, r.Live))
	isOld := row != nil && matches(k, row, ch.Before, unreadable)
	switch {
	case created.status == Done && (row == nil || isOld && !isNew) && r.lagging(created):
		r.wait(ch, created)
	case created.status == Done || isNew:
		r.follow(k, ch, it, nil)
	case removed.status == Done && row == nil && created.status == Unknown && r.lagging(created):
		r.wait(ch, created)
	case removed.status == Done || row == nil:
		r.rest(ch, diff.Create, nil, ch.After)
	default:
		r.leave(ch)
	}
}

// rest leaves one half of a replacement to be done.
func (r *reconciling) rest(ch *diff.Change, action diff.Action, before, after *resource.Object) {
	c := *ch
	c.Action, c.Before, c.After, c.DeleteFirst = action, before, after, false
	c.Fields, c.Write = nil, nil
	r.half[ch.ID] = true
	r.leave(&c)
}

// follow leaves what follows the creation of an object to be done: the second
// call of a new one, bringing it into service, or its publication. Nothing if
// that was done, or shows.
func (r *reconciling) follow(k *resource.Kind, ch *diff.Change, it *item, id resource.Value) {
	f, row := r.facts[ch.ID], r.shown(k, it.row, id)
	rest := *ch
	rest.Action, rest.After, rest.Fields, rest.Write, rest.Needs, rest.Waits = diff.Update, it.row, nil, nil, nil, nil
	switch {
	case ch.Interim != nil && row != nil && f.of(updating).status != Done && !ranked(k.Members, row, it.row):
		rest.Before = row
		r.half[ch.ID] = true
	case starts(k, ch) && row != nil && f.of(starting).status != Done:
		rest.Before, rest.Write = row, []string{k.Start.Field}
		r.half[ch.ID] = true
	case it.task.publishes() && k.Publish != nil && f.of(publishing).status != Done && !(row != nil && matches(k, row, it.row, r.Live.Unreadable[k.Name])):
		rest.Before, rest.Needs, rest.Waits = it.row.Clone(), ch.Needs, ch.Waits
		for i := range k.Fields {
			if name := k.Fields[i].Name; k.Fields[i].OnChange == resource.ByPublish && it.row.Has(name) {
				rest.Write = append(rest.Write, name)
				rest.Before.Delete(name)
			}
		}
	default:
		r.done(ch, id)
		return
	}
	r.leave(&rest)
}
