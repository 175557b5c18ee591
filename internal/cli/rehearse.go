package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/files"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// rehearsed is what a plan would send.
type rehearsed struct {
	*migration
	Plan     *planned        `json:"plan"`
	Requests []apply.Request `json:"requests"`
	// LeastSeconds is the least time that the requests need at the given rate;
	// absent without --rate.
	LeastSeconds float64 `json:"least_seconds,omitempty"`
	// Refused are the methods that the token has no scope for.
	Refused []refusedMethod `json:"refused,omitempty"`
	rate    float64
}

// refusedMethod is a method that a token may not call.
type refusedMethod struct {
	Method string   `json:"method"`
	Scopes []string `json:"missing_scopes"` // any one of them would do, or all
	all    bool
}

func (m refusedMethod) String() string {
	needs := resource.Words(m.Scopes)
	if m.all {
		needs = strings.Join(m.Scopes, " and ")
	}
	return m.Method + " would be refused: the token lacks the scope " + needs
}

// rehearse goes through a plan without sending anything.
func (a *applying) rehearse(p *runs.Prepared) (result, error) {
	r, err := a.requests(p)
	if err != nil {
		return nil, err
	}
	return r, exit(planCode(p.Plan))
}

// rehearseAll is rehearse with all that would keep the plan from being carried out.
// The exit code is that of the real run where something would stop it or a part
// of it.
func (a *applying) rehearseAll(ctx context.Context, p *runs.Prepared) (result, error) {
	r, err := a.requests(p)
	if err != nil {
		return nil, err
	}
	if len(r.Requests) > 0 {
		r.Refused = a.refused(ctx, r.Requests)
		if err := runs.Together(a.license.Obstacle(p.Plan), a.noPlaceForRuns()); err != nil {
			return r, err
		}
	}
	if len(r.Refused) > 0 || p.Plan.Count().Blocked > 0 {
		return r, exit(Incomplete)
	}
	return r, exit(planCode(p.Plan))
}

// requests are what a plan would send.
func (a *applying) requests(p *runs.Prepared) (*rehearsed, error) {
	requests, err := apply.Rehearse(p.Plan, apply.Options{BatchSize: a.BatchSize, Concurrency: a.Concurrency, Before: p.Live})
	if err != nil {
		return nil, err
	}
	r := &rehearsed{migration: a.migration, Plan: a.planned(p.Plan), Requests: list(requests), rate: a.Rate}
	if a.Rate > 0 {
		r.LeastSeconds = apply.LeastTime(len(requests), a.Rate).Seconds()
	}
	return r, nil
}

// refused returns the methods of requests that the token has no scope for, each
// once. Of a token that does not tell its scopes nothing is known.
func (a *applying) refused(ctx context.Context, requests []apply.Request) (refused []refusedMethod) {
	who, err := a.conn.identity(ctx)
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

// noPlaceForRuns tells why the state directory could not be made or written to,
// nil if it could.
func (a *applying) noPlaceForRuns() error {
	for dir := a.store.Dir(); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); err != nil && dir != filepath.Dir(dir) {
			continue // it would be made
		}
		f, err := os.CreateTemp(dir, ".lcsync-*")
		if err != nil {
			return noJournal(fmt.Errorf("%s: %w", a.store.Dir(), files.Cause(err)))
		}
		_ = f.Close() // nothing was written
		return os.Remove(f.Name())
	}
}

// Text prints the plan and each request with its body.
func (r *rehearsed) Text(p *page) {
	r.Plan.Text(p)
	for _, q := range r.Requests {
		method := p.Bold(q.Method)
		if q.Items > 1 {
			method += fmt.Sprintf(" (%d changes)", q.Items)
		}
		p.printf("%s %s\n", method, resource.JSON(q.Body))
	}
	for _, m := range r.Refused {
		p.wrapped(m.String())
	}
	p.printf("%s would be sent", count(len(r.Requests), "request"))
	if r.rate > 0 {
		p.printf(", which takes %s at the least with --rate %g", time.Duration(r.LeastSeconds*float64(time.Second)), r.rate)
	}
	p.printf("\n")
}

func (r *rehearsed) reasons() []string {
	why := r.Plan.reasons()
	for _, m := range r.Refused {
		why = append(why, m.String())
	}
	return why
}
