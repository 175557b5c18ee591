package sandbox

import (
	"strings"
	"testing"
	"time"
)

func TestNamesOfAgentsFields(t *testing.T) {
	c := startSeeded(t, Options{Normalise: []string{"avatar"}})
	names := func(version, method, body string) string {
		answer := c.okIn(version, method, body)
		if list, ok := answer.([]any); ok {
			answer = list[1]
		}
		return strings.Join(sortedKeys(answer.(map[string]any)), " ")
	}
	const ann = `{"id":"ann@example.com","fields":["email_subscriptions","suspended"]}`
	for _, tc := range []struct{ version, method, body, want string }{
		{"3.2", "get_agent", ann, "avatar_path email_subscriptions id login_status name role suspended"},
		{"3.3", "get_agent", ann, "avatar_path email_subscriptions id login_status name role suspended"},
		{"3.4", "get_agent", ann, "avatar email_subscriptions id login_status name role suspended"},
		{"3.2", "list_agents", `{"fields":["summaries"]}`, "avatar_path id login_status name role summaries"},
		{"3.4", "list_agents", `{"fields":["email_subscriptions","last_logout"]}`, "avatar_path id last_logout login_status name role summaries"},
	} {
		if got := names(tc.version, tc.method, tc.body); got != tc.want {
			t.Errorf("%s %s: %s, want %s", tc.version, tc.method, got, tc.want)
		}
	}
	c.refusedIn("3.2", "list_agents", `{"fields":["last_logout"]}`, "validation: `fields[0]`")
	c.refusedIn("3.4", "list_agents", `{"fields":["summaries"]}`, "validation: `fields[0]`")
	c.refusedIn("3.3", "list_agents", `{"filters":{"suspended":true}}`, "validation: `filters.suspended`")
	c.refusedIn("3.2", "update_agent", `{"id":"ann@example.com","avatar":"x"}`, "validation: `avatar` is not")
	c.refusedIn("3.4", "update_agent", `{"id":"ann@example.com","avatar_path":"x"}`, "validation: `avatar_path` is not")
	c.refusedIn("3.2", "update_agent", `{"id":"ann@example.com","notifications":["incoming_message_for_focused_chat"]}`, "validation: `notifications[0]`")
	c.okIn("3.2", "update_agent", `{"id":"ann@example.com","avatar_path":"https://pics.example.com/ann.png","notifications":["ticket"]}`)
	if got := field(t, c.ok("get_agent", `{"id":"ann@example.com"}`), "avatar"); !strings.HasPrefix(got, avatarHost) {
		t.Errorf("the avatar is %s", got)
	}
}

// TestOldVersionsMisbehaveToo: faults, unknown fields, shuffles and stale
// reads reach them as they reach v3.5.
func TestOldVersionsMisbehaveToo(t *testing.T) {
	c := start(t, Options{Faults: []string{"get_bot_agents=500@1", "list_registered_webhooks=429@1"}, UnknownFields: true, Shuffle: true})
	if err := c.l.Load([]byte(seededLegacy)); err != nil {
		t.Fatal(err)
	}
	c.refusedIn("3.1", "get_bot_agents", `{}`, "internal")
	c.refusedIn("3.2", "list_registered_webhooks", ``, "too_many_requests")
	got := compact(c.okIn("3.2", "get_bot", `{"bot_agent_id":"bot-mine","x_sandbox_extra":1}`))
	if strings.Count(got, unknownField) < 5 {
		t.Errorf("few unknown fields: %s", got)
	}
	c.okIn("3.2", "update_agent", `{"id":"ann@example.com","work_scheduler":{"monday":{"start":"08:00","end":"16:00"}}}`)
	if got := c.scheduler("3.2", "get_agent", "ann@example.com"); got != `{"monday":{"end":"16:00","start":"08:00","x_sandbox_extra":"unnamed"}}` {
		t.Errorf("days are data: %s", got)
	}
	got = compact(c.okIn("3.2", "list_registered_properties", `{}`).(map[string]any)["sandbox-client"])
	if !strings.HasPrefix(got, `{"size":{"description"`) || strings.Contains(got, `"locations":{"x_`) {
		t.Errorf("names are data: %s", got)
	}

	clock := newClock()
	late := start(t, Options{StaleReads: time.Minute, Clock: clock})
	late.okIn("3.2", "register_webhook", oldHook)
	late.shows("3.2", "list_registered_webhooks", ``, `[]`)
	clock.advance(time.Minute)
	if got := keys(t, late.okIn("3.1", "get_webhooks_config", ``), "action"); got != "incoming_event" {
		t.Errorf("a minute later: %s", got)
	}
}
