package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

const (
	// longestRetryAfter caps what a server may ask the client to wait.
	longestRetryAfter = 60 * time.Second
	// reconnects is how often a host is tried again that no connection could
	// be made to. One that refuses them, or that no name server knows, is tried
	// like one that answers with errors: it may be about to start.
	reconnects = 2
	// lateAgain is how often a call is repeated that ran into its timeout, on a
	// host that has answered before. One that never did is not waited for again.
	lateAgain = 2
)

// budget is what is left of the tries of one call, or of one batch with the
// batches that repeat a part of it.
type budget struct {
	tries     int
	repeats   int
	started   time.Time
	waits     *backoff.ExponentialBackOff
	reconnect *backoff.ExponentialBackOff
	offline   int
	late      int
	ambiguous bool   // an earlier try may have taken effect
	relocated bool   // the call was sent to another region once
	region    string // the region it was sent to, "" = the client's
	used      string // the region of the last try
	sentAt    time.Time
}

func (c *Client) newBudget() *budget {
	return &budget{started: c.clock.Now(),
		waits:     &backoff.ExponentialBackOff{InitialInterval: 500 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 20 * time.Second},
		reconnect: &backoff.ExponentialBackOff{InitialInterval: 150 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: time.Second},
	}
}

// send makes a call and repeats it while that is safe and of use: always after
// errors that prove that nothing was done, and after ambiguous ones if doing
// it twice is the same as doing it once.
func (c *Client) send(ctx context.Context, cl *call, b *budget) (resource.Value, error) {
	for {
		if err := c.pace.wait(ctx); err != nil {
			return nil, c.interrupted(cl, b.ambiguous, err).canceled
		}
		if err := wire.Sending(ctx, cl.items); err != nil {
			c.pace.done(false)
			return nil, b.conclude(cl, c.fail(cl, answer{}, wire.Retryable, "not sent: "+err.Error(), err).Error)
		}
		v, f := c.try(ctx, cl, b)
		switch {
		case f == nil:
			return v, nil
		case f.canceled != nil:
			return nil, c.interrupted(cl, b.ambiguous || f.canceled == error(f.Error), ctx.Err()).canceled
		case f.misdirected && !b.relocated:
			if b.region = c.elsewhere(b.used, f.region); b.region != "" {
				b.relocated = true
				continue
			}
		case b.ambiguous && !cl.several && gone(cl.effect, f.Type):
			return nil, nil
		}
		b.ambiguous = b.ambiguous || f.Class == wire.Ambiguous
		wait, ok := c.again(cl, f, b)
		if !ok {
			return nil, b.conclude(cl, f.Error)
		}
		if wait == 0 {
			continue
		}
		if err := c.clock.Sleep(ctx, wait); err != nil {
			return nil, c.interrupted(cl, b.ambiguous, err).canceled
		}
	}
}

// try makes one request, in the region the call was sent to or else in the
// client's.
func (c *Client) try(ctx context.Context, cl *call, b *budget) (resource.Value, *failure) {
	b.tries++
	limit := c.timeout
	if b.offline > 0 {
		limit = max(limit-c.clock.Now().Sub(b.started), time.Millisecond)
	}
	home := *c.region.Load()
	b.used = defaulted(b.region, home)
	b.sentAt = c.clock.Now()
	a := c.exchange(ctx, cl, b.used, limit)
	v, f := c.judge(ctx, cl, a)
	c.logExchange(ctx, cl, b.tries, a, f, c.clock.Now().Sub(b.sentAt))
	if a.status != 0 {
		c.answered.Store(true)
	}
	c.pace.done(a.status != 0 && (f == nil || !f.throttled))
	if f == nil || f.Class != wire.Retryable && f.Class != wire.Ambiguous {
		c.reserve.refill()
	}
	if b.relocated && a.status != 0 && (f == nil || !f.misdirected) {
		c.settle(home, b.used)
	}
	return v, f
}

// again tells whether a call that failed may be repeated, and after how long
// on top of what the pace demands.
func (c *Client) again(cl *call, f *failure, b *budget) (time.Duration, bool) {
	asked := min(f.RetryAfter, longestRetryAfter)
	first := true // of the failures that have the same cause
	if f.throttled {
		first = c.pace.slow(b.sentAt, f.Type == "too_many_requests" || f.Status == http.StatusTooManyRequests, asked)
	}
	repeatable := f.Class == wire.Retryable || f.Class == wire.Ambiguous && cl.effect.Repeatable()
	if !repeatable || f.final || b.repeats >= c.retries {
		return 0, false
	}
	b.repeats++
	wait := asked
	switch {
	case f.noConnection:
		b.offline++
		wait = b.reconnect.NextBackOff()
		if b.offline > reconnects || c.clock.Now().Add(wait).Sub(b.started) >= c.timeout {
			return 0, false
		}
	case f.timedOut:
		if b.late++; b.late > lateAgain || !c.answered.Load() {
			return 0, false
		}
		fallthrough
	default:
		if wait == 0 {
			wait = b.waits.NextBackOff()
		}
	}
	if first && !c.reserve.draw() {
		c.log.Warn("not repeating a call, as most of the calls fail", slog.String("method", cl.method), slog.String("reason", f.Error.Error()))
		return 0, false
	}
	c.log.Info("repeating a call", slog.String("method", cl.method), slog.Int("attempt", b.tries),
		slog.Duration("in", wait), slog.String("reason", f.Error.Error()))
	if f.throttled && asked > 0 {
		wait = 0 // the pace keeps everybody back that long
	}
	return wait, true
}

// conclude returns the error of the last try. What proves that the last try
// did nothing says nothing of an earlier one.
func (b *budget) conclude(cl *call, e *wire.Error) *wire.Error {
	if b.ambiguous && e.Class == wire.Retryable && cl.effect != resource.Reads {
		e.Class = wire.Ambiguous
	}
	return e
}

// gone tells whether an error means that what was to be removed is not there.
func gone(effect resource.Effect, errorType string) bool {
	return effect == resource.Removes && (errorType == "not_found" || errorType == "group_not_found")
}
