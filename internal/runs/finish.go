package runs

import (
	"cmp"
	"context"
	"fmt"
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

// unfinished returns the runs on a plan's license that did not finish, the
// oldest first.
func (l *License) unfinished(plan *diff.Plan) ([]string, error) {
	own, maybe, err := l.Store.Unfinished(l.license(plan))
	if err != nil {
		return nil, err
	}
	for _, h := range slices.Concat(own, maybe) {
		if h.Err != nil {
			return nil, invalid("look at it; lcsync runs abandon "+h.ID+" gives it up", "%s", h.Err)
		}
	}
	for _, h := range slices.Backward(maybe) {
		return nil, perhaps(h)
	}
	var ids []string
	for _, h := range slices.Backward(own) {
		ids = append(ids, h.ID)
	}
	return ids, nil
}

// perhaps refuses to go on beside a run that did not finish and that may be of
// the license: what it made would be made again.
func perhaps(h journal.Head) error {
	of, hint := "", "if it is, lcsync apply --resume "+h.ID+" finishes it"
	if h.Owner != "" {
		of, hint = " of the license of "+h.Owner, hint+", with credentials that can read the agents"
	}
	return &Error{Reason: Incomplete, Hint: hint + "; lcsync runs abandon " + h.ID + " gives it up",
		Text: fmt.Sprintf("run %s%s did not finish, and may be of this license: nothing was sent", h.ID, of)}
}

// successor returns the run that went on with a run, "" if there is none. What
// was left of the one is the plan of the other.
func (l *License) successor(u *Run) string {
	runs, _ := l.Store.Of(u.License)
	for _, r := range runs {
		if r.ID == u.ID {
			return r.Next
		}
	}
	return ""
}

// finishAll finishes what was begun by runs on the license that did not
// finish, and tells whether there were any.
func (l *License) finishAll(ctx context.Context, plan *diff.Plan) (bool, error) {
	ids, err := l.unfinished(plan)
	for _, id := range ids {
		if err == nil {
			_, err = l.finish(ctx, id, true)
		}
	}
	return len(ids) > 0, err
}

// Resume finishes one run as it was planned, and returns its whole id.
func (l *License) Resume(ctx context.Context, id string) (*apply.Report, string, error) {
	u, err := Load(l.Store, id)
	if err != nil {
		return nil, "", err
	}
	if u.Finished != "" {
		return nil, "", invalid("lcsync runs lists those that did not", "run %s has finished", u.ID)
	}
	if next := l.successor(u); next != "" {
		return nil, "", invalid("lcsync apply --resume "+next, "run %s was gone on with by run %s", u.ID, next)
	}
	if len(u.unplanned()) > 0 {
		return nil, "", invalid("lcsync migrate-live goes on with it", "run %s unregisters webhooks of an older version, which are in no plan", u.ID)
	}
	p := &Prepared{Plan: u.Plan}
	if _, err := l.locked(p, func() (err error) { p.Report, err = l.finish(ctx, u.ID, false); return err }); err != nil {
		return p.Report, u.ID, err
	}
	defer p.Close()
	return whole(p.Report), u.ID, nil
}

// finish brings a run that did not finish to its end. With begun only what it
// had begun is brought to an end: the rest is planned anew by whoever asks.
func (l *License) finish(ctx context.Context, id string, begun bool) (*apply.Report, error) {
	old, err := l.Store.Resume(id)
	if err != nil {
		return nil, &Error{Text: err.Error(), Err: err}
	}
	defer old.Close()
	u, err := Load(l.Store, id)
	if err != nil {
		return nil, err
	}
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
		return nil, &Changed{rest.Conflicts}
	}
	for _, c := range rest.Conflicts {
		l.noticef("run %s: %s", u.ID, c)
	}
	report, err := l.carryOn(ctx, u, rest.Plan, live)
	if err != nil {
		return report, err
	}
	if begun && report != nil && !report.OK() {
		l.left = true
		l.noticef("run %s could not be finished, and will be tried again: %s", u.ID, strings.Join(NotDone(report), "; "))
	}
	return report, old.Finish("continued", l.Clock.Now())
}

// carryOn carries out what is left of a run, if anything is.
func (l *License) carryOn(ctx context.Context, u *Run, rest *diff.Plan, live *resource.License) (*apply.Report, error) {
	if len(rest.Todo()) == 0 {
		return nil, nil
	}
	l.noticef("finishing it first: %s", rest.Summary())
	if err := l.Show(rest); err != nil {
		return nil, err
	}
	if err := l.Ready(ctx, rest); err != nil {
		return nil, err
	}
	report, _, err := l.execute(ctx, rest, live, u.Digest, u.ID)
	return report, err
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
	for told := false; ; told = true {
		live, err := l.readTouched(ctx, u.Plan)
		if err != nil {
			return nil, nil, err
		}
		if live.Owner == "" && u.License.Token == l.Token { // equal credentials prove whose it is
			live.Owner, live.AccountID = u.Plan.License.Owner, u.Plan.License.AccountID
		}
		if text := u.Plan.Elsewhere(live); text != "" {
			return nil, nil, invalid("check the profile", "%s", strings.Replace(text, "the plan", "the run", 1))
		}
		rest := apply.Reconcile(apply.Unfinished{Plan: u.Plan, Entries: u.Entries, Before: u.Before, Live: live,
			Now: l.Clock.Now(), Since: l.looked, Propagation: l.Propagation, Begun: begun, Kept: l.keptSecret})
		if len(rest.Unread) > 0 {
			return nil, nil, &Error{Reason: Incomplete, Hint: "run the command again",
				Text: fmt.Sprintf("run %s cannot be finished, for this could not be read: %s", u.ID, strings.Join(rest.Unread, ", "))}
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
