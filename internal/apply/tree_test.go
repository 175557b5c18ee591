package apply

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// ruleNames are n names in order.
func ruleNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("r%03d", i)
	}
	return names
}

// idsOf are the ids that a ruleList gives to rules.
func idsOf(names []string) []string {
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = "id-" + name
	}
	return ids
}

// noRules is a license that has no rules.
func noRules() *resource.License {
	l := &resource.License{}
	l.SetRows("auto_accesses", nil)
	return l
}

// timed runs a plan in a bubble in which each call and each read takes a second,
// and returns how long it took.
func timed(t *testing.T, p *diff.Plan, l *ruleList, o Options) (r *Report, took time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		clock := wire.System{}
		l.enter = func(ctx context.Context, _ string, _ []*resource.Object) { _ = clock.Sleep(ctx, time.Second) }
		o.Clock = clock
		o.Read = func(ctx context.Context, _ []string) (*resource.License, error) {
			if err := clock.Sleep(ctx, time.Second); err != nil {
				return nil, err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			live := &resource.License{}
			live.SetRows("auto_accesses", l.rows(""))
			return live, nil
		}
		start := time.Now()
		r = mustRun(t, p, l, o)
		took = time.Since(start)
	})
	return r, took
}

func TestRulesOfALicenseWithoutAnyGoAtOnce(t *testing.T) {
	names := ruleNames(100)
	for _, tt := range []struct {
		why         string
		have        []string
		concurrency int
		most        time.Duration
		least       time.Duration
	}{
		{"a license without rules", nil, 8, 24 * time.Second, 0},
		{"--concurrency is the ceiling", nil, 2, 60 * time.Second, 50 * time.Second},
		{"one call at a time", nil, 1, 101 * time.Second, 101 * time.Second},
		{"rules in service", []string{"r050"}, 8, 101 * time.Second, 100 * time.Second},
	} {
		l := newRuleList(idsOf(tt.have)...)
		before := &resource.License{}
		before.SetRows("auto_accesses", l.rows(""))
		stay := map[string]bool{}
		for _, name := range tt.have {
			stay[name] = true
		}
		r, took := timed(t, plan(ordering(tt.have, names, stay)...), l, Options{Before: before, Concurrency: tt.concurrency})
		if !r.OK() || !r.Verified || !slices.Equal(l.ids, idsOf(names)) {
			t.Errorf("%s: %+v, order %v", tt.why, r.Counts, l.ids)
		}
		if took > tt.most || took < tt.least {
			t.Errorf("%s: it took %v, want %v to %v", tt.why, took, tt.least, tt.most)
		}
		if l.most > tt.concurrency {
			t.Errorf("%s: %d calls at once", tt.why, l.most)
		}
	}
}

// TestRulesOnAServerThatMixesThemUp: where two rules that are added at once end
// up in the wrong order, the rest goes one at a time.
func TestRulesOnAServerThatMixesThemUp(t *testing.T) {
	names := ruleNames(20)
	l := newRuleList()
	add := l.hook
	l.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		if args.String("description") == "r005" { // one of the first two that come at once
			args.Set("next_id", "")
		}
		return add(method, args)
	}
	r, _ := timed(t, plan(ordering(nil, names, nil)...), l, Options{Before: noRules()})
	if r.Verified || r.Counts.Kept == 0 {
		t.Errorf("the wrong order is not reported: %+v", r.Counts)
	}
	same(t, "calls at once", l.most, 2)
}

// TestTreesGrowInOrder: whatever fails or is lost, and however many go at once,
// rules that are there stand in order.
func TestTreesGrowInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := ruleNames(rapid.IntRange(0, 40).Draw(rt, "rules"))
		l := newRuleList()
		add, bad := l.hook, map[string]bool{}
		for _, name := range names {
			bad[name] = rapid.IntRange(0, 9).Draw(rt, "fate of "+name) == 0
		}
		l.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
			if bad[args.String("description")] {
				return nil, refuse(wire.Permanent, "validation", "no")
			}
			return add(method, args)
		}
		o := options()
		o.Before, o.NoVerify, o.Concurrency = noRules(), true, rapid.IntRange(1, 8).Draw(rt, "concurrency")
		o.Read = (&reader{live: func(kind string) []*resource.Object {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.rows(kind)
		}}).read
		if _, err := Run(context.Background(), plan(ordering(nil, names, nil)...), l, o); err != nil {
			rt.Fatal(err)
		}
		want := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return bad[name] })
		if !slices.Equal(l.ids, idsOf(want)) {
			rt.Fatalf("order %v, want %v", l.ids, want)
		}
	})
}

// TestNoOrderIsReadInVain: where the rest goes one at a time anyway, nobody needs
// to know the order.
func TestNoOrderIsReadInVain(t *testing.T) {
	for _, tt := range []struct {
		fails string
		reads int
	}{{"", 1}, {"r003", 0}, {"r001", 0}} { // the middle of all, and of a half
		l := newRuleList()
		l.fail = tt.fails
		src := &reader{live: func(kind string) []*resource.Object {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.rows(kind)
		}}
		o := options()
		o.Before, o.NoVerify, o.Read = noRules(), true, src.read
		mustRun(t, plan(ordering(nil, ruleNames(7), nil)...), l, o)
		same(t, "reads if "+tt.fails+" fails", len(src.asked), tt.reads)
	}
}
