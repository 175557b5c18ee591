package sandbox

import (
	"strings"
	"testing"
)

// TestNullIsAbsent sends null for what is not set, as the vendor's own clients
// do.
func TestNullIsAbsent(t *testing.T) {
	c := startSeeded(t, Options{})
	before := compact(c.ok("get_agent", `{"id":"ann@example.com","fields":["groups","work_scheduler","mobile"]}`))
	c.ok("update_agent", `{"id":"ann@example.com","name":null,"groups":null,"work_scheduler":null,"max_chats_count":null}`)
	if got := compact(c.ok("get_agent", `{"id":"ann@example.com","fields":["groups","work_scheduler","mobile"]}`)); got != before {
		t.Errorf("null changed an agent: %s, was %s", got, before)
	}
	for _, tc := range []struct{ version, method, body string }{
		{"3.5", "list_agents", `null`},
		{"3.5", "list_agents", `{"filters":null,"fields":null}`},
		{"3.5", "list_agents", `{"filters":{"group_ids":null,"suspended":null}}`},
		{"3.5", "list_channels", `null`},
		{"3.5", "batch_update_agents", `{"requests":[{"id":"ann@example.com","job_title":null}]}`},
		{"3.5", "register_webhook", webhook("chat_deactivated", `"description":null,"filters":{"author_type":null,"chat_presence":{"user_ids":{"values":["x"],"exclude_values":null}}}`)},
		{"3.5", "add_auto_access", `{"access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"x","exact_match":null}],"exclude_values":null},"domain":null},"next_id":null}`},
		{"3.5", "register_property", `{"name":"p","owner_client_id":"sandbox-client","type":"int","domain":null,"default_value":null,"access":{"chat":{"agent":["read"],"customer":null},"group":null}}`},
		{"3.4", "create_bot", `{"name":"B","work_scheduler":{"monday":null},"timezone":"UTC"}`},
		{"3.3", "list_bots", `{"all":true,"fields":null}`},
		{"3.2", "list_registered_webhooks", `null`},
		{"3.2", "create_bot", `{"name":"B","webhooks":{"url":"https://hooks.example.com/","secret_key":"k","actions":[{"name":"incoming_chat","filters":null,"additional_data":null}]}}`},
		{"3.2", "create_bot", `{"name":"B","webhooks":null}`},
		{"3.1", "get_webhooks_config", `null`},
	} {
		c.okIn(tc.version, tc.method, tc.body)
	}
	if got := len(c.ok("list_agents", `{"filters":{"group_ids":null}}`).([]any)); got != 3 {
		t.Errorf("a null filter leaves %d agents", got)
	}
	if state := string(c.l.State()); strings.Contains(state, "null") {
		t.Errorf("a null was kept: %s", state)
	}
	c.refusedIn("3.2", "register_properties", `null`, "validation")
	c.check("batch_update_agents", `{"requests":null}`, "validation: `requests` is required")
	c.check("batch_update_agents", `null`, "validation: `requests` is required")
	c.check("create_tag", `null`, "validation: `name` is required")
}

func TestNullsOnDemand(t *testing.T) {
	c := startSeeded(t, Options{Nulls: true})
	c.okIn("3.2", "create_bot", `{"name":"B"}`)
	for _, tc := range []struct{ version, method, body, want string }{
		{"3.5", "list_groups_properties", `{"group_ids":[8]}`, `"properties":null`},
		{"3.5", "list_groups_properties", `{"group_ids":[7],"namespace":"sandbox-client"}`, `{"id":7,"properties":{"sandbox-client":{"size":3}}}`},
		{"3.5", "get_agent", `{"id":"owner@example.com","fields":["last_logout"]}`, `"last_logout":null`},
		{"3.5", "list_bots", `{"all":true,"fields":["timezone"]}`, `"name":"Other","timezone":null`},
		{"3.5", "list_webhooks", `{"owner_client_id":"sandbox-client"}`, `"additional_data":null`},
		{"3.5", "list_webhooks", `{"owner_client_id":"sandbox-client"}`, `"user_ids":{"exclude_values":null,"values":["bot-mine"]}`},
		{"3.5", "list_auto_accesses", `{}`, `"conditions":{"domain":null,"geolocation":null,"url":{"exclude_values":null,"values":[{"exact_match":null,"value":"a"}]}}`},
		{"3.5", "list_properties", `{"owner_client_id":"sandbox-client"}`, `"license":{"agent":["read","write"],"customer":null}`},
		{"3.5", "list_properties", `{"owner_client_id":"sandbox-client"}`, `"domain":null,"public_access":null`},
		{"3.2", "list_registered_webhooks", `{}`, `[]`},
		{"3.2", "get_bot", `{"bot_agent_id":"bot-mine"}`, `"webhooks":null`},
	} {
		if got := compact(c.okIn(tc.version, tc.method, tc.body)); !strings.Contains(got, tc.want) {
			t.Errorf("%s %s %s: %s lacks %s", tc.version, tc.method, tc.body, got, tc.want)
		}
	}
	if state := string(c.l.State()); strings.Contains(state, "null") {
		t.Errorf("a null was kept: %s", state)
	}
	c.ok("update_group_properties", `{"group_id":8,"properties":{"chats":{"queue.routing_priority":2}}}`)
	if got := len(c.ok("list_groups_properties", `{"group_ids":[8],"namespace":"chats"}`).([]any)[0].(map[string]any)["properties"].(map[string]any)["chats"].(map[string]any)); got != 5 {
		t.Errorf("a group with a value shows %d", got)
	}
}
