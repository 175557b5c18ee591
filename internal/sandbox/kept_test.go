package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEveryFieldIsKept writes objects with all there is to write and reads
// them back, from an answer or, where none shows the field, from the state.
func TestEveryFieldIsKept(t *testing.T) {
	const week = `{"timezone":"Asia/Tokyo","schedule":[{"day":"sunday","enabled":false,"start":"00:00","end":"23:59"},{"day":"sunday","enabled":true,"start":"12:00","end":"12:00"}]}`
	const agent = `"name":"Zoe","role":"administrator","avatar":"https://pics.example.com/z.png","login_status":"accepting chats","job_title":"Dyer",
		"mobile":"555","max_chats_count":3,"groups":[{"id":8,"priority":"supervisor"}],"notifications":["ticket","new_goal"],
		"email_subscriptions":["weekly_summary","daily_summary"],"work_scheduler":` + week
	const bot = `"name":"Bot","avatar":"b.png","max_chats_count":7,"default_group_priority":"last","job_title":"Usher",
		"groups":[{"id":7,"priority":"first"}],"work_scheduler":` + week
	const template = `"name":"Tpl","avatar":"t.png","max_chats_count":9,"default_group_priority":"supervisor","job_title":"Model","owner_client_id":"sandbox-client"`
	const rule = `"description":"d","access":{"groups":[7,8]},"conditions":{"url":{"exclude_values":[{"value":"u","exact_match":true}]},
		"domain":{"values":[{"value":"d"}]},"geolocation":{"values":[{"country":"Peru","country_code":"PE","region":"Lima","city":"Lima"}]}}`
	const property = `"name":"mood","owner_client_id":"sandbox-client","type":"string","description":"d","domain":["calm","cross"],"default_value":"calm",
		"access":{"license":{"agent":["read"],"customer":["write"]},"event":{"agent":["write"]}}`
	const hook = `"action":"incoming_event","secret_key":"k","url":"https://hooks.example.com/e","description":"d","type":"license","owner_client_id":"sandbox-client",
		"additional_data":["chat_properties","chat_presence_user_ids"],"filters":{"author_type":"customer","only_my_chats":true,
		"chat_presence":{"user_ids":{"exclude_values":["x"]},"my_bots":false},"source_type":["system"]}`
	for _, tc := range []struct{ kind, method, body, same string }{
		{"agents", "create_agent", `{"id":"zoe@example.com",` + agent + `}`, agent},
		{"agents", "update_agent", `{"id":"ann@example.com",` + agent + `}`, agent},
		{"bots", "create_bot", `{"owner_client_id":"other-client",` + bot + `}`, `"owner_client_id":"other-client",` + bot},
		{"bots", "update_bot", `{"id":"bot-other",` + bot + `}`, bot},
		{"bot_templates", "create_bot_template", `{` + template + `}`, template},
		{"bot_templates", "update_bot_template", `{"id":"T",` + template + `}`, template},
		{"auto_accesses", "add_auto_access", `{` + rule + `}`, rule},
		{"auto_accesses", "update_auto_access", `{"id":"B",` + rule + `}`, rule},
		{"tags", "create_tag", `{"name":"n","group_ids":[8,7]}`, `"name":"n","group_ids":[8,7]`},
		{"tags", "update_tag", `{"name":"later","group_ids":[8,7]}`, `"name":"later","group_ids":[8,7]`},
		{"properties", "register_property", `{` + property + `}`, property},
		{"webhooks", "register_webhook", `{` + hook + `}`, hook},
		{"groups", "create_group", `{"name":"G","language_code":"lv","agent_priorities":{"ann@example.com":"normal"}}`, `"name":"G","language_code":"lv"`},
		{"groups", "update_group", `{"id":8,"name":"G","language_code":"lv"}`, `"name":"G","language_code":"lv"`},
	} {
		c := start(t, Options{})
		if err := c.l.Load([]byte(strings.Replace(seeded, `"tags":`, withTemplate+`"tags":`, 1))); err != nil {
			t.Fatal(err)
		}
		c.ok(tc.method, tc.body)
		want, err := decodeValue([]byte("{" + tc.same + "}"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, row := range decodeState(t, c.l).list(tc.kind) {
			found = found || cmp.Equal(row.(obj).only(sortedKeys(want.(obj))...), want)
		}
		if !found {
			t.Errorf("%s: not kept in %s", tc.method, compact(decodeState(t, c.l)[tc.kind]))
		}
	}
}

// TestOnesOwnReadOnlyProperties: from 3.3 on a definition's access holds for its
// owner, too, and one value that may not be written takes the others with it.
func TestOnesOwnReadOnlyProperties(t *testing.T) {
	c := startSeeded(t, Options{})
	c.ok("register_property", `{"name":"told","owner_client_id":"sandbox-client","type":"int","default_value":1,
		"access":{"license":{"agent":["read"]},"group":{"agent":["read"],"customer":["write"]}}}`)
	for _, who := range []*client{c, c.asPAT()} {
		who.check("update_license_properties", `{"properties":{"sandbox-client":{"size":2,"told":2}}}`, "authorization")
		who.check("update_group_properties", `{"group_id":8,"properties":{"sandbox-client":{"told":2}}}`, "authorization")
		who.check("delete_license_properties", `{"properties":{"sandbox-client":["told"]}}`, "authorization")
	}
	if got, want := changed(t, c.ok("list_license_properties", `{"namespace":"sandbox-client"}`)), `{"sandbox-client":{"size":5,"told":1}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPrivateMethods(t *testing.T) {
	c := startSeeded(t, Options{Scopes: private})
	state := func(id string) string {
		return compact(c.ok("get_agent", `{"id":"`+id+`","fields":["suspended","awaiting_approval"]}`))
	}
	expect := func(what, id, want string) {
		t.Helper()
		if got := state(id); !strings.Contains(got, want) {
			t.Errorf("%s: %s lacks %s", what, got, want)
		}
	}
	c.ok("create_agent", `{"id":"new@example.com","name":"N"}`)
	expect("nobody has to approve", "new@example.com", `"awaiting_approval":false`)
	c.ok("create_agent", `{"id":"late@example.com","name":"L","awaiting_approval":true}`)
	expect("unless asked", "late@example.com", `"awaiting_approval":true`)
	c.ok("approve_agent", `{"id":"late@example.com"}`)
	expect("approved", "late@example.com", `"awaiting_approval":false`)
	c.ok("suspend_agent", `{"id":"ann@example.com"}`)
	expect("suspended", "ann@example.com", `"suspended":true`)
	c.with("Authorization", "Basic YWNjLWFubjpkYWw6c2FuZGJveA==").ok("request_agent_unsuspension", "")
	c.ok("unsuspend_agent", `{"id":"ann@example.com"}`)
	expect("back", "ann@example.com", `"suspended":false`)
	c.check("suspend_agent", `{"id":"owner@example.com"}`, "authorization")
	c.check("approve_agent", `{"id":"x@example.com"}`, "not_found")
	got := compact(c.ok("batch_suspend_agents", `{"requests":[{"id":"ann@example.com"},{"id":"x@example.com"}]}`))
	if want := `{"responses":[{},{"error":{"message":"Agent not found","type":"not_found"}}]}`; got != want {
		t.Errorf("batch: %s", got)
	}
}

func TestTemplateSecrets(t *testing.T) {
	c := startSeeded(t, Options{})
	made := c.ok("create_bot_template", `{"name":"T","owner_client_id":"sandbox-client","affect_existing_installations":true}`).(map[string]any)
	secretOfBot := func() string {
		bots := decodeState(t, c.l).list("bots")
		return bots[len(bots)-1].(obj).text("secret")
	}
	if secretOfBot() != made["secret"] {
		t.Error("the bot has another secret than its template")
	}
	body := `{"id":"` + made["id"].(string) + `","owner_client_id":"sandbox-client"`
	c.ok("reset_bot_template_secret", body+"}")
	if secretOfBot() != made["secret"] {
		t.Error("the bot's secret changed unasked")
	}
	fresh := c.ok("reset_bot_template_secret", body+`,"affect_existing_installations":true}`).(map[string]any)["secret"]
	if secretOfBot() != fresh || fresh == made["secret"] {
		t.Error("the bot's secret did not change with its template's")
	}
}

func TestGroupsWithPriorities(t *testing.T) {
	c := startSeeded(t, Options{})
	got := compact(c.ok("list_groups", `{"fields":["agent_priorities"]}`).([]any)[1:])
	want := `[{"agent_priorities":{"ann@example.com":"first"},"id":7,"language_code":"en","name":"Boots","routing_status":"offline"},` +
		`{"agent_priorities":{},"id":8,"language_code":"en","name":"Hats","routing_status":"offline"}]`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestAClientThatLeft is refused nothing and done nothing for.
func TestAClientThatLeft(t *testing.T) {
	l, err := New(Options{Latency: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	before := string(l.State())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "POST", path("create_tag"), strings.NewReader(`{"name":"t"}`))
	r.Header.Set("Authorization", "Bearer dal:sandbox")
	func() {
		defer func() {
			if got := recover(); got != http.ErrAbortHandler {
				t.Errorf("recovered %v", got)
			}
		}()
		l.ServeHTTP(httptest.NewRecorder(), r)
	}()
	if diff := cmp.Diff(before, string(l.State())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Call{{Method: "create_tag", Version: "3.5", Items: 1}}, l.Calls()); diff != "" {
		t.Error(diff)
	}
}
