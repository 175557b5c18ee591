package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// unfinished returns the runs on a plan's license that did not finish, the
// oldest first.
func (a *applying) unfinished(plan *diff.Plan) ([]string, error) {
	own, maybe, err := a.store.Unfinished(a.license(plan))
	if err != nil {
		return nil, &Failure{Code: BadInput, Text: err.Error(), Err: err}
	}
	var ids []string
	for _, h := range slices.Concat(own, maybe) {
		if h.Err != nil {
			return nil, &Failure{Code: BadInput, Text: h.Err.Error(), Hint: "look at it, and remove " + h.Dir + " if it is of no use", Err: h.Err}
		}
	}
	for _, h := range own {
		ids = append(ids, h.ID)
	}
	return ids, nil
}

// successor returns the run that went on with a run, "" if there is none. What
// was left of the one is the plan of the other.
func (a *applying) successor(rec *journal.Record) string {
	runs, _ := a.store.Of(rec.License)
	for _, r := range runs {
		if r.ID == rec.ID {
			return r.Next
		}
	}
	return ""
}

// stopped is a run that did not finish, as its journal tells it.
type stopped struct {
	rec    *journal.Record
	plan   *diff.Plan
	before *resource.License
}

func (a *applying) load(id string) (*stopped, error) { return loadRun(a.store, id) }

func loadRun(store *journal.Store, id string) (*stopped, error) {
	rec, err := store.Load(id)
	if err != nil {
		return nil, inputf("lcsync runs lists them", "%s", err)
	}
	u := &stopped{rec: rec, plan: &diff.Plan{}, before: &resource.License{}}
	if err := json.Unmarshal(rec.Plan, u.plan); err != nil {
		return nil, fmt.Errorf("read the plan of run %s: %w", rec.ID, err)
	}
	if err := json.Unmarshal(rec.Preimage, u.before); err != nil {
		return nil, fmt.Errorf("read the pre-image of run %s: %w", rec.ID, err)
	}
	if err := u.plan.Check(); err != nil {
		return nil, fmt.Errorf("the plan of run %s: %w", rec.ID, err)
	}
	return u, nil
}

// finish brings a run that did not finish to its end. With begun only what it
// had begun is brought to an end: the rest is planned anew by whoever asks. It
// tells whether anything was sent.
func (a *applying) finish(ctx context.Context, id string, begun bool) (*apply.Report, error) {
	old, err := a.store.Resume(id)
	if err != nil {
		return nil, &Failure{Code: Failed, Text: err.Error(), Err: err}
	}
	defer old.Close()
	u, err := a.load(id)
	if err != nil {
		return nil, err
	}
	a.noticef("run %s of %s did not finish", u.rec.ID, u.rec.Started.Format("2006-01-02 15:04:05 MST"))
	// The plan of a run that went on with another is what could not be planned
	// anew then, and cannot now.
	rest, live, err := a.remainder(ctx, u, begun && u.rec.Continues == "")
	if err != nil {
		return nil, err
	}
	for _, n := range rest.Notices {
		a.noticef("%s", n)
	}
	for _, found := range rest.Found {
		if err := old.Outcome(found); err != nil {
			return nil, err
		}
	}
	if len(rest.Conflicts) > 0 && !begun {
		return nil, &changedError{rest.Conflicts}
	}
	for _, c := range rest.Conflicts {
		a.noticef("run %s: %s", u.rec.ID, conflictText(c))
	}
	var report *apply.Report
	if len(rest.Plan.Todo()) > 0 {
		a.noticef("finishing it first: %s", rest.Plan.Summary())
		if !a.JSON && !a.Quiet && !a.show(newPlanned(a.session, rest.Plan)) {
			return nil, &Failure{Code: Failed}
		}
		if err := a.readyToApply(ctx, a.conn, rest.Plan, a.secrets, a.applyOptions, a.question(rest.Plan)); err != nil {
			return nil, err
		}
		if report, _, err = a.execute(ctx, rest.Plan, live, u.rec.Digest, u.rec.ID); err != nil {
			return report, err
		}
	}
	if begun && report != nil && !report.OK() {
		a.left = true
		a.noticef("run %s could not be finished, and will be tried again: %s", u.rec.ID, strings.Join(notDone(report), "; "))
	}
	return report, old.Finish("continued", a.env.Clock.Now())
}

// notDone names the changes of a report that are not done, and why.
func notDone(report *apply.Report) []string {
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
func (a *applying) remainder(ctx context.Context, u *stopped, begun bool) (*apply.Remainder, *resource.License, error) {
	since := a.env.Clock.Now()
	for told := false; ; told = true {
		live, err := a.readTouched(ctx, a.conn, u.plan)
		if err != nil {
			return nil, nil, err
		}
		if text := u.plan.Elsewhere(live); text != "" {
			return nil, nil, inputf("check the profile", "%s", strings.Replace(text, "the plan", "the run", 1))
		}
		rest := apply.Reconcile(apply.Unfinished{Plan: u.plan, Entries: u.rec.Entries, Before: u.before, Live: live,
			Now: a.env.Clock.Now(), Since: since, Propagation: a.Propagation, Begun: begun, Kept: a.keptSecret})
		if len(rest.Unread) > 0 {
			return nil, nil, &Failure{Code: Incomplete, Text: fmt.Sprintf("run %s cannot be finished, for this could not be read: %s", u.rec.ID, strings.Join(rest.Unread, ", ")),
				Hint: "run the command again"}
		}
		if rest.Wait <= 0 {
			return rest, live, nil
		}
		if !told {
			a.noticef("waiting up to %s for what may have been created: %s", rest.Wait.Round(time.Second), strings.Join(rest.Waiting, ", "))
		}
		if err := a.env.Clock.Sleep(ctx, min(rest.Wait, pause)); err != nil {
			return nil, nil, err
		}
	}
}

// keptSecret tells whether the secret of an object is in the state directory.
func (a *applying) keptSecret(name string) bool {
	path, err := a.secretsFile()
	if err != nil {
		return false
	}
	store, err := secret.Load(path, nil)
	if err != nil {
		return false
	}
	_, ok := store.Lookup(name)
	return ok
}
