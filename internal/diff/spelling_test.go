package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// TestSpelling: ids that are e-mail addresses mean the same object whatever
// their case, and everything that is planned has the license's spelling.
func TestSpelling(t *testing.T) {
	const ben = `{"agents":[{"id":"ben@x.y","name":"Ben"}],"groups":[{"id":3,"name":"S"}],"bots":[]}`
	const both = `{"agents":[{"id":"Ben@x.y","name":"One"},{"id":"ben@x.y","name":"Two"}]}`
	const needsOne = "agents Ben@x.y and ben@x.y in the file are the same for the server, which ignores case"
	runCases(t, []planCase{
		{"no invitation and no delete", ben, `{"agents":[{"id":"Ben@X.y","name":"Ben"}]}`, Options{Prune: true, Self: "c@x.y"}, nil},
		{"an update of the one there is", ben, `{"agents":[{"id":"Ben@x.y","name":"Benjamin"}]}`, Options{}, []string{"update agents/ben@x.y name"}},
		{"exact ids come first", both, `{"agents":[{"id":"ben@x.y","name":"Zwei"},{"id":"Ben@x.y","name":"Eins"}]}`, Options{Prune: true, Self: "c@x.y"},
			[]string{"update agents/ben@x.y name", "update agents/Ben@x.y name"}},
		{"one of two", both, `{"agents":[{"id":"Ben@x.y","name":"Eins"}]}`, Options{Prune: true, Self: "c@x.y"}, []string{"update agents/Ben@x.y name", "delete agents/ben@x.y"}},
		{"a member", ben, `{"groups":[{"id":3,"name":"S","agent_priorities":{"BEN@x.y":"first"}}]}`, Options{}, []string{"update agents/ben@x.y groups[3]"}},
		{"a status", `{"agents":[{"id":"ben@x.y","name":"Ben"}],"bots":[],"routing_statuses":[{"agent_id":"ben@x.y","status":"accepting_chats"}]}`,
			`{"routing_statuses":[{"agent_id":"Ben@x.y","status":"not_accepting_chats"}]}`, Options{}, []string{"update routing_statuses/ben@x.y status"}},
		{"a filter", `{"clients":["a"],"agents":[{"id":"ben@x.y","name":"Ben"}],"bots":[],"webhooks":[{"id":"w","owner_client_id":"a","action":"incoming_chat","url":"u","type":"bot","filters":{"chat_presence":{"user_ids":{"values":["ben@x.y","c-1"]}}}}]}`,
			`{"clients":["a"],"webhooks":[{"id":"w","owner_client_id":"a","action":"incoming_chat","url":"u","type":"bot","filters":{"chat_presence":{"user_ids":{"values":["c-1","Ben@x.y"]}}}}]}`, Options{}, nil},
		{"a filter of someone who is invited", `{"clients":["a"],"agents":[],"bots":[],"webhooks":[]}`,
			`{"clients":["a"],"agents":[{"id":"Ben@x.y","name":"Ben"}],"bots":[],"webhooks":[{"owner_client_id":"a","action":"incoming_chat","url":"https://u","type":"bot","secret_key":"s","filters":{"chat_presence":{"user_ids":{"values":["ben@x.y"]}}}}]}`, Options{},
			[]string{"create agents/Ben@x.y", "create webhooks/a/incoming_chat/https://u waits:agents/Ben@x.y"}},
		{"tags are other ones", `{"tags":[{"name":"vip"}]}`, `{"tags":[{"name":"VIP"}]}`, Options{},
			[]string{"create tags/VIP BLOCKED the license has the tag…", "unmanaged tags/vip"}},
	})
	for _, c := range []struct{ live, want, question string }{
		{ben, both, needsOne},
		{`{"agents":[]}`, both, needsOne},
		{both, `{"agents":[{"id":"BEN@x.y","name":"Ben"}]}`, "agent BEN@x.y in the file may mean Ben@x.y or ben@x.y in the license"},
		{`{"agents":[{"id":"ben@x.y","name":"Ben"}],"bots":[],"routing_statuses":[]}`,
			`{"routing_statuses":[{"agent_id":"Ben@x.y","status":"accepting_chats"},{"agent_id":"ben@x.y","status":"not_accepting_chats"}]}`,
			"routing_statuses Ben@x.y and ben@x.y in the file are the same for the server, which ignores case"},
	} {
		if d := cmp.Diff(c.question, decision(t, c.live, c.want, Options{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.want, d)
		}
	}
	p, err := Compute(parseLicense(t, ben), parseLicense(t, `{"agents":[{"id":"Ben@x.y","name":"Benjamin"}]}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := resource.Text(change(p, "agents/ben@x.y").After.Get("id")); got != "ben@x.y" {
		t.Errorf("the id that is sent is %s", got)
	}
}
