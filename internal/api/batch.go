package api

import (
	"context"
	"fmt"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Batch calls the batch form of a method; see wire.API. It repeats only the items
// that failed with a retryable error, in their order. If such a repetition fails
// as a whole, each of its items gets that error, so that the results of the other
// items are kept.
func (c *Client) Batch(ctx context.Context, method string, items []*resource.Object) ([]wire.Outcome, error) {
	if len(items) == 0 {
		return nil, nil
	}
	m := resource.LookupMethodAt(c.opts.Version, method)
	if m == nil || m.Batch == "" {
		return nil, &wire.Error{Method: method, Host: c.Host(), Class: wire.Permanent, Message: "the method cannot be batched"}
	}
	r := &batch{client: c, method: m, items: items, outcomes: make([]wire.Outcome, len(items)), attempts: newAttempts()}
	todo := make([]int, len(items))
	for i := range todo {
		todo[i] = i
	}
	for first := true; len(todo) > 0; first = false {
		again, err := r.round(ctx, todo)
		if err != nil && first {
			return nil, err
		}
		if e, ok := err.(*wire.Error); ok {
			r.failAll(todo, e)
		} // otherwise the batch was interrupted: the errors of the items say more
		todo = again
	}
	return r.outcomes, nil
}

// batch is the state of one Batch: results by index.
type batch struct {
	client   *Client
	method   *resource.Method
	items    []*resource.Object
	outcomes []wire.Outcome // until now
	attempts *attempts
}

// round sends the items at the given indices and returns those of them that
// are to be sent again, after the wait that takes.
func (r *batch) round(ctx context.Context, todo []int) (again []int, err error) {
	requests := make(resource.List, len(todo))
	for i, at := range todo {
		requests[i] = r.items[at]
	}
	cl, err := r.client.prepare(r.method.Batch, resource.Of("requests", requests))
	if err != nil {
		return nil, err
	}
	cl.items = todo
	cl.check = func(v resource.Value) error { return wantResponses(v, len(todo)) }
	v, err := r.client.send(ctx, cl, r.attempts)
	if err != nil {
		return nil, err
	}
	var worst *failure
	for i, at := range todo {
		f := r.record(cl, at, v.(*resource.Object).List("responses")[i])
		if f == nil || !f.repeatable(cl) {
			continue
		}
		if again = append(again, at); !worst.is(failed) {
			worst = f
		}
		if f.is(refused) {
			r.client.gate.refuse(f.Error)
		}
	}
	if worst == nil || r.client.again(ctx, cl, worst, r.attempts) != nil {
		return nil, nil
	}
	return again, nil
}

// record notes the result of an item, and returns its failure, if any.
func (r *batch) record(cl *call, at int, response resource.Value) *failure {
	item := *cl
	item.method, item.args = r.method.Name, r.items[at]
	f := r.client.typed(&item, answer{}, response)
	if o, _ := response.(*resource.Object); f == nil && o.Get("error") != nil {
		f = r.client.fail(&item, 0, wire.Permanent, "an error in an unknown format: "+abbreviated(o.Get("error"), r.client.hiding(&item)), nil)
	}
	switch open := r.open(at); {
	case f == nil:
		r.outcomes[at] = wire.Outcome{Answer: response}
	case open && gone(cl.effect, f.Type):
		r.outcomes[at] = wire.Outcome{}
		return nil
	default:
		r.outcomes[at] = wire.Outcome{Err: inDoubt(f.Error, cl.effect, open)}
	}
	return f
}

// open tells whether an earlier try of an item may have taken effect.
func (r *batch) open(at int) bool {
	err := r.outcomes[at].Err
	return r.attempts.ambiguous || err != nil && err.Class == wire.Ambiguous
}

// failAll gives items the error of the batch they were last sent in.
func (r *batch) failAll(todo []int, err *wire.Error) {
	for _, at := range todo {
		e := *err
		e.Method, e.Host = r.method.Name, r.client.Host()
		r.outcomes[at] = wire.Outcome{Err: inDoubt(&e, r.method.Effect, r.open(at))}
	}
}

// wantResponses tells what is wrong with the answer to a batch of n items.
func wantResponses(v resource.Value, n int) error {
	o, _ := v.(*resource.Object)
	list, ok := o.Get("responses").(resource.List)
	if !ok {
		return fmt.Errorf("expected a list of %d responses, got %s", n, resource.TypeName(o.Get("responses")))
	}
	if len(list) != n {
		return fmt.Errorf("expected %d responses, got %d", n, len(list))
	}
	return nil
}
