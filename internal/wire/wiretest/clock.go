// Package wiretest helps tests of what talks to the API: a clock that nobody
// waits for, and a server without a network.
package wiretest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lcsync/internal/wire"
)

// Clock is a wire.Clock on which no time passes that a test would have to wait
// for. While Run runs something, the clock moves only when everything that Run
// has started waits, however many goroutines there are. At other times whoever
// sleeps moves it on at once.
type Clock struct {
	mu     sync.Mutex
	now    time.Time     // while nothing runs
	runs   bool          // something does
	ahead  time.Duration // of the bubble's clock then
	sleeps []time.Duration
}

// NewClock returns a clock that shows the given time.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Run calls f in a bubble (see testing/synctest) and waits for all that f
// starts. What runs there must neither wait for a network nor for anything
// outside of the bubble. One Run of a clock follows another.
func (c *Clock) Run(t *testing.T, f func()) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		c.enter()
		defer c.leave()
		f()
	})
}

func (c *Clock) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs {
		panic("wiretest: two runs at once on one clock")
	}
	c.runs, c.ahead = true, time.Until(c.now)
}

func (c *Clock) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.runs = c.shows(), false
}

// shows is the time; the caller holds the lock.
func (c *Clock) shows() time.Time {
	if c.runs {
		return time.Now().Round(0).Add(c.ahead).UTC()
	}
	return c.now
}

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shows()
}

// Sleep returns when d has passed, or with the error of a context that is done.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	c.sleeps = append(c.sleeps, d)
	runs := c.runs
	if !runs {
		c.now = c.now.Add(max(d, 0))
	}
	c.mu.Unlock()
	if runs {
		return wire.System{}.Sleep(ctx, d)
	}
	return nil
}

// Reach moves the clock on to a time, if that is later.
func (c *Clock) Reach(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := max(t.Sub(c.shows()), 0)
	c.now, c.ahead = c.now.Add(d), c.ahead+d
}

// Slept returns how long the sleeps were, in their order.
func (c *Clock) Slept() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sleeps)
}
