package plans

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/cli/session"
	"lcsync/internal/files"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// dryRun is the result of --dry-run: the requests that a plan would send.
type dryRun struct {
	*migrationReport
	Plan     *PlanResult     `json:"plan"`
	Requests []apply.Request `json:"requests"`
	// LeastSeconds is the shortest time for the requests at --rate. It is
	// absent without --rate.
	LeastSeconds float64 `json:"least_seconds,omitempty"`
	// Refused are the methods that the token has no scope for.
	Refused []refusedMethod `json:"refused,omitempty"`
	rate    float64
}

// refusedMethod is a method that a token may not call.
type refusedMethod struct {
	Method string   `json:"method"`
	Scopes []string `json:"missing_scopes"` // any one of them is enough, or all are needed
	all    bool
}

// String names the method, and the scopes that it needs.
func (m refusedMethod) String() string {
	needs := resource.Words(m.Scopes)
	if m.all {
		needs = strings.Join(m.Scopes, " and ")
	}
	return m.Method + " would be refused: the token lacks the scope " + needs
}

// rehearse lists the requests of a plan and sends nothing.
func (a *applyRun) rehearse(p *runs.LockedPlan) (session.Result, error) {
	r, err := a.requests(p)
	if err != nil {
		return nil, err
	}
	return r, session.Exit(planCode(p.Plan))
}

// rehearseAll is rehearse plus everything that would stop the plan. If
// something would stop the plan or a part of it, the exit code is that of the
// real run.
func (a *applyRun) rehearseAll(ctx context.Context, p *runs.LockedPlan) (session.Result, error) {
	r, err := a.requests(p)
	if err != nil {
		return nil, err
	}
	obstacle := a.writable() // stops the real run before it has a plan
	if len(r.Requests) > 0 {
		r.Refused = a.refused(ctx, r.Requests)
		obstacle = runs.Together(obstacle, a.license.Obstacle(p.Plan), a.noPlaceForRuns())
	}
	if obstacle != nil {
		return r, obstacle
	}
	if len(r.Refused) > 0 || p.Plan.Count().Blocked > 0 {
		return r, session.Exit(session.Incomplete)
	}
	return r, session.Exit(planCode(p.Plan))
}

// requests returns the requests that a plan would send.
func (a *applyRun) requests(p *runs.LockedPlan) (*dryRun, error) {
	requests, err := apply.Rehearse(p.Plan, apply.Options{BatchSize: a.BatchSize, Concurrency: a.Concurrency, Before: p.Live})
	if err != nil {
		return nil, err
	}
	r := &dryRun{migrationReport: a.migrationReport, Plan: a.planResult(p.Plan), Requests: session.NonNil(apply.MaskedRequests(requests, a.masking(p.Plan))), rate: a.Rate}
	if a.Rate > 0 {
		r.LeastSeconds = apply.LeastTime(len(requests), a.Rate).Seconds()
	}
	return r, nil
}

// refused returns each method of the requests that the token has no scope for.
// It returns nothing if the scopes of the token cannot be read.
func (a *applyRun) refused(ctx context.Context, requests []apply.Request) (refused []refusedMethod) {
	who, err := a.Conn.Identity(ctx)
	if err != nil || who.Scopes == nil {
		return nil
	}
	for _, q := range requests {
		m := resource.LookupMethod(q.Method)
		if m == nil || slices.ContainsFunc(refused, func(r refusedMethod) bool { return r.Method == m.Name }) {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(m.Scopes), func(scope string) bool { return resource.Grants(who.Scopes, scope) })
		if len(missing) == len(m.Scopes) && len(missing) > 0 || m.All && len(missing) > 0 {
			refused = append(refused, refusedMethod{m.Name, missing, m.All})
		}
	}
	return refused
}

// noPlaceForRuns returns an error if the state directory cannot be created or
// written to.
func (a *applyRun) noPlaceForRuns() error {
	for dir := a.store.Dir(); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); err != nil && dir != filepath.Dir(dir) {
			continue // a run would create it
		}
		f, err := os.CreateTemp(dir, ".lcsync-*")
		if err != nil {
			return noJournal(fmt.Errorf("%s: %w", a.store.Dir(), files.Cause(err)))
		}
		_ = f.Close() // the file is empty
		return os.Remove(f.Name())
	}
}

// Text prints the plan and each request with its body.
func (r *dryRun) Text(p *session.Page) {
	r.Plan.Text(p)
	for _, q := range r.Requests {
		method := p.Bold(q.Method)
		if q.Items > 1 {
			method += fmt.Sprintf(" (%d changes)", q.Items)
		}
		p.Printf("%s %s\n", method, resource.JSON(q.Body))
	}
	for _, m := range r.Refused {
		p.Wrapped(m.String())
	}
	p.Printf("%s would be sent", session.Count(len(r.Requests), "request"))
	if r.rate > 0 {
		p.Printf(", which takes at least %s with --rate %g", time.Duration(r.LeastSeconds*float64(time.Second)), r.rate)
	}
	p.Printf("\n")
}

// Reasons says what differs and which scopes are missing.
func (r *dryRun) Reasons() []string {
	why := r.Plan.Reasons()
	for _, m := range r.Refused {
		why = append(why, m.String())
	}
	return why
}
