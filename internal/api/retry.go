package api

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

const (
	// firstBackoff is about how long a call waits before it is tried again; it
	// doubles with each try up to longestBackoff.
	firstBackoff   = 500 * time.Millisecond
	longestBackoff = 20 * time.Second
	// lateAgain is how often a call that timed out is repeated on a host that has
	// responded before. A call to a host that never responded is not repeated.
	lateAgain = 2
	// enough is the number of refusals, while other calls pass, after which a call
	// fails.
	enough = 10
	// retryBudget is how many more calls may fail than succeed before no call is
	// repeated any more.
	retryBudget = 50
)

// attempts is the state of one call, or of one batch and the batches that repeat a
// part of it. A refusal does not count as an attempt: the gate decides how long to
// wait.
type attempts struct {
	sent      int                         // requests
	failed    int                         // of them, as far as they count against Options.Retries
	refused   int                         // of them, while others passed
	passed    int                         // requests of all calls by now
	before    int                         // likewise, when this one was last refused
	ambiguous bool                        // a request may have taken effect
	region    string                      // the other region that the call was sent to, "" = none
	used      string                      // the region of the last request
	waits     *backoff.ExponentialBackOff // before further tries
}

func newAttempts() *attempts {
	return &attempts{waits: &backoff.ExponentialBackOff{InitialInterval: firstBackoff, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: longestBackoff}}
}

// send makes a call and repeats it while that is safe and useful: always after
// errors that prove that nothing was done, and after ambiguous errors if the call
// may be sent twice.
func (c *Client) send(ctx context.Context, cl *call, tries *attempts) (resource.Value, error) {
	for {
		v, f := c.attempt(ctx, cl, tries)
		if f == nil || tries.ambiguous && cl.items == nil && gone(cl.effect, f.Type) {
			return v, nil
		}
		tries.ambiguous = tries.ambiguous || f.Class == wire.Ambiguous
		if f = c.again(ctx, cl, f, tries); f == nil {
			continue
		}
		if err := inDoubt(f.Error, cl.effect, tries.ambiguous); !f.is(canceled) || err.Class == wire.Ambiguous {
			return nil, err
		}
		return nil, f.Err // the bare error of a context means that nothing was done
	}
}

// attempt waits for the turn of a request, announces it and makes it, in the
// region that the call was sent to or else in the client's.
func (c *Client) attempt(ctx context.Context, cl *call, tries *attempts) (resource.Value, *failure) {
	g := c.gate
	if cl.regionless {
		g = c.whose
	}
	p, err := g.enter(ctx)
	if e, ok := err.(*wire.Error); ok {
		e.Method, e.Host = cl.method, cl.url.Host
		return nil, &failure{Error: e, verdict: denied}
	} else if err != nil {
		return nil, c.interrupted(cl, false, err)
	}
	if err := wire.Sending(ctx, cl.items); err != nil {
		g.leave(p, false, nil)
		f := c.fail(cl, 0, wire.Retryable, "not sent: "+err.Error(), err)
		f.verdict = denied
		return nil, f
	}
	home := c.region.Load()
	tries.used = cmp.Or(tries.region, *home)
	tries.sent++
	p.sent = c.opts.Clock.Now()
	a := c.exchange(ctx, cl, tries.used)
	v, f := c.result(ctx, cl, a)
	c.logExchange(ctx, cl, tries.sent, a, f, c.opts.Clock.Now().Sub(p.sent))
	tries.passed = g.leave(p, a.status != 0, f)
	if f == nil || f.is(denied, misdirected) {
		c.budget.refill()
	}
	if tries.region != "" && a.status != 0 && !f.is(misdirected) {
		region := tries.region // the region is right, unless another call found out earlier
		c.region.CompareAndSwap(home, &region)
	}
	return v, f
}

// again returns nil when a call that failed is to be repeated, or else the
// failure that it ends with.
func (c *Client) again(ctx context.Context, cl *call, f *failure, tries *attempts) *failure {
	var wait time.Duration
	switch {
	case f.is(misdirected) && tries.region == "":
		if tries.region = elsewhere(tries.used, f.region, *c.region.Load()); tries.region == "" {
			return f
		}
		return nil
	case f.is(refused) && f.repeatable(cl):
		if tries.passed > tries.before {
			tries.refused++
		}
		if tries.before = tries.passed; tries.refused == enough {
			return f
		}
	case f.is(failed, late) && f.repeatable(cl) && c.mayRetry(cl, f, tries):
		tries.failed++
		wait = cmp.Or(f.RetryAfter, tries.waits.NextBackOff())
	default:
		return f
	}
	c.opts.Log.Info("retrying a call", slog.String("method", cl.method), slog.Int("attempt", tries.sent),
		slog.Duration("in", max(wait, f.RetryAfter)), slog.String("reason", f.Error.Error()))
	if wait > 0 {
		if err := c.opts.Clock.Sleep(ctx, wait); err != nil {
			return c.interrupted(cl, false, err)
		}
	}
	return nil
}

// mayRetry reports whether a failed attempt may be followed by another one.
func (c *Client) mayRetry(cl *call, f *failure, tries *attempts) bool {
	most := c.opts.Retries
	if f.is(late) && tries.passed == 0 {
		most = 0
	} else if f.is(late) {
		most = min(most, lateAgain)
	}
	if tries.failed >= most || f.RetryAfter > patience {
		return false
	}
	ok := c.budget.draw()
	if !ok {
		c.opts.Log.Warn("not retrying a call, because most calls fail", slog.String("method", cl.method), slog.String("reason", f.Error.Error()))
	}
	return ok
}

// inDoubt returns the error of a request that followed an earlier request that may
// have taken effect, if open reports that. An error that proves that the last
// request did nothing is no proof about the earlier one.
func inDoubt(err *wire.Error, effect resource.Effect, open bool) *wire.Error {
	if open && err.Class == wire.Retryable && effect != resource.Reads {
		err.Class = wire.Ambiguous
	}
	return err
}

// gone tells whether an error means that what was to be removed is not there.
func gone(effect resource.Effect, errorType string) bool {
	return effect == resource.Removes && (errorType == "not_found" || errorType == "group_not_found")
}

// budget limits the retries of all calls of a client together, in addition to the
// limit of each call, so that lcsync does not keep sending to a server on which
// most calls fail. A retry takes from the budget; a successful call refills it.
type budget struct{ spent atomic.Int64 }

func (b *budget) draw() bool {
	if b.spent.Add(1) <= retryBudget {
		return true
	}
	b.spent.Add(-1)
	return false
}

func (b *budget) refill() {
	if b.spent.Add(-1) < 0 {
		b.spent.Add(1)
	}
}
