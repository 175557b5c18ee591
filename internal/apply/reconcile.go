package apply

import (
	"slices"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// Unfinished is a run that was stopped on its way, and the license as it is.
type Unfinished struct {
	Plan    *diff.Plan
	Entries []journal.Entry
	Before  *resource.License // as the run found it
	Live    *resource.License // as it is now: every kind that the plan touches
	Now     time.Time
	// Since is when the license was first looked at; Now if it is zero. What was
	// sent was sent before that, whatever a clock said then.
	Since time.Time
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
	// Found are the outcomes of calls that the journal has none of, as the license
	// tells them.
	Found []journal.Outcome
	// Unread names what could not be read although the run had begun to change
	// it. As long as there is any, nothing else is said.
	Unread []string
	// Wait is how long absence is not to be believed yet: objects that were to
	// be created may still turn up. After it the license is to be read again.
	Wait    time.Duration
	Waiting []string // the changes that it is about
	// Conflicts are objects that are neither as the run found them nor as it
	// was to leave them.
	Conflicts []diff.Conflict
	Notices   []string
}

// reconciling is the work on one Remainder.
type reconciling struct {
	Unfinished
	out    Remainder
	live   *resource.Index
	facts  map[string]facts
	claims *claims
	made   map[resource.Ref]resource.Value // ids of what the run made
	gone   map[string]bool                 // changes that are not left
	half   map[string]bool                 // changes of which a part is left that cannot be planned anew
	begun  map[string]bool                 // replacements that were begun
	remain []*diff.Change
}

// Reconcile finds out what is left of a run that did not finish: what its plan
// says, what its journal tells and what the license shows. It sends nothing.
func Reconcile(u Unfinished) *Remainder {
	if u.Since.IsZero() {
		u.Since = u.Now
	}
	r := &reconciling{Unfinished: u, live: resource.NewIndex(u.Live), facts: factsOf(u.Plan, u.Entries),
		claims: newClaims(u.Before), made: map[resource.Ref]resource.Value{}, gone: map[string]bool{}, half: map[string]bool{}, begun: map[string]bool{}}
	if r.unread(); len(r.out.Unread) > 0 {
		return &r.out
	}
	for _, ch := range u.Plan.Changes {
		k := resource.LookupAny(ch.Kind)
		if f := r.facts[ch.ID].of(creating); f.status == Done && f.id != nil && k.ServerID != "" {
			r.claims.claim(k, f.id)
		}
	}
	for _, ch := range u.Plan.Changes {
		r.change(ch)
	}
	r.out.Plan = r.left()
	return &r.out
}

// unread finds what was not read of that which the run began to change: what
// became of it is not to be forgotten.
func (r *reconciling) unread() {
	for _, ch := range r.Plan.Changes {
		if what := unreadPart(ch, r.Live); r.facts[ch.ID] != nil && what != "" && !slices.Contains(r.out.Unread, what) {
			r.out.Unread = append(r.out.Unread, what)
		}
	}
	if r.Live.Owner == "" && r.Plan.License.Owner != "" {
		r.out.Unread = append(r.out.Unread, "whose license this is")
	}
}

// unreadPart names what of a license was not read although a change is about
// it: its kind, its application's part of the kind, or the object. "" if it was
// read.
func unreadPart(ch *diff.Change, live *resource.License) string {
	k, row := resource.LookupAny(ch.Kind), ch.Before
	if row == nil {
		row = ch.After
	}
	if !live.Has(k.Name) {
		return k.Name
	}
	for _, g := range live.Gaps {
		switch {
		case g.Partial || !g.Hides(k, row):
		case g.ClientID != "":
			return k.Name + " of " + g.ClientID
		default:
			return ch.ID
		}
	}
	return ""
}

// change decides what becomes of one change.
func (r *reconciling) change(ch *diff.Change) {
	if ch.Blocked != "" {
		if !r.Begun {
			r.leave(ch)
		}
		return
	}
	if !r.Live.Has(ch.Kind) {
		r.conflict(ch.Conflict("its kind could not be read", nil))
		return
	}
	k := resource.LookupAny(ch.Kind)
	switch {
	case ch.Action == diff.Update:
		r.update(k, ch)
	case ch.Action == diff.Delete:
		r.remove(k, ch)
	case ch.Action == diff.Replace && r.facts[ch.ID] == nil:
		r.unless(ch)
	default:
		r.create(k, ch)
	}
}

func (r *reconciling) update(k *resource.Kind, ch *diff.Change) {
	row := r.live.Find(k, ch.Before)
	if row == nil {
		r.conflict(ch.Conflict("it is gone", nil))
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
	asWanted := matches(k, row, want, unreadable) && (ch.Interim == nil || ranked(k.Members, row, after))
	sent := f.of(updating).status == Done || f.of(publishing).status == Done
	switch {
	case starts(k, ch) && f.of(starting).status != Done:
		r.half[ch.ID] = true
		r.leave(ch)
	case ch.Move != nil && f.of(updating).status == Done && !r.placed(k, ch, row) && r.lagging(f.of(updating)):
		r.wait(ch, f.of(updating))
	case asWanted && (ch.Move == nil || sent):
		r.done(ch, k.IDOf(row))
	case f != nil:
		r.leave(ch)
	default:
		if changes := diff.Compare(k, unjoined(k, row, ch.Before, after), ch.Before, unreadable); len(changes) > 0 && !asWanted {
			r.conflict(ch.Conflict("it was changed", changes))
			return
		}
		r.leave(ch)
	}
}

func (r *reconciling) remove(k *resource.Kind, ch *diff.Change) {
	row := r.live.Find(k, ch.Before)
	switch d := r.facts[ch.ID].of(deleting); {
	case row != nil && k.Values == nil && d.status == Done && r.lagging(d):
		r.wait(ch, d)
	case row == nil || d.status == Done:
		r.done(ch, nil)
	default:
		r.unless(ch)
	}
}

// unless leaves a change to be done unless its object was changed since the run
// found it. One that was begun is left in any case.
func (r *reconciling) unless(ch *diff.Change) {
	if c := ch.Stale(r.live); c != nil && r.facts[ch.ID] == nil {
		r.conflict(c)
		return
	}
	r.leave(ch)
}
