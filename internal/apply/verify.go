package apply

import (
	"fmt"
	"slices"
	"time"

	"lcsync/internal/diff"
)

// pauses are the times between reads; the last one repeats.
var pauses = []time.Duration{0, 1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second}

// failedReads is how many reads in a row may fail before nothing more is
// expected of the license: each of them was repeated by itself.
const failedReads = 3

// verify reads the kinds that were touched until everything reads back as
// planned, or the time is over for which reads may lag behind what was written.
func (r *run) verify() {
	if r.o.NoVerify || r.o.Read == nil {
		return
	}
	if r.stopped {
		r.notice("nothing was read back, for the run was stopped")
		return
	}
	open := r.expectations()
	read := false
	var failed []error // reads in a row
	for round := 0; len(open) > 0; round++ {
		if !r.pause(open, round) {
			break
		}
		asked := r.o.Clock.Now()
		live, err := r.o.Read(r.ctx, kindsOf(tasksOf(open)))
		if err != nil {
			if failed = append(failed, err); r.broken(err) || len(failed) == failedReads {
				break
			}
			continue
		}
		read, failed = true, nil
		if open = r.check(open, newIndex(live), asked); r.insist(&open, asked) {
			round = -1
		}
	}
	if len(failed) > 0 && r.err == nil && !r.stopped {
		r.notice("reading back failed: %v", failed[len(failed)-1])
	}
	r.conclude(open, read && len(failed) == 0)
	r.verified = r.allRead()
}

// pause waits for the next read: longer each time, and no longer than until the
// first write has to show. It returns false if the run was cancelled.
func (r *run) pause(open []*expectation, round int) bool {
	now, last := r.o.Clock.Now(), time.Duration(0)
	next := pauses[min(round, len(pauses)-1)]
	for _, e := range open {
		left := max(e.due(r.o.Propagation).Sub(now), 0)
		next, last = min(next, left), max(last, left)
	}
	if round == 0 {
		r.stage("reading back")
	} else {
		r.stage(fmt.Sprintf("reading back: waiting up to %v for %d that %s not show yet", last.Round(time.Second), len(open), plural(len(open), "does", "do")))
	}
	if err := r.o.Clock.Sleep(r.ctx, next); err != nil {
		r.stopped = true
		return false
	}
	return true
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// check returns the expectations that are still open after a read that was asked
// for at a time.
func (r *run) check(open []*expectation, live *index, asked time.Time) []*expectation {
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
		case !asked.Before(e.due(r.o.Propagation)) && !r.insistable(e):
			e.keep()
			continue
		}
		still = append(still, e)
	}
	return still
}

// insistable tells whether there is something left to do about what reads back as
// it was before.
func (r *run) insistable(e *expectation) bool {
	k := e.task.kind
	stays := k.Keep != nil && k.Keep(e.task.rowFor(updating)) != ""
	return e.stubborn && !e.insisted && k.Delete != nil && !stays && !r.stopped
}

// insist deletes what still reads back as it was before when it had to show, where
// the vendor leaves open whether values are overwritten, and writes it again,
// once. It takes out of the open expectations those that this fails for, and tells
// whether anything was written.
func (r *run) insist(open *[]*expectation, asked time.Time) bool {
	var again []*task
	of := map[*task]*expectation{}
	for _, e := range *open {
		t := e.task
		if !r.insistable(e) || asked.Before(e.due(r.o.Propagation)) {
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
		return false
	}
	r.execute(again)
	for _, u := range again {
		e := of[u]
		e.written, e.reads = u.ended, 0
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
	*open = slices.DeleteFunc(*open, func(e *expectation) bool { return e.task.result.Status != Done })
	return true
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
			e.keep()
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
