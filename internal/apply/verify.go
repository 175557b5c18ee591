package apply

import (
	"slices"
	"time"

	"lcsync/internal/diff"
)

// pauses are the times between reads; the last one repeats.
var pauses = []time.Duration{0, 1 * time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second}

// failedReads is how many reads in a row may fail before nothing more is
// expected of the license: each of them was repeated by itself.
const failedReads = 3

// stubbornReads is how often a value has to read back as it was before it is
// deleted and written again. It must also have done so for half of the time
// after which a difference is called kept: reads may only lag.
const stubbornReads = 2

// verify reads the kinds that were touched until everything reads back as
// planned, or does not and stays so.
func (r *run) verify() {
	if r.o.NoVerify || r.o.Read == nil {
		return
	}
	if r.stopped {
		r.notice("nothing was read back, for the run was stopped")
		return
	}
	open := r.expectations()
	started := r.o.Clock.Now()
	read := false
	var failed []error // reads in a row
	for round := 0; len(open) > 0; round++ {
		r.stage("reading back")
		left := r.o.VerifyFor - r.o.Clock.Now().Sub(started)
		if round > 0 && left <= 0 {
			break
		}
		if err := r.o.Clock.Sleep(r.ctx, min(pauses[min(round, len(pauses)-1)], left)); err != nil {
			r.stopped = true
			break
		}
		live, err := r.o.Read(r.ctx, kindsOf(tasksOf(open)))
		if err != nil {
			if failed = append(failed, err); r.broken(err) || len(failed) == failedReads {
				break
			}
			continue
		}
		read, failed = true, nil
		open = r.check(open, newIndex(live))
		open = r.insist(open)
	}
	if len(failed) > 0 && r.err == nil && !r.stopped {
		r.notice("reading back failed: %v", failed[len(failed)-1])
	}
	r.conclude(open, read && len(failed) == 0)
	r.verified = r.allRead()
}

// check returns the expectations that are still open after a read.
func (r *run) check(open []*expectation, live *index) []*expectation {
	now := r.o.Clock.Now()
	var still []*expectation
	for _, e := range open {
		found := live.find(e.task) != nil
		if why := live.unread(e.task, found); why != "" {
			e.task.result.Status = Unverified
			e.task.result.note("it could not be read back: " + why)
			continue
		}
		e.look(live)
		switch {
		case len(e.differs) == 0:
			continue
		case e.changed:
			e.since = now
		case now.Sub(e.since) >= r.o.Stable:
			e.keep("")
			continue
		}
		still = append(still, e)
	}
	return still
}

// insist deletes what reads back as it was before, where the vendor leaves
// open whether values are overwritten, and writes it again, once.
// It returns the expectations that are still open.
func (r *run) insist(open []*expectation) []*expectation {
	var again []*task
	of := map[*task]*expectation{}
	for _, e := range open {
		t := e.task
		lagging := e.stubborn < stubbornReads || r.o.Clock.Now().Sub(e.since) < r.o.Stable/2
		if lagging || e.insisted || t.kind.Delete == nil || r.stopped {
			continue
		}
		e.insisted = true
		if t.change.NoRewrite {
			t.result.note("the server did not overwrite it; --replace-properties deletes it and writes it again")
			continue
		}
		last := t.steps[len(t.steps)-1]
		u, problem := newTask(&diff.Change{ID: t.change.ID, Kind: t.change.Kind, Key: t.change.Key, Action: diff.Delete,
			Before: t.rowFor(updating), After: t.change.After, Write: t.change.Write, Fields: t.change.Fields}, &Result{})
		if problem != "" {
			continue
		}
		u.index, u.id = t.index, t.id
		u.steps = []step{u.step(t.kind.Delete, deleting), u.step(last.op, last.does)}
		of[u] = e
		again = append(again, u)
	}
	if len(again) == 0 {
		return open
	}
	r.execute(again)
	for _, u := range again {
		e := of[u]
		e.since, e.last = r.o.Clock.Now(), ""
		if u.result.Status == Done {
			e.task.result.note("the server did not overwrite it, so it was deleted and written again")
			continue
		}
		detail := "the server did not overwrite it, and it could not be deleted"
		if u.next > 0 {
			detail = "DELETED BUT NOT WRITTEN AGAIN"
		}
		r.inherit(e.task, u, detail)
	}
	return slices.DeleteFunc(open, func(e *expectation) bool { return e.task.result.Status != Done })
}

// conclude gives a status to what is still open when the time is up.
func (r *run) conclude(open []*expectation, read bool) {
	for _, e := range open {
		switch {
		case e.task.result.Status != Done:
		case r.stopped:
			e.task.result.Status = Unverified
			e.task.result.note("the run was stopped before it read back as planned")
		case !read || len(e.differs) == 0:
			e.task.result.Status = Unverified
			e.task.result.note("it could not be read back")
		default:
			e.keep("it was still changing when the time was up")
		}
	}
}

// allRead tells whether everything that was done was verified.
func (r *run) allRead() bool {
	for _, t := range r.todo {
		if t.result.Status == Unverified || t.result.Status == Kept {
			return false
		}
	}
	return !r.stopped
}

func tasksOf(open []*expectation) []*task {
	out := make([]*task, len(open))
	for i, e := range open {
		out[i] = e.task
	}
	return out
}
