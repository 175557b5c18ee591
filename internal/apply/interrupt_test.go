package apply

import (
	"context"
	"errors"
	"testing"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/wire/wiretest"
)

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{}
	f.enter = func(call context.Context, method string, _ []*resource.Object) {
		if method == "unregister_webhook" {
			cancel()
			if call.Err() != nil {
				t.Error("the call that was under way was cancelled")
			}
		}
	}
	o := options()
	o.Concurrency = 1
	o.Secret = func(string) (string, bool) { return "hush", true }
	r, err := Run(ctx, plan(replace(webhook("old", "u"), webhook("", "v"), true), create("tags", "t", tag("t"), "webhooks/w"),
		create("tags", "u", tag("u"))), f, o)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	same(t, "what was begun is brought to its end, and nothing else", f.methods(), []string{"unregister_webhook", "register_webhook"})
	same(t, "statuses", statuses(r), []string{"webhooks/w: done", "tags/t: skipped", "tags/u: skipped"})
	same(t, "why", resultOf(r, "tags/u").Detail, "interrupted")
}

// hasty is a clock whose grace period is over at once.
type hasty struct{ *wiretest.Clock }

func (h hasty) Sleep(ctx context.Context, d time.Duration) error {
	if d == grace {
		return nil
	}
	return h.Clock.Sleep(ctx, d)
}

func TestInterruptedCallIsUnknown(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{enter: func(call context.Context, _ string, _ []*resource.Object) {
		cancel()
		<-call.Done()
	}}
	o := options()
	o.Clock = hasty{o.Clock.(patient).Clock}
	r, err := Run(ctx, plan(create("tags", "t", tag("t"))), f, o)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	same(t, "status", statuses(r), []string{"tags/t: unknown"})
}

func TestCancelledBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := &fake{}
	r, err := Run(ctx, plan(create("tags", "t", tag("t")), create("agents", "a@x", agent("a@x"))), f, options())
	if err == nil || len(f.log) > 0 {
		t.Errorf("error %v, calls %v", err, f.methods())
	}
	same(t, "statuses", statuses(r), []string{"tags/t: skipped", "agents/a@x: skipped"})
}
