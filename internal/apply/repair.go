package apply

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// repair writes again, after a read that was asked for at a time: lists that were sent
// without objects that did not exist yet and that are still incomplete; and values that
// still read back as before when they must have appeared, for methods that may not
// overwrite values. It writes each once, removes the expectations that fail, and tells
// whether anything was written.
func (r *run) repair(open *[]*expectation, live *resource.Index, asked time.Time) bool {
	if r.stopped {
		return false
	}
	var again []*task
	of := map[*task]*expectation{}
	for _, e := range *open {
		var u *task
		switch {
		case e.deferred != nil && !e.repaired:
			u = e.completed(live)
		case r.insistable(e) && !asked.Before(e.due(r.o.Propagation)):
			u = e.insisted()
		default:
			continue
		}
		e.repaired = true
		if u != nil {
			again, of[u] = append(again, u), e
		}
	}
	if len(again) == 0 {
		return false
	}
	r.execute(again)
	for _, u := range again {
		e := of[u]
		e.written, e.read = u.ended, false
		switch done := u.result.Status == Done; {
		case e.deferred != nil && !done:
			r.inherit(e.task, u, fmt.Sprintf("its %s were not written", listed(e.task.soft)))
		case e.deferred != nil:
		case done:
			e.task.result.note("the server did not overwrite it, so it was deleted and written again")
		case u.next > 0:
			r.inherit(e.task, u, "deleted, not written again")
		default:
			r.inherit(e.task, u, "the server did not overwrite it, and it could not be deleted")
		}
	}
	*open = slices.DeleteFunc(*open, func(e *expectation) bool { return e.task.result.Status != Done })
	return true
}

// rewritten returns a task that makes a change to the object of another one.
func (e *expectation) rewritten(ch diff.Change) *task {
	t := e.task
	ch.ID, ch.Kind, ch.Key = t.change.ID, t.change.Kind, t.change.Key
	u, problem := newTask(&ch, &Result{})
	if problem != "" {
		return nil
	}
	u.index, u.id = t.index, t.id
	return u
}

// defers computes the final form of the lists that were sent without objects that did
// not exist yet. Changes that have nothing to add are skipped.
func (r *run) defers(open []*expectation) {
	for _, e := range open {
		t := e.task
		if len(t.soft) == 0 {
			continue
		}
		want, err := r.deferred(t)
		switch {
		case err != nil:
			r.incomplete(t, err.Error())
		case t.needless && t.result.Detail != "" && t.asBefore(want):
			t.result.Status = Skipped // all that it was to add is missing
		default:
			e.deferred = want
		}
	}
}

// deferred returns the identity of a task's object and its deferred lists as
// they are to be, without what failed, which the result then says.
func (r *run) deferred(t *task) (*resource.Object, error) {
	row, missing, err := r.mapped(t.kind, t.change.After)
	if err != nil {
		return nil, err
	}
	want := &resource.Object{}
	if op := t.kind.Update; op != nil {
		for _, name := range op.ID {
			if v, ok := row.Lookup(name); ok {
				want.Set(name, v)
			}
		}
	}
	if name := cmp.Or(t.kind.ServerID, t.kind.Key[0]); t.kind.ServerID != "" || len(t.kind.Key) == 1 {
		want.Set(name, t.id)
	}
	for _, name := range t.soft {
		want.Set(name, row.Get(name))
	}
	if len(missing) > 0 {
		t.result.note("without " + listed(r.missing(t)))
	}
	return want, nil
}

// missing names the objects that a task refers to and that were not made.
func (r *run) missing(t *task) []string {
	var out []string
	for to := range t.kind.References(t.change.After) {
		ref, isNew := to.Value.(resource.Ref)
		if !isNew {
			continue
		}
		switch target := r.tasks[refID(ref)]; {
		case target == nil:
			out = append(out, refID(ref)+", which "+r.whyAbsent(refID(ref)))
		case !target.exists():
			out = append(out, refID(ref)+", which "+verb(target.result.Status))
		}
	}
	return out
}

// asBefore tells whether the deferred lists are to be as they were.
func (t *task) asBefore(want *resource.Object) bool {
	before := &resource.Object{}
	for _, name := range t.soft {
		before.Set(name, t.change.Before.Get(name))
	}
	return matches(t.kind, before, want, nil)
}

// completed returns the task that writes deferred lists, nil if they read back
// as they are to be.
func (e *expectation) completed(live *resource.Index) *task {
	t, row := e.task, e.task.in(live)
	if row != nil && matches(t.kind, row, e.deferred, live.Unreadable[t.kind.Name]) {
		return nil
	}
	before := t.change.Before
	if before == nil {
		before = e.deferred
	}
	return e.rewritten(diff.Change{Action: diff.Update, Before: before, After: e.deferred, Write: t.soft})
}

// insistable tells whether a value that reads back as before can be deleted and written
// again.
func (r *run) insistable(e *expectation) bool {
	k := e.task.kind
	stays := k.Keep != nil && k.Keep(e.task.rowFor(updating)) != ""
	return e.stubborn && !e.repaired && k.Delete != nil && !stays && !r.stopped
}

// insisted returns the task that deletes a value and writes it again; nil where
// what that would do is not known.
func (e *expectation) insisted() *task {
	t := e.task
	if t.change.NoRewrite {
		t.result.note("the server did not overwrite it; pass --replace-properties to delete it and write it again")
		return nil
	}
	u := e.rewritten(diff.Change{Action: diff.Delete, Before: t.rowFor(updating), After: t.change.After, Write: t.change.Write, Fields: t.change.Fields})
	if u != nil {
		u.lay(deleting, t.steps[len(t.steps)-1].does)
	}
	return u
}

// incomplete marks a task as failed of which only a first part was written.
func (r *run) incomplete(t *task, why string) {
	t.result.Status = Failed
	t.result.note(fmt.Sprintf("it was %s, but its %s were not written: %s", past(t.change.Action), listed(t.soft), why))
}

// inherit gives a result the outcome of a call that was made for it later.
func (r *run) inherit(t, later *task, detail string) {
	from := later.result
	t.result.Status, t.result.Error, t.result.ErrorType, t.result.Method = from.Status, from.Error, from.ErrorType, from.Method
	if from.Status == Skipped {
		t.result.Status = Failed // a part of it was done
	}
	t.result.note(detail)
	if from.Detail != "" {
		t.result.note(from.Detail)
	}
}
