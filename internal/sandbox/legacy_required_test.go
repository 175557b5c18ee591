package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seededLegacy is the seeded license with webhooks only 3.1 and 3.2 see.
var seededLegacy = strings.Replace(seeded, `"tags":`, `"legacy": {
  "webhooks": [
   {"webhook_id": "H", "owner_client_id": "sandbox-client", "action": "chat_deactivated", "url": "https://hooks.example.com/old",
    "description": "old", "secret_key": "k1", "filters": {"chat_member_ids": {"agents_any": ["ann@example.com"]}}},
   {"webhook_id": "F", "owner_client_id": "other-client", "action": "thread_closed", "url": "https://hooks.example.com/older",
    "description": "", "secret_key": "k2"}
  ],
  "bot_webhooks": {"bot-mine": {"url": "https://hooks.example.com/bot", "secret_key": "k3", "actions": [{"name": "incoming_chat"}]}}
 },
 "tags":`, 1)

func startLegacy(t *testing.T, opts Options) *client {
	t.Helper()
	c := start(t, opts)
	if err := c.l.Load([]byte(seededLegacy)); err != nil {
		t.Fatal(err)
	}
	return c
}

const (
	oldConfig = `{"type":"int","locations":{"chat":{"access":{"agent":{"read":true,"write":false}}}}}`
	oldHook   = `{"action":"incoming_event","secret_key":"k","url":"https://example.com/"}`
)

// minimalOlder is minimal calls of the methods that v3.5 lacks or that differ
// there, by version.
var minimalOlder = map[string]map[string]string{
	"3.1": {
		"create_bot_agent":      `{"name":"B","status":"offline"}`,
		"update_bot_agent":      `{"id":"bot-mine"}`,
		"remove_bot_agent":      `{"bot_agent_id":"bot-mine"}`,
		"get_bot_agent_details": `{"bot_agent_id":"bot-mine"}`,
		"create_properties":     `{"p":` + oldConfig + `}`,
		"register_webhook":      oldHook,
		"unregister_webhook":    `{"webhook_id":"H"}`,
	},
	"3.2": {
		"create_bot":              `{"name":"B"}`,
		"delete_bot":              `{"bot_agent_id":"bot-mine"}`,
		"get_bot":                 `{"bot_agent_id":"bot-mine"}`,
		"register_properties":     `{"p":` + oldConfig + `}`,
		"register_webhook":        oldHook,
		"unregister_webhook":      `{"webhook_id":"H"}`,
		"list_group_properties":   `{"group_id":7}`,
		"delete_group_properties": `{"group_id":7,"properties":{"sandbox-client":["size"]}}`,
	},
	"3.3": {"list_group_properties": `{"id":7}`},
	"3.4": {"list_group_properties": `{"id":7}`},
}

func TestRequiredParametersOfOlderVersions(t *testing.T) {
	for _, version := range legacyVersions {
		for name, m := range vendorOf(t, version).Methods {
			c := startLegacy(t, Options{Scopes: append([]string{"subscription.lc:rw", "sessions--all:rw"}, publicScopes...)}).asPAT()
			body := minimalOlder[version][name]
			if body == "" {
				body = minimal[name]
			}
			before := string(c.l.State())
			for _, p := range m.Params {
				switch {
				case p.Required != true, strings.Contains(p.Name, "."),
					p.Name == "timezone", // only beside hours
					p.Name == "value":    // of a condition
					continue
				}
				less, left := without(t, body, p.Name)
				if !left {
					t.Errorf("%s: %s: the minimal call lacks %s", version, name, p.Name)
					continue
				}
				c.refusedIn(version, name, less, "validation: `"+p.Name+"` is required")
			}
			if body == "" {
				body = "{}"
			}
			if !versions[version]["configuration"][name].get {
				c.refusedIn(version, name, withNonsense(body), "validation: `nonsense`")
			}
			if diff := cmp.Diff(before, string(c.l.State())); diff != "" {
				t.Errorf("%s: %s: a refused request changed the state: %s", version, name, diff)
			}
			if name == "request_agent_unsuspension" { // for suspended agents only
				continue
			}
			c.okIn(version, name, body)
		}
	}
}

// withNonsense is a body with a member that no method has.
func withNonsense(body string) string {
	if body == "{}" {
		return `{"nonsense":1}`
	}
	return strings.Replace(body, "{", `{"nonsense":1,`, 1)
}
