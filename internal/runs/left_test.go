package runs

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// As long as what is left of a run cannot be done, what it is about is not
// planned anew: the new webhook would come once more.
func TestWhatIsLeftIsNotPlannedAnew(t *testing.T) {
	w, replaced, _ := stuck(t)
	for range 3 {
		if out := w.apply("webhooks", replaced); out.err != nil || !out.left || out.run != "" {
			t.Errorf("%+v %v", out, out.err)
		}
	}
	if n := len(w.webhooks()); n != 2 {
		t.Errorf("there are %d webhooks", n)
	}
}

// A saved plan is carried out as it is or not at all.
func TestSavedPlanOfWhatIsLeft(t *testing.T) {
	w, replaced, _ := stuck(t)
	w.do(func(ctx context.Context, l *License) {
		plan, _, err := w.wanting(l, "webhooks", replaced)(ctx)
		w.must(err)
		_, err = l.PrepareSaved(ctx, plan, "digest")
		fails(t, err, Incomplete, "nothing was sent: webhooks/", "lcsync runs abandon ")
	})
}

// What needs an object that is left alone is left alone with it.
func TestWithhold(t *testing.T) {
	group := &diff.Change{ID: "groups/Sales", Kind: "groups", Key: "Sales", Action: diff.Create, After: resource.Of("name", "Sales")}
	renamed := &diff.Change{ID: "groups/Care", Kind: "groups", Key: "Care", Action: diff.Update,
		Before: resource.Of("id", int64(7), "name", "Care"), After: resource.Of("id", int64(7), "name", "Help")}
	made := &diff.Change{ID: "tags/a", Kind: "tags", Key: "a", Action: diff.Create, After: tag("a"), DependsOn: []string{"groups/Sales"}}
	first := &diff.Change{ID: "tags/b", Kind: "tags", Key: "b", Action: diff.Create, After: tag("b"), DependsOn: []string{"tags/a"}}
	other := &diff.Change{ID: "tags/Sales", Kind: "tags", Key: "Sales", Action: diff.Create, After: tag("Sales")}
	plan := &diff.Plan{Changes: []*diff.Change{first, made, group, renamed, other}}

	l := &License{}
	if ch := l.withhold(plan); ch != nil {
		t.Errorf("nothing is left, and %s is withheld", ch.ID)
	}
	l.left = []leftover{{group, "r1"}, {&diff.Change{Kind: "groups", Action: diff.Delete, Before: resource.Of("id", int64(7), "name", "Old")}, "r2"}}
	l.withhold(plan)
	got := map[string]string{}
	for _, ch := range plan.Changes {
		got[ch.ID] = ch.Blocked
	}
	want := map[string]string{
		"groups/Sales": "run r1, which could not be finished, also changes it; to give that run up: lcsync runs abandon r1",
		"groups/Care":  "run r2, which could not be finished, also changes it; to give that run up: lcsync runs abandon r2",
		"tags/a":       "needs groups/Sales, which is blocked",
		"tags/b":       "needs tags/a, which is blocked",
		"tags/Sales":   "",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
