package apply

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

func TestAnObjectThatMayBeAnothersIsLeft(t *testing.T) {
	// The first create is done and its answer on the way, when the second one,
	// which is equal, is lost before it comes there and looked for.
	w := newWorld()
	looked, answered := make(chan struct{}), false
	n := 0
	w.lose = func(string, *resource.Object) fault {
		if n++; n == 2 {
			return before
		}
		return none
	}
	o := w.options()
	o.Read = func(ctx context.Context, kinds []string) (*resource.License, error) {
		w.mu.Lock()
		if reads := w.reads["webhooks"]; reads == 2 && !answered {
			answered = true
			close(looked)
		}
		w.mu.Unlock()
		return w.read(ctx, kinds)
	}
	o.Progress = func(int, int, string) { // should it be found after all
		if w.mu.Lock(); !answered {
			answered = true
			close(looked)
		}
		w.mu.Unlock()
	}
	r := mustRun(t, plan(create("webhooks", "1", webhook("", "u")), create("webhooks", "2", webhook("", "u"))), slow{w, looked}, o)
	got := statuses(r)
	slices.Sort(got)
	ids := r.Results[0].ServerID + r.Results[1].ServerID
	if ids != "new1" || r.Counts.Done != 1 || r.Counts.Unknown != 1 {
		t.Errorf("%v, ids %q", got, ids)
	}
}

// slow holds back answers that went well.
type slow struct {
	*world
	until chan struct{}
}

func (s slow) Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error) {
	v, err := s.world.Call(ctx, method, args)
	if err == nil {
		<-s.until
	}
	return v, err
}

// Whatever is lost on the way, no object comes to be twice, and what is called
// done is there.
func TestNothingIsDuplicated(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		p := randomPlan(rt)
		for _, c := range p.Changes {
			if c.Before != nil {
				w.put(c.Kind, c.Before.Clone())
			}
		}
		o := w.options()
		o.Concurrency, o.BatchSize = rapid.IntRange(1, 6).Draw(rt, "concurrency"), rapid.IntRange(1, 5).Draw(rt, "batch")
		lost := map[string]fault{}
		for i := range 20 {
			lost[fmt.Sprint(i)] = rapid.SampledFrom([]fault{none, none, before, after}).Draw(rt, "fault")
		}
		shown := rapid.IntRange(0, 4).Draw(rt, "listed from read")
		w.late = func(*resource.Object) int { return shown }
		w.lose = func(_ string, args *resource.Object) fault {
			for _, name := range []string{"name", "description", "url"} {
				if f, ok := lost[args.String(name)]; ok {
					return f
				}
			}
			return none
		}
		r, err := Run(context.Background(), p, w, o)
		if err != nil {
			rt.Fatal(err)
		}
		checkOnce(rt, w, p, r)
	})
}

func checkOnce(rt *rapid.T, w *world, p *diff.Plan, r *Report) {
	ids := map[string]string{}
	for i, c := range p.Changes {
		k, res := resource.Lookup(c.Kind), r.Results[i]
		if k.Create.Args != nil || c.Action == diff.Update {
			continue
		}
		n := 0
		for _, row := range w.rows[c.Kind] {
			if after := c.After; after != nil && k.KeyOf(row) == k.KeyOf(after) && (c.Before == nil || row.Has("type")) {
				n++
			}
		}
		if n > 1 || res.Status == Done && c.After != nil && n != 1 || res.Status == Skipped && n != 0 {
			rt.Fatalf("%s is %s and there %d times", c.ID, res.Status, n)
		}
		if other := ids[c.Kind+res.ServerID]; c.Action == diff.Create && res.ServerID != "" && other != "" {
			rt.Fatalf("%s and %s are both %s", c.ID, other, res.ServerID)
		}
		ids[c.Kind+res.ServerID] = c.ID
	}
}

func TestAMoveThatWasLostIsNotDone(t *testing.T) {
	w := newWorld()
	a := resource.Of("id", "id-a", "description", "a")
	w.put("auto_accesses", a)
	w.put("auto_accesses", resource.Of("id", "id-b", "description", "b"))
	o := w.options()
	w.lose = losing(before, "update_auto_access")
	r := mustRun(t, plan(ordering([]string{"a", "b"}, []string{"b", "a"}, map[string]bool{"b": true})...), w, o)
	same(t, "status", statuses(r), []string{"auto_accesses/a: unknown"})
}

func TestNoHalvesWithoutAJournal(t *testing.T) {
	f := &fake{whole: func(string, []*resource.Object) error { return refuse(wire.Permanent, "validation", "no") }}
	o := options()
	o.Journal = &diary{failAt: 2} // the outcome of the refused batch
	r, err := Run(t.Context(), plan(create("agents", "a@x", agent("a@x")), create("agents", "b@x", agent("b@x"))), f, o)
	if err == nil {
		t.Error("no error")
	}
	same(t, "calls", len(f.log), 1)
	same(t, "statuses", statuses(r), []string{"agents/a@x: skipped", "agents/b@x: skipped"})
}
