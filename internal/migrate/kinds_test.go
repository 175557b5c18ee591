package migrate

import (
	"strings"
	"testing"
)

// TestKinds tells documents apart, and leaves alone what is none of ours.
func TestKinds(t *testing.T) {
	for _, tt := range []struct{ why, in, want string }{
		{"a new bot", `{"name": "B", "max_chats_count": 3}`, "bots"},
		{"a bot with the fields that agents have, too", `{"id": "71d0", "name": "B", "max_chats_count": 3, "job_title": "x", "groups": []}`, "bots"},
		{"a bot with a field that nobody knows", `{"id": "71d0", "name": "B", "default_group_priority": "first", "new": 1}`, "bots"},
		{"a bot among agents", `{"id": "71d0", "name": "B", "login_status": "accepting chats"}`, "agents"},
		{"an agent", `{"id": "a@b.example"}`, "agents"},
		{"an agent with a field that nobody knows", `{"id": "a@b.example", "login_status": "accepting chats", "new": 1}`, "agents"},
		{"a group", `{"id": 3}`, "groups"},
		{"a group with a field that nobody knows", `{"id": 3, "name": "G", "routing_status": "offline", "new": 1}`, "groups"},
		{"a webhook with a field that nobody knows", `{"action": "thread_closed", "url": "x", "new": 1}`, "webhooks"},
		{"a webhook for an action that nobody knows", `{"action": "chat_exploded", "url": "x"}`, "webhooks"},
		{"a rule", `{"id": "x", "access": {"groups": [1]}, "conditions": {}}`, "auto_accesses"},
		{"an id of something", `{"id": "71d0"}`, "bots auto_accesses webhooks"},
		{"values of something", `{"7c1f": {"a": 1}}`, "license_properties group_properties"},
		{"values of a group", `{"id": 3, "properties": {"7c1f": {"a": 1}}}`, "group_properties"},
		{"definitions by namespace, one of them empty", `{"7c1f": {"a": {"type": "int", "locations": {}}}, "x": {}}`, "properties"},
		{"a program's file with a name", `{"name": "my-app", "version": "1.0", "scripts": {"test": "x"}}`, ""},
		{"a person somewhere else", `{"id": "a@b.example", "department": "Sales"}`, ""},
		{"a row somewhere else", `{"id": 7, "name": "x", "price": 3}`, ""},
		{"an action somewhere else", `{"action": "deploy", "url": "x", "branch": "main"}`, ""},
		{"conditions somewhere else", `{"conditions": [{"type": "Ready"}], "phase": "Running"}`, ""},
		{"a list of different things", `[{"id": 3}, {"id": "a@b.example"}]`, "groups agents"},
		{"a list with a number in it", `[{"id": 3}, 4]`, ""},
	} {
		docs, err := Read("in", []byte(tt.in))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(kindsOf(docs[0].root), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}
