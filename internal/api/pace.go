package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lcsync/internal/wire"
)

const (
	// slowest is the rate below which a busy server does not push the client,
	// in requests per second.
	slowest = rate.Limit(0.5)
	// firstly is the least that counts as the pace when the server is too busy
	// for the first time: a refusal in quiet times says little.
	firstly = rate.Limit(10)
	// freely is the rate from which a client without a ceiling is no longer
	// held back, in requests per second.
	freely = rate.Limit(100)
	// fall is what the pace is lowered by.
	fall = 0.7
	// rise is what a request that went well adds to a lowered pace, which so
	// doubles in 14 seconds.
	rise = rate.Limit(0.05)
	// measured is how many requests back the pace is looked at.
	measured = 64
)

// pacer spaces the requests of a client: under a ceiling, not while the server
// asked it to wait, and at a lower pace after the server was too busy, which
// rises again slowly. The vendor has rate limits
// and publishes no numbers.
type pacer struct {
	clock   wire.Clock
	ceiling rate.Limit
	limiter *rate.Limiter

	mu     sync.Mutex
	until  time.Time           // no request before
	slowed time.Time           // when the pace was last lowered
	sent   [measured]time.Time // ring of the last requests
	next   int
}

// newPacer returns a pacer with a ceiling in requests per second, 0 = none.
func newPacer(clock wire.Clock, perSecond float64) *pacer {
	p := &pacer{clock: clock, ceiling: rate.Inf}
	if perSecond > 0 {
		p.ceiling = rate.Limit(perSecond)
	}
	p.limiter = rate.NewLimiter(p.ceiling, 1)
	return p
}

// wait returns when a request may be sent, or with the context's error.
func (p *pacer) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for held := p.held(); held > 0; held = p.held() {
		if err := p.clock.Sleep(ctx, held); err != nil {
			return err
		}
	}
	now := p.clock.Now()
	turn := p.limiter.ReserveN(now, 1)
	if d := turn.DelayFrom(now); d > 0 {
		if err := p.clock.Sleep(ctx, d); err != nil {
			turn.CancelAt(p.clock.Now())
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent[p.next%measured] = p.clock.Now()
	p.next++
	return nil
}

func (p *pacer) held() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until.Sub(p.clock.Now())
}

// hold keeps every request of the client back for d.
func (p *pacer) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.clock.Now().Add(d); t.After(p.until) {
		p.until = t
	}
}

// slow lowers the pace because a request of the given time was one too many.
// Requests that were on their way when the pace was last lowered say nothing
// of the pace since.
func (p *pacer) slow(sentAt time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.slowed.IsZero() && !sentAt.After(p.slowed) {
		return
	}
	now := p.clock.Now()
	p.slowed = now
	pace := p.limiter.Limit()
	if pace == rate.Inf {
		pace = 0
		for _, t := range p.sent {
			if now.Sub(t) < time.Second {
				pace++
			}
		}
		pace = max(pace, firstly)
	}
	p.limiter.SetLimitAt(now, min(max(pace*fall, slowest), p.ceiling))
}

// quicken raises a lowered pace a little because a request went well.
func (p *pacer) quicken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	pace := p.limiter.Limit()
	if pace >= p.ceiling {
		return
	}
	pace += rise
	if pace >= freely {
		pace = rate.Inf
	}
	p.limiter.SetLimitAt(p.clock.Now(), min(pace, p.ceiling))
}
