package migrate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestSuccessions: each webhook of an old document knows the webhooks of the
// result that are to do its work.
func TestSuccessions(t *testing.T) {
	docs, err := Read("old.yaml", []byte(`lcsync: 1
api_version: "3.2"
bots:
  - id: 0a1
    name: Parcel
    application: {client_id: app}
    webhooks:
      url: https://bot.example/hook
      secret_key: !secret bots/0a1/webhooks
      actions:
        - name: incoming_event
        - name: chat_access_granted
webhooks:
  - {webhook_id: w1, owner_client_id: app, action: chat_deactivated, url: "https://a.example/1"}
  - {webhook_id: w2, owner_client_id: app, action: chat_access_granted, url: "https://a.example/2"}
  - {webhook_id: w3, owner_client_id: app, action: chat_access_revoked, url: "https://a.example/2"}
  - {webhook_id: w4, owner_client_id: app, action: incoming_chat, url: "https://a.example/4"}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := Run(docs, Options{LeaveOut: []string{"w4"}})
	if len(r.Report.Decisions) > 0 {
		t.Fatal(r.Report.Decisions)
	}
	rows := r.License.Rows("webhooks")
	type succession struct {
		Kind, ID, Action, URL string
		Line                  int
		Now                   []string
		LeftOut               bool
	}
	var got []succession
	for _, s := range r.Successions {
		g := succession{s.Kind, s.ID, s.Action, s.URL, s.Line, nil, s.LeftOut}
		for _, i := range s.Rows {
			g.Now = append(g.Now, rows[i].String("type")+" "+rows[i].String("action")+" "+rows[i].String("url"))
		}
		got = append(got, g)
	}
	want := []succession{
		{"bots", "0a1", "incoming_event", "https://bot.example/hook", 11, []string{"bot incoming_event https://bot.example/hook"}, false},
		{"bots", "0a1", "chat_access_granted", "https://bot.example/hook", 12, []string{"bot chat_access_updated https://bot.example/hook"}, false},
		{"webhooks", "w1", "chat_deactivated", "https://a.example/1", 14, []string{"license chat_deactivated https://a.example/1"}, false},
		{"webhooks", "w2", "chat_access_granted", "https://a.example/2", 15, []string{"license chat_access_updated https://a.example/2"}, false},
		{"webhooks", "w3", "chat_access_revoked", "https://a.example/2", 16, []string{"license chat_access_updated https://a.example/2"}, false},
		{"webhooks", "w4", "incoming_chat", "https://a.example/4", 17, nil, true},
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}

	now, err := Read("new.yaml", []byte("lcsync: 1\napi_version: \"3.5\"\nwebhooks:\n  - {id: n1, owner_client_id: app, action: chat_deactivated, type: license, url: \"https://a.example/1\", secret_key: !secret x}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if r := Run(now, Options{}); len(r.Successions) > 0 {
		t.Errorf("webhooks of the target version succeed nobody: %v", r.Successions)
	}
}
