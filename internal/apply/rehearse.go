package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Request is one request that a plan would send.
type Request struct {
	Method string `json:"method"` // as called: a batch by its batch form
	Items  int    `json:"items"`  // changes that it is a step of
	// Body is what would be sent, {"requests": […]} for a batch. Secrets are
	// "***", and ids that do not exist yet name the change that makes the
	// object: "<groups/Sales>".
	Body    *resource.Object `json:"body"`
	Changes []string         `json:"changes"`
}

// Rehearse returns the requests that Run would send for a plan if all of them
// went well and the server kept what it is sent, in the order in which one
// call at a time would send them. Nothing is sent or read. An error names the
// changes that cannot be put into requests; the requests are those of the
// others.
//
// Memberships in groups that are created are taken to come with the groups.
func Rehearse(p *diff.Plan, o Options) ([]Request, error) {
	s := &paper{plan: map[string]*diff.Change{}}
	for _, c := range p.Changes {
		s.plan[c.ID] = c
	}
	r := newRun(context.Background(), p, s, Options{Concurrency: 1, BatchSize: o.BatchSize, Before: o.Before, Clock: o.Clock, NoVerify: true, Journal: s,
		Secret: func(string) (string, bool) { return resource.Mask, true }})
	r.rehearsal, r.wide = true, o.Concurrency != 1
	report, err := r.all(p)
	if err != nil {
		return nil, err
	}
	var problems []error
	for i := range report.Results {
		if res := &report.Results[i]; res.Status == Failed {
			problems = append(problems, fmt.Errorf("%s cannot be sent: %s", res.ID, res.Error))
		}
	}
	return s.requests, errors.Join(problems...)
}

// LeastTime returns how long requests take at a rate of so many a second, if
// each is answered at once: the first one need not wait. A rate of 0 is none.
func LeastTime(requests int, rate float64) time.Duration {
	if requests < 2 || rate <= 0 {
		return 0
	}
	return time.Duration(float64(requests-1) / rate * float64(time.Second))
}

// paper is an API that sends nothing and writes down what it gets. It is the
// journal too, whose intents tell it whose call comes next.
type paper struct {
	plan     map[string]*diff.Change
	next     journal.Intent
	requests []Request
}

// Intent announces the next call.
func (s *paper) Intent(in journal.Intent) error {
	s.next = in
	return nil
}

// Outcome is of no interest: all went well.
func (s *paper) Outcome(journal.Outcome) error { return nil }

// Call writes down a request.
func (s *paper) Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error) {
	if err := wire.Sending(ctx, nil); err != nil {
		return nil, err
	}
	s.note(method, args)
	return s.answer(s.next.Changes[0]), nil
}

// Batch writes down a batch.
func (s *paper) Batch(ctx context.Context, method string, items []*resource.Object) ([]wire.Outcome, error) {
	if err := wire.Sending(ctx, nil); err != nil {
		return nil, err
	}
	requests, out := make(resource.List, len(items)), make([]wire.Outcome, len(items))
	for i := range items {
		requests[i] = items[i]
		out[i].Answer = s.answer(s.next.Changes[i])
	}
	s.note(resource.BatchMethod(method), resource.Of("requests", requests))
	return out, nil
}

func (s *paper) note(method string, body *resource.Object) {
	s.requests = append(s.requests, Request{Method: method, Items: len(s.next.Changes), Body: body.Clone(), Changes: s.next.Changes})
}

// answer names the object of a change in the place of its id.
func (s *paper) answer(change string) *resource.Object {
	if id := resource.LookupAny(s.plan[change].Kind).ServerID; id != "" {
		return resource.Of(id, "<"+change+">")
	}
	return resource.Of()
}
