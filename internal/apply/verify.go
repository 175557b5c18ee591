package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// pauses are the times between reads; the last one repeats.
var pauses = []time.Duration{0, 1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second}

// failedReads is how many reads in a row may fail before nothing more is
// expected of the license: each of them was repeated by itself.
const failedReads = 3

// verify checks that everything reads back as planned. Without verification it reads
// and writes only deferred lists, once.
func (r *run) verify() {
	open := r.expectations()
	r.defers(open)
	open = slices.DeleteFunc(open, func(e *expectation) bool {
		return e.task.result.Status != Done || r.o.NoVerify && e.deferred == nil
	})
	switch {
	case r.rehearsal, r.o.NoVerify && len(open) == 0:
	case r.o.Read == nil:
		r.unread(open)
	case r.stopped:
		r.stopOpen(open)
	case r.o.NoVerify:
		if r.pause(open, 0) {
			if live, err := r.read(kindsOf(tasksOf(open))); err == nil || !r.broken(err) {
				r.repair(&open, resource.NewIndex(live), r.o.Clock.Now())
			}
		}
		if r.stopped {
			r.stopOpen(open)
		}
	default:
		r.readBack(open)
		r.verified = r.allRead()
	}
}

// readBack reads the changed kinds until everything reads back as planned or the
// propagation time is over. On the way it repairs what must be written again.
func (r *run) readBack(open []*expectation) {
	var failure error
	failed := 0 // reads in a row
	for round := 0; len(open) > 0 && failed < failedReads && r.pause(open, round); round++ {
		asked := r.o.Clock.Now()
		live, err := r.read(kindsOf(tasksOf(open)))
		x := resource.NewIndex(live)
		if err == nil {
			failed = 0
			open = r.check(open, x, asked)
		} else if failed, failure = failed+1, err; r.broken(err) {
			break
		}
		if r.repair(&open, x, asked) {
			round, failed = -1, 0
		}
	}
	why := "it could not be read back"
	if r.stopped {
		r.stopOpen(open)
		why = "the run was stopped before it was read back"
	} else if failed > 0 && r.err == nil {
		r.notice("reading back failed: %v", failure)
	}
	for _, e := range open {
		if e.task.result.Status == Done {
			e.task.result.Status = Unverified
			e.task.result.note(why)
		}
	}
}

// unread says which lists were sent incomplete and are not read again.
func (r *run) unread(open []*expectation) {
	for _, e := range open {
		if e.deferred != nil {
			r.notice("%s was sent without %s that did not exist yet, and was not read back", e.task.change.ID, listed(e.task.soft))
		}
	}
}

// stopOpen says what a run that was stopped leaves.
func (r *run) stopOpen(open []*expectation) {
	for _, e := range open {
		if e.deferred != nil && !e.repaired {
			r.incomplete(e.task, "the run was stopped")
		}
	}
	if !r.o.NoVerify {
		r.once("nothing was read back: the run was stopped")
	}
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
		r.stage(fmt.Sprintf("reading back: waiting up to %v for %s to appear", last.Round(time.Second), screen.Plural(len(open), "change", "changes")))
	}
	if err := r.o.Clock.Sleep(r.ctx, next); err != nil {
		r.stopped = true
		return false
	}
	return true
}

// check returns the expectations that are still open after a read that was asked
// for at a time.
func (r *run) check(open []*expectation, live *resource.Index, asked time.Time) []*expectation {
	var still []*expectation
	for _, e := range open {
		found := e.task.in(live) != nil
		if why := e.task.unread(live, found); why != "" && (e.deferred == nil || e.repaired) {
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

// broken tells whether an error of a read ends the run: the context was
// cancelled or the token refused.
func (r *run) broken(err error) bool {
	refused := isRefusedToken(err)
	if refused {
		r.err = err
	}
	r.stopped = r.stopped || refused || r.ctx.Err() != nil || errors.Is(err, context.Canceled)
	return r.stopped
}

// allRead tells whether everything that was done was verified.
func (r *run) allRead() bool {
	return !r.stopped && !slices.ContainsFunc(r.todo, func(t *task) bool { return t.result.Status == Unverified || t.result.Status == Kept })
}

func tasksOf(open []*expectation) []*task {
	out := make([]*task, len(open))
	for i, e := range open {
		out[i] = e.task
	}
	return out
}
