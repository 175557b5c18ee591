package cli

import (
	"fmt"
	"time"

	"lcsync/internal/apply"
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
	rate         float64
}

// rehearse goes through a plan without sending anything.
func (a *applying) rehearse(p *runs.Prepared) (result, error) {
	requests, err := apply.Rehearse(p.Plan, apply.Options{BatchSize: a.BatchSize, Concurrency: a.Concurrency, Before: p.Live})
	if err != nil {
		return nil, err
	}
	r := &rehearsed{migration: a.migration, Plan: newPlanned(a.conn, p.Plan), Requests: list(requests), rate: a.Rate}
	if a.Rate > 0 {
		r.LeastSeconds = apply.LeastTime(len(requests), a.Rate).Seconds()
	}
	return r, exit(planCode(p.Plan))
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
	p.printf("%s would be sent", count(len(r.Requests), "request"))
	if r.rate > 0 {
		p.printf(", which takes %s at the least with --rate %g", time.Duration(r.LeastSeconds*float64(time.Second)), r.rate)
	}
	p.printf("\n")
}

func (r *rehearsed) reasons() []string { return r.Plan.reasons() }
