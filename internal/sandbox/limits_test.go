package sandbox

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlanLimits: what the plan of a license does not allow is refused, and
// changes nothing.
func TestPlanLimits(t *testing.T) {
	agent := func(id string, groups string) string {
		return fmt.Sprintf(`{"id":%q,"name":"N","groups":[%s]}`, id, groups)
	}
	const (
		in0   = `{"id":0,"priority":"normal"}`
		in7   = `{"id":7,"priority":"normal"}`
		group = `{"name":"G","agent_priorities":{"bob@example.com":"normal"}}`
		rule  = `{"access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"/x"}]}}}`
	)
	for _, tc := range []struct {
		limits, method, body string
		refused              bool
	}{
		{`"agents.base": 3, "agents.additional": 0`, "create_agent", agent("new@example.com", in0), true},
		{`"agents.base": 3, "agents.additional": 1`, "create_agent", agent("new@example.com", in0), false},
		{`"agents.base": 3, "agents.additional": 9, "agents.hard": 3`, "create_agent", agent("new@example.com", in0), true},
		{`"agents.base": 3, "agents.additional": 9, "agents.hard": -1`, "create_agent", agent("new@example.com", in0), false},
		{`"agents.base": -1`, "create_agent", agent("new@example.com", in0), false},
		{`"agents.base": 3, "agents.additional": -1`, "create_agent", agent("new@example.com", in0), false},
		{`"agents.additional": -97`, "create_agent", agent("new@example.com", in0), false}, // no number of agents
		{`"agents.hard": 3`, "create_agent", agent("new@example.com", in0), true},
		{`"agents.base": 1`, "create_agent", agent("new@example.com", in0), false}, // 20 more by default
		{`"agents.base": "many"`, "create_agent", agent("new@example.com", in0), false},
		{`"agents.base": 1, "agents.additional": 0`, "update_agent", agent("ann@example.com", in0), false},
		{`"groups.base": 3`, "create_group", group, true},
		{`"groups.base": 4`, "create_group", group, false},
		{`"groups_per_agent.base": 1`, "create_group", group, false},
		{`"groups_per_agent.base": 1`, "create_group", `{"name":"G","agent_priorities":{"bob@example.com":"normal","ann@example.com":"last"}}`, true},
		{`"groups_per_agent.base": 1`, "update_group", `{"id":7,"agent_priorities":{"ann@example.com":"last"}}`, false},
		{`"groups_per_agent.base": 1`, "update_group", `{"id":8,"agent_priorities":{"ann@example.com":"last"}}`, true},
		{`"groups_per_agent.base": 1`, "update_agent", agent("ann@example.com", in0+","+in7), true},
		{`"groups_per_agent.base": 1`, "update_agent", agent("bob@example.com", in7), false},
		{`"groups_per_agent.base": 0`, "update_agent", agent("ann@example.com", in0), false}, // no more than before
		{`"groups_per_agent.base": 1`, "create_agent", agent("new@example.com", in0+","+in7), true},
		{`"groups_per_agent.base": 0`, "update_bot", `{"id":"bot-mine","groups":[` + in0 + "," + in7 + `]}`, false},
		{`"tags.base": 2`, "create_tag", `{"name":"new","group_ids":[7]}`, true},
		{`"tags.base": 2`, "update_tag", `{"name":"Urgent","group_ids":[8]}`, false},
		{`"tags.base": 3`, "create_tag", `{"name":"new","group_ids":[7]}`, false},
		{`"access_rules.base": 4`, "add_auto_access", rule, true},
		{`"access_rules.base": 5`, "add_auto_access", rule, false},
	} {
		c := startSeeded(t, Options{})
		doc, err := decodeValue([]byte(seeded))
		if err != nil {
			t.Fatal(err)
		}
		limits, err := decodeValue([]byte("{" + tc.limits + "}"))
		if err != nil {
			t.Fatal(err)
		}
		state := doc.(obj)
		state["license_properties"] = state.sub("license_properties").with(obj{"limits": limits})
		if err := c.l.LoadUnchecked(encodeValue(state, "")); err != nil {
			t.Fatal(err)
		}
		before := string(c.l.State())
		if !tc.refused {
			c.ok(tc.method, tc.body)
			continue
		}
		starts(t, tc.method+" with "+tc.limits, c.refused(tc.method, tc.body), "limit_reached: Limit reached: ")
		if d := cmp.Diff(before, string(c.l.State())); d != "" {
			t.Errorf("%s with %s: the state changed: %s", tc.method, tc.limits, d)
		}
	}
}

// TestSuspendedAgentsLeaveRoom: a plan limits the agents that are active.
func TestSuspendedAgentsLeaveRoom(t *testing.T) {
	c := startSeeded(t, Options{})
	doc, err := decodeValue([]byte(seeded))
	if err != nil {
		t.Fatal(err)
	}
	state := doc.(obj)
	state["license_properties"] = state.sub("license_properties").with(obj{"limits": obj{"agents.base": int64(3), "agents.additional": int64(0)}})
	state.list("agents")[0].(obj)["suspended"] = true
	if err := c.l.LoadUnchecked(encodeValue(state, "")); err != nil {
		t.Fatal(err)
	}
	c.ok("create_agent", `{"id":"a@x.example","name":"A"}`)
	starts(t, "one more", c.refused("create_agent", `{"id":"b@x.example","name":"B"}`), "limit_reached: Limit reached: ")
}

// TestPlanLimitsInBatches: a batch gets as far as there is room.
func TestPlanLimitsInBatches(t *testing.T) {
	c := startSeeded(t, Options{})
	if err := c.l.Load([]byte(`{"license_properties":{"limits":{"agents.base":3,"agents.additional":0}}}`)); err != nil {
		t.Fatal(err)
	}
	answers := c.ok("batch_create_agents", `{"requests":[{"id":"a@x.example","name":"A"},{"id":"b@x.example","name":"B"},{"id":"c@x.example","name":"C"}]}`)
	refused := 0
	for _, r := range answers.(map[string]any)["responses"].([]any) {
		if e, ok := r.(map[string]any)["error"].(map[string]any); ok {
			refused++
			starts(t, "an item", fmt.Sprint(e["type"]), "limit_reached")
		}
	}
	if refused != 1 {
		t.Errorf("%d of 3 agents were refused, where 2 are allowed beside the owner", refused)
	}
}

// TestNoPlan: a license that was given no limits shows those of the page, and
// takes more.
func TestNoPlan(t *testing.T) {
	c := startSeeded(t, Options{})
	for i := range 101 {
		c.ok("add_auto_access", `{"access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"/`+fmt.Sprint(i)+`"}]}}}`)
	}
}
