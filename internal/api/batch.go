package api

import (
	"context"
	"fmt"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Batch calls the batch form of a method; see wire.API. Items that fail for a
// reason that may pass are repeated, and only they; their order stays. If the
// answer of such a repetition cannot be had, its error is that of each item in
// it, so that what became of the others is not lost.
func (c *Client) Batch(ctx context.Context, method string, items []*resource.Object) ([]wire.Outcome, error) {
	if len(items) == 0 {
		return nil, nil
	}
	m := resource.LookupMethodAt(c.version, method)
	if m == nil || m.Batch == "" {
		return nil, &wire.Error{Method: method, Host: c.Host(), Class: wire.Permanent, Message: "the method has no batch form"}
	}
	r := &batch{client: c, method: m, items: items, attempts: newAttempts(),
		outcomes: make([]wire.Outcome, len(items)), open: make([]bool, len(items))}
	todo := make([]int, len(items))
	for i := range todo {
		todo[i] = i
	}
	for first := true; len(todo) > 0; first = false {
		next, err := r.round(ctx, todo)
		if err != nil && first {
			return nil, err
		}
		if e, ok := err.(*wire.Error); ok {
			r.failAll(todo, e)
		} // else it was interrupted: what is known of the items is worth more
		todo = next
	}
	return r.outcomes, nil
}

// batch is the state of one Batch: results by index.
type batch struct {
	client   *Client
	method   *resource.Method
	items    []*resource.Object
	outcomes []wire.Outcome
	open     []bool // an earlier try of the item may have taken effect
	attempts *attempts
}

// round sends the items at the given indices and returns those of them that
// are to be sent again, after the wait that takes.
func (r *batch) round(ctx context.Context, todo []int) ([]int, error) {
	requests := make(resource.List, len(todo))
	for i, at := range todo {
		requests[i] = r.items[at]
	}
	cl, err := r.client.prepare(r.method.Batch, resource.Of("requests", requests))
	if err != nil {
		return nil, err
	}
	cl.several, cl.items = true, todo
	cl.check = func(v resource.Value) error { return wantResponses(v, len(todo)) }
	v, err := r.client.send(ctx, cl, r.attempts)
	if err != nil {
		return nil, err
	}
	var repeat []int
	var worst *failure
	for i, at := range todo {
		f := r.settle(cl, at, v.(*resource.Object).List("responses")[i])
		if f == nil {
			continue
		}
		if repeat = append(repeat, at); !worst.is(failed) {
			worst = f
		}
		if f.is(refused) {
			r.client.gate.refuse(f.Error)
		}
	}
	if worst == nil || r.client.again(ctx, cl, worst, r.attempts) != nil {
		return nil, nil
	}
	return repeat, nil
}

// settle records what became of an item, and returns its failure if it should
// be sent again.
func (r *batch) settle(cl *call, at int, response resource.Value) *failure {
	item := *cl
	item.method, item.args = r.method.Name, r.items[at]
	f := r.client.typed(&item, answer{}, response)
	if o, _ := response.(*resource.Object); f == nil && o.Get("error") != nil {
		f = r.client.fail(&item, answer{}, wire.Permanent, "an error in a form that is not known: "+abbreviated(masked(o.Get("error"), r.client.hiding(&item))), nil)
	}
	open := r.open[at] || r.attempts.ambiguous
	switch {
	case f == nil:
		r.outcomes[at] = wire.Outcome{Answer: response}
		return nil
	case open && gone(cl.effect, f.Type):
		r.outcomes[at] = wire.Outcome{}
		return nil
	}
	r.open[at] = open || f.Class == wire.Ambiguous
	if r.open[at] && f.Class == wire.Retryable && cl.effect != resource.Reads {
		f.Class = wire.Ambiguous
	}
	r.outcomes[at] = wire.Outcome{Err: f.Error}
	if f.Class == wire.Retryable || f.Class == wire.Ambiguous && cl.effect.Repeatable() {
		return f
	}
	return nil
}

// failAll gives items the error of the batch they were last sent in.
func (r *batch) failAll(todo []int, err *wire.Error) {
	for _, at := range todo {
		e := *err
		e.Method, e.Host = r.method.Name, r.client.Host()
		if r.open[at] && e.Class == wire.Retryable {
			e.Class = wire.Ambiguous
		}
		r.outcomes[at] = wire.Outcome{Err: &e}
	}
}

// wantResponses tells what is wrong with the answer to a batch of n items.
func wantResponses(v resource.Value, n int) error {
	o, _ := v.(*resource.Object)
	list, ok := o.Get("responses").(resource.List)
	if !ok {
		return fmt.Errorf("want a list of %d responses, got %s", n, resource.TypeName(o.Get("responses")))
	}
	if len(list) != n {
		return fmt.Errorf("want %d responses, got %d", n, len(list))
	}
	return nil
}
