package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// lagging serves rows as they were for some reads, and as they are from then on.
func lagging(reads int, before, after func(kind string) []*resource.Object) *reader {
	n := 0
	return &reader{live: func(kind string) []*resource.Object {
		if n++; n <= reads {
			return before(kind)
		}
		return after(kind)
	}}
}

func always(rows ...*resource.Object) func(string) []*resource.Object {
	return func(string) []*resource.Object { return rows }
}

func verifying(src *reader) (Options, *wiretest.Clock) {
	clock := wiretest.NewClock(time.Unix(1e9, 0))
	return Options{Clock: patient{clock}, Read: src.read}, clock
}

func titled(title string) *resource.Object {
	return resource.Of("id", "a@x", "name", "A", "job_title", title)
}

func TestReadBack(t *testing.T) {
	change := func() *diff.Change { return update("agents", "a@x", titled("old"), "job_title", "new") }
	for _, tt := range []struct {
		why    string
		change *diff.Change
		src    *reader
		status Status
		reads  int
		kept   []diff.FieldChange
	}{
		{"at once", change(), lagging(0, nil, always(titled("new"))), Done, 1, nil},
		{"after stale reads", change(), lagging(3, always(titled("old")), always(titled("new"))), Done, 4, nil},
		{"the server keeps what it had", change(), lagging(0, nil, always(titled("old"))), Kept, 9,
			[]diff.FieldChange{{Path: "job_title", Before: "old", After: "new"}}},
		{"the server makes something else of it", change(), lagging(2, always(titled("old")), always(titled("NEW"))), Kept, 9,
			[]diff.FieldChange{{Path: "job_title", Before: "NEW", After: "new"}}},
		{"a new object", create("agents", "a@x", titled("new")), lagging(1, always(), always(titled("new"))), Done, 2, nil},
		{"a new object that never comes", create("agents", "a@x", titled("new")), lagging(0, nil, always()), Kept, 9,
			[]diff.FieldChange{{Path: presence, After: "there"}}},
		{"a deleted object", remove("agents", "a@x", titled("old")), lagging(2, always(titled("old")), always()), Done, 3, nil},
		{"a deleted object that stays", remove("agents", "a@x", titled("old")), lagging(0, nil, always(titled("old"))), Kept, 9,
			[]diff.FieldChange{{Path: presence, Before: "still there"}}},
	} {
		o, clock := verifying(tt.src)
		r := mustRun(t, plan(tt.change), &fake{}, o)
		same(t, tt.why+": status", r.Results[0].Status, tt.status)
		same(t, tt.why+": kept", r.Results[0].Kept, tt.kept)
		same(t, tt.why+": reads", len(tt.src.asked), tt.reads)
		same(t, tt.why+": pauses", clock.Slept(), []time.Duration{0, 1e9, 2e9, 4e9, 8e9, 16e9, 30e9, 30e9, 29e9}[:tt.reads])
		same(t, tt.why+": verified", r.Verified, tt.status == Done)
	}
}

func TestMergedListsAreKept(t *testing.T) {
	was := agent("a@x", "notifications", resource.List{"ticket", "new_goal"})
	o, _ := verifying(lagging(0, nil, always(was)))
	r := mustRun(t, plan(update("agents", "a@x", was, "notifications", resource.List{"ticket"})), &fake{}, o)
	same(t, "status", statuses(r), []string{"agents/a@x: kept"})
}

func TestOnlyKindsThatDifferAreReadAgain(t *testing.T) {
	src := lagging(2, func(kind string) []*resource.Object {
		if kind == "tags" {
			return []*resource.Object{tag("t")}
		}
		return nil
	}, always(titled("new")))
	o, _ := verifying(src)
	mustRun(t, plan(create("agents", "a@x", titled("new")), create("tags", "t", tag("t"))), &fake{}, o)
	same(t, "asked", src.asked, [][]string{{"agents", "tags"}, {"agents"}})
}

func TestWhatCannotBeReadBack(t *testing.T) {
	src := &reader{live: always(titled("new")), gaps: []resource.Gap{{Kind: "tags", Reason: "missing scope tags--all:ro"}}}
	o, _ := verifying(src)
	r := mustRun(t, plan(create("agents", "a@x", titled("new")), create("tags", "t", tag("t"))), &fake{}, o)
	same(t, "statuses", statuses(r), []string{"agents/a@x: done", "tags/t: unverified"})
	if r.OK() || r.Verified {
		t.Error("claimed to be verified")
	}

	o.Read = func(context.Context, []string) (*resource.License, error) { return nil, errors.New("unreachable") }
	r = mustRun(t, plan(create("tags", "t", tag("t"))), &fake{}, o)
	same(t, "no read ever works", statuses(r), []string{"tags/t: unverified"})

	o.Read = func(context.Context, []string) (*resource.License, error) {
		return nil, refuse(wire.Authentication, "authentication", "")
	}
	if _, err := Run(t.Context(), plan(create("tags", "t", tag("t"))), &fake{}, o); err == nil {
		t.Error("a refused token is no error")
	}
}

func TestStillChangingWhenTheTimeIsUp(t *testing.T) {
	n := 0
	src := &reader{live: func(string) []*resource.Object {
		n++
		return []*resource.Object{titled(strings.Repeat("x", n))}
	}}
	o, clock := verifying(src)
	started := clock.Now()
	r := mustRun(t, plan(update("agents", "a@x", titled("old"), "job_title", "new")), &fake{}, o)
	same(t, "status", statuses(r), []string{"agents/a@x: kept"})
	same(t, "it took no longer than it may", clock.Now().Sub(started), 2*time.Minute)
}

// values is a server of license properties that may refuse to overwrite.
type valueServer struct {
	fake
	now      map[string]any
	stubborn bool
	failing  string
}

func (v *valueServer) start() *valueServer {
	v.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		if method == v.failing && (method != "update_license_properties" || v.calls("delete_license_properties") > 0) {
			return nil, refuse(wire.Permanent, "internal", "no")
		}
		switch at := args.Object("properties").Get("ns").(type) {
		case *resource.Object:
			for name, value := range at.All() {
				if _, set := v.now[name]; !set || !v.stubborn {
					v.now[name] = value
				}
			}
		case resource.List:
			for _, name := range at {
				delete(v.now, name.(string))
			}
		}
		return nil, nil
	}
	return v
}

func (v *valueServer) rows(string) []*resource.Object {
	var out []*resource.Object
	for name, x := range v.now {
		out = append(out, value("ns", name, x))
	}
	return out
}

func TestStubbornValues(t *testing.T) {
	for _, tt := range []struct {
		why     string
		server  *valueServer
		status  Status
		deletes int
		detail  string
	}{
		{"values that are overwritten", &valueServer{}, Done, 0, ""},
		{"values that are not", &valueServer{stubborn: true}, Done, 1, "the server did not overwrite it, so it was deleted and written again"},
		{"values that cannot be deleted either", &valueServer{stubborn: true, failing: "delete_license_properties"}, Failed, 3,
			"the server did not overwrite it, and it could not be deleted"},
		{"values that cannot be written again", &valueServer{stubborn: true, failing: "update_license_properties"}, Failed, 1, "deleted, not written again"},
	} {
		tt.server.now = map[string]any{"a": int64(1), "b": int64(1)}
		s := tt.server.start()
		o, _ := verifying(&reader{live: s.rows})
		r := mustRun(t, plan(update("license_properties", "ns/a", value("ns", "a", int64(1)), "value", int64(2)),
			update("license_properties", "ns/b", value("ns", "b", int64(1)), "value", int64(2))), s, o)
		for _, res := range r.Results {
			same(t, tt.why, []string{string(res.Status), res.Detail}, []string{string(tt.status), tt.detail})
		}
		same(t, tt.why+": deletions", s.calls("delete_license_properties"), tt.deletes)
	}
}

func TestValuesThatMustNotBeRewritten(t *testing.T) {
	s := (&valueServer{now: map[string]any{"a": int64(1)}, stubborn: true}).start()
	o, _ := verifying(&reader{live: s.rows})
	ch := update("license_properties", "ns/a", value("ns", "a", int64(1)), "value", int64(2))
	ch.NoRewrite = true
	r := mustRun(t, plan(ch), s, o)
	same(t, "status", statuses(r), []string{"license_properties/ns/a: kept"})
	same(t, "why", r.Results[0].Detail, "the server did not overwrite it; pass --replace-properties to delete it and write it again")
	same(t, "deletions", s.calls("delete_license_properties"), 0)
}

func TestDeletedValueReadsBackAsItsDefault(t *testing.T) {
	o, _ := verifying(lagging(1, always(value("ns", "a", int64(5))), always(value("ns", "a", int64(0)))))
	r := mustRun(t, plan(remove("license_properties", "ns/a", value("ns", "a", int64(5)))), &fake{}, o)
	same(t, "status", statuses(r), []string{"license_properties/ns/a: done"})
}

func TestPartialReads(t *testing.T) {
	gap := []resource.Gap{{Kind: "tags", Reason: "only your groups' tags", Partial: true}}
	o := options()
	o.Read = func(context.Context, []string) (*resource.License, error) {
		l := &resource.License{Gaps: gap}
		l.SetRows("tags", []*resource.Object{tag("seen")})
		return l, nil
	}
	r := mustRun(t, plan(create("tags", "seen", tag("seen")), create("tags", "unseen", tag("unseen")), remove("tags", "gone", tag("gone"))), &fake{}, o)
	same(t, "only what may be hidden is open", statuses(r), []string{"tags/seen: done", "tags/unseen: unverified", "tags/gone: done"})
}

func TestReadingBackGivesUp(t *testing.T) {
	gone := &wire.Error{Method: "list_tags", Message: "cannot connect", Class: wire.Retryable}
	for _, tt := range []struct {
		why    string
		reads  int // that succeed before
		status Status
	}{
		{"no read succeeds", 0, Unverified},
		{"the host went away while reads still lagged", 1, Unverified},
	} {
		reads := 0
		o, _ := verifying(lagging(9, always(titled("old")), always(titled("new"))))
		read := o.Read
		o.Read = func(ctx context.Context, kinds []string) (*resource.License, error) {
			if reads++; reads > tt.reads {
				return nil, gone
			}
			return read(ctx, kinds)
		}
		r := mustRun(t, plan(update("agents", "a@x", titled("old"), "job_title", "new")), &fake{}, o)
		same(t, tt.why+": status", r.Results[0].Status, tt.status)
		same(t, tt.why+": reads", reads, tt.reads+failedReads)
		if !strings.Contains(strings.Join(r.Notices, "\n"), "cannot connect") {
			t.Errorf("%s: the cause is not told: %q", tt.why, r.Notices)
		}
	}
}

// TestLagDoesNoHarm: as long as reads may lag behind, a difference proves
// nothing; after that it does.
func TestLagDoesNoHarm(t *testing.T) {
	for _, tt := range []struct {
		lag         time.Duration
		stubborn    bool // the server does not overwrite
		propagation time.Duration
		status      Status
		deletes     int
		took        time.Duration
	}{
		{0, false, 0, Done, 0, 0},
		{25 * time.Second, false, 0, Done, 0, 31 * time.Second},
		{60 * time.Second, false, 0, Done, 0, 61 * time.Second},
		{2 * time.Minute, false, 0, Done, 0, 2 * time.Minute},
		{25 * time.Second, true, 0, Done, 1, 151 * time.Second},
		{0, true, 0, Done, 1, 2 * time.Minute},
		{0, true, 10 * time.Second, Done, 1, 10 * time.Second},
		{0, true, -1, Done, 1, 0},
		{25 * time.Second, false, 30 * time.Second, Done, 0, 30 * time.Second},
	} {
		s := (&valueServer{now: map[string]any{"a": int64(1)}, stubborn: tt.stubborn}).start()
		clock := wiretest.NewClock(time.Unix(1e9, 0))
		type moment struct {
			since time.Time
			rows  []*resource.Object
		}
		history := []moment{{time.Time{}, s.rows("")}}
		write := s.hook
		s.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
			v, err := write(method, args)
			history = append(history, moment{clock.Now(), s.rows("")})
			return v, err
		}
		src := &reader{live: func(string) []*resource.Object {
			seen := clock.Now().Add(-tt.lag)
			shown := history[0].rows
			for _, m := range history {
				if !m.since.After(seen) {
					shown = m.rows
				}
			}
			return shown
		}}
		started := clock.Now()
		var stages []string
		r := mustRun(t, plan(update("license_properties", "ns/a", value("ns", "a", int64(1)), "value", int64(2))), s,
			Options{Clock: patient{clock}, Read: src.read, Propagation: tt.propagation, Progress: func(_, _ int, what string) {
				stages = append(stages, what)
			}})
		if tt.propagation == 0 && tt.took > 0 && !slices.Contains(stages, "reading back: waiting up to 2m0s for 1 change to appear") {
			t.Errorf("what is waited for is not told: %q", stages)
		}
		why := fmt.Sprintf("lag %v, stubborn %v, propagation %v", tt.lag, tt.stubborn, tt.propagation)
		same(t, why+": status", r.Results[0].Status, tt.status)
		same(t, why+": deletions", s.calls("delete_license_properties"), tt.deletes)
		same(t, why+": updates", s.calls("update_license_properties"), 1+tt.deletes)
		same(t, why+": time", clock.Now().Sub(started), tt.took)
	}
}
