package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lcsync/internal/wire"
)

// pacer spaces requests: under a ceiling, and not while the server asked the
// client to wait.
type pacer struct {
	clock   wire.Clock
	limiter *rate.Limiter // nil = no ceiling

	mu    sync.Mutex
	until time.Time // no request before
}

func newPacer(clock wire.Clock, perSecond float64) *pacer {
	p := &pacer{clock: clock}
	if perSecond > 0 {
		p.limiter = rate.NewLimiter(rate.Limit(perSecond), 1)
	}
	return p
}

// hold keeps every request of the client back for d.
func (p *pacer) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.clock.Now().Add(d); t.After(p.until) {
		p.until = t
	}
}

// wait returns when a request may be sent, or with the context's error.
func (p *pacer) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	held := p.until.Sub(p.clock.Now())
	p.mu.Unlock()
	if held > 0 {
		if err := p.clock.Sleep(ctx, held); err != nil {
			return err
		}
	}
	if p.limiter == nil {
		return nil
	}
	now := p.clock.Now()
	turn := p.limiter.ReserveN(now, 1)
	if d := turn.DelayFrom(now); d > 0 {
		if err := p.clock.Sleep(ctx, d); err != nil {
			turn.CancelAt(p.clock.Now())
			return err
		}
	}
	return nil
}
