package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSharedApplications(t *testing.T) {
	apps := NewApplications()
	a, b := startSeeded(t, Options{Seed: 1, Apps: apps}), start(t, Options{Seed: 2, Apps: apps})
	hook := b.id("register_webhook", webhook("chat_deactivated", ""))
	if got := compact(a.ok("list_webhooks", `{"owner_client_id":"sandbox-client"}`)); !strings.Contains(got, hook) {
		t.Errorf("the webhook is not shared: %s", got)
	}
	quiet := b.id("create_bot_template", `{"name":"Quiet","owner_client_id":"sandbox-client"}`)
	loud := b.id("create_bot_template", `{"name":"Loud","owner_client_id":"sandbox-client","job_title":"Crier","affect_existing_installations":true}`)
	c := []*client{a, b}
	for _, l := range c {
		l.check("get_bot", `{"id":"`+quiet+`"}`, "not_found")
		bot := l.ok("get_bot", `{"id":"`+loud+`","fields":["job_title"]}`).(map[string]any)
		if bot["job_title"] != "Crier" || bot["owner_client_id"] != "sandbox-client" {
			t.Errorf("the template's bot is %v", bot)
		}
	}
	a.ok("update_bot_template", `{"id":"`+loud+`","name":"Louder","owner_client_id":"sandbox-client"}`)
	if got := b.ok("get_bot", `{"id":"`+loud+`"}`).(map[string]any)["name"]; got != "Loud" {
		t.Errorf("a bot changed with its template unasked: %v", got)
	}
	a.ok("update_bot_template", `{"id":"`+loud+`","name":"Loudest","owner_client_id":"sandbox-client","affect_existing_installations":true}`)
	if got := b.ok("get_bot", `{"id":"`+loud+`"}`).(map[string]any)["name"]; got != "Loudest" {
		t.Errorf("a bot did not change with its template: %v", got)
	}
	a.ok("delete_bot_template", `{"id":"`+loud+`","owner_client_id":"sandbox-client","affect_existing_installations":true}`)
	b.check("get_bot", `{"id":"`+loud+`"}`, "not_found")
	b.ok("update_license_properties", `{"properties":{"sandbox-client":{"size":7}}}`)
	a.ok("unregister_property", `{"name":"size","owner_client_id":"sandbox-client"}`)
	if got := compact(decodeState(t, b.l)["license_properties"]); got != "{}" {
		t.Errorf("values outlive their definition on the other license: %s", got)
	}
	if err := b.l.Load([]byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if got := len(decodeState(t, a.l).list("webhooks")); got != 2 {
		t.Errorf("loading one license left the other %d webhooks", got)
	}
}

func TestControlPlane(t *testing.T) {
	c := start(t, Options{Faults: []string{"*=500"}, Rate: 1})
	bare := c.with("Authorization", "").with("Content-Type", "")
	for _, tc := range []struct {
		verb, path, body string
		status           int
	}{
		{"PUT", "/_sandbox/state", seeded, http.StatusNoContent},
		{"PUT", "/_sandbox/state", `{"x":1}`, http.StatusBadRequest},
		{"GET", "/_sandbox/state", "", http.StatusOK},
		{"POST", "/_sandbox/state", "", http.StatusNotFound},
		{"GET", "/_sandbox/nothing", "", http.StatusNotFound},
		{"DELETE", "/_sandbox/calls", "", http.StatusNoContent},
	} {
		res, data, err := bare.send(tc.verb, tc.path, tc.body)
		if err != nil || res.StatusCode != tc.status {
			t.Errorf("%s %s: %v %v %s", tc.verb, tc.path, err, res.Status, data)
		}
	}
	c.refused("batch_delete_bots", `{"requests":[{},{},{}]}`)
	_, data, _ := bare.send("GET", "/_sandbox/calls", "")
	want := `[{"error":"internal","items":3,"method":"batch_delete_bots","status":500,"version":"3.5"}]`
	if got := compact(decode(t, data)); got != want {
		t.Errorf("calls are %s, want %s", got, want)
	}
	bare.send("DELETE", "/_sandbox/calls", "")
	if _, data, _ := bare.send("GET", "/_sandbox/calls", ""); strings.TrimSpace(string(data)) != "[]" {
		t.Errorf("after DELETE: %s", data)
	}
	if diff := cmp.Diff([]Call(nil), c.l.Calls()); diff != "" {
		t.Error(diff)
	}
}
