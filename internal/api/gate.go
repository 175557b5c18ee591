package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"lcsync/internal/wire"
)

const (
	// firstPause is how long a client waits after its first refusal, if the server
	// does not name a time. While the server refuses, pauses grow by growth up to
	// longestPause.
	firstPause   = 100 * time.Millisecond
	growth       = 1.7
	longestPause = 10 * time.Second
	// patience is how long a server may refuse everything before calls fail;
	// impatience is the same of a host that has never answered.
	patience   = 3 * time.Minute
	impatience = 5 * time.Second
)

// gate decides when requests may go: a learned token bucket behind a half-open
// gate. The vendor has rate limits but does not publish them.
//
// Until the first refusal, any number of requests goes. A refusal (a rate limit,
// an unavailable server, a host that accepts no connection) shuts the gate for all
// callers. Then one request at a time, a probe, tests it, after pauses that grow
// or that the server asked for. The first accepted probe opens the gate, and the
// bucket learns from the number of requests accepted since the gate was opened
// before. If this takes longer than patience, calls fail.
type gate struct {
	clock wire.Clock
	turn  chan struct{} // held by the caller who is next, and by a probe until its answer

	mu     sync.Mutex
	bucket bucket
	heard  bool // the host has answered
	passed int  // requests that were taken

	shut    bool
	round   int           // how often it was shut
	since   time.Time     // shut: when the first request was sent that was refused
	pause   time.Duration // shut: before the next probe
	next    time.Time     // shut: when that may go
	refusal wire.Error    // the last

	opened  time.Time // when the probe was sent that opened it: the cycle begins
	taken   int       // requests that were taken in the cycle
	refused time.Time // when the last request was sent that was refused

	underway int
	idle     time.Time // since when nothing is under way
}

// pass is the permission to send one request. It goes back with leave.
type pass struct {
	probe bool
	round int
	sent  time.Time
}

// newGate returns a gate with a ceiling in requests per second, 0 = none.
func newGate(clock wire.Clock, perSecond float64) *gate {
	return &gate{clock: clock, turn: make(chan struct{}, 1), bucket: newBucket(perSecond)}
}

// enter returns when a request may be sent. Callers come in the order in which
// they asked, so that probes rotate. The error is the context's, or the last
// refusal as a *wire.Error if nothing is sent any more.
func (g *gate) enter(ctx context.Context) (*pass, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	waited := len(g.turn) > 0
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for {
		p, d, err := g.admit(waited)
		if d > 0 {
			waited = true
			err = g.clock.Sleep(ctx, d)
		}
		if p == nil && err == nil {
			continue
		}
		if p == nil || !p.probe {
			<-g.turn
		}
		return p, err
	}
}

// admit gives a pass to the caller whose turn it is, or tells how long to wait.
func (g *gate) admit(waited bool) (*pass, time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	switch {
	case g.opened.IsZero():
		g.opened = now
	case g.underway == 0 && !waited:
		g.opened = g.opened.Add(now.Sub(g.idle)) // idle time is no evidence about a limit
	}
	var d time.Duration
	if !g.shut {
		d = g.bucket.take(now, waited)
	} else if d = g.next.Sub(now); d > 0 && g.next.Sub(g.since) > g.patience() {
		return nil, 0, g.hopeless(now)
	}
	if d > 0 {
		return nil, d, nil
	}
	g.underway++
	return &pass{probe: g.shut, round: g.round, sent: now}, 0, nil
}

func (g *gate) patience() time.Duration {
	if g.heard {
		return patience
	}
	return impatience
}

// hopeless returns the error of calls that are not sent, because the server
// refused everything for too long or announced a wait that is too long.
func (g *gate) hopeless(now time.Time) error {
	e := g.refusal
	e.Class = wire.Retryable
	if e.RetryAfter > g.patience() {
		e.Message += fmt.Sprintf("; the server asks to wait %v, which is too long", e.RetryAfter)
	} else {
		e.Message += fmt.Sprintf("; gave up after %v", now.Sub(g.since).Round(100*time.Millisecond))
	}
	return &e
}

// leave gives a pass back, with whether the request got a response and with its
// failure, if any. It returns how many requests of all calls were accepted so far.
func (g *gate) leave(p *pass, answered bool, f *failure) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.underway--; g.underway == 0 {
		g.idle = g.clock.Now()
	}
	g.heard = g.heard || answered
	switch {
	case f.is(refused):
		g.close(p, f.Error)
	case answered:
		g.passed++
		if g.taken++; p.probe {
			g.open(p)
		}
	}
	if p.probe {
		<-g.turn
	}
	return g.passed
}

// refuse shuts the gate for a part of a request that was taken as a whole.
func (g *gate) refuse(refusal *wire.Error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut {
		g.close(&pass{round: g.round, sent: g.clock.Now()}, refusal)
	}
}

// close shuts the gate after a request was refused. It ignores requests that got
// their pass before the gate was shut. The caller holds the lock.
func (g *gate) close(p *pass, refusal *wire.Error) {
	now, asked := g.clock.Now(), refusal.RetryAfter
	if g.refusal = *refusal; p.sent.After(g.refused) {
		g.refused = p.sent
	}
	switch {
	case p.round == g.round && !g.shut:
		g.shut, g.since = true, p.sent
		g.round++
		g.pause = cmp.Or(asked, min(g.bucket.apart(), longestPause), firstPause)
		g.next = now.Add(g.pause)
	case p.round == g.round:
		g.pause = max(min(time.Duration(float64(g.pause)*growth), longestPause), asked)
		g.next = now.Add(g.pause)
	case now.Add(asked).After(g.next):
		g.next = now.Add(asked)
	}
}

// open opens the gate as a probe was taken. The caller holds the lock.
func (g *gate) open(p *pass) {
	now := g.clock.Now()
	g.shut = false
	shortest, longest := g.refused.Sub(g.opened), p.sent.Sub(g.opened)
	if g.refusal.Type != "too_many_requests" && g.refusal.Status != http.StatusTooManyRequests {
		shortest = max(g.since.Sub(g.opened), instant) // the length of an outage may have nothing to do with limits
		longest = min(longest, 4*shortest)
	}
	g.bucket.learn(g.taken-1, shortest, longest)
	g.bucket.due = now.Add(max(g.bucket.apart()-now.Sub(p.sent), 0))
	g.opened, g.taken = p.sent, 1
}
