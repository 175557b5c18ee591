package diff

import (
	"strings"
	"testing"
)

// TestWithoutSecrets: what would send a secret that has no value is left out and
// named, what sends none is not, and nothing is deleted that may have been meant
// to be succeeded.
func TestWithoutSecrets(t *testing.T) {
	hooks := func(hooks ...string) string {
		return `{"account":"acc","clients":["c"],"bots":[{"id":"b1","name":"B"}],"webhooks":[` + strings.Join(hooks, ",") + `]}`
	}
	hook := func(id, action, more string) string {
		return `{"id":"` + id + `","owner_client_id":"c","action":"` + action + `","type":"license","url":"https://u"` + more + `}`
	}
	a, b := hook("a", "incoming_chat", ""), hook("b", "incoming_event", "")
	described := hook("a", "incoming_chat", `,"description":"other"`)
	known := func(of string) func(string) bool {
		return func(name string) bool { return of != "" && strings.Contains(name, of) }
	}
	all := allowAll
	all.HasSecret = known("")
	one := all
	one.HasSecret = known("incoming_chat")
	const left = ": there is no value for the secret webhooks/c/"
	runCases(t, []planCase{
		{"a new one", hooks(), hooks(a), all, []string{"skip webhooks/c/incoming_chat/https://u" + left + "incoming_chat/…"}},
		{"one of two", hooks(), hooks(a, b), one,
			[]string{"create webhooks/c/incoming_chat/https://u", "skip webhooks/c/incoming_event/https://u" + left + "incoming_event/…"}},
		{"one that is replaced stays", hooks(a), hooks(described), all,
			[]string{"skip webhooks/c/incoming_chat/https://u" + left + "incoming_chat/…"}},
		{"one that is there needs none", hooks(a), hooks(a), all, nil},
		{"nothing is deleted that it may succeed", hooks(a), hooks(b), all, []string{
			"delete webhooks/c/incoming_chat/https://u BLOCKED other webhooks are left out, as their secrets have no value; it may be one that they were to succeed",
			"skip webhooks/c/incoming_event/https://u" + left + "incoming_event/…"}},
		{"other deletions go on", hooks(a), hooks(), all, []string{"delete webhooks/c/incoming_chat/https://u"}},
		{"all are sent where nothing is to be left out", hooks(), hooks(a), allowAll, []string{"create webhooks/c/incoming_chat/https://u"}},
	})
}
