package sandbox

import (
	"context"
	"time"
)

// Clock is the time of the sandbox: latency, rate limits, stale reads, tokens'
// ages and creation dates all use it.
type Clock interface {
	// Now is the present moment.
	Now() time.Time
	// Sleep waits for d, or until ctx ends, whose error it returns then.
	Sleep(ctx context.Context, d time.Duration) error
}

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

func (realClock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
