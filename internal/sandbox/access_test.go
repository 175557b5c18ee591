package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAuthentication(t *testing.T) {
	c := startSeeded(t, Options{Token: "dal:secret"})
	for _, tc := range []struct {
		reason, header string
		ok             bool
	}{
		{"Bearer", "Bearer dal:secret", true},
		{"the scheme's case does not matter", "bearer dal:secret", true},
		{"Basic", "Basic YWNjLWFubjpkYWw6c2VjcmV0", true}, // acc-ann:dal:secret
		{"no header", "", false},
		{"another token", "Bearer dal:secreT", false},
		{"another password", "Basic YWNjLWFubjpkYWw6", false},
		{"no scheme", "dal:secret", false},
		{"Basic not encoded", "Basic acc-ann:dal:secret", false},
	} {
		res, data, err := c.with("Authorization", tc.header).send("POST", path("list_channels"), "{}")
		if err != nil {
			t.Fatal(err)
		}
		if ok := res.StatusCode == http.StatusOK; ok != tc.ok {
			t.Errorf("%s: %s %s", tc.reason, res.Status, data)
		}
		if !tc.ok {
			starts(t, tc.reason, errorOf(decode(t, data)), "authentication: ")
		}
	}
	c.with("Authorization", "").ok("list_webhook_names", "{}")
	starts(t, "authentication before form", c.with("Authorization", "").refused("list_agents", "["), "authentication")
}

// TestCallerOfBasic shows who a user name stands for: tags say who made them.
func TestCallerOfBasic(t *testing.T) {
	c := startSeeded(t, Options{})
	for name, header := range map[string]string{
		"by-ann": "Basic YWNjLWFubjpkYWw6c2FuZGJveA==", "by-nobody": pat, "by-bearer": c.headers["Authorization"],
	} {
		c.with("Authorization", header).ok("create_tag", `{"name":"`+name+`"}`)
	}
	got := map[string]any{}
	for _, tag := range c.ok("list_tags", "{}").([]any) {
		tag := tag.(map[string]any)
		got[tag["name"].(string)] = tag["author_id"]
	}
	want := map[string]any{
		"by-ann": "ann@example.com", "by-nobody": "owner@example.com", "by-bearer": "owner@example.com",
		"Urgent": "ann@example.com", "later": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIdentity(t *testing.T) {
	c := startSeeded(t, Options{Scopes: []string{"agents--all:ro", "tags--all:ro"}, TokenClientID: "me"})
	_, data, err := c.send("GET", "/v2/info", "")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"account_id":"acc-owner","client_id":"me","organization_id":"0f0e0d0c-1111-4222-8333-444455556666","scope":"agents--all:ro tags--all:ro"}`
	if got := compact(decode(t, data)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, wrong := range []*client{c.asPAT(), c.with("Authorization", "")} {
		_, data, _ := wrong.send("GET", "/v2/info", "")
		starts(t, "info", errorOf(decode(t, data)), "authentication")
	}
	_, data, _ = c.send("POST", "/v2/info", "{}")
	starts(t, "POST", errorOf(decode(t, data)), "validation")
}

func TestScopesCover(t *testing.T) {
	for _, tc := range []struct {
		have, want string
		ok         bool
	}{
		{"agents--all:rw", "agents--my:ro", true},
		{"agents--my:rw", "agents--all:ro", false},
		{"chats--access:ro", "chats--my:ro", true},
		{"tags--all:ro", "tags--groups:ro", true},
		{"tags--groups:rw", "tags--all:ro", false},
		{"access_rules:rw", "access_rules:ro", true},
		{"access_rules:ro", "access_rules:rw", false},
		{"accounts--all:rw", "accounts--all:rc", true},
		{"agents--all:rw", "agents-bot--my:ro", false},
		{"webhooks.state:rw", "webhooks.configuration:rw", false},
	} {
		if got := granted([]string{tc.have}, tc.want); got != tc.ok {
			t.Errorf("%s for %s: %v", tc.have, tc.want, got)
		}
	}
}

// TestScopesAreChecked tries every method without any scope and with the
// least that the pages ask for.
func TestScopesAreChecked(t *testing.T) {
	none := startSeeded(t, Options{Scopes: []string{}}).asPAT()
	for name, m := range vendor(t).Methods {
		body := minimal[name]
		if body == "" {
			body = "{}"
		}
		if len(m.Scopes) == 0 {
			continue
		}
		starts(t, name, none.refused(name, body), "authorization: ")
	}
	starts(t, "routing", none.refused("list_routing_statuses", "{}"), "authorization: ")
	usual := startSeeded(t, Options{})
	for _, name := range []string{"suspend_agent", "unsuspend_agent", "approve_agent", "check_product_limits_for_plan"} {
		starts(t, name, usual.refused(name, minimal[name]), "authorization: ")
	}
}

func TestScopesOfSpecialCases(t *testing.T) {
	for _, tc := range []struct {
		reason, scopes, method, body string
		want                         string // "" = accepted
	}{
		{"rc is enough to create", "accounts--all:rc", "create_agent", `{"id":"x@example.com","name":"X"}`, ""},
		{"a higher role needs more", "accounts--all:rw", "create_agent", `{"id":"x@example.com","name":"X","role":"viceowner"}`, "authorization"},
		{"the normal role does not", "accounts--all:rw", "create_agent", `{"id":"x@example.com","name":"X","role":"normal"}`, ""},
		{"an approval is awaited", "accounts--all:rw", "create_agent", `{"id":"x@example.com","name":"X","awaiting_approval":true}`, ""},
		{"skipping it is private", "accounts--all:rw", "create_agent", `{"id":"x@example.com","name":"X","awaiting_approval":false}`, "authorization"},
		{"and allowed to the private", "accounts--all:rw subscription.lc:rw", "create_agent", `{"id":"x@example.com","name":"X","awaiting_approval":false}`, ""},
		{"oneself", "agents--my:rw", "update_agent", `{"id":"owner@example.com","name":"O"}`, ""},
		{"someone else", "agents--my:rw", "update_agent", `{"id":"ann@example.com","name":"A"}`, "authorization"},
		{"a role", "agents--all:rw", "update_agent", `{"id":"ann@example.com","role":"normal"}`, "authorization"},
		{"a role, allowed", "agents--all:rw accounts.roles.lc--all:rw", "update_agent", `{"id":"ann@example.com","role":"administrator"}`, ""},
		{"deleting needs both", "agents--all:rw", "delete_agent", `{"id":"ann@example.com"}`, "authorization"},
		{"deleting with both", "agents--all:rw accounts--all:rw", "delete_agent", `{"id":"ann@example.com"}`, ""},
		{"reading oneself", "agents--my:ro", "get_agent", `{"id":"owner@example.com"}`, ""},
		{"reading others", "agents--my:ro", "get_agent", `{"id":"ann@example.com"}`, "authorization"},
		{"one's own bot", "agents-bot--my:rw", "update_bot", `{"id":"bot-mine","name":"B"}`, ""},
		{"another client's bot", "agents-bot--my:rw", "update_bot", `{"id":"bot-other","name":"B"}`, "authorization"},
		{"another client's bot, allowed", "agents-bot--all:rw", "delete_bot", `{"id":"bot-other"}`, ""},
		{"reading another client's bot", "agents-bot--my:ro", "get_bot", `{"id":"bot-other"}`, "authorization"},
		{"a group one belongs to", "groups--my:rw", "update_group", `{"id":0,"name":"G"}`, ""},
		{"a group one does not", "groups--my:rw", "update_group", `{"id":7,"name":"G"}`, "authorization"},
		{"deleting such", "groups--my:rw", "delete_group", `{"id":7}`, "authorization"},
		{"reading such", "groups--my:ro", "get_group", `{"id":7}`, "authorization"},
		{"one's own values", "properties.license.value--my:rw", "update_license_properties", `{"properties":{"sandbox-client":{"size":2}}}`, ""},
		{"others' values", "properties.license.value--my:rw", "update_license_properties", `{"properties":{"test":{"int_property":2}}}`, "authorization"},
		{"others' values, allowed", "properties.license.value--all:rw", "delete_license_properties", `{"properties":{"test":["int_property"]}}`, ""},
		{"group values", "properties.group.value--my:rw", "update_group_properties", `{"group_id":7,"properties":{"test":{"int_property":2}}}`, "authorization"},
		{"a tag of one's groups", "tags--groups:rw", "create_tag", `{"name":"n","group_ids":[0]}`, ""},
		{"a tag of other groups", "tags--groups:rw", "create_tag", `{"name":"n","group_ids":[7]}`, "authorization"},
		{"deleting a tag of other groups", "tags--groups:rw", "delete_tag", `{"name":"Urgent"}`, "authorization"},
		{"updating a tag of other groups", "tags--groups:rw", "update_tag", `{"name":"Urgent","group_ids":[0]}`, "authorization"},
		{"one's own routing", "agents--my:rw", "set_routing_status", `{"status":"accepting_chats"}`, ""},
		{"others' routing", "agents--my:rw", "set_routing_status", `{"agent_id":"ann@example.com","status":"accepting_chats"}`, "authorization"},
		{"one's own bot's routing", "agents-bot--my:rw", "set_routing_status", `{"agent_id":"bot-mine","status":"offline"}`, ""},
		{"another's bot's routing", "agents-bot--my:rw", "set_routing_status", `{"agent_id":"bot-other","status":"offline"}`, "authorization"},
		{"bots without the bots' scope", "agents--all:rw", "set_routing_status", `{"agent_id":"bot-mine","status":"offline"}`, "authorization"},
		{"statuses need both", "agents--all:ro", "list_routing_statuses", `{}`, "authorization"},
		{"statuses with both", "agents--all:ro agents-bot--all:ro", "list_routing_statuses", `{}`, ""},
		{"suspending with the private", "agents--all:rw sessions--all:rw", "suspend_agent", `{"id":"ann@example.com"}`, ""},
	} {
		c := startSeeded(t, Options{Scopes: strings.Fields(tc.scopes)})
		if tc.want == "" {
			c.ok(tc.method, tc.body)
		} else {
			starts(t, tc.reason, c.refused(tc.method, tc.body), tc.want)
		}
	}
}

// TestSilentlyPartialReads are the lists that leave out what a narrow scope
// does not reach, and say nothing.
func TestSilentlyPartialReads(t *testing.T) {
	c := startSeeded(t, Options{Scopes: []string{"tags--groups:ro", "properties.license.value--my:ro", "agents-bot--my:ro"}})
	ann := c.with("Authorization", "Basic YWNjLWFubjpkYWw6c2FuZGJveA==")
	if got, want := names(ann.ok("list_tags", "{}")), "Urgent"; got != want {
		t.Errorf("Ann's tags are %s, want %s", got, want)
	}
	if got := names(c.ok("list_tags", "{}")); got != "" {
		t.Errorf("the owner's tags are %s", got)
	}
	if got, want := names(c.ok("list_bots", `{"all":true}`)), "Mine"; got != want {
		t.Errorf("bots are %s, want %s", got, want)
	}
	if got, want := compact(c.ok("list_license_properties", "{}")), `{"sandbox-client":{"size":5}}`; got != want {
		t.Errorf("values are %s, want %s", got, want)
	}
}

// names is the names in a list, joined.
func names(list any) string {
	var out []string
	for _, e := range list.([]any) {
		out = append(out, e.(map[string]any)["name"].(string))
	}
	return strings.Join(out, " ")
}

func TestClientIDs(t *testing.T) {
	c := startSeeded(t, Options{ClientIDs: []string{"mine"}})
	for _, id := range []string{"foreign", "core", "test"} {
		for _, tc := range []struct{ method, body string }{
			{"list_properties", `{"owner_client_id":"` + id + `"}`},
			{"list_webhooks", `{"owner_client_id":"` + id + `"}`},
			{"list_bot_templates", `{"owner_client_id":"` + id + `"}`},
			{"create_bot", `{"name":"B","owner_client_id":"` + id + `"}`},
			{"disable_license_webhooks", `{"owner_client_id":"` + id + `"}`},
		} {
			starts(t, tc.method+" "+id, c.refused(tc.method, tc.body), "authorization")
		}
	}
	c.ok("list_properties", `{"owner_client_id":"mine"}`)
	any := startSeeded(t, Options{})
	any.ok("list_properties", `{"owner_client_id":"foreign"}`)
	starts(t, "core is nobody's", any.refused("list_properties", `{"owner_client_id":"core"}`), "authorization")
	for _, method := range []string{"create_bot", "disable_license_webhooks", "enable_license_webhooks", "get_license_webhooks_state", "reset_bot_secret"} {
		body := map[string]string{"create_bot": `{"name":"B"}`, "reset_bot_secret": `{"id":"bot-mine"}`}[method]
		if body == "" {
			body = "{}"
		}
		any.ok(method, body)
		starts(t, method, any.asPAT().refused(method, body), "validation: `owner_client_id` is required")
	}
}

func TestRegions(t *testing.T) {
	for _, tc := range []struct{ region, header, want string }{
		{"dal", "", ""},
		{"dal", "dal", ""},
		{"dal", "fra", "dal"},
		{"fra", "fra", ""},
		{"fra", "", "fra"},
		{"fra", "dal", "fra"},
		{"fra-a", "fra-a", ""},
		{"fra-a", "fra", "fra-a"},
		{"fra-a", "", "fra-a"},
	} {
		c := start(t, Options{Region: tc.region}).with("X-Region", tc.header)
		res, data, err := c.send("POST", path("list_channels"), "{}")
		if err != nil {
			t.Fatal(err)
		}
		if tc.want == "" {
			if res.StatusCode != http.StatusOK {
				t.Errorf("%v: %s", tc, res.Status)
			}
			continue
		}
		want := `{"error":{"data":{"region":"` + tc.want + `"},"message":"Wrong region","type":"misdirected_request"}}`
		if got := compact(decode(t, data)); got != want {
			t.Errorf("%v: got %s", tc, got)
		}
	}
}

func TestTheRightRegionIsNotAlwaysNamed(t *testing.T) {
	c := start(t, Options{Region: "fra-b", HideRegion: true, Token: "fra-b:secret"})
	_, data, _ := c.send("POST", path("list_channels"), "{}")
	if got, want := compact(decode(t, data)), `{"error":{"message":"Wrong region","type":"misdirected_request"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	c.with("X-Region", "fra-b").ok("list_channels", "{}")
}

func TestBotToken(t *testing.T) {
	clock := newClock()
	c := startSeeded(t, Options{Clock: clock})
	body := minimal["issue_bot_token"]
	token := c.ok("issue_bot_token", body).(map[string]any)["token"].(string)
	bot := c.with("Authorization", "Bearer "+token)
	bot.ok("update_bot", `{"id":"bot-mine","job_title":"Greeter"}`)
	bot.ok("set_routing_status", `{"status":"accepting_chats"}`)
	if got := compact(c.ok("list_routing_statuses", `{"filters":{"group_ids":[7]}}`)); !strings.Contains(got, `{"agent_id":"bot-mine","status":"accepting_chats"}`) {
		t.Errorf("the bot's own status is not set: %s", got)
	}
	starts(t, "agents", bot.refused("list_agents", "{}"), "authorization")
	clock.advance(25 * time.Hour)
	starts(t, "a day later", bot.refused("update_bot", `{"id":"bot-mine"}`), "authentication")
	starts(t, "wrong secret", c.refused("issue_bot_token", strings.Replace(body, `"s1"`, `"s2"`, 1)), "authentication")
	starts(t, "wrong organization", c.refused("issue_bot_token", strings.Replace(body, `"0f0e`, `"1f0e`, 1)), "not_found")
	fresh := c.ok("reset_bot_secret", `{"id":"bot-mine"}`).(map[string]any)["secret"].(string)
	starts(t, "old secret", c.refused("issue_bot_token", body), "authentication")
	c.ok("issue_bot_token", strings.Replace(body, `"s1"`, `"`+fresh+`"`, 1))
}
