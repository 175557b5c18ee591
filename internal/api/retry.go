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
	// lateAgain is how often a call is repeated that ran into its timeout, on a
	// host that has answered before. One that never did is not waited for again.
	lateAgain = 2
	// enough is how often a call is refused, while others pass, until it fails.
	enough = 10
	// retryBudget is how many more calls may fail than succeed before nothing is
	// repeated any more.
	retryBudget = 50
)

// attempts is what became so far of one call, or of one batch with the batches
// that repeat a part of it. A refusal is no attempt: the gate knows how long to
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

// send makes a call and repeats it while that is safe and of use: always after
// errors that prove that nothing was done, and after ambiguous ones if doing
// it twice is the same as doing it once.
func (c *Client) send(ctx context.Context, cl *call, b *attempts) (resource.Value, error) {
	for {
		v, f := c.attempt(ctx, cl, b)
		if f == nil || b.ambiguous && !cl.several && gone(cl.effect, f.Type) {
			return v, nil
		}
		b.ambiguous = b.ambiguous || f.Class == wire.Ambiguous
		if f = c.again(ctx, cl, f, b); f != nil {
			return nil, b.conclude(cl, f)
		}
	}
}

// attempt waits for the turn of a request, announces it and makes it, in the
// region that the call was sent to or else in the client's.
func (c *Client) attempt(ctx context.Context, cl *call, b *attempts) (resource.Value, *failure) {
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
		f := c.fail(cl, answer{}, wire.Retryable, "not sent: "+err.Error(), err)
		f.verdict = denied
		return nil, f
	}
	home := *c.region.Load()
	b.used = defaulted(b.region, home)
	b.sent++
	p.sent = c.clock.Now()
	a := c.exchange(ctx, cl, b.used)
	v, f := c.judge(ctx, cl, a)
	c.logExchange(ctx, cl, b.sent, a, f, c.clock.Now().Sub(p.sent))
	b.passed = g.leave(p, a.status != 0, f)
	if f == nil || f.is(denied, misdirected) {
		c.budget.refill()
	}
	if b.region != "" && a.status != 0 && !f.is(misdirected) {
		c.settle(home, b.used)
	}
	return v, f
}

// again returns nil when a call that failed is to be repeated, or else the
// failure that it ends with.
func (c *Client) again(ctx context.Context, cl *call, f *failure, b *attempts) *failure {
	repeatable := f.Class == wire.Retryable || f.Class == wire.Ambiguous && cl.effect.Repeatable()
	var wait time.Duration
	switch {
	case f.is(misdirected) && b.region == "":
		if b.region = c.elsewhere(b.used, f.region); b.region == "" {
			return f
		}
		return nil
	case f.is(refused) && repeatable:
		if b.passed > b.before {
			b.refused++
		}
		if b.before = b.passed; b.refused == enough {
			return f
		}
	case f.is(failed, late) && repeatable && c.mayRetry(cl, f, b):
		b.failed++
		wait = cmp.Or(f.RetryAfter, b.waits.NextBackOff())
	default:
		return f
	}
	c.log.Info("repeating a call", slog.String("method", cl.method), slog.Int("attempt", b.sent),
		slog.Duration("in", max(wait, f.RetryAfter)), slog.String("reason", f.Error.Error()))
	if wait > 0 {
		if err := c.clock.Sleep(ctx, wait); err != nil {
			return c.interrupted(cl, false, err)
		}
	}
	return nil
}

// mayRetry tells whether an attempt that failed may be followed by another.
func (c *Client) mayRetry(cl *call, f *failure, b *attempts) bool {
	most := c.retries
	if f.is(late) && b.passed == 0 {
		most = 0
	} else if f.is(late) {
		most = min(most, lateAgain)
	}
	if b.failed >= most || f.RetryAfter > patience {
		return false
	}
	ok := c.budget.draw()
	if !ok {
		c.log.Warn("not repeating a call, as most of the calls fail", slog.String("method", cl.method), slog.String("reason", f.Error.Error()))
	}
	return ok
}

// conclude returns the error that a call ends with. What proves that the last
// request did nothing says nothing of an earlier one. The bare error of a context
// says that nothing was done.
func (b *attempts) conclude(cl *call, f *failure) error {
	if b.ambiguous && f.Class == wire.Retryable && cl.effect != resource.Reads {
		f.Class = wire.Ambiguous
	}
	if f.is(canceled) && f.Class != wire.Ambiguous {
		return f.Err
	}
	return f.Error
}

// gone tells whether an error means that what was to be removed is not there.
func gone(effect resource.Effect, errorType string) bool {
	return effect == resource.Removes && (errorType == "not_found" || errorType == "group_not_found")
}

// budget bounds the repeats of all calls of a client together, beyond the tries
// that each of them has, so that a server where most calls fail is not asked ever
// more: a repeat draws on it, a call that gets its answer refills it.
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
