package runs

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// Pause is how often the license is read while something may turn up.
const Pause = 5 * time.Second

// Resume finishes one run as it was planned, and returns its whole id.
func (l *License) Resume(ctx context.Context, id string) (*apply.Report, string, error) {
	h, err := open(l.Store, id, "lcsync apply --resume ")
	if err != nil {
		return nil, "", err
	}
	u, err := Load(l.Store, h.ID)
	if err != nil {
		return nil, "", err
	}
	if u.older() || deletesOlder(u.Plan) {
		return nil, "", invalid(goesOn, "run %s unregisters webhooks of an older version", u.ID)
	}
	p := &Prepared{Plan: u.Plan}
	if _, err := l.locked(p, func() (err error) { p.Report, err = l.finish(ctx, u.ID, false); return err }); err != nil {
		return p.Report, u.ID, err
	}
	defer p.Close()
	return whole(p.Report), u.ID, nil
}

// reopen opens a run to go on with it, and reads it: it cannot change any more.
func (l *License) reopen(id string) (*journal.Run, *Run, error) {
	old, err := l.Store.Resume(id)
	if err != nil {
		return nil, nil, &Error{Text: err.Error(), Err: err}
	}
	u, err := Load(l.Store, id)
	if err != nil {
		_ = old.Close() // nothing was written
		return nil, nil, err
	}
	return old, u, nil
}

// await waits until what a run made shows that was not seen when it ended, or
// would have to.
func (l *License) await(ctx context.Context, id string) error {
	old, u, err := l.reopen(id)
	if err != nil {
		return err
	}
	defer old.Close()
	if _, _, err := l.remainder(ctx, u, true); err != nil {
		return err
	}
	undone := func(r journal.Result) bool { return r.Status != string(apply.Done) }
	return old.Finish(through(!slices.ContainsFunc(slices.Collect(maps.Values(u.Results())), undone)), l.Clock.Now())
}

// finish brings a run that did not finish to its end. With begun only what it
// had begun is brought to an end: the rest is planned anew by whoever asks.
func (l *License) finish(ctx context.Context, id string, begun bool) (*apply.Report, error) {
	old, u, err := l.reopen(id)
	if err != nil {
		return nil, err
	}
	defer old.Close()
	l.noticef("run %s of %s did not finish", u.ID, u.Started.Format("2006-01-02 15:04:05 MST"))
	// The plan of a run that went on with another is what could not be planned
	// anew then, and cannot now.
	rest, live, err := l.remainder(ctx, u, begun && u.Continues == "")
	if err != nil {
		return nil, err
	}
	for _, n := range rest.Notices {
		l.Notice(n)
	}
	for _, found := range rest.Found {
		if err := old.Outcome(found); err != nil {
			return nil, err
		}
	}
	if len(rest.Conflicts) > 0 && !begun {
		return nil, &Changed{Conflicts: rest.Conflicts}
	}
	for _, c := range rest.Conflicts {
		l.noticef("run %s: %s", u.ID, c)
	}
	report, next, err := l.carryOn(ctx, u, rest.Plan, live)
	if err != nil {
		return report, err
	}
	if begun && report != nil && !report.OK() {
		l.leave(u, rest.Plan, report, next)
	}
	return report, old.Finish("continued", l.Clock.Now())
}

// carryOn carries out what is left of a run, if anything is, as a run that
// continues it.
func (l *License) carryOn(ctx context.Context, u *Run, rest *diff.Plan, live *resource.License) (*apply.Report, string, error) {
	if len(rest.Todo()) == 0 {
		return nil, "", nil
	}
	l.noticef("finishing it first: %s", rest.Summary())
	if err := l.Show(rest); err != nil {
		return nil, "", err
	}
	if err := l.Ready(ctx, rest); err != nil {
		return nil, "", err
	}
	return l.execute(ctx, rest, live, u.Digest, u.ID)
}

// NotDone names the changes of a report that are not done, and why.
func NotDone(report *apply.Report) []string {
	var texts []string
	for _, r := range report.Results {
		if r.Status != apply.Done {
			texts = append(texts, strings.TrimSuffix(r.ID+": "+string(r.Status)+": "+cmp.Or(r.Error, r.Detail), ": "))
		}
	}
	return texts
}

// remainder reads the license until it is certain what is left of a run:
// objects that a lost answer was about may turn up for as long as reads may
// lag behind.
func (l *License) remainder(ctx context.Context, u *Run, begun bool) (*apply.Remainder, *resource.License, error) {
	if l.looked.IsZero() {
		l.looked = l.Clock.Now()
	}
	plan := *u.Plan
	if begun { // what is left of these is planned anew whatever became of them
		plan.Changes = slices.DeleteFunc(slices.Clone(plan.Changes), isOlderDelete)
	}
	for told := false; ; told = true {
		live, err := l.readTouched(ctx, &plan)
		if err != nil {
			return nil, nil, err
		}
		if live.Owner == "" && u.License.Token == l.Token { // equal credentials prove whose it is
			live.Owner, live.AccountID = u.Plan.License.Owner, u.Plan.License.AccountID
		}
		rest := apply.Reconcile(apply.Unfinished{Plan: &plan, Entries: u.Entries, Before: u.Before, Live: live,
			Now: l.Clock.Now(), Since: l.looked, Propagation: l.Propagation, Begun: begun, Kept: l.keptSecret})
		if len(rest.Unread) > 0 {
			return nil, nil, &Error{Reason: Incomplete, Hint: "run the command again",
				Text: fmt.Sprintf("run %s cannot be finished, for this could not be read: %s", u.ID, strings.Join(rest.Unread, ", "))}
		}
		if text := u.Plan.Elsewhere(live); text != "" {
			return nil, nil, invalid("check the profile", "%s", strings.Replace(text, "the plan", "the run", 1))
		}
		if rest.Wait <= 0 {
			return rest, live, nil
		}
		if !told {
			l.noticef("waiting up to %s for what may have been created: %s", rest.Wait.Round(time.Second), strings.Join(rest.Waiting, ", "))
		}
		if err := l.Clock.Sleep(ctx, min(rest.Wait, Pause)); err != nil {
			return nil, nil, err
		}
	}
}
