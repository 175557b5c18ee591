package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// membership is a small license: groups with members, and what agents it has.
type membership struct {
	fake
	agents map[string]resource.List
	blind  bool // creating a group does not make its members members
}

func newMembership() *membership {
	m := &membership{agents: map[string]resource.List{}}
	m.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		id := args.String("id")
		switch method {
		case "create_agent", "update_agent":
			if strings.HasPrefix(id, "bad") {
				return nil, refuse(wire.Permanent, "validation", "bad agent")
			}
			if args.Has("groups") || method == "create_agent" {
				m.agents[id] = args.List("groups")
			}
		case "create_group":
			if args.String("name") == "bad" {
				return nil, refuse(wire.Permanent, "limit_reached", "no more groups")
			}
			for member, priority := range args.Object("agent_priorities").All() {
				if !m.blind {
					m.agents[member] = append(m.agents[member], resource.Of("id", int64(m.nextID+1), "priority", priority))
				}
			}
		}
		return nil, nil
	}
	return m
}

func (m *membership) rows(string) []*resource.Object {
	var out []*resource.Object
	for id, groups := range m.agents {
		o := agent(id, "groups", slices.Clone(groups))
		resource.Lookup("agents").Canonical(o)
		out = append(out, o)
	}
	return out
}

func in(groups ...any) resource.List {
	var l resource.List
	for _, g := range groups {
		if name, ok := g.(string); ok {
			g = resource.Ref{Kind: "groups", Key: name}
		}
		l = append(l, resource.Of("id", g, "priority", "normal"))
	}
	return l
}

func newGroup(name string, members ...string) *diff.Change {
	all := &resource.Object{}
	c := create("groups", name, nil)
	for _, m := range members {
		all.Set(m, "normal")
		c.StartsAfter = append(c.StartsAfter, "agents/"+m)
	}
	c.After = resource.Of("name", name, "agent_priorities", all)
	return c
}

func TestMembershipFlow(t *testing.T) {
	for _, tt := range []struct {
		why   string
		blind bool
		calls []string
	}{
		{"groups bring their members: nothing is left to write", false, []string{"batch create_agent", "create_group", "create_group"}},
		{"groups do not: one batch writes them", true, []string{"batch create_agent", "create_group", "create_group", "batch update_agent"}},
	} {
		m := newMembership()
		m.blind = tt.blind
		src := &reader{live: m.rows}
		o := options()
		o.Read, o.NoVerify, o.Concurrency = src.read, true, 1
		r := mustRun(t, plan(
			create("agents", "a@x", agent("a@x", "groups", in("S", int64(0)))),
			create("agents", "b@x", agent("b@x", "groups", in("S", "T"))),
			create("agents", "c@x", agent("c@x", "groups", in(int64(0)))),
			newGroup("S", "a@x", "b@x"), newGroup("T", "b@x"),
		), m, o)
		same(t, tt.why, m.methods(), tt.calls)
		same(t, "agents are read again once", src.asked, [][]string{{"agents"}})
		if !r.OK() {
			t.Errorf("%s: %+v", tt.why, r.Results)
		}
		same(t, "agents are created with the groups there are", m.args("create_agent")[:2], []string{
			`{"id":"a@x","name":"Agent a@x","groups":[{"id":0,"priority":"normal"}]}`, `{"id":"b@x","name":"Agent b@x","groups":[]}`})
		same(t, "groups with all their members", m.args("create_group")[0], `{"name":"S","agent_priorities":{"a@x":"normal","b@x":"normal"}}`)
		for _, row := range m.rows("agents") {
			want := map[string]string{"a@x": "[0 1]", "b@x": "[1 2]", "c@x": "[0]"}[row.String("id")]
			var ids []any
			for _, g := range row.List("groups") {
				ids = append(ids, g.(*resource.Object).Get("id"))
			}
			same(t, row.String("id"), fmt.Sprint(ids), want)
		}
	}
}

func TestUpdateThatOnlyAddsNewGroupsWaits(t *testing.T) {
	m := newMembership()
	m.agents["a@x"] = in(int64(0))
	o := options()
	o.Read, o.NoVerify = (&reader{live: m.rows}).read, true
	r := mustRun(t, plan(
		update("agents", "a@x", agent("a@x", "groups", in(int64(0))), "groups", in(int64(0), "S")),
		newGroup("S", "a@x"),
	), m, o)
	same(t, "the group alone is sent", m.methods(), []string{"create_group"})
	if !r.OK() {
		t.Error(r.Results)
	}
}

// A member that has nothing to say yet stands last in a batch whose others do.
func TestBatchWithAMemberThatWaits(t *testing.T) {
	m := newMembership()
	m.agents["a@x"], m.agents["b@x"] = in(int64(0)), in(int64(0))
	first := update("agents", "a@x", agent("a@x", "groups", in(int64(0))), "name", "Other")
	o := options()
	o.Read, o.NoVerify = (&reader{live: m.rows}).read, true
	r := mustRun(t, plan(first,
		update("agents", "b@x", agent("b@x", "groups", in(int64(0))), "groups", in(int64(0), "S")),
		newGroup("S", "b@x"),
	), m, o)
	if !slices.Contains(m.methods(), "batch update_agent") || !r.OK() {
		t.Errorf("calls %v, results %+v", m.methods(), r.Results)
	}
}

func TestGroupsGoWithoutMembersThatFailed(t *testing.T) {
	m := newMembership()
	o := options()
	o.Read, o.NoVerify = (&reader{live: m.rows}).read, true
	r := mustRun(t, plan(
		create("agents", "a@x", agent("a@x", "groups", in("S", "bad"))), create("agents", "bad@x", agent("bad@x", "groups", in("S"))),
		newGroup("S", "a@x", "bad@x"), newGroup("U", "bad@x"), newGroup("bad", "a@x"),
	), m, o)
	same(t, "statuses", statuses(r), []string{"agents/a@x: done", "agents/bad@x: failed", "groups/S: done", "groups/U: failed", "groups/bad: failed"})
	same(t, "who is missing is said", resultOf(r, "groups/S").Detail, "without members that do not exist: agents/bad@x failed")
	same(t, "a group needs somebody", resultOf(r, "groups/U").Error, "no member at priority normal is left: agents/bad@x failed")
	same(t, "so is what the agent is not in", resultOf(r, "agents/a@x").Detail, "without groups/bad, which failed")
	same(t, "no second write", m.calls("update_agent"), 0)
}

func TestSettlingThatFails(t *testing.T) {
	m := newMembership()
	m.blind = true
	inner := m.hook
	m.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		if method == "update_agent" {
			return nil, refuse(wire.Permanent, "validation", "no")
		}
		return inner(method, args)
	}
	o := options()
	o.NoVerify = true
	o.Read = func(context.Context, []string) (*resource.License, error) {
		return nil, refuse(wire.Retryable, "internal", "")
	}
	r := mustRun(t, plan(create("agents", "a@x", agent("a@x", "groups", in("S"))), newGroup("S", "a@x")), m, o)
	got := resultOf(r, "agents/a@x")
	same(t, "what cannot be read is written all the same", m.calls("update_agent"), 1)
	same(t, "result", []string{string(got.Status), got.Error, got.Detail}, []string{"failed", "m: validation: no", "its groups were not written"})
}

func TestSettlingNeedsAReader(t *testing.T) {
	m := newMembership()
	r := mustRun(t, plan(create("agents", "a@x", agent("a@x", "groups", in("S"))), newGroup("S", "a@x")), m, options())
	same(t, "notice", r.Notices, []string{"agents/a@x was sent without groups that did not exist yet, and was not read back"})
}

func TestUpdateWhoseGroupFailedIsSkipped(t *testing.T) {
	m := newMembership()
	m.agents["a@x"] = in(int64(0))
	o := options()
	o.Read, o.NoVerify = (&reader{live: m.rows}).read, true
	r := mustRun(t, plan(
		update("agents", "a@x", agent("a@x", "groups", in(int64(0))), "groups", in(int64(0), "bad")),
		newGroup("bad", "a@x"),
	), m, o)
	same(t, "statuses", statuses(r), []string{"agents/a@x: skipped", "groups/bad: failed"})
	same(t, "why", resultOf(r, "agents/a@x").Detail, "without groups/bad, which failed")
	same(t, "nothing else is sent", m.methods(), []string{"create_group"})
}

func TestMembershipThatLandsLate(t *testing.T) {
	// The update of an agent that was put together before the group was
	// created undoes the membership that came with the group.
	m := newMembership()
	m.agents["a@x"] = in(int64(0))
	m.blind = true
	src := &reader{live: m.rows}
	o := options()
	o.Read, o.NoVerify = src.read, true
	r := mustRun(t, plan(
		update("agents", "a@x", agent("a@x", "groups", in(int64(0))), "groups", in(int64(0), "S"), "job_title", "Boss"),
		newGroup("S", "a@x"),
	), m, o)
	same(t, "statuses", statuses(r), []string{"agents/a@x: done", "groups/S: done"})
	same(t, "writes", m.args("update_agent"), []string{
		`{"id":"a@x","groups":[{"id":0,"priority":"normal"}],"job_title":"Boss"}`,
		`{"id":"a@x","groups":[{"id":0,"priority":"normal"},{"id":1,"priority":"normal"}]}`})
}
