package apply

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// ranks is a change that creates a group with members at the given priorities,
// none of them normal: "ann@x first".
func ranks(name, standIn string, members ...string) *diff.Change {
	all := &resource.Object{}
	c := create("groups", name, nil)
	for _, m := range members {
		id, priority, _ := strings.Cut(m, " ")
		all.Set(id, priority)
		if id == standIn {
			c.Interim = &diff.Interim{Member: id, Priority: "normal", Then: priority}
		}
	}
	c.After = resource.Of("name", name, "agent_priorities", all)
	return c
}

func TestGroupWithNobodyAtNormal(t *testing.T) {
	for _, tt := range []struct {
		why     string
		changes []*diff.Change
		refuse  string // a method
		class   wire.Class
		methods []string
		args    []string // of the group's calls
		result  Result   // of groups/G: status, error and detail
	}{
		{"two calls, one right after the other", []*diff.Change{
			ranks("G", "b@x", "a@x last", "b@x first"), create("tags", "t", tag("t")), create("tags", "u", tag("u"))}, "", 0,
			[]string{"create_group", "update_group", "create_tag", "create_tag"},
			[]string{`{"name":"G","agent_priorities":{"a@x":"last","b@x":"normal"}}`, `{"id":1,"agent_priorities":{"a@x":"last","b@x":"first"}}`},
			Result{Status: Done}},
		{"another stands in for one that could not be created", []*diff.Change{
			create("agents", "bad@x", agent("bad@x")), func() *diff.Change {
				c := ranks("G", "bad@x", "a@x last", "bad@x first")
				c.StartsAfter = []string{"agents/bad@x"}
				return c
			}()}, "", 0,
			[]string{"batch create_agent", "create_group", "update_group"},
			[]string{`{"name":"G","agent_priorities":{"a@x":"normal"}}`, `{"id":1,"agent_priorities":{"a@x":"last"}}`},
			Result{Status: Done, Detail: "without members that do not exist: agents/bad@x failed; created with a@x at priority normal in place of bad@x"}},
		{"nobody left", []*diff.Change{create("agents", "bad@x", agent("bad@x")), func() *diff.Change {
			c := ranks("G", "bad@x", "bad@x first")
			c.StartsAfter = []string{"agents/bad@x"}
			return c
		}()}, "", 0, []string{"batch create_agent"}, nil, Result{Status: Failed, Error: "no member is left: agents/bad@x failed"}},
		{"the second call is refused", []*diff.Change{ranks("G", "b@x", "b@x first")}, "update_group", wire.Permanent,
			[]string{"create_group", "update_group"}, []string{`{"name":"G","agent_priorities":{"b@x":"normal"}}`, `{"id":1,"agent_priorities":{"b@x":"first"}}`},
			Result{Status: Failed, Error: "m: validation: no", Detail: "it was created with b@x at priority normal, which was not set to first"}},
		{"the answer to the second call is lost", []*diff.Change{ranks("G", "b@x", "b@x first")}, "update_group", wire.Ambiguous,
			[]string{"create_group", "update_group"}, []string{`{"name":"G","agent_priorities":{"b@x":"normal"}}`, `{"id":1,"agent_priorities":{"b@x":"first"}}`},
			Result{Status: Unknown, Error: "m: validation: no", Detail: "it was created with b@x at priority normal; it may have been set to first"}},
		{"the member is new and goes by its id", []*diff.Change{create("bots", "B", resource.Of("name", "B", "owner_client_id", "c")), func() *diff.Change {
			c := ranks("G", "B", "B first")
			c.StartsAfter = []string{"bots/B"}
			return c
		}()}, "update_group", wire.Permanent,
			[]string{"batch create_bot", "create_group", "update_group"},
			[]string{`{"name":"G","agent_priorities":{"bot1":"normal"}}`, `{"id":2,"agent_priorities":{"bot1":"first"}}`},
			Result{Status: Failed, Error: "m: validation: no", Detail: "created with bot1 at priority normal in place of B; it was created with bot1 at priority normal, which was not set to first"}},
	} {
		t.Run(strings.ReplaceAll(tt.why, " ", "_"), func(t *testing.T) {
			f := &fake{}
			f.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
				if method == tt.refuse || strings.HasPrefix(args.String("id"), "bad") {
					return nil, refuse(tt.class, "validation", "no")
				}
				return nil, nil
			}
			o := options()
			o.Concurrency, o.NoVerify = 1, true
			r := mustRun(t, plan(tt.changes...), f, o)
			same(t, tt.why, f.methods(), tt.methods)
			same(t, "what is sent", append(f.args("create_group"), f.args("update_group")...), tt.args)
			got := resultOf(r, "groups/G")
			same(t, "the result", Result{Status: got.Status, Error: got.Error, Detail: got.Detail}, tt.result)
		})
	}
}

// TestMemberThatStaysAtNormal: a group whose member the server keeps at the
// priority of the first call is not what was planned.
func TestMemberThatStaysAtNormal(t *testing.T) {
	for _, has := range []string{"normal", "first"} {
		f := &fake{}
		o := options()
		o.Read = (&reader{live: func(string) []*resource.Object {
			return []*resource.Object{resource.Of("id", int64(1), "name", "G", "agent_priorities", resource.Of("b@x", has))}
		}}).read
		r := mustRun(t, plan(ranks("G", "b@x", "b@x first")), f, o)
		want := map[string]Status{"normal": Kept, "first": Done}[has]
		if got := resultOf(r, "groups/G"); got.Status != want {
			t.Errorf("%s: %+v", has, got)
		}
	}
}

// TestSettleAfterARefusedSecondCall: the member is not taken out of the group
// that it is in at normal.
func TestSettleAfterARefusedSecondCall(t *testing.T) {
	m := newMembership()
	m.agents["b@x"] = in(int64(0))
	old := m.hook
	m.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		if method == "update_group" {
			return nil, refuse(wire.Permanent, "validation", "no")
		}
		return old(method, args)
	}
	first := resource.List{in(int64(0))[0], resource.Of("id", resource.Ref{Kind: "groups", Key: "G"}, "priority", "first")}
	o := options()
	o.Read, o.NoVerify = (&reader{live: m.rows}).read, true
	r := mustRun(t, plan(update("agents", "b@x", agent("b@x", "groups", in(int64(0))), "groups", first), ranks("G", "b@x", "b@x first")), m, o)
	same(t, "the group failed all the same", statuses(r), []string{"agents/b@x: done", "groups/G: failed"})
	same(t, "the member's own list says what is wanted", resource.JSON(m.agents["b@x"]), `[{"id":0,"priority":"normal"},{"id":1,"priority":"first"}]`)
}

// TestResumeBetweenTheCalls: what is left of a group that a killed run created
// with a member at normal is the second call, also where the rest is planned
// anew.
func TestResumeBetweenTheCalls(t *testing.T) {
	now := time.Unix(1e9, 0)
	ch := ranks("G", "b@x", "b@x first", "c@x last")
	for _, tt := range []struct {
		why    string
		steps  []string
		row    *resource.Object // live agent_priorities, nil if the group does not show
		before time.Duration    // how long ago the calls were made
		left   string
		wait   bool
	}{
		{"killed before the second call", []string{"creating"}, resource.Of("b@x", "normal", "c@x", "last"), time.Hour, "update groups/G", false},
		{"after it", []string{"creating", "updating"}, resource.Of("b@x", "first", "c@x", "last"), time.Hour, "", false},
		{"after it, and reads lag", []string{"creating", "updating"}, resource.Of("b@x", "normal", "c@x", "last"), time.Second, "", false},
		{"the group does not show yet", []string{"creating"}, nil, time.Second, "", true},
		{"somebody set it", []string{"creating"}, resource.Of("b@x", "first", "c@x", "last"), time.Hour, "", false},
		{"somebody deleted it", []string{"creating"}, nil, time.Hour, "", false},
	} {
		for _, begun := range []bool{false, true} {
			live := &resource.License{}
			live.SetRows("groups", nil)
			if tt.row != nil {
				live.Append("groups", resource.Of("id", int64(7), "name", "G", "agent_priorities", tt.row))
			}
			var entries []journal.Entry
			for _, s := range tt.steps {
				entries = told(entries, ch.ID, s, now.Add(-tt.before), Done, int64(7))
			}
			rest := Reconcile(UnfinishedRun{Plan: plan(ch), Entries: entries, Before: &resource.License{}, Live: live, Now: now, Propagation: time.Minute, Begun: begun})
			var left []string
			if !tt.wait {
				for _, c := range rest.Plan.Changes {
					left = append(left, string(c.Action)+" "+c.ID)
				}
			}
			if strings.Join(left, ", ") != tt.left || (rest.Wait > 0) != tt.wait {
				t.Errorf("%s: left %q, waits %v", tt.why, left, rest.Wait)
			}
			if tt.left == "" {
				continue
			}
			f := &fake{}
			o := options()
			o.NoVerify = true
			mustRun(t, rest.Plan, f, o)
			same(t, tt.why, f.args("update_group"), []string{`{"id":7,"agent_priorities":{"b@x":"first","c@x":"last"}}`})
			if !slices.Equal(f.methods(), []string{"update_group"}) {
				t.Errorf("%s: %v", tt.why, f.methods())
			}
			// The same is left if nothing came of that either.
			again := Reconcile(UnfinishedRun{Plan: rest.Plan, Before: live, Live: live, Now: now, Propagation: time.Minute})
			same(t, "and again", len(again.Plan.Changes), 1)
		}
	}
}

// TestResumeWithSomeOfTheGroups: an agent that is in some of the groups that a
// killed run was to create is as the run left it, and nobody else's work.
func TestResumeWithSomeOfTheGroups(t *testing.T) {
	now := time.Unix(1e9, 0)
	wanted := resource.List{
		resource.Of("id", resource.Ref{Kind: "groups", Key: "G"}, "priority", "first"),
		resource.Of("id", resource.Ref{Kind: "groups", Key: "H"}, "priority", "last"),
	}
	for _, tt := range []struct {
		why      string
		groups   resource.List // live, of the agent
		conflict bool
	}{
		{"in one of two, at normal for now", resource.List{resource.Of("id", int64(7), "priority", "normal")}, false},
		{"in neither", resource.List{}, false},
		{"in one that nobody planned", resource.List{resource.Of("id", int64(9), "priority", "last")}, true},
	} {
		live := &resource.License{}
		live.SetRows("groups", []*resource.Object{resource.Of("id", int64(7), "name", "G", "agent_priorities", resource.Of("b@x", "normal"))})
		live.SetRows("agents", []*resource.Object{agent("b@x", "groups", tt.groups)})
		p := plan(ranks("G", "b@x", "b@x first"), ranks("H", "b@x", "b@x last"),
			update("agents", "b@x", agent("b@x", "groups", resource.List{}), "groups", wanted))
		entries := told(nil, "groups/G", "creating", now.Add(-time.Hour), Done, int64(7))
		rest := Reconcile(UnfinishedRun{Plan: p, Entries: entries, Before: &resource.License{}, Live: live, Now: now, Propagation: time.Minute})
		if (len(rest.Conflicts) > 0) != tt.conflict {
			t.Errorf("%s: conflicts %+v", tt.why, rest.Conflicts)
		}
	}
}
