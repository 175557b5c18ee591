package sandbox

import (
	"strings"
	"testing"
)

// TestForeignBot: a bot of another organization's application can be read, and
// its application cannot.
func TestForeignBot(t *testing.T) {
	for what, c := range map[string]*client{
		"made":   start(t, Options{ForeignBot: true}),
		"loaded": startSeeded(t, Options{ForeignBot: true}),
		"narrow": startSeeded(t, Options{ForeignBot: true, ClientIDs: []string{"sandbox-client"}}),
	} {
		var id string
		for _, e := range c.ok("list_bots", `{"all":true}`).([]any) {
			if b := e.(map[string]any); b["name"] == "Marketplace bot" {
				id = b["id"].(string)
			}
		}
		owner := field(t, c.ok("get_bot", `{"id":"`+id+`"}`), "owner_client_id")
		for _, tc := range []struct{ method, rest string }{
			{"list_properties", ""}, {"list_webhooks", ""}, {"list_bot_templates", ""}, {"get_license_webhooks_state", ""},
			{"create_bot", `,"name":"B"`}, {"reset_bot_secret", `,"id":"` + id + `"`},
		} {
			for _, who := range []*client{c, c.asPAT()} {
				starts(t, what+": "+tc.method, who.refused(tc.method, `{"owner_client_id":"`+owner+`"`+tc.rest+`}`), "authorization")
			}
		}
		c.ok("set_routing_status", `{"agent_id":"`+id+`","status":"accepting_chats"}`)
		if got := names(c.ok("list_bots", `{}`)); strings.Contains(got, "Marketplace") {
			t.Errorf("%s: it counts as the token's own: %s", what, got)
		}
		before := string(c.l.State())
		if err := c.l.Load([]byte(before)); err != nil {
			t.Fatal(err)
		}
		if after := string(c.l.State()); after != before || strings.Count(after, "Marketplace bot") != 1 {
			t.Errorf("%s: Load changed it: %s", what, after)
		}
	}
}
