package apply

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// TestReconcileResolves: what is left refers to what the run made by its id, and
// no longer waits for it.
func TestReconcileResolves(t *testing.T) {
	now := time.Unix(1e9, 0)
	sales := create("groups", "Sales", aGroup(0, "Sales"))
	care := create("groups", "Care", aGroup(0, "Care"))
	both := create("tags", "t", aTag("t", resource.Ref{Kind: "groups", Key: "Sales"}, resource.Ref{Kind: "groups", Key: "Care"}), sales.ID, care.ID)
	live := &resource.License{}
	live.SetRows("groups", []*resource.Object{aGroup(7, "Sales")})
	live.SetRows("tags", nil)
	p := plan(sales, care, both)
	r := Reconcile(UnfinishedRun{Plan: p, Before: &resource.License{}, Live: live, Now: now, Propagation: time.Minute,
		Entries: told(nil, sales.ID, "creating", now.Add(-longAgo), Done, int64(7))})
	if len(r.Plan.Changes) != 2 || r.Plan.Changes[0].ID != care.ID {
		t.Fatalf("left: %v", r.Plan.Changes)
	}
	rest := r.Plan.Changes[1]
	if d := cmp.Diff([]string{care.ID}, rest.DependsOn); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(resource.List{int64(7), resource.Ref{Kind: "groups", Key: "Care"}}, rest.After.List("group_ids")); d != "" {
		t.Error(d)
	}
	if len(p.Changes) != 3 || len(both.DependsOn) != 2 {
		t.Error("the plan of the run was changed")
	}
}

// TestReconcileReturnsValues: where the rest is planned anew, values go back that
// a replacement took away, for nobody who plans anew knows them. Those of a
// replacement that was not begun are not gone.
func TestReconcileReturnsValues(t *testing.T) {
	now := time.Unix(1e9, 0)
	value := func(name string) *resource.Object {
		return resource.Of("namespace", "app", "name", name, "value", int64(1))
	}
	other := definition("old")
	other.Set("name", "q")
	changed := other.Clone()
	changed.Set("description", "new")
	p := &diff.Change{ID: "properties/app/p", Kind: "properties", Key: "app/p", Action: diff.Replace, Before: definition("old"), After: definition("new"), DeleteFirst: true}
	q := &diff.Change{ID: "properties/app/q", Kind: "properties", Key: "app/q", Action: diff.Replace, Before: other, After: changed, DeleteFirst: true}
	back, stays := create("license_properties", "app/p", value("p"), p.ID), create("license_properties", "app/q", value("q"), q.ID)
	for _, c := range []struct {
		name  string
		steps map[string]string
		defs  []*resource.Object
		vals  []*resource.Object
		want  []string
	}{
		{"nothing begun", nil, []*resource.Object{p.Before, q.Before}, []*resource.Object{value("p"), value("q")}, nil},
		{"removed", map[string]string{p.ID: "deleting"}, []*resource.Object{q.Before}, []*resource.Object{value("q")}, []string{p.ID, back.ID}},
		{"replaced", map[string]string{p.ID: "creating"}, []*resource.Object{p.After, q.Before}, []*resource.Object{value("q")}, []string{back.ID}},
		{"replaced, and back", map[string]string{p.ID: "creating"}, []*resource.Object{p.After, q.Before}, []*resource.Object{value("p"), value("q")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var entries []journal.Entry
			for id, step := range c.steps {
				entries = told(entries, id, step, now.Add(-longAgo), Done, nil)
			}
			live := &resource.License{}
			live.SetRows("properties", c.defs)
			live.SetRows("license_properties", c.vals)
			r := Reconcile(UnfinishedRun{Plan: plan(p, q, back, stays), Before: &resource.License{}, Live: live, Now: now,
				Propagation: time.Minute, Begun: true, Entries: entries})
			var got []string
			for _, ch := range r.Plan.Changes {
				got = append(got, ch.ID)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("left (-want +got):\n%s", d)
			}
		})
	}
}
