package cli

import (
	"fmt"
	"io"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// rehearsed is what a plan would send.
type rehearsed struct {
	Plan     *planned        `json:"plan"`
	Requests []apply.Request `json:"requests"`
	// LeastSeconds is the least time that the requests need at the given rate;
	// absent without --rate.
	LeastSeconds float64 `json:"least_seconds,omitempty"`
	rate         float64
}

// rehearse goes through a plan without sending anything.
func rehearse(s *session, p *runs.Prepared, o applyOptions) (result, error) {
	plan := p.Plan
	requests, err := apply.Rehearse(plan, apply.Options{BatchSize: o.BatchSize, Concurrency: s.Concurrency, Before: p.Live})
	if err != nil {
		return nil, err
	}
	r := &rehearsed{Plan: newPlanned(s, plan), Requests: requests, rate: s.Rate}
	if requests == nil {
		r.Requests = []apply.Request{}
	}
	if s.Rate > 0 {
		r.LeastSeconds = apply.LeastTime(len(requests), s.Rate).Seconds()
	}
	return r, exit(planCode(plan))
}

// Text prints the plan and each request with its body.
func (r *rehearsed) Text(w io.Writer, st style) error {
	if err := r.Plan.Text(w, st); err != nil {
		return err
	}
	for _, q := range r.Requests {
		method := st.Bold(q.Method)
		if q.Items > 1 {
			method += fmt.Sprintf(" (%d changes)", q.Items)
		}
		if _, err := fmt.Fprintf(w, "%s %s\n", method, resource.JSON(q.Body)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s would be sent", count(len(r.Requests), "request"))
	if err == nil && r.rate > 0 {
		_, err = fmt.Fprintf(w, ", which takes %s at the least with --rate %g", time.Duration(r.LeastSeconds*float64(time.Second)), r.rate)
	}
	if err == nil {
		_, err = fmt.Fprintln(w)
	}
	return err
}
