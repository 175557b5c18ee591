package apply

import (
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// create decides what is left of a creation, or of a replacement that was begun, by
// which of the old and the new object exist.
func (r *reconciliation) create(k *resource.Kind, ch *diff.Change) {
	it, replaces := r.sent(k, ch, creating), ch.Action == diff.Replace
	made, removed := r.facts[ch.ID].of(creating), r.facts[ch.ID].of(deleting)
	r.begun[ch.ID] = replaces

	// Where the key is the identity there is one of both at a time, and what is
	// there as wanted is what was to be made, whoever made it.
	row, old := r.live.Find(k, it.row), r.live.Find(k, ch.Before)
	byKey := k.ServerID == ""
	asWanted := byKey && row != nil && !r.goes(ch) && matches(k, row, it.want, untold(k, r.Live))
	asBefore := byKey && replaces && row != nil && !asWanted && matches(k, row, ch.Before, r.Live.Unreadable[k.Name])
	late := !byKey && removed.status == Done && old != nil && r.lagging(removed)
	if !late && removed.status == Done || asWanted {
		old = nil
	}
	var found finding
	if made.status == Unknown || made.status != Done && replaces && old == nil {
		found = r.find(ch, it, made)
	}
	absent := false // it may appear later
	switch {
	case found.row != nil, asWanted && made.status != Done:
		made.status, made.id = Done, found.id
	case made.status == Done:
		absent = r.shown(k, it.row, made.id) == nil || asBefore
	case made.status == Unknown:
		absent = it.adds() && (!byKey || old == nil)
	}
	switch {
	case late:
		r.wait(ch, removed)
		return
	case absent && r.lagging(made):
		r.wait(ch, made)
		return
	case made.status == Done:
		r.made[refOf(ch)] = made.id
	}
	switch {
	case made.status == Done && (byKey || old == nil):
		r.follow(k, ch, it, made.id)
	case made.status == Done:
		r.rest(ch, diff.Delete, ch.Before, nil)
	case replaces && old == nil:
		r.rest(ch, diff.Create, nil, ch.After)
	case !replaces && found.other != nil:
		// It may be the new object all the same, as the server made it.
		r.tellSecret(it, k.IdentityOf(found.other), found.other)
		r.conflict(ch.Conflict("another one of that name exists now", diff.Compare(k, found.other, it.want, untold(k, r.Live))))
	default:
		if made.status == Unknown {
			r.learned(ch, made, journal.Result{Status: string(Failed), Error: "not found, so it did not take effect"})
		}
		r.leave(ch)
	}
}

// rest leaves one half of a replacement to be done.
func (r *reconciliation) rest(ch *diff.Change, action diff.Action, before, after *resource.Object) {
	c := *ch
	c.Action, c.Before, c.After, c.DeleteFirst = action, before, after, false
	c.Fields, c.Write = nil, nil
	r.half[ch.ID] = true
	r.leave(&c)
}

// follow leaves what follows the creation of an object to be done: the second
// call of a new one, bringing it into service, or its publication. Nothing if
// that was done, or shows.
func (r *reconciliation) follow(k *resource.Kind, ch *diff.Change, it *item, id resource.Value) {
	f, row := r.facts[ch.ID], r.shown(k, it.row, id)
	rest := *ch
	rest.Action, rest.After, rest.Fields, rest.Write, rest.DependsOn, rest.StartsAfter = diff.Update, it.row, nil, nil, nil, nil
	switch {
	case ch.Interim != nil && row != nil && f.of(updating).status != Done && !ranked(k.Members, row, it.row):
		rest.Before = row
		r.half[ch.ID] = true
	case starts(k, ch) && row != nil && f.of(starting).status != Done:
		rest.Before, rest.Write = row, []string{k.ActivatedBy.Field}
		r.half[ch.ID] = true
	case it.task.publishes() && k.Publish != nil && f.of(publishing).status != Done && !(row != nil && matches(k, row, it.row, r.Live.Unreadable[k.Name])):
		rest.Before, rest.DependsOn, rest.StartsAfter = it.row.Clone(), ch.DependsOn, ch.StartsAfter
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
