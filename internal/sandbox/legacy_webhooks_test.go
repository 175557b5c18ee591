package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keys are one field of every element of a list.
func keys(t *testing.T, answer any, name string) string {
	t.Helper()
	var out []string
	for _, e := range answer.([]any) {
		out = append(out, field(t, e, name))
	}
	return strings.Join(out, " ")
}

// TestTwoWorldsOfWebhooks: what 3.1 and 3.2 register lives beside what later
// versions do, neither seen nor reached from there.
func TestTwoWorldsOfWebhooks(t *testing.T) {
	c := startLegacy(t, Options{})
	const owner = `{"owner_client_id":"sandbox-client"}`
	const later = `"secret_key":"k","url":"https://hooks.example.com/new","type":"license","owner_client_id":"sandbox-client"}`
	one := field(t, c.okIn("3.1", "register_webhook", oldHook), "webhook_id")
	two := field(t, c.okIn("3.2", "register_webhook", oldHook), "webhook_id")
	three := field(t, c.okIn("3.3", "register_webhook", `{"action":"chat_access_granted",`+later), "id")
	four := field(t, c.okIn("3.4", "register_webhook", `{"action":"auto_access_created",`+later), "id")
	five := field(t, c.okIn("3.5", "register_webhook", `{"action":"chat_access_updated",`+later), "id")
	for _, tc := range []struct{ version, method, body, key, want string }{
		{"3.1", "get_webhooks_config", ``, "webhook_id", "H F " + one + " " + two},
		{"3.2", "list_registered_webhooks", ``, "webhook_id", "H F " + one + " " + two},
		{"3.2", "list_registered_webhooks", `{}`, "action", "chat_deactivated thread_closed incoming_event incoming_event"},
		{"3.3", "list_webhooks", owner, "id", "W " + three + " " + four + " " + five},
		{"3.4", "list_webhooks", owner, "id", "W " + three + " " + four + " " + five},
		{"3.5", "list_webhooks", owner, "id", "W " + three + " " + four + " " + five},
		{"3.5", "list_webhooks", owner, "action", "incoming_chat chat_access_granted auto_access_created chat_access_updated"},
	} {
		if got := keys(t, c.okIn(tc.version, tc.method, tc.body), tc.key); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.version, tc.method, got, tc.want)
		}
	}
	for _, version := range []string{"3.3", "3.4", "3.5"} {
		c.refusedIn(version, "unregister_webhook", `{"id":"H","owner_client_id":"sandbox-client"}`, "not_found")
	}
	c.refusedIn("3.2", "unregister_webhook", `{"webhook_id":"W"}`, "not_found")
	c.okIn("3.2", "unregister_webhook", `{"webhook_id":"`+one+`"}`)
	c.okIn("3.1", "unregister_webhook", `{"webhook_id":"F"}`)
	c.okIn("3.4", "unregister_webhook", `{"id":"`+five+`","owner_client_id":"sandbox-client"}`)
	c.refusedIn("3.2", "unregister_webhook", `{"webhook_id":"`+one+`"}`, "not_found")
	if got, want := keys(t, c.okIn("3.1", "get_webhooks_config", ``), "webhook_id"), "H "+two; got != want {
		t.Errorf("left: %s, want %s", got, want)
	}
}

func TestListOfOldWebhooks(t *testing.T) {
	c := startLegacy(t, Options{})
	c.shows("3.2", "list_registered_webhooks", ``, `[`+
		`{"action":"chat_deactivated","description":"old","filters":{"chat_member_ids":{"agents_any":["ann@example.com"]}},`+
		`"owner_client_id":"sandbox-client","url":"https://hooks.example.com/old","webhook_id":"H"},`+
		`{"action":"thread_closed","description":"","owner_client_id":"other-client","url":"https://hooks.example.com/older","webhook_id":"F"}]`)
	narrow := startLegacy(t, Options{Scopes: []string{"webhooks--my:rw"}})
	if got := keys(t, narrow.okIn("3.2", "list_registered_webhooks", ``), "webhook_id"); got != "H" {
		t.Errorf("with the narrow scope: %s", got)
	}
	narrow.refusedIn("3.2", "unregister_webhook", `{"webhook_id":"F"}`, "authorization")
	narrow.okIn("3.2", "unregister_webhook", `{"webhook_id":"H"}`)
	later := startLegacy(t, Options{Scopes: []string{"webhooks.configuration:rw", "webhooks.state:rw"}})
	later.refusedIn("3.2", "list_registered_webhooks", ``, "authorization")
}

func TestWhatOldWebhooksTake(t *testing.T) {
	c := startLegacy(t, Options{})
	hook := func(action, rest string) string {
		return `{"action":"` + action + `","secret_key":"k","url":"https://hooks.example.com/"` + rest + `}`
	}
	for _, tc := range []struct{ version, body, want string }{
		{"3.1", hook("incoming_chat", ""), "validation: `action`"},
		{"3.2", hook("incoming_chat_thread", ""), "validation: `action`"},
		{"3.2", hook("incoming_customer", ""), "validation: `action`"},
		{"3.2", hook("incoming_chat", `,"type":"bot"`), "validation: `type` is not"},
		{"3.2", hook("incoming_chat", `,"filters":{"chat_presence":{}}`), "validation: `filters.chat_presence` is not"},
		{"3.2", hook("incoming_chat", `,"filters":{"chat_properties":{}}`), "validation: `filters.chat_properties` is not"},
		{"3.2", hook("incoming_chat", `,"filters":{"author_type":"agent"}`), "validation: `filters.author_type`"},
		{"3.2", hook("routing_status_set", `,"filters":{"only_my_chats":true}`), "validation: `filters.only_my_chats`"},
		{"3.2", hook("incoming_chat", `,"filters":{"chat_member_ids":{"agents_any":["a"],"agents_exclude":["b"]}}`), "validation: `filters.chat_member_ids`"},
		{"3.2", hook("incoming_chat", `,"additional_data":["chat_presence_user_ids"]`), "validation: `additional_data`"},
		{"3.2", hook("incoming_event", `,"additional_data":["access"]`), "validation: `additional_data`"},
		{"3.2", hook("customer_created", `,"additional_data":["chat_properties"]`), "validation: `additional_data`"},
		{"3.1", hook("incoming_event", `,"additional_data":["thread_id"]`), "validation: `additional_data`"},
		{"3.2", `{"action":"incoming_chat","secret_key":"k","url":"hooks"}`, "validation: `url`"},
		{"3.3", webhook("chat_access_updated", ""), "validation: `action`"},
		{"3.3", webhook("incoming_chat", `"filters":{"source_type":["system"]}`), "validation: `filters.source_type` is not"},
		{"3.3", webhook("incoming_chat", `"filters":{"chat_member_ids":{}}`), "validation: `filters.chat_member_ids` is not"},
		{"3.4", webhook("chat_access_granted", ""), "validation: `action`"},
		{"3.4", webhook("tag_created", ""), "validation: `action`"},
		{"3.4", webhook("agent_deleted", `"filters":{"agent_ids":["a"]}`), "validation: `filters.agent_ids`"},
		{"3.5", webhook("auto_access_created", ""), "validation: `action`"},
	} {
		c.refusedIn(tc.version, "register_webhook", tc.body, tc.want)
	}
	c.okIn("3.1", "register_webhook", hook("chat_user_added", `,"additional_data":["thread_id","access","chat_properties"]`))
	c.okIn("3.1", "register_webhook", hook("agent_deleted", `,"filters":{"agent_ids":["a"]}`))
	c.okIn("3.2", "register_webhook", hook("event_updated", `,"filters":{"author_type":"customer","only_my_chats":true}`))
	c.okIn("3.3", "register_webhook", webhook("agent_deleted", `"filters":{"agent_ids":["a"]}`))
	c.okIn("3.4", "register_webhook", webhook("routing_status_set", `"filters":{"agent_ids":["a"],"source_type":["system"]}`))
}

// TestLimitsOfWebhooks: ten by personal access token, sixty by Bearer before
// 3.5; the seeded license has one for incoming_chat since 3.3.
func TestLimitsOfWebhooks(t *testing.T) {
	for _, tc := range []struct {
		version, body string
		pat           bool
		room          int
	}{
		{"3.1", oldHook, true, 10},
		{"3.2", oldHook, false, 60},
		{"3.2", oldHook, true, 10},
		{"3.3", webhook("incoming_chat", ""), true, 9},
		{"3.4", webhook("incoming_chat", ""), false, 59},
		{"3.5", webhook("incoming_chat", ""), false, 2},
		{"3.5", webhook("incoming_chat", ""), true, 2},
	} {
		c := startSeeded(t, Options{})
		if tc.pat {
			c = c.asPAT()
		}
		for range tc.room {
			c.okIn(tc.version, "register_webhook", tc.body)
		}
		c.refusedIn(tc.version, "register_webhook", tc.body, "limit_reached")
	}
}

func TestWebhookNamesByVersion(t *testing.T) {
	c := start(t, Options{}).with("Authorization", "")
	names := func(version, body string) string {
		return keys(t, c.okIn(version, "list_webhook_names", body), "action")
	}
	for _, tc := range []struct{ version, body, has, lacks string }{
		{"3.3", `{}`, "chat_access_granted", "chat_access_updated"},
		{"3.4", `{}`, "auto_access_deleted", "tag_created"},
		{"3.3", `{"version":"3.4"}`, "auto_access_deleted", "chat_access_granted"},
		{"3.4", `{"version":"3.5"}`, "tag_created", "auto_access_deleted"},
	} {
		got := names(tc.version, tc.body)
		if !strings.Contains(got, tc.has) || strings.Contains(got, tc.lacks) {
			t.Errorf("%s %s: %s", tc.version, tc.body, got)
		}
	}
	c.refusedIn("3.4", "list_webhook_names", `{"version":"3.2"}`, "validation: `version`")
	c.refusedIn("3.5", "list_webhook_names", `{"version":"3.4"}`, "validation: `version`")
}

func TestStateOfTheLegacy(t *testing.T) {
	c := startLegacy(t, Options{Seed: 5})
	before := c.l.State()
	if !strings.Contains(string(before), `"legacy": {`) {
		t.Fatal("nothing legacy in the state")
	}
	other := start(t, Options{Seed: 6})
	for _, l := range []*License{c.l, other.l} {
		if err := l.Load(before); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(before), string(l.State())); diff != "" {
			t.Error(diff)
		}
	}
	if err := other.l.Load([]byte(seeded)); err != nil || decodeState(t, other.l).has("legacy") {
		t.Errorf("absent is not emptied: %v", err)
	}
	filled := `{"legacy":{"webhooks":[{"owner_client_id":"x","action":"incoming_chat","url":"https://example.com"}]}}`
	if err := other.l.Load([]byte(filled)); err != nil {
		t.Fatal(err)
	}
	row := decodeState(t, other.l).sub("legacy").list("webhooks")[0].(obj)
	if len(row.text("webhook_id")) != 32 || len(row.text("secret_key")) != 32 {
		t.Errorf("neither id nor secret: %v", row)
	}
	for _, tc := range []struct{ legacy, want string }{
		{`{"webhooks":[{"webhook_id":"A","owner_client_id":"x","action":"a","url":"u"},{"webhook_id":"A","owner_client_id":"x","action":"a","url":"u"}]}`, "legacy.webhooks[1]` is a duplicate"},
		{`{"webhooks":[{"owner_client_id":"x","action":"a"}]}`, "legacy.webhooks[0].url` is required"},
		{`{"bot_webhooks":{"nobody":{"url":"u","secret_key":"k","actions":[]}}}`, "names nobody, which is not a bot"},
		{`{"hooks":[]}`, "legacy.hooks` is not a known parameter"},
	} {
		if err := other.l.Load([]byte(`{"legacy":` + tc.legacy + `}`)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want …%s…", tc.legacy, err, tc.want)
		}
	}
}
