package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// order follows next_id from the rule nobody points to.
func order(t *testing.T, rules any) string {
	t.Helper()
	next, pointed := map[string]string{}, map[string]bool{}
	for _, r := range rules.([]any) {
		r := r.(map[string]any)
		next[r["id"].(string)] = r["next_id"].(string)
		pointed[r["next_id"].(string)] = true
	}
	var out []string
	for id := range next {
		if !pointed[id] {
			for ; id != ""; id = next[id] {
				out = append(out, id)
			}
			break
		}
	}
	if len(out) != len(next) {
		t.Fatalf("the rules are no chain: %v", next)
	}
	return strings.Join(out, " ")
}

func TestOrderOfRules(t *testing.T) {
	for _, tc := range []struct{ reason, body, want string }{
		{"the page's example", `{"id":"C","next_id":"B"}`, "A C B D"},
		{"to the end", `{"id":"A","next_id":""}`, "B C D A"},
		{"to the front", `{"id":"D","next_id":"A"}`, "D A B C"},
		{"where it is", `{"id":"B","next_id":"C"}`, "A B C D"},
		{"absent leaves it", `{"id":"B","description":"x"}`, "A B C D"},
	} {
		c := startSeeded(t, Options{Shuffle: true})
		c.ok("update_auto_access", tc.body)
		if got := order(t, c.ok("list_auto_accesses", "{}")); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.reason, got, tc.want)
		}
	}
	c := startSeeded(t, Options{})
	c.ok("delete_auto_access", `{"id":"B"}`)
	rule := `{"access":{"groups":[0]},"conditions":{"domain":{"exclude_values":[{"value":"x"}]}},"next_id":"NEXT"}`
	before := c.id("add_auto_access", strings.Replace(rule, "NEXT", "C", 1))
	last := c.id("add_auto_access", strings.Replace(rule, "NEXT", "", 1))
	if got, want := order(t, c.ok("list_auto_accesses", "{}")), "A "+before+" C D "+last; got != want {
		t.Errorf("added: %s, want %s", got, want)
	}
}

func TestUpdatedRuleKeepsTheRest(t *testing.T) {
	c := startSeeded(t, Options{})
	c.ok("update_auto_access", `{"id":"D","conditions":{"domain":{"values":[{"value":"x","exact_match":true}]}}}`)
	rules := c.ok("list_auto_accesses", "{}").([]any)
	want := `{"access":{"groups":[0]},"conditions":{"domain":{"values":[{"exact_match":true,"value":"x"}]}},"description":"","id":"D","next_id":""}`
	if got := compact(rules[3]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestMembershipHasTwoViews changes it from either side and looks from the
// other.
func TestMembershipHasTwoViews(t *testing.T) {
	c := startSeeded(t, Options{})
	priorities := func(group string) string {
		g := c.ok("get_group", `{"id":`+group+`,"fields":["agent_priorities"]}`).(map[string]any)
		return compact(g["agent_priorities"])
	}
	groups := func(agent string) string {
		a := c.ok("get_agent", `{"id":"`+agent+`","fields":["groups"]}`).(map[string]any)
		return compact(a["groups"])
	}
	expect := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	expect("bots are not listed", priorities("7"), `{"ann@example.com":"first"}`)
	c.ok("update_group", `{"id":7,"agent_priorities":{"bob@example.com":"normal"}}`)
	expect("Ann left", groups("ann@example.com"), `[]`)
	expect("Bob joined", groups("bob@example.com"), `[{"id":7,"priority":"normal"}]`)
	c.ok("update_agent", `{"id":"ann@example.com","groups":[{"id":8,"priority":"supervisor"},{"id":7,"priority":"last"}]}`)
	expect("Ann is back", priorities("7"), `{"ann@example.com":"last","bob@example.com":"normal"}`)
	c.ok("update_group", `{"id":7,"name":"Shoes"}`)
	expect("a name changes no members", priorities("7"), `{"ann@example.com":"last","bob@example.com":"normal"}`)
	expect("an empty group", priorities("8"), `{"ann@example.com":"supervisor"}`)
	id := c.id("create_group", `{"name":"New","agent_priorities":{"bob@example.com":"normal","ann@example.com":"first"}}`)
	expect("created", groups("bob@example.com"), `[{"id":7,"priority":"normal"},{"id":`+id+`,"priority":"normal"}]`)
	c.ok("delete_agent", `{"id":"bob@example.com"}`)
	expect("Bob is gone", priorities("7"), `{"ann@example.com":"last"}`)
	bot := c.ok("get_bot", `{"id":"bot-mine"}`).(map[string]any)
	expect("the bot stayed", compact(bot["groups"]), `[{"id":7,"priority":"last"}]`)
}

func TestDeletedGroupLeavesEverything(t *testing.T) {
	c := startSeeded(t, Options{})
	c.ok("delete_group", `{"id":7}`)
	st := decodeState(t, c.l)
	delete(st, "groups")
	got := map[string]string{
		"ann":    compact(st.list("agents")[1].(obj)["groups"]),
		"bot":    compact(st.list("bots")[0].(obj)["groups"]),
		"tag":    compact(st.list("tags")[0].(obj)["group_ids"]),
		"rule A": compact(st.list("auto_accesses")[0].(obj)["access"]),
		"rule B": compact(st.list("auto_accesses")[1].(obj)["access"]),
		"values": compact(st["group_properties"]),
	}
	want := map[string]string{
		"ann": "[]", "bot": "[]", "tag": "[]", "rule A": `{"groups":[]}`, "rule B": `{"groups":[8]}`, "values": "[]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewPeople(t *testing.T) {
	c := startSeeded(t, Options{})
	c.ok("create_agent", `{"id":"new@example.com","name":"New"}`)
	bot := c.id("create_bot", `{"name":"Bot"}`)
	got := c.ok("get_agent", `{"id":"new@example.com","fields":["awaiting_approval","max_chats_count","groups","notifications"]}`).(map[string]any)
	delete(got, "account_id")
	want := `{"avatar":"","awaiting_approval":true,"groups":[],"id":"new@example.com","login_status":"not accepting chats","max_chats_count":6,"name":"New","notifications":[],"role":"normal"}`
	if compact(got) != want {
		t.Errorf("got %s, want %s", compact(got), want)
	}
	statuses := compact(c.ok("list_routing_statuses", "{}"))
	for _, want := range []string{
		`{"agent_id":"new@example.com","status":"not_accepting_chats"}`, `{"agent_id":"` + bot + `","status":"offline"}`,
	} {
		if !strings.Contains(statuses, want) {
			t.Errorf("%s lacks %s", statuses, want)
		}
	}
	c.ok("delete_agent", `{"id":"new@example.com"}`)
	c.ok("delete_bot", `{"id":"`+bot+`"}`)
	if got := compact(c.ok("list_routing_statuses", "{}")); strings.Contains(got, "new@") || strings.Contains(got, bot) {
		t.Errorf("the deleted still have a status: %s", got)
	}
}

func TestFiltersOfLists(t *testing.T) {
	c := startSeeded(t, Options{Scopes: private})
	c.ok("suspend_agent", `{"id":"bob@example.com"}`)
	for _, tc := range []struct{ method, body, want string }{
		{"list_agents", `{"filters":{"group_ids":[7,8]}}`, "Ann"},
		{"list_agents", `{"filters":{"group_ids":[]}}`, ""},
		{"list_agents", `{"filters":{"suspended":true}}`, "Bob"},
		{"list_agents", `{"filters":{"suspended":false}}`, "Olga Ann"},
		{"list_tags", `{"filters":{"group_ids":[8,0]}}`, "later"},
		{"list_bots", `{}`, "Mine"},
		{"list_bots", `{"all":false}`, "Mine"},
		{"list_bots", `{"all":true}`, "Mine Other"},
	} {
		if got := names(c.ok(tc.method, tc.body)); got != tc.want {
			t.Errorf("%s %s: %q, want %q", tc.method, tc.body, got, tc.want)
		}
	}
}

func TestValues(t *testing.T) {
	c := startSeeded(t, Options{})
	steps := []struct{ reason, method, body, list, want string }{
		{"defaults and public ones", "list_channels", `{}`, `{}`, `{"core":{"plan":"gold"},"sandbox-client":{"size":5}}`},
		{"set", "update_license_properties", `{"properties":{"sandbox-client":{"size":2},"test":{"bool_property":true}}}`, `{}`,
			`{"core":{"plan":"gold"},"sandbox-client":{"size":2},"test":{"bool_property":true}}`},
		{"overwritten", "update_license_properties", `{"properties":{"sandbox-client":{"size":3}}}`, `{"namespace":"sandbox-client"}`, `{"sandbox-client":{"size":3}}`},
		{"by prefix", "list_channels", `{}`, `{"name_prefix":"bool_"}`, `{"test":{"bool_property":true}}`},
		{"unset", "delete_license_properties", `{"properties":{"sandbox-client":["size"],"test":["bool_property"]}}`, `{}`,
			`{"core":{"plan":"gold"},"sandbox-client":{"size":5}}`},
		{"unset again", "delete_license_properties", `{"properties":{"sandbox-client":["size"]}}`, `{"name_prefix":"s"}`, `{"sandbox-client":{"size":5}}`},
		{"unregistered", "unregister_property", `{"name":"size","owner_client_id":"sandbox-client"}`, `{}`, `{"core":{"plan":"gold"}}`},
	}
	for _, s := range steps {
		c.ok(s.method, s.body)
		if got := changed(t, c.ok("list_license_properties", s.list)); got != s.want {
			t.Errorf("%s: %s, want %s", s.reason, got, s.want)
		}
	}
	if st := decodeState(t, c.l); compact(st["group_properties"]) != "[]" {
		t.Errorf("values outlive their definition: %s", compact(st["group_properties"]))
	}
}

func TestValuesByCaller(t *testing.T) {
	c := startSeeded(t, Options{})
	want := `{"core":{"plan":"gold"},"other-client":{"hidden":true},"sandbox-client":{"size":5}}`
	if got := changed(t, c.asPAT().ok("list_license_properties", "{}")); got != want {
		t.Errorf("a PAT sees %s, want %s", got, want)
	}
	c.asPAT().ok("update_license_properties", `{"properties":{"other-client":{"hidden":false}}}`)
}

func TestGroupValues(t *testing.T) {
	c := startSeeded(t, Options{})
	c.ok("update_group_properties", `{"group_id":8,"properties":{"test":{"string_property":"x"}}}`)
	for _, tc := range []struct{ body, want string }{
		{`{"group_ids":[]}`, `[{"id":0,"properties":{"sandbox-client":{"size":5}}},{"id":7,"properties":{"sandbox-client":{"size":3}}},{"id":8,"properties":{"sandbox-client":{"size":5},"test":{"string_property":"x"}}}]`},
		{`{"group_ids":[7]}`, `[{"id":7,"properties":{"sandbox-client":{"size":3}}}]`},
		{`{"group_ids":[7,8],"namespace":"test"}`, `[{"id":7,"properties":{}},{"id":8,"properties":{"test":{"string_property":"x"}}}]`},
	} {
		if got := changed(t, c.ok("list_groups_properties", tc.body)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.body, got, tc.want)
		}
	}
	c.ok("delete_group_properties", `{"id":7,"properties":{"sandbox-client":["size"]}}`)
	if got, want := changed(t, c.ok("list_groups_properties", `{"group_ids":[7]}`)), `[{"id":7,"properties":{"sandbox-client":{"size":5}}}]`; got != want {
		t.Errorf("deleted: %s, want %s", got, want)
	}
}

func TestWebhooksState(t *testing.T) {
	c := startSeeded(t, Options{})
	state := func() any {
		return c.ok("get_license_webhooks_state", "{}").(map[string]any)["license_webhooks_enabled"]
	}
	for _, tc := range []struct {
		method string
		want   bool
	}{{"list_channels", true}, {"disable_license_webhooks", false}, {"enable_license_webhooks", true}} {
		c.ok(tc.method, "{}")
		if got := state(); got != tc.want {
			t.Errorf("after %s: %v", tc.method, got)
		}
	}
}

func TestBatch(t *testing.T) {
	c := startSeeded(t, Options{})
	got := compact(c.ok("batch_update_agents", `{"requests":[{"id":"bob@example.com","name":"Rob"},{},{"id":"ann@example.com","mobile":"1"},3,{"id":"owner@example.com","role":"normal"}]}`))
	want := `{"responses":[{},{"error":{"message":"` + "`id` is required" + `","type":"validation"}},{},` +
		`{"error":{"message":"A request must be a JSON object","type":"validation"}},` +
		`{"error":{"message":"Invalid transfer ownership request","type":"ownership_transfer"}}]}`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	bots := c.ok("batch_create_bots", `{"requests":[{"name":"B1"},{"name":"B2"},{"name":"B3"}]}`).(map[string]any)["responses"].([]any)
	var created []string
	for _, b := range bots {
		id := b.(map[string]any)["id"].(string)
		created = append(created, c.ok("get_bot", `{"id":"`+id+`"}`).(map[string]any)["name"].(string))
	}
	if want := []string{"B1", "B2", "B3"}; !slices.Equal(created, want) {
		t.Errorf("answers stand for %v, want %v", created, want)
	}
	if got := compact(c.ok("batch_delete_bots", `{"requests":[]}`)); got != `{"responses":[]}` {
		t.Errorf("an empty batch: %s", got)
	}
	c.check("batch_delete_bots", `{}`, "validation: `requests` is required")
	c.check("batch_delete_bots", `{"requests":{}}`, "validation: `requests` must be an array")
	c.check("batch_delete_bots", `{"requests":[],"dry_run":true}`, "validation: `dry_run` is not")
	c.check("batch_suspend_agents", `{"requests":[{"id":"ann@example.com"}]}`, "authorization")
	startSeeded(t, Options{MaxBatch: 1}).check("batch_delete_bots", `{"requests":[{"id":"bot-mine"},{"id":"bot-other"}]}`, "validation")
}

// TestBatchHasNoOrder finds two runs of different order.
func TestBatchHasNoOrder(t *testing.T) {
	seen := map[string]bool{}
	for seed := range int64(8) {
		c := startSeeded(t, Options{Seed: seed})
		c.ok("batch_update_agents", `{"requests":[{"id":"ann@example.com","name":"1"},{"id":"ann@example.com","name":"2"}]}`)
		seen[c.ok("get_agent", `{"id":"ann@example.com"}`).(map[string]any)["name"].(string)] = true
	}
	if len(seen) != 2 {
		t.Errorf("the last one won every time: %v", seen)
	}
}

func TestEmptyAnswers(t *testing.T) {
	for want, opts := range map[string]Options{"{}": {}, "": {EmptyBodies: true}} {
		c := startSeeded(t, opts)
		for _, name := range []string{"update_agent", "update_bot", "create_tag", "update_group", "delete_auto_access", "update_license_properties"} {
			res, data, _ := c.send("POST", path(name), minimal[name])
			if string(data) != want || res.StatusCode != http.StatusOK {
				t.Errorf("%s: %s %q, want %q", name, res.Status, data, want)
			}
		}
	}
}
