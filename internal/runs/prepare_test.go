package runs

import (
	"context"
	"errors"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// Nothing is sent that nobody has agreed to, or that could not be shown.
func TestNothingIsSentUnseen(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.refuses = true
	fails(t, w.apply("tags", tag("a")).err, Invalid, "declined: nothing was sent")

	broken := errors.New("the pipe is closed")
	run := w.killed("tags", []*resource.Object{tag("a"), tag("b")}, "creating tags/a")
	w.do(func(ctx context.Context, l *License) {
		l.Show = func(*diff.Plan) error { return broken }
		if _, _, err := l.Resume(ctx, run); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	})
	w.has("tags", "")
	w.ends(run, "")
}

// One process at a time works on a license, whether its owner is known or not.
func TestLicenseInUse(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	for _, blind := range []bool{false, true} {
		w.do(func(ctx context.Context, l *License) {
			p, err := l.Prepare(ctx, w.wanting(l, "tags", tag("a")))
			w.must(err)
			defer p.Close()
			w.blind = blind
			_, err = w.open().Prepare(ctx, w.wanting(w.open(), "tags", tag("b")))
			fails(t, err, Failed, "is locked by process 1", "wait until that run ends")
			w.blind = false
		})
	}
}

// savedPlan makes a plan of tags, and leaves a run of it that was killed.
func (w *world) savedPlan(digest string, rows ...*resource.Object) (plan *diff.Plan, run string) {
	w.do(func(ctx context.Context, l *License) {
		var live *resource.License
		var err error
		plan, live, err = w.wanting(l, "tags", rows...)(ctx)
		w.must(err)
		r, err := l.begin(l.about(plan, digest), plan, live)
		w.must(err)
		run = r.ID()
		w.must(r.Close())
	})
	return plan, run
}

// A run of the saved plan that was killed is finished, with all of the plan; one
// of another plan only as far as it had begun.
func TestSavedPlan(t *testing.T) {
	for _, tt := range []struct {
		why, digest string
		tags, end   string
	}{
		{"of this plan", "this", "a b", "continued"},
		{"of another one", "that", "", "continued"},
	} {
		w := newWorld(t, sandbox.Options{})
		plan, run := w.savedPlan(tt.digest, tag("a"), tag("b"))
		w.do(func(ctx context.Context, l *License) {
			p, err := l.PrepareSaved(ctx, plan, "this")
			w.must(err)
			defer p.Close()
			if same := tt.digest == "this"; (p.Report != nil) != same || (p.Run == run) != same || (p.Live == nil) != same {
				t.Errorf("%s: %+v", tt.why, p)
			}
		})
		w.has("tags", tt.tags)
		w.ends(run, tt.end)
	}

	w := newWorld(t, sandbox.Options{})
	plan, _ := w.savedPlan("that", tag("a"))
	w.call("create_tag", `{"name":"a","group_ids":[]}`)
	w.do(func(ctx context.Context, l *License) {
		var changed *StalePlan
		if _, err := l.PrepareSaved(ctx, plan, "this"); !errors.As(err, &changed) || len(changed.Conflicts) != 1 {
			t.Errorf("got %v", err)
		}
	})
}

// What a run is in the way of is planned again.
func TestPlannedAgain(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	plans := 0
	w.do(func(ctx context.Context, l *License) {
		p, err := l.Prepare(ctx, func(ctx context.Context) (*diff.Plan, *resource.License, error) {
			if plans++; plans == 1 {
				defer func() {
					w.must(w.clock.Sleep(ctx, time.Second))
					other := w.open()
					p, err := other.Prepare(ctx, w.wanting(other, "tags", tag("a")))
					w.must(err)
					defer p.Close()
					_, _, err = other.Execute(ctx, p)
					w.must(err)
				}()
			}
			return w.wanting(l, "tags", tag("a"))(ctx)
		})
		w.must(err)
		defer p.Close()
		if plans != 2 || len(p.Plan.Changes) > 0 {
			t.Errorf("planned %d times: %s", plans, p.Plan.Summary())
		}
	})
}
