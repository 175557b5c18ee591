package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

func mustRun(t *testing.T, p *diff.Plan, w wire.API, o Options) *Report {
	t.Helper()
	r, err := Run(t.Context(), p, w, o)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return r
}

func same(t *testing.T, why string, got, want any, opts ...cmp.Option) {
	t.Helper()
	if d := cmp.Diff(want, got, opts...); d != "" {
		t.Errorf("%s (-want +got):\n%s", why, d)
	}
}

func TestNeedsOrderCallsAndGiveIDs(t *testing.T) {
	f := &fake{}
	r := mustRun(t, plan(
		create("tags", "vip", resource.Of("name", "vip", "group_ids", resource.List{resource.Ref{Kind: "groups", Key: "Sales"}}), "groups/Sales"),
		create("groups", "Sales", resource.Of("name", "Sales", "agent_priorities", resource.Of("a@x", "normal"))),
		remove("tags", "old", tag("old"), "tags/vip"),
	), f, options())
	same(t, "order", f.methods(), []string{"create_group", "create_tag", "delete_tag"})
	same(t, "the tag carries the group's new id", f.args("create_tag"), []string{`{"name":"vip","group_ids":[1]}`})
	same(t, "results stand in plan order", statuses(r), []string{"tags/vip: done", "groups/Sales: done", "tags/old: done"})
	if !r.OK() || resultOf(r, "groups/Sales").ServerID != "1" {
		t.Errorf("report: %+v", r)
	}
}

func TestConcurrencyIsLimitedAndUsed(t *testing.T) {
	for _, limit := range []int{1, 3, 64} {
		var changes []*diff.Change
		for i := range 40 {
			changes = append(changes, create("tags", fmt.Sprint(i), tag(fmt.Sprint(i))))
		}
		want := min(limit, 40)
		arrived, gate := make(chan struct{}, 40), make(chan struct{})
		f := &fake{enter: func(context.Context, string, []*resource.Object) { arrived <- struct{}{}; <-gate }}
		go func() {
			for range want {
				<-arrived
			}
			close(gate)
		}()
		o := options()
		o.Concurrency = limit
		mustRun(t, plan(changes...), f, o)
		if f.most != want {
			t.Errorf("limit %d: %d calls at once, want %d", limit, f.most, want)
		}
	}
}

func TestBatchesAreAsFewAsPossible(t *testing.T) {
	agents := func(n int, needs ...string) []*diff.Change {
		var out []*diff.Change
		for i := range n {
			id := fmt.Sprintf("a%03d@x", i)
			c := create("agents", id, agent(id))
			if i%2 == 1 {
				c.DependsOn = needs
			}
			out = append(out, c)
		}
		return out
	}
	group := create("groups", "G", resource.Of("name", "G"))
	for _, tt := range []struct {
		why     string
		changes []*diff.Change
		want    int
	}{
		{"all are ready", agents(400), 4},
		{"half of them wait for a group", append(agents(400, "groups/G"), group), 4},
		{"a last batch may be short", agents(401), 5},
		{"even one goes as a batch", agents(1), 1},
	} {
		f := &fake{}
		r := mustRun(t, plan(tt.changes...), f, options())
		if got := f.calls("create_agent"); got != tt.want || !r.OK() {
			t.Errorf("%s: %d calls, want %d; ok %v", tt.why, got, tt.want, r.OK())
		}
		if slices.Contains(f.methods(), "create_agent") {
			t.Errorf("%s: an agent was created outside of a batch", tt.why)
		}
	}
}

func TestHeldBackBatchGoesWhenNothingElseCan(t *testing.T) {
	// b waits for a tag that waits for a: waiting for b as well would be for ever.
	f := &fake{}
	r := mustRun(t, plan(
		create("agents", "a@x", agent("a@x")),
		create("tags", "t", tag("t"), "agents/a@x"),
		create("agents", "b@x", agent("b@x"), "tags/t"),
	), f, options())
	same(t, "calls", f.methods(), []string{"batch create_agent", "create_tag", "batch create_agent"})
	if !r.OK() {
		t.Error(statuses(r))
	}
}

func TestRefusedBatchIsBisected(t *testing.T) {
	var changes []*diff.Change
	for i := range 8 {
		id := fmt.Sprintf("a%d@x", i)
		changes = append(changes, create("agents", id, agent(id)))
	}
	f := &fake{whole: func(_ string, items []*resource.Object) error {
		for _, it := range items {
			if it.String("id") == "a5@x" {
				return refuse(wire.Permanent, "validation", "unreadable")
			}
		}
		return nil
	}}
	r := mustRun(t, plan(changes...), f, options())
	if r.Counts.Done != 7 || resultOf(r, "agents/a5@x").Status != Failed {
		t.Error(statuses(r))
	}
	if got := f.calls("create_agent"); got != 7 { // 8, 4+4, 2+2, 1+1
		t.Errorf("%d calls, want 7", got)
	}
}

func TestErrorsOfAWholeBatch(t *testing.T) {
	for _, tt := range []struct {
		why   string
		err   error
		want  Status
		calls int
	}{
		{"an answer that was lost", refuse(wire.Ambiguous, "", "timeout"), Unknown, 1},
		{"a server that had no time", refuse(wire.Retryable, "too_many_requests", "later"), Failed, 1},
		{"a scope that is missing", &wire.Error{Method: "m", Class: wire.RefusedScope, Scopes: []string{"x:rw"}}, Failed, 3},
		{"a license that may not", refuse(wire.Permanent, "license_expired", "no"), Failed, 1},
		{"a batch that is too large", &wire.Error{Method: "m", Class: wire.Permanent, Status: 413}, Failed, 3},
	} {
		f := &fake{whole: func(string, []*resource.Object) error { return tt.err }}
		r := mustRun(t, plan(create("agents", "a@x", agent("a@x")), create("agents", "b@x", agent("b@x")),
			create("tags", "t", tag("t"), "agents/a@x")), f, options())
		same(t, tt.why, statuses(r), []string{"agents/a@x: " + string(tt.want), "agents/b@x: " + string(tt.want), "tags/t: skipped"})
		if len(f.log) != tt.calls {
			t.Errorf("%s: %d calls, want %d", tt.why, len(f.log), tt.calls)
		}
		if d := resultOf(r, "tags/t").Detail; !strings.Contains(d, "agents/a@x") {
			t.Errorf("%s: the need is not named in %q", tt.why, d)
		}
	}
}

func TestBatchOfWrongLengthIsUnknown(t *testing.T) {
	r := mustRun(t, plan(create("agents", "a@x", agent("a@x"))), shortBatch{&fake{}}, options())
	same(t, "status", statuses(r), []string{"agents/a@x: unknown"})
}

type shortBatch struct{ *fake }

func (shortBatch) Batch(context.Context, string, []*resource.Object) ([]wire.Outcome, error) {
	return nil, nil
}

func value(ns, name string, v any) *resource.Object {
	return resource.Of("namespace", ns, "name", name, "value", v)
}

func TestValuesAreMerged(t *testing.T) {
	set := func(name string) *diff.Change {
		return create("license_properties", "ns/"+name, value("ns", name, int64(1)))
	}
	grouped := func(g any, name string) *diff.Change {
		row := value("ns", name, true)
		row.Set("group", g)
		return create("group_properties", fmt.Sprintf("%v/ns/%s", g, name), row)
	}
	f := &fake{}
	f.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		if args.Object("properties").Object("ns").Has("bad") {
			return nil, refuse(wire.Permanent, "validation", "bad value")
		}
		return nil, nil
	}
	o := options()
	o.Concurrency = 1
	r := mustRun(t, plan(set("a"), set("b"), set("bad"), set("c"), grouped(int64(1), "a"), grouped(int64(1), "b"), grouped(int64(2), "a"),
		remove("license_properties", "ns/x", value("ns", "x", int64(1))), remove("license_properties", "ns/y", value("ns", "y", int64(1)))), f, o)
	if r.Counts.Done != 8 || resultOf(r, "license_properties/ns/bad").Error != "m: validation: bad value" {
		t.Error(statuses(r))
	}
	same(t, "the first try has all, and halves narrow the bad one down", f.args("update_license_properties"), []string{
		`{"properties":{"ns":{"a":1,"b":1,"bad":1,"c":1}}}`,
		`{"properties":{"ns":{"a":1,"b":1}}}`,
		`{"properties":{"ns":{"bad":1,"c":1}}}`,
		`{"properties":{"ns":{"bad":1}}}`,
		`{"properties":{"ns":{"c":1}}}`,
	})
	got := f.args("update_group_properties")
	slices.Sort(got)
	same(t, "values of different groups are not merged", got, []string{
		`{"group_id":1,"properties":{"ns":{"a":true,"b":true}}}`,
		`{"group_id":2,"properties":{"ns":{"a":true}}}`,
	})
	same(t, "names to delete are appended", f.args("delete_license_properties"), []string{`{"properties":{"ns":["x","y"]}}`})
}

func TestFailuresStayAlone(t *testing.T) {
	f := &fake{hook: func(_ string, args *resource.Object) (resource.Value, *wire.Error) {
		switch args.String("name") {
		case "bad":
			return nil, refuse(wire.Permanent, "limit_reached", "too many")
		case "lost":
			return nil, refuse(wire.Ambiguous, "", "timeout")
		}
		return nil, nil
	}}
	blocked := create("tags", "no", tag("no"))
	blocked.Blocked = "not allowed"
	r := mustRun(t, plan(
		create("tags", "bad", tag("bad")), create("tags", "good", tag("good")), create("tags", "lost", tag("lost")),
		create("tags", "after-bad", tag("x"), "tags/bad"), create("tags", "after-lost", tag("y"), "tags/lost"),
		create("tags", "further", tag("z"), "tags/after-bad"), blocked, create("tags", "after-no", tag("q"), "tags/no"),
		create("tags", "orphan", tag("o"), "tags/nowhere"),
	), f, options())
	same(t, "statuses", statuses(r), []string{"tags/bad: failed", "tags/good: done", "tags/lost: unknown", "tags/after-bad: skipped",
		"tags/after-lost: skipped", "tags/further: skipped", "tags/no: blocked", "tags/after-no: skipped", "tags/orphan: skipped"})
	same(t, "each was sent once", f.calls("create_tag"), 3)
	same(t, "counts", r.Counts, Counts{Done: 1, Failed: 1, Skipped: 5, Unknown: 1, Blocked: 1})
	for id, want := range map[string]string{
		"tags/after-bad": "needs tags/bad, which failed", "tags/after-lost": "needs tags/lost, which has an unknown outcome",
		"tags/further": "needs tags/after-bad, which was skipped", "tags/after-no": "needs tags/no, which is blocked",
		"tags/orphan": "needs tags/nowhere, which is not in the plan", "tags/no": "not allowed",
	} {
		same(t, id, resultOf(r, id).Detail, want)
	}
	if r.OK() {
		t.Error("OK, although much is not done")
	}
}

func TestDeletedAlreadyIsDone(t *testing.T) {
	f := &fake{hook: func(string, *resource.Object) (resource.Value, *wire.Error) {
		return nil, refuse(wire.Permanent, "not_found", "no such")
	}}
	r := mustRun(t, plan(remove("tags", "a", tag("a")), remove("agents", "a@x", agent("a@x"))), f, options())
	same(t, "both are done", statuses(r), []string{"tags/a: done", "agents/a@x: done"})
	same(t, "and say so", resultOf(r, "tags/a").Detail, "was deleted already")
}

func TestRefusedTokenStopsTheRun(t *testing.T) {
	f := &fake{whole: func(string, []*resource.Object) error { return refuse(wire.Authentication, "authentication", "who?") }}
	o := options()
	o.Concurrency = 1
	r, err := Run(t.Context(), plan(create("tags", "a", tag("a")), create("tags", "b", tag("b"))), f, o)
	var e *wire.Error
	if !errors.As(err, &e) || e.Class != wire.Authentication {
		t.Errorf("error %v", err)
	}
	same(t, "the rest was not tried", statuses(r), []string{"tags/a: failed", "tags/b: skipped"})
}

func TestEveryChangeEndsOnce(t *testing.T) {
	kinds := []string{"tags", "agents", "license_properties", "auto_accesses"}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 25).Draw(rt, "n")
		var changes []*diff.Change
		id := func(i int) string { return fmt.Sprintf("%s/%d", kinds[i%len(kinds)], i) }
		for i := range n {
			row := resource.Of("id", fmt.Sprint(i), "name", fmt.Sprint(i), "namespace", "ns", "value", int64(i))
			c := create(kinds[i%len(kinds)], fmt.Sprint(i), row)
			for _, j := range rapid.SliceOfN(rapid.IntRange(0, n), 0, 3).Draw(rt, "needs") {
				c.DependsOn = append(c.DependsOn, id(j)) // circles and strangers included
			}
			for _, j := range rapid.SliceOfN(rapid.IntRange(0, n), 0, 3).Draw(rt, "waits") {
				c.StartsAfter = append(c.StartsAfter, id(j))
			}
			changes = append(changes, c)
		}
		bad := rapid.IntRange(0, n).Draw(rt, "bad")
		class := rapid.SampledFrom([]wire.Class{wire.Permanent, wire.Retryable, wire.Ambiguous}).Draw(rt, "class")
		f := &fake{hook: func(_ string, args *resource.Object) (resource.Value, *wire.Error) {
			if args.String("name") == fmt.Sprint(bad) {
				return nil, refuse(class, "x", "y")
			}
			return nil, nil
		}}
		var mu sync.Mutex
		seen := map[string]int{}
		o := options()
		o.Concurrency = rapid.IntRange(1, 9).Draw(rt, "concurrency")
		o.BatchSize = rapid.IntRange(1, 5).Draw(rt, "batch")
		o.Progress = func(done, total int, what string) { mu.Lock(); seen[what]++; mu.Unlock() }
		r, err := Run(context.Background(), plan(changes...), f, o)
		if err != nil {
			rt.Fatal(err)
		}
		for _, res := range r.Results {
			if res.Status == "" || seen[res.ID] != 1 {
				rt.Fatalf("%s ended %d times as %q", res.ID, seen[res.ID], res.Status)
			}
			done := map[string]bool{}
			for _, x := range r.Results {
				done[x.ID] = x.Status == Done
			}
			for _, need := range changes[slices.IndexFunc(changes, func(c *diff.Change) bool { return c.ID == res.ID })].DependsOn {
				if res.Status == Done && !done[need] && need != res.ID {
					rt.Fatalf("%s is done without %s", res.ID, need)
				}
			}
		}
	})
}
