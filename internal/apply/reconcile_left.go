package apply

import (
	"slices"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// sent returns a step of a change as it was sent or would be, with references to
// what the run made resolved.
func (r *reconciling) sent(k *resource.Kind, ch *diff.Change, does effect) *item {
	t, _ := newTask(ch, &Result{})
	it := &item{task: t, row: r.mapped(k, ch.After)}
	for i := range t.steps {
		if t.steps[i].does == does {
			it.step = &t.steps[i]
		}
	}
	_, it.soft, _ = mapRefs(k, it.row, func(resource.Ref) resource.Value { return nil })
	it.expect()
	return it
}

// find looks for what a step did that was not answered. What it finds counts as
// answered from then on.
func (r *reconciling) find(ch *diff.Change, it *item, s fact) finding {
	found := r.claims.find(it, r.live)
	if found.row == nil {
		return found
	}
	r.made[refOf(ch)] = found.id
	if s.status == Unknown {
		r.learned(ch, s, journal.Result{Status: string(Done), ServerID: resource.Text(found.id), Note: "found " + found.detail})
	}
	r.tellSecret(it, found.id, found.row)
	return found
}

// learned notes what became of a call that was not answered.
func (r *reconciling) learned(ch *diff.Change, s fact, result journal.Result) {
	result.Change = ch.ID
	r.out.Found = append(r.out.Found, journal.Outcome{Call: s.call, Time: r.Now, Results: []journal.Result{result}})
}

// tellSecret says of an object whose creation was not answered that nobody
// knows its secret, if it has one that was not kept.
func (r *reconciling) tellSecret(it *item, id resource.Value, row *resource.Object) {
	k := it.task.kind
	again := resetCall(k, id, it.row, row)
	if again != "" && (r.Kept == nil || !r.Kept(secretName(k, id))) {
		r.out.Notices = append(r.out.Notices, "the secret of "+secretName(k, id)+" is lost with the answer that told it; a new one is made by "+again)
	}
}

// shown returns the live object that a change made, nil if it does not show.
func (r *reconciling) shown(k *resource.Kind, after *resource.Object, id resource.Value) *resource.Object {
	if k.ServerID != "" && id != nil {
		after = after.Clone()
		after.Set(k.ServerID, id)
	}
	return r.live.Find(k, after)
}

// goes tells whether what a change writes back, and what may still be there, is
// yet to be taken away by a replacement.
func (r *reconciling) goes(ch *diff.Change) bool {
	return slices.ContainsFunc(r.remain, func(c *diff.Change) bool {
		return c.Action == diff.Replace && slices.Contains(ch.DependsOn, c.ID)
	})
}

// placed tells whether an object shows in the place that it was moved to.
func (r *reconciling) placed(k *resource.Kind, ch *diff.Change, row *resource.Object) bool {
	next := ch.Move.Before
	if ref, ok := next.(resource.Ref); ok {
		if next = r.made[ref]; next == nil {
			return true // nobody knows the place
		}
	}
	return r.live.Precedes(k, k.NameOf(row), resource.Text(next))
}

func (r *reconciling) leave(ch *diff.Change) { r.remain = append(r.remain, ch) }

func (r *reconciling) done(ch *diff.Change, id resource.Value) {
	r.gone[ch.ID] = true
	r.out.Done = append(r.out.Done, Result{ID: ch.ID, Kind: ch.Kind, Key: ch.Key, Action: ch.Action, Status: Done, Detail: "done before",
		ServerID: resource.Text(id)})
}

func (r *reconciling) conflict(c *diff.Conflict) {
	if r.Begun {
		r.gone[c.Change] = true // planned anew
		return
	}
	r.out.Conflicts = append(r.out.Conflicts, *c)
}

// age is how long ago a call was sent, at the least.
func (r *reconciling) age(f fact) time.Duration {
	if f.since.After(r.Since) {
		return r.Now.Sub(r.Since)
	}
	return r.Now.Sub(f.since)
}

// lagging tells whether what a call did may not show yet.
func (r *reconciling) lagging(f fact) bool { return r.age(f) < r.Propagation }

// wait puts off the decision on a change until what a call did would show.
// What is known to be done is waited for, too: whoever plans anew would take
// what does not show for something that is still to be done.
func (r *reconciling) wait(ch *diff.Change, f fact) {
	r.out.Wait = max(r.out.Wait, r.Propagation-r.age(f))
	r.out.Waiting = append(r.out.Waiting, ch.ID)
	r.leave(ch)
}

// left returns the plan of what is left.
func (r *reconciling) left() *diff.Plan {
	for _, ch := range r.remain {
		if r.Begun && !r.half[ch.ID] && !r.returns(ch) && !r.activates(ch) {
			r.gone[ch.ID] = true
		}
	}
	p := *r.Plan
	p.Changes = nil
	for _, ch := range r.remain {
		if r.gone[ch.ID] {
			continue
		}
		c := *ch
		c.After = r.mapped(resource.LookupAny(c.Kind), c.After)
		c.DependsOn, c.StartsAfter = r.still(c.DependsOn), r.still(c.StartsAfter)
		if c.Move != nil {
			if ref, ok := c.Move.Before.(resource.Ref); ok && r.made[ref] != nil {
				c.Move = &diff.Move{Before: r.made[ref]}
			}
		}
		p.Changes = append(p.Changes, &c)
	}
	return &p
}

// returns tells whether a change writes back what another one takes away that
// was begun.
func (r *reconciling) returns(ch *diff.Change) bool {
	return ch.Action == diff.Create && slices.ContainsFunc(ch.DependsOn, func(id string) bool { return r.begun[id] })
}

// activates tells whether a change brings an object into service that the run
// made: whoever plans anew takes that one for an old one.
func (r *reconciling) activates(ch *diff.Change) bool {
	for _, k := range resource.Kinds() {
		if a := k.ActivatedBy; a != nil && a.Kind == ch.Kind {
			ref, isNew := ch.After.Get(resource.Lookup(a.Kind).Key[0]).(resource.Ref)
			return isNew && r.made[ref] != nil
		}
	}
	return false
}

func (r *reconciling) still(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return r.gone[id] })
}

// mapped returns a row with references to what the run made resolved.
func (r *reconciling) mapped(k *resource.Kind, row *resource.Object) *resource.Object {
	return k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if ref, ok := v.(resource.Ref); ok && r.made[ref] != nil {
			return r.made[ref]
		}
		return v
	})
}

func refOf(ch *diff.Change) resource.Ref { return resource.Ref{Kind: ch.Kind, Key: ch.Key} }

// Nothing is the report of a run that had nothing left to do.
func Nothing() *Report {
	return &Report{FormatVersion: FormatVersion, Results: []Result{}, Notices: []string{}, Verified: true}
}
