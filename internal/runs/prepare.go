package runs

import (
	"context"
	"errors"
	"slices"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// Prepared is a plan that can be carried out, and what it was made on. The
// license is locked until it is closed.
type Prepared struct {
	Plan   *diff.Plan
	Live   *resource.License
	Digest string // of what was asked for, "" for a fresh plan
	// Report and Run are of an unfinished run of the same plan that was finished
	// instead.
	Report *apply.Report
	Run    string

	lock *journal.Lock
}

// Close unlocks the license.
func (p *Prepared) Close() {
	if p.lock != nil {
		_ = p.lock.Unlock() // the process ends soon, and with it the lock
	}
}

// Planner makes a plan, and returns it with the license that it was made on.
type Planner func(context.Context) (*diff.Plan, *resource.License, error)

// Prepare makes a plan, locks the license, finishes what earlier runs have
// begun, and makes the plan again if the license was worked on meanwhile.
func (l *License) Prepare(ctx context.Context, plan Planner) (*Prepared, error) {
	started := l.Clock.Now()
	p := &Prepared{}
	var err error
	if p.Plan, p.Live, err = plan(ctx); err != nil {
		return nil, err
	}
	return l.locked(p, func() error {
		again, err := l.finishAll(ctx, p)
		if err == nil && !again {
			again, err = l.workedOn(p.Plan, started)
		}
		if err == nil && again {
			p.Plan, p.Live, err = plan(ctx)
		}
		if err == nil {
			l.withhold(p.Plan)
		}
		return err
	})
}

// PrepareSaved makes sure that a saved plan can be carried out as it is. A run
// of it that did not finish is finished instead.
func (l *License) PrepareSaved(ctx context.Context, plan *diff.Plan, digest string) (*Prepared, error) {
	p := &Prepared{Plan: plan, Digest: digest}
	return l.locked(p, func() error {
		_, err := l.finishAll(ctx, p)
		if err == nil && p.Report == nil {
			p.Live, err = l.UnchangedSince(ctx, plan, digest)
		}
		if ch := l.withhold(plan); err == nil && ch != nil {
			err = &Error{Reason: Incomplete, Text: "nothing was sent: " + ch.ID + ": " + ch.Blocked}
		}
		return err
	})
}

// whole is the report of a run of which nothing was left.
func whole(report *apply.Report) *apply.Report {
	if report == nil {
		return apply.Nothing()
	}
	return report
}

// locked prepares something under the locks of its plan, which it holds unless
// that fails.
func (l *License) locked(p *Prepared, prepare func() error) (*Prepared, error) {
	var err error
	if p.lock, err = l.lock(p.Plan); err != nil {
		return nil, err
	}
	if err := prepare(); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// workedOn tells whether a run on the license began or ended since a time.
func (l *License) workedOn(plan *diff.Plan, since time.Time) (bool, error) {
	runs, _, err := l.Store.Of(l.license(plan))
	return slices.ContainsFunc(runs, func(r journal.Head) bool {
		return r.FinishedAt.After(since) || r.Started.After(since)
	}), err
}

// Unchanged reads the kinds that a plan touches and makes sure that they are as
// the plan found them, and that the license is the plan's own.
func (l *License) Unchanged(ctx context.Context, plan *diff.Plan) (*resource.License, error) {
	live, err := l.readTouched(ctx, plan)
	if err != nil {
		return nil, err
	}
	if text := plan.Elsewhere(live); text != "" {
		return nil, invalid("check the profile", "%s", text)
	}
	if conflicts := plan.Conflicts(live); len(conflicts) > 0 {
		return nil, &Changed{Conflicts: conflicts}
	}
	return live, nil
}

// UnchangedSince is Unchanged for a saved plan. If a run has carried it out, that
// is why the license has changed.
func (l *License) UnchangedSince(ctx context.Context, plan *diff.Plan, digest string) (*resource.License, error) {
	live, err := l.Unchanged(ctx, plan)
	if changed := (*Changed)(nil); errors.As(err, &changed) {
		runs, _, failed := l.Store.Of(l.license(plan))
		if i := slices.IndexFunc(runs, func(h journal.Head) bool { return h.Digest == digest && h.Ended() }); failed == nil && i >= 0 {
			changed.Run = runs[i].ID
		}
	}
	return live, err
}

// readTouched reads the kinds that a plan touches, and what tells whose
// license it is.
func (l *License) readTouched(ctx context.Context, plan *diff.Plan) (*resource.License, error) {
	touched := plan.Kinds()
	return l.Read(ctx, kindsOf(func(k *resource.Kind) bool { return slices.Contains(touched, k.Name) }), plan.License.ClientIDs)
}

// kindsOf names kinds, and those that tell whose license it is, in the order of
// the registry.
func kindsOf(wanted func(*resource.Kind) bool) []string {
	return resource.NamesOf(func(k *resource.Kind) bool { return k.Person || wanted(k) })
}
