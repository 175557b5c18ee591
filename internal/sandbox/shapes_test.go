package sandbox

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// more is what the sandbox answers beyond a sample, with the reason.
var more = map[string]string{
	"list_webhooks [].additional_data":         "a documented parameter; the sample's webhook has none",
	"list_webhooks [].additional_data[]":       "a documented parameter; the sample's webhook has none",
	"list_properties *.range":                  "a documented parameter; the sample's property has none",
	"list_properties *.range.from":             "a documented parameter; the sample's property has none",
	"list_properties *.range.to":               "a documented parameter; the sample's property has none",
	"list_properties *.default_value":          "a documented parameter; the sample's property has none",
	"list_properties *.access.license":         "the sample has other locations",
	"list_properties *.access.license.agent":   "the sample has other locations",
	"list_properties *.access.license.agent[]": "the sample has other locations",
}

// TestShapesOfTheSamples builds a license through its API and holds what it
// answers against the shapes of the vendor's samples.
func TestShapesOfTheSamples(t *testing.T) {
	holdShapes(t, "3.5", sampleLicense(t), more)
}

// holdShapes holds a version's answers against the recorded shapes of all its
// samples. What the answers have beyond them is in extras, with the reason, and
// has to occur.
func holdShapes(t *testing.T, version string, answers map[string]any, extras map[string]string) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/payloads/v" + version + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no recorded shapes: %v", version, err)
	}
	used := map[string]bool{}
	for _, file := range files {
		method := strings.TrimSuffix(filepath.Base(file), ".json")
		want, got := map[string]string{}, map[string]string{}
		data, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(data, &want)
		}
		if err != nil {
			t.Fatal(err)
		}
		answer, ok := answers[method]
		if !ok {
			t.Errorf("%s: %s is not asked for", version, method)
			continue
		}
		shape("", answer, want, got)
		for path := range got {
			key := method + " " + path
			if _, ok := want[path]; !ok && extras[key] != "" {
				used[key] = true
				delete(got, path)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s (-sample +sandbox):\n%s", version, method, diff)
		}
	}
	for key, reason := range extras {
		if !used[key] {
			t.Errorf("%s: %s (%s) does not occur", version, key, reason)
		}
	}
}

// shape collects the paths of v with their types. A member whose name is data
// is found by the wanted shape's star.
func shape(path string, v any, want, out map[string]string) {
	note := func(typ string) {
		if path != "" {
			out[path] = typ
		}
	}
	switch v := v.(type) {
	case map[string]any:
		note("object")
		for k, e := range v {
			at := join(path, k)
			if _, star := want[join(path, "*")]; star {
				at = join(path, "*")
			}
			shape(at, e, want, out)
		}
	case []any:
		note("array")
		for _, e := range v {
			shape(path+"[]", e, want, out)
		}
	case string:
		note("string")
	case bool:
		note("boolean")
	case json.Number:
		note("number")
	default:
		note("null")
	}
}

// sampleLicense is the answers of a license that has something of everything
// the samples show.
func sampleLicense(t *testing.T) map[string]any {
	t.Helper()
	c := start(t, Options{Scopes: private})
	a := map[string]any{}
	ask := func(method, body string) map[string]any {
		a[method] = c.ok(method, body)
		o, _ := a[method].(map[string]any)
		return o
	}
	ask("create_agent", `{"id":"ivy@example.com","name":"Ivy","avatar":"https://pics.example.com/i.png",
		"job_title":"Florist","email_subscriptions":["weekly_summary"]}`)
	group := ask("create_group", `{"name":"Roses","agent_priorities":{"ivy@example.com":"normal","owner@example.com":"last"}}`)["id"].(json.Number).String()
	ask("get_agent", `{"id":"ivy@example.com"}`)
	ask("get_group", `{"id":`+group+`,"fields":["agent_priorities","routing_status"]}`)
	ask("list_groups", `{}`)
	bot := ask("create_bot", `{"name":"Rex","groups":[{"id":0,"priority":"first"}]}`)
	id := bot["id"].(string)
	ask("get_bot", `{"id":"`+id+`"}`)
	ask("list_bots", `{}`)
	ask("issue_bot_token", `{"bot_id":"`+id+`","client_id":"sandbox-client","bot_secret":"`+bot["secret"].(string)+
		`","organization_id":"`+decodeState(t, c.l).text("organization_id")+`"}`)
	ask("reset_bot_secret", `{"id":"`+id+`"}`)
	template := ask("create_bot_template", `{"name":"Tea","owner_client_id":"sandbox-client"}`)["id"].(string)
	ask("list_bot_templates", `{"owner_client_id":"sandbox-client"}`)
	ask("reset_bot_template_secret", `{"id":"`+template+`","owner_client_id":"sandbox-client"}`)
	ask("list_channels", `{}`)
	ask("get_product_source", `{}`)
	ask("check_product_limits_for_plan", `{"plan":"starter"}`)
	sampleValues(ask, group)
	if err := c.l.Load([]byte(strings.Replace(string(c.l.State()), `"suspended": false`,
		`"suspended": false, "last_logout": "2026-05-06T07:08:09.000000Z"`, 1))); err != nil {
		t.Fatal(err)
	}
	ask("list_agents", `{"fields":["email_subscriptions","max_chats_count","job_title","last_logout"]}`)
	return a
}

func sampleValues(ask func(string, string) map[string]any, group string) {
	ask("register_property", `{"name":"bloom","owner_client_id":"sandbox-client","type":"string","access":{
		"license":{"agent":["read","write"]},"group":{"agent":["read","write"]}}}`)
	ask("update_license_properties", `{"properties":{"sandbox-client":{"bloom":"May"}}}`)
	ask("update_group_properties", `{"group_id":`+group+`,"properties":{"sandbox-client":{"bloom":"June"}}}`)
	ask("list_license_properties", `{"name_prefix":"bloom"}`)
	ask("list_groups_properties", `{"group_ids":[],"name_prefix":"bloom"}`)
	ask("unregister_property", `{"name":"bloom","owner_client_id":"sandbox-client"}`)
	ask("register_property", `{"name":"water","owner_client_id":"sandbox-client","type":"int","default_value":2,
		"range":{"from":1,"to":3},"access":{"license":{"agent":["read"]},
		"thread":{"agent":["read","write"],"customer":["read"]},"chat":{"agent":["write"],"customer":["read"]}}}`)
	ask("publish_property", `{"name":"water","owner_client_id":"sandbox-client","access_type":["read"]}`)
	ask("list_properties", `{"owner_client_id":"sandbox-client"}`)
	ask("create_tag", `{"name":"thorny","group_ids":[0]}`)
	ask("list_tags", `{}`)
	ask("register_webhook", `{"action":"incoming_chat","secret_key":"k","url":"https://hooks.example.com/","type":"license",
		"description":"d","owner_client_id":"sandbox-client","additional_data":["chat_properties"],
		"filters":{"chat_presence":{"my_bots":true,"user_ids":{"values":["ivy@example.com"]}}}}`)
	ask("list_webhooks", `{"owner_client_id":"sandbox-client"}`)
	ask("get_license_webhooks_state", `{"owner_client_id":"sandbox-client"}`)
	ask("list_webhook_names", `{"version":"3.5"}`)
}

// TestListsShowNoMore holds what no sample would: secrets stay hidden, extras
// come when asked for and not before.
func TestListsShowNoMore(t *testing.T) {
	c := startSeeded(t, Options{})
	for _, tc := range []struct{ method, body, want string }{
		{"list_agents", `{}`, "account_id avatar_path id login_status name role"},
		{"list_agents", `{"fields":["work_scheduler","groups","email_subscriptions","notifications","job_title","mobile","max_chats_count","suspended","awaiting_approval"]}`,
			"account_id avatar_path awaiting_approval groups id job_title login_status max_chats_count mobile name notifications role summaries suspended work_scheduler"},
		{"list_bots", `{"all":true}`, "avatar id name"},
		{"list_bots", `{"fields":["groups","work_scheduler","job_title","max_chats_count","timezone"]}`,
			"avatar groups id job_title max_chats_count name timezone work_scheduler"},
		{"list_groups", `{}`, "id language_code name routing_status"},
		{"list_auto_accesses", ``, "access conditions description id next_id"},
		{"list_webhooks", `{"owner_client_id":"sandbox-client"}`, "action description filters id owner_client_id type url"},
	} {
		first := c.ok(tc.method, tc.body).([]any)[0].(map[string]any)
		if got := strings.Join(sortedKeys(first), " "); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.method, tc.body, got, tc.want)
		}
	}
	bot := c.ok("get_bot", `{"id":"bot-mine","fields":["work_scheduler","timezone"]}`).(map[string]any)
	if got, want := compact(bot["work_scheduler"]), `{"schedule":[{"day":"monday","enabled":true,"end":"17:00","start":"09:00"}]}`; got != want {
		t.Errorf("the bot's schedule is %s, want %s", got, want)
	}
	if bot["timezone"] != "Europe/Riga" {
		t.Errorf("the bot's zone is %v", bot["timezone"])
	}
	var logouts []bool
	for _, a := range c.ok("list_agents", `{"fields":["last_logout"]}`).([]any) {
		_, has := a.(map[string]any)["last_logout"]
		logouts = append(logouts, has)
	}
	if want := []bool{false, true, false}; !slices.Equal(logouts, want) {
		t.Errorf("last_logout is there for %v, want %v", logouts, want)
	}
}
