package apply

import (
	"slices"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Unfinished is a run that was stopped on its way, and the license as it is.
type Unfinished struct {
	Plan   *diff.Plan
	Trail  Trail
	Before *resource.License // as the run found it
	Live   *resource.License // as it is now: every kind that the plan touches
	Now    time.Time
	// Propagation is how long after a call its effect may be missing from what
	// is read.
	Propagation time.Duration
	// Begun confines what is left to what cannot be planned anew: the other
	// half of a replacement, and values that go back after it.
	Begun bool
	// Kept tells whether the secret of a new object was saved.
	Kept func(name string) bool
}

// Remainder is what is left of an unfinished run.
type Remainder struct {
	// Plan is what is left to do, with references to objects that the run made
	// resolved.
	Plan *diff.Plan
	// Done are the changes that need nothing more.
	Done []Result
	// Wait is how long absence is not to be believed yet: objects that were to
	// be created may still turn up. After it the license is to be read again.
	Wait    time.Duration
	Waiting []string // the changes that it is about
	// Conflicts are objects that are neither as the run found them nor as it
	// was to leave them.
	Conflicts []diff.Conflict
	Notices   []string
}

// resuming is the work on one Remainder.
type resuming struct {
	Unfinished
	out    Remainder
	rows   *diff.Rows
	facts  map[string]*facts
	made   map[resource.Ref]resource.Value // ids of what the run made
	taken  map[string]bool                 // kind/id of objects that are accounted for
	gone   map[string]bool                 // changes that are not left
	half   map[string]bool                 // replacements that are half done
	fresh  map[string]bool                 // replacements that were begun
	remain []*diff.Change
}

// Resume finds out what is left of a run that did not finish. It sends
// nothing.
func Resume(u Unfinished) *Remainder {
	r := &resuming{Unfinished: u, rows: diff.NewRows(u.Live), facts: u.Trail.facts(),
		made: map[resource.Ref]resource.Value{}, taken: map[string]bool{}, gone: map[string]bool{}, half: map[string]bool{}, fresh: map[string]bool{}}
	r.account()
	for _, ch := range u.Plan.Changes {
		r.change(ch)
	}
	r.out.Plan = r.left()
	return &r.out
}

// account notes the objects that were there before or that the run is known to
// have made: they are not what a lost answer was about.
func (r *resuming) account() {
	for _, k := range r.Before.Kinds() {
		for _, row := range r.Before.Rows(k.Name) {
			r.take(k, row)
		}
	}
	for _, ch := range r.Plan.Changes {
		k := resource.Lookup(ch.Kind)
		if f := r.facts[ch.ID].step(creating); f.status == Done && f.id != nil && k.ServerID != "" {
			r.taken[k.Name+"/"+resource.Text(f.id)] = true
		}
	}
}

func (r *resuming) take(k *resource.Kind, row *resource.Object) {
	if k.ServerID != "" {
		r.taken[k.Name+"/"+resource.Text(k.IDOf(row))] = true
	} else {
		r.taken[k.Name+"/"+k.KeyOf(row)] = true
	}
}

// change decides what becomes of one change.
func (r *resuming) change(ch *diff.Change) {
	if ch.Blocked != "" {
		if !r.Begun {
			r.remain = append(r.remain, ch)
		}
		return
	}
	if !r.Live.Has(ch.Kind) {
		r.conflict(ch, "its kind could not be read", nil)
		return
	}
	k := resource.Lookup(ch.Kind)
	switch ch.Action {
	case diff.Create:
		r.create(k, ch)
	case diff.Update:
		r.update(k, ch)
	case diff.Delete:
		r.remove(k, ch)
	case diff.Replace:
		r.replace(k, ch)
	}
}

func (r *resuming) create(k *resource.Kind, ch *diff.Change) {
	f := r.facts[ch.ID]
	after := r.mapped(k, ch.After)
	switch s := f.step(creating); s.status {
	case Done:
		r.made[resource.Ref{Kind: ch.Kind, Key: ch.Key}] = s.id
		if r.find(k, after, s.id) == nil && r.lagging(s) {
			r.waitFor(ch, s)
			return
		}
		r.follow(k, ch, after, s.id, f)
	case Unknown:
		row, differs := lookFor(k, after, r.Live.Rows(k.Name), r.unpublished(k), r.isTaken(k))
		switch {
		case row != nil && !differs:
			r.adopt(k, ch, row)
			r.follow(k, ch, after, identity(k, row), f)
		case r.lagging(s):
			r.waitFor(ch, s)
		case row != nil:
			// It may be the new object all the same, as the server made it.
			r.tellSecret(k, identity(k, row), row)
			r.conflict(ch, "there is one of that name by now, and it is another", diff.Compare(k, row, after, r.unpublished(k)))
		default:
			r.keep(ch)
		}
	default:
		// Where the key is the identity, what is there as wanted is what was to
		// be made, whoever made it.
		if row := r.rows.Find(k, after); k.ServerID == "" && row != nil && !r.goes(ch) && len(diff.Compare(k, row, after, r.unpublished(k))) == 0 {
			r.publish(k, ch, after, nil, f)
			return
		}
		r.keep(ch)
	}
}

// follow leaves what follows the creation of an object to be done.
func (r *resuming) follow(k *resource.Kind, ch *diff.Change, after *resource.Object, id resource.Value, f *facts) {
	if !r.second(k, ch, after, id, f) && !r.unstarted(k, ch, after, id, f) {
		r.publish(k, ch, after, id, f)
	}
}

// goes tells whether what a change writes back, and what may still be there, is
// yet to be taken away by a replacement.
func (r *resuming) goes(ch *diff.Change) bool {
	return slices.ContainsFunc(r.remain, func(c *diff.Change) bool {
		return c.Action == diff.Replace && slices.Contains(ch.Needs, c.ID)
	})
}

// adopt takes an object for the one that a lost answer was about.
func (r *resuming) adopt(k *resource.Kind, ch *diff.Change, row *resource.Object) {
	id := identity(k, row)
	r.take(k, row)
	r.made[resource.Ref{Kind: ch.Kind, Key: ch.Key}] = id
	r.tellSecret(k, id, row)
}

// tellSecret says of an object whose creation was not answered that nobody
// knows its secret, if it has one that was not kept.
func (r *resuming) tellSecret(k *resource.Kind, id resource.Value, row *resource.Object) {
	if k.Create.ResetSecret != "" && (r.Kept == nil || !r.Kept(secretName(k, id))) {
		r.out.Notices = append(r.out.Notices, lostSecret(k, id, row))
	}
}

func identity(k *resource.Kind, row *resource.Object) resource.Value {
	return (&task{kind: k}).identity(row)
}

func (r *resuming) update(k *resource.Kind, ch *diff.Change) {
	row := r.rows.Find(k, ch.Before)
	if row == nil {
		r.conflict(ch, "it is gone", nil)
		return
	}
	f := r.facts[ch.ID]
	after := r.mapped(k, ch.After)
	want := &resource.Object{}
	for _, name := range ch.Write {
		want.Set(name, after.Get(name))
	}
	if k.Whole { // what it lacked would count as gone
		want = after
	}
	unreadable := r.Live.Unreadable[k.Name]
	asWanted := len(diff.Compare(k, row, want, unreadable)) == 0 && (ch.Interim == nil || ranked(k.Members, row, after))
	sent := f.step(updating).status == Done || f.step(publishing).status == Done
	switch {
	case r.starts(ch) && f.step(starting).status != Done:
		r.half[ch.ID] = true
		r.keep(ch)
	case ch.Move != nil && f.step(updating).status == Done && !r.placed(k, ch, row) && r.lagging(f.step(updating)):
		r.waitFor(ch, f.step(updating))
	case asWanted && (ch.Move == nil || sent):
		r.done(ch, k.IDOf(row))
	case f.begun():
		r.keep(ch)
	default:
		if changes := diff.Compare(k, unjoined(k, row, ch.Before, after), ch.Before, unreadable); len(changes) > 0 && !asWanted {
			r.conflict(ch, "it was changed", changes)
			return
		}
		r.keep(ch)
	}
}

func (r *resuming) remove(k *resource.Kind, ch *diff.Change) {
	row := r.rows.Find(k, ch.Before)
	f := r.facts[ch.ID]
	switch d := f.step(deleting); {
	case row != nil && k.Values == nil && d.status == Done && r.lagging(d):
		r.waitFor(ch, d)
	case row == nil || d.status == Done:
		r.done(ch, nil)
	case f.begun():
		r.keep(ch)
	default:
		if changes := diff.Compare(k, row, ch.Before, r.Live.Unreadable[k.Name]); len(changes) > 0 {
			r.conflict(ch, "it was changed", changes)
			return
		}
		r.keep(ch)
	}
}

func (r *resuming) isTaken(k *resource.Kind) func(id string) bool {
	return func(id string) bool { return r.taken[k.Name+"/"+id] }
}

func (r *resuming) keep(ch *diff.Change) { r.remain = append(r.remain, ch) }

func (r *resuming) done(ch *diff.Change, id resource.Value) {
	r.gone[ch.ID] = true
	res := Result{ID: ch.ID, Kind: ch.Kind, Key: ch.Key, Action: ch.Action, Status: Done, Detail: "done before"}
	if id != nil {
		res.ServerID = resource.Text(id)
	}
	r.out.Done = append(r.out.Done, res)
}

// lagging tells whether what a call did may not show yet.
func (r *resuming) lagging(f fact) bool { return r.Now.Sub(f.since) < r.Propagation }

// waitFor puts off the decision on a change until what a call did would show.
// What is known to be done is waited for, too: whoever plans anew would take
// what does not show for something that is still to be done.
func (r *resuming) waitFor(ch *diff.Change, f fact) {
	r.out.Wait = max(r.out.Wait, r.Propagation-r.Now.Sub(f.since))
	r.out.Waiting = append(r.out.Waiting, ch.ID)
	r.keep(ch)
}

// find returns the live object that a change made, nil if it does not show.
func (r *resuming) find(k *resource.Kind, after *resource.Object, id resource.Value) *resource.Object {
	if k.ServerID != "" && id != nil {
		after = after.Clone()
		after.Set(k.ServerID, id)
	}
	return r.rows.Find(k, after)
}

// placed tells whether an object shows in the place that it was moved to.
func (r *resuming) placed(k *resource.Kind, ch *diff.Change, row *resource.Object) bool {
	next := ch.Move.Before
	if ref, ok := next.(resource.Ref); ok {
		if next = r.made[ref]; next == nil {
			return true // nobody knows the place
		}
	}
	rows := r.Live.Rows(k.Name)
	at := slices.Index(rows, row)
	if at+1 == len(rows) {
		return next == nil
	}
	return nameOf(k, rows[at+1]) == resource.Text(next)
}

func (r *resuming) conflict(ch *diff.Change, why string, fields []diff.FieldChange) {
	if r.Begun {
		r.gone[ch.ID] = true // planned anew
		return
	}
	for i, f := range fields {
		fields[i].Before, fields[i].After = f.After, f.Before
	}
	r.out.Conflicts = append(r.out.Conflicts, diff.Conflict{Change: ch.ID, Kind: ch.Kind, Key: ch.Key, Reason: why, Fields: fields})
}

// lostSecret says that nobody knows the secret of a new object, and the call
// that makes a new one.
func lostSecret(k *resource.Kind, id resource.Value, row *resource.Object) string {
	args := resource.Of("id", id)
	if k.ClientID != "" {
		args.Set(k.ClientID, row.Get(k.ClientID))
	}
	return "the secret of " + secretName(k, id) + " is lost with the answer that told it; a new one is made by " + k.Create.ResetSecret + " " + resource.JSON(args)
}

// Nothing is the report of a run that had nothing left to do.
func Nothing() *Report {
	return &Report{FormatVersion: FormatVersion, Results: []Result{}, Notices: []string{}, Verified: true}
}
