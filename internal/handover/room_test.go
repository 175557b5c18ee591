package handover

import "testing"

// TestNoRoom: what is held already takes room, too.
func TestNoRoom(t *testing.T) {
	hook := func(id, action, url string) string {
		if id != "" {
			id = `"id":"` + id + `",`
		}
		return `{` + id + `"action":"` + action + `","owner_client_id":"app","type":"license","url":"` + url + `"}`
	}
	for _, tt := range []struct {
		why, rows, want string
	}{
		{"there is room for one more", hook("n1", "incoming_chat", "a") + "," + hook("n2", "incoming_chat", "b") + "," + hook("", "incoming_chat", "c"), ""},
		{"not for two", hook("n1", "incoming_chat", "a") + "," + hook("n2", "incoming_chat", "b") + "," + hook("", "incoming_chat", "c") + "," + hook("", "incoming_chat", "d"),
			"webhook incoming_chat c: 4 webhooks would share owner_client_id and action, but only 3 are allowed: 3.5 has webhook incoming_chat a, webhook incoming_chat b and lacks webhook incoming_chat c, webhook incoming_chat d"},
		{"other actions take no room", hook("n1", "incoming_chat", "a") + "," + hook("n2", "incoming_event", "b") + "," + hook("", "incoming_chat", "c") + "," + hook("", "incoming_chat", "d"), ""},
		{"what is held alone is no question", hook("n1", "incoming_chat", "a") + "," + hook("n2", "incoming_chat", "b") + "," + hook("n3", "incoming_chat", "c") + "," + hook("n4", "incoming_chat", "d"), ""},
	} {
		got := ""
		for _, d := range NoRoom(license(t, map[string]string{"webhooks": "[" + tt.rows + "]"})) {
			got += d.String()
		}
		if got != tt.want {
			t.Errorf("%s: got %s", tt.why, got)
		}
	}
}
