package apply

import (
	"context"
	"testing"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// paced is an API whose requests have to wait for their turn, and of which some
// are sent again.
type paced struct {
	*world
	turn func(ctx context.Context) error // waits
	sent int                             // how often a request is sent, 1 if 0
}

func (p paced) Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error) {
	for range max(p.sent, 1) - 1 {
		if err := p.turn(ctx); err != nil {
			return nil, err
		}
		if err := wire.Sending(ctx, nil); err != nil {
			return nil, err
		}
	}
	if err := p.turn(ctx); err != nil {
		return nil, err
	}
	return p.world.Call(ctx, method, args)
}

func TestIntentsAreWrittenWhenTheTurnHasCome(t *testing.T) {
	w, d := newWorld(), &diary{}
	o := w.options()
	o.Journal = d
	clock := o.Clock.(patient).Clock
	begin := clock.Now()
	r := mustRun(t, plan(create("tags", "t", tag("t"))), paced{w, func(ctx context.Context) error { return clock.Sleep(ctx, time.Minute) }, 3}, o)
	if !r.OK() {
		t.Fatal(r.Results)
	}
	var after []time.Duration
	for _, in := range d.intents {
		after = append(after, in.Time.Sub(begin))
	}
	same(t, "one intent for each sending, at its time", after, []time.Duration{1 * time.Minute, 2 * time.Minute, 3 * time.Minute})
	same(t, "journal", d.lines, []string{"intent 1 creating tags/t", "intent 1 creating tags/t", "intent 1 creating tags/t", "outcome 1 done t"})
	same(t, "requests", r.Requests, 3)
}

func TestWhatWaitsForItsTurnIsNotUnknown(t *testing.T) {
	for _, tt := range []struct {
		why  string
		wait func(ctx context.Context) error
	}{
		{"it is interrupted while it waits", func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}},
		{"its turn comes after the interrupt", func(context.Context) error { return nil }},
	} {
		w, d := newWorld(), &diary{}
		o := w.options()
		o.Journal = d
		o.Clock = hasty{wiretest.NewClock(time.Unix(1e9, 0))}
		ctx, cancel := context.WithCancel(t.Context())
		r, err := Run(ctx, plan(create("tags", "t", tag("t"))), paced{w, func(ctx context.Context) error {
			cancel()
			return tt.wait(ctx)
		}, 1}, o)
		if err == nil || len(w.log) > 0 {
			t.Errorf("%s: error %v, calls %v", tt.why, err, w.methods())
		}
		same(t, tt.why, statuses(r), []string{"tags/t: skipped"})
		same(t, tt.why+": journal", d.lines, []string(nil))
	}
}
