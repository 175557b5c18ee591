package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// prepared is a plan that can be carried out, and what it was made on.
type prepared struct {
	plan   *diff.Plan
	live   *resource.License
	digest string // of the saved plan, "" for a fresh one
	lock   *journal.Lock
	// report and run are of an unfinished run of the same plan that was
	// finished instead.
	report *apply.Report
	run    string
}

func (p *prepared) unlock() {
	if p.lock != nil {
		_ = p.lock.Unlock() // the process ends soon, and with it the lock
	}
}

// prepare makes the plan that apply carries out: of a snapshot, or the one
// that was saved, if the license is still as that one found it. Runs that did
// not finish are finished first.
func (a *applying) prepare(ctx context.Context, data []byte) (*prepared, error) {
	name := a.args[0]
	if isPlanFile(data) {
		saved, err := decodePlan(name, data)
		if err != nil {
			return nil, err
		}
		if err := a.plan.refuseForPlan(); err != nil {
			return nil, err
		}
		if a.conn, err = a.connect(); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		return a.prepareSaved(ctx, saved.Plan, hex.EncodeToString(sum[:]))
	}
	want, err := a.decodeWanted(name, data)
	if err != nil {
		return nil, err
	}
	if a.conn, err = a.connect(); err != nil {
		return nil, err
	}
	return a.prepareFresh(ctx, func() (*diff.Plan, *resource.License, error) {
		return a.planLive(ctx, a.conn, want, a.plan)
	})
}

// prepareFresh makes a plan, takes the lock, and makes the plan again if the
// license was worked on meanwhile.
func (a *applying) prepareFresh(ctx context.Context, plan func() (*diff.Plan, *resource.License, error)) (*prepared, error) {
	started := a.env.Clock.Now()
	p := &prepared{}
	var err error
	if p.plan, p.live, err = plan(); err != nil || a.DryRun {
		return p, err
	}
	if p.lock, err = a.lock(p.plan); err != nil {
		return nil, err
	}
	again, err := a.finishAll(ctx, p.plan)
	if err == nil && !again {
		again, err = a.workedOn(p.plan, started)
	}
	if err == nil && again {
		p.plan, p.live, err = plan()
	}
	if err != nil {
		p.unlock()
		return nil, err
	}
	return p, nil
}

// finishAll finishes what was begun by runs on the license that did not
// finish, and tells whether there were any.
func (a *applying) finishAll(ctx context.Context, plan *diff.Plan) (bool, error) {
	ids, err := a.unfinished(plan)
	for _, id := range ids {
		if err == nil {
			_, err = a.finish(ctx, id, true)
		}
	}
	return len(ids) > 0, err
}

// workedOn tells whether a run on the license began or ended since a time.
func (a *applying) workedOn(plan *diff.Plan, since time.Time) (bool, error) {
	runs, err := a.store.Of(a.license(plan))
	return slices.ContainsFunc(runs, func(r journal.Head) bool {
		return r.FinishedAt.After(since) || r.Started.After(since)
	}), err
}

// prepareSaved makes sure that a saved plan can be carried out as it is. A run
// of it that did not finish is finished instead.
func (a *applying) prepareSaved(ctx context.Context, plan *diff.Plan, digest string) (*prepared, error) {
	p := &prepared{plan: plan, digest: digest}
	var err error
	if a.DryRun {
		p.live, err = a.unchanged(ctx, a.conn, plan)
		return p, err
	}
	if p.lock, err = a.lock(plan); err != nil {
		return nil, err
	}
	if err = a.prepareLocked(ctx, p); err != nil {
		p.unlock()
		return nil, err
	}
	return p, nil
}

func (a *applying) prepareLocked(ctx context.Context, p *prepared) error {
	ids, err := a.unfinished(p.plan)
	if err != nil {
		return err
	}
	for _, id := range ids {
		u, err := a.load(id)
		if err != nil {
			return err
		}
		same := u.rec.Digest == p.digest
		report, err := a.finish(ctx, id, !same)
		if err != nil {
			return err
		}
		if same {
			p.report, p.run = report, id
			if report == nil {
				p.report = apply.Nothing()
			}
			return nil
		}
	}
	p.live, err = a.unchanged(ctx, a.conn, p.plan)
	return err
}

// resume finishes one run as it was planned.
func (a *applying) resume(ctx context.Context) (result, error) {
	u, err := a.load(a.Resume)
	if err != nil {
		return nil, err
	}
	if a.conn, err = a.connect(); err != nil {
		return nil, err
	}
	if u.rec.Finished != "" {
		return nil, inputf("lcsync runs lists those that did not", "run %s has finished", u.rec.ID)
	}
	if next := a.successor(u.rec); next != "" {
		return nil, inputf("lcsync apply --resume "+next, "run %s was gone on with by run %s", u.rec.ID, next)
	}
	if len(u.elsewhere()) > 0 {
		return nil, inputf("lcsync migrate-live goes on with it", "run %s unregisters webhooks of an older version, which are in no plan", u.rec.ID)
	}
	lock, err := a.lock(u.plan)
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Unlock() }()
	report, err := a.finish(ctx, u.rec.ID, false)
	if report == nil && err == nil {
		report = apply.Nothing()
	}
	return a.judged(ctx, &applied{Report: report, Run: u.rec.ID, style: applyStyle(a.session, true)}, err)
}

// refuseForPlan refuses flags that decide what a plan consists of: a saved one
// has been decided.
func (o *planOptions) refuseForPlan() error {
	if o.Prune || o.CreateAgents || o.AllowApplication || o.ReplaceDefinitions || o.Strict || len(o.Only)+len(o.Skip) > 0 || o.Match != diff.Auto {
		return usagef("pass them to lcsync plan", "a saved plan is carried out as it is: flags that select or allow changes do not go with it")
	}
	return nil
}

// unchanged reads the kinds that a plan touches and makes sure that they are
// as the plan found them, and that the license is the plan's own.
func (s *session) unchanged(ctx context.Context, conn *connection, plan *diff.Plan) (*resource.License, error) {
	live, err := s.readTouched(ctx, conn, plan)
	if err != nil {
		return nil, err
	}
	if text := plan.Elsewhere(live); text != "" {
		return nil, inputf("check the profile", "%s", text)
	}
	if conflicts := plan.Conflicts(live); len(conflicts) > 0 {
		return nil, &changedError{conflicts}
	}
	return live, nil
}

// readTouched reads the kinds that a plan touches, and what tells whose
// license it is.
func (s *session) readTouched(ctx context.Context, conn *connection, plan *diff.Plan) (*resource.License, error) {
	conn.ClientIDs = plan.License.ClientIDs
	touched := map[string]bool{}
	for _, name := range plan.Kinds() {
		touched[name] = true
	}
	var kinds []*resource.Kind
	for _, k := range resource.Kinds() {
		if touched[k.Name] || k.Person {
			kinds = append(kinds, k)
		}
	}
	return s.readLive(ctx, conn, kinds)
}
