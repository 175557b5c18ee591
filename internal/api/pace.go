package api

import (
	"context"
	"sync"
	"time"

	"lcsync/internal/wire"
)

const (
	// grain is how finely turns are told apart: those that are closer to each
	// other come several at a time, as no machine sleeps more exactly.
	grain = 5 * time.Millisecond
	// firstAtOnce is how many requests a new client has under way at first; every
	// second that goes well allows one more, until the server is busy for the
	// first time or widest are free.
	firstAtOnce = 2
	widest      = 64
)

// pacer spaces the requests of a client. They go one by one, evenly at the pace
// that speed finds, and none goes while the server has asked to be left alone.
// Until something limits a client, its pacer only sees that it does not begin
// with as many requests as there are callers. The vendor has rate limits and
// publishes no numbers.
type pacer struct {
	clock wire.Clock
	turn  chan struct{} // taken by the caller who is next; others queue for it
	free  chan struct{} // one for each further request that may be under way; closed = any number

	mu      sync.Mutex
	speed   speed
	next    time.Time // when the next request may go at this pace
	until   time.Time // no request before
	slowed  time.Time // when the pace was last lowered
	well    int       // requests that went well
	anyFree bool      // free is closed
}

// newPacer returns a pacer with a ceiling in requests per second, 0 = none.
func newPacer(clock wire.Clock, perSecond float64) *pacer {
	p := &pacer{clock: clock, turn: make(chan struct{}, 1), free: make(chan struct{}, widest), speed: newSpeed(perSecond)}
	for range firstAtOnce {
		p.free <- struct{}{}
	}
	return p
}

// wait returns when a request may be sent, after which done must be called, or
// with the context's error.
func (p *pacer) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-p.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	queued := false
	for {
		d := p.take(&queued)
		if d <= 0 {
			return nil
		}
		if err := p.clock.Sleep(ctx, d); err != nil {
			p.done(false)
			return err
		}
	}
}

// take takes the next turn if it has come, and tells how long it is until then
// if not. queued remembers for a caller that it waited because of the pace.
func (p *pacer) take(queued *bool) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, turn := p.clock.Now(), p.next
	if p.until.After(turn) {
		turn = p.until
	} else if turn.After(now) {
		*queued = true
	}
	if d := turn.Sub(now); d > 0 {
		return d
	}
	apart := p.speed.apart()
	late := time.Duration(0) // how much of a delay is made good
	switch {
	case apart < grain:
		late = grain
	case *queued:
		late = apart
	}
	if turn.Before(now.Add(-late)) {
		turn = now.Add(-late)
	}
	p.next = turn.Add(apart)
	if *queued {
		p.speed.rise(apart)
	}
	return 0
}

// done tells that a request is not under way any more, and whether it went well.
func (p *pacer) done(well bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if well {
		p.speed.took(p.clock.Now())
		p.well++
	}
	if p.release(); well && p.well%2 == 0 {
		p.release()
	}
}

// release lets one more request be under way; the caller holds the lock.
func (p *pacer) release() {
	if p.anyFree {
		return
	}
	select {
	case p.free <- struct{}{}:
	default:
		p.setFree()
	}
}

// setFree lets any number of requests be under way; the caller holds the lock.
func (p *pacer) setFree() {
	if !p.anyFree {
		p.anyFree = true
		close(p.free)
	}
}

// slow keeps every request of the client back for as long as the server asked
// (0 if it did not say), and lowers the pace because a request of the given
// time was one too many; counted tells whether the server said so, or only that
// it is not available. Requests that were on their way when the pace was last
// lowered say nothing of the pace since: for them slow returns false.
func (p *pacer) slow(sentAt time.Time, counted bool, asked time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if t := now.Add(asked); t.After(p.until) {
		p.until = t
	}
	if !p.slowed.IsZero() && !sentAt.After(p.slowed) {
		return false
	}
	p.slowed = now
	p.speed.fall(now, counted, asked)
	p.setFree()
	return true
}
