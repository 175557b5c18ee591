package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

// legacyMore is what a version answers beyond a sample, with the reason.
var legacyMore = map[string]map[string]string{
	"3.2": {
		"list_agents [].name":                           basics,
		"list_agents [].role":                           basics,
		"list_agents [].avatar_path":                    basics,
		"list_agents [].login_status":                   basics,
		"list_registered_webhooks [].additional_data":   "a documented parameter; the sample's webhook has none",
		"list_registered_webhooks [].additional_data[]": "a documented parameter; the sample's webhook has none",
	},
	"3.3": {},
	"3.4": {},
}

const basics = "get_agent's sample and 3.3's of the same method have it"

func TestShapesOfTheOlderSamples(t *testing.T) {
	for _, version := range legacyVersions[1:] {
		holdShapes(t, version, olderAnswers(t, version), legacyMore[version])
	}
}

// olderAnswers is the answers of a license that was set up through a version
// and has something of everything its samples show.
func olderAnswers(t *testing.T, version string) map[string]any {
	t.Helper()
	c := start(t, Options{})
	a := map[string]any{}
	ask := func(method, body string) map[string]any {
		a[method] = c.okIn(version, method, body)
		o, _ := a[method].(map[string]any)
		return o
	}
	ask("create_agent", `{"id":"kim@example.com","name":"Kim","job_title":"Baker","email_subscriptions":["weekly_summary"]}`)
	group := ask("create_group", `{"name":"Bread","agent_priorities":{"kim@example.com":"normal"}}`)["id"].(json.Number).String()
	ask("get_agent", `{"id":"kim@example.com"}`)
	ask("list_agents", `{"fields":["email_subscriptions","max_chats_count","job_title"],"filters":{"group_ids":[0,`+group+`]}}`)
	ask("get_group", `{"id":`+group+`,"fields":["agent_priorities","routing_status"]}`)
	ask("list_groups", `{}`)
	values := `{"properties":{"sandbox-client":{"crust":"thin"}}}`
	if version == "3.2" {
		old32(ask)
	} else {
		old33(ask, version)
	}
	ask("update_license_properties", values)
	ask("list_license_properties", `{"name_prefix":"crust"}`)
	ask("update_group_properties", strings.Replace(values, "{", `{"group_id":`+group+`,`, 1))
	id := map[bool]string{true: "group_id", false: "id"}[version == "3.2"]
	ask("list_group_properties", `{"`+id+`":`+group+`,"name_prefix":"crust"}`)
	return a
}

// old32 asks what only 3.2 asks so.
func old32(ask func(string, string) map[string]any) {
	bot := ask("create_bot", `{"name":"Mill","groups":[{"id":0,"priority":"first"}],"webhooks":{
		"url":"https://hooks.example.com/mill","secret_key":"k","actions":[
		{"name":"incoming_chat","filters":{"chat_properties":{"source":{"type":{"values":["letter"]}}}}},
		{"name":"incoming_event","additional_data":["chat_properties"]}]}}`)["bot_agent_id"].(string)
	ask("get_bot", `{"bot_agent_id":"`+bot+`"}`)
	ask("list_bots", `{}`)
	both := `{"agent":{"read":true,"write":true},"customer":{"read":true,"write":false}}`
	ask("register_properties", `{"oven":{"type":"string","locations":{"thread":{"access":`+both+`},"chat":{"access":`+both+`}}}}`)
	ask("list_registered_properties", `{}`)
	ask("register_properties", `{"crust":{"type":"string","locations":{
		"license":{"access":`+both+`},"group":{"access":`+both+`}}}}`)
	ask("register_webhook", `{"url":"https://hooks.example.com/","description":"d","action":"chat_deactivated",
		"secret_key":"k","additional_data":["chat_properties"],
		"filters":{"chat_member_ids":{"agents_any":["kim@example.com"]}}}`)
	ask("list_registered_webhooks", `{}`)
}

// old33 asks what 3.3 and 3.4 ask alike.
func old33(ask func(string, string) map[string]any, version string) {
	bot := ask("create_bot", `{"name":"Mill","default_group_priority":"last","groups":[{"id":0,"priority":"first"}]}`)["id"].(string)
	ask("get_bot", `{"id":"`+bot+`"}`)
	ask("list_bots", `{}`)
	ask("register_property", `{"name":"oven","owner_client_id":"sandbox-client","type":"string","access":{
		"thread":{"agent":["read","write"],"customer":["read"]},"chat":{"agent":["write"],"customer":["read","write"]}}}`)
	ask("publish_property", `{"name":"oven","owner_client_id":"sandbox-client","access_type":["read"]}`)
	ask("list_properties", `{"owner_client_id":"sandbox-client"}`)
	ask("register_property", `{"name":"crust","owner_client_id":"sandbox-client","type":"string","access":{
		"license":{"agent":["read","write"]},"group":{"agent":["read","write"]}}}`)
	ask("register_webhook", `{"url":"https://hooks.example.com/","description":"d","action":"chat_deactivated","secret_key":"k",
		"type":"license","owner_client_id":"sandbox-client",
		"filters":{"chat_presence":{"my_bots":true,"user_ids":{"values":["kim@example.com"]}}}}`)
	ask("list_webhooks", `{"owner_client_id":"sandbox-client"}`)
	ask("get_license_webhooks_state", `{"owner_client_id":"sandbox-client"}`)
	ask("list_webhook_names", `{"version":"`+version+`"}`)
	if version == "3.4" {
		ask("get_license_id", ``)
		ask("get_organization_id", ``)
	}
}

// TestShapesOf31 holds the answers of the version of which only the page is
// left.
func TestShapesOf31(t *testing.T) {
	c := startSeeded(t, Options{})
	made := c.okIn("3.1", "create_bot_agent", `{"name":"Ox","status":"accepting chats","groups":[{"id":8,"priority":"first"}],
		"webhooks":{"url":"https://hooks.example.com/ox","secret_key":"k","actions":[{"name":"incoming_chat_thread"}]}}`)
	id := field(t, made, "bot_agent_id")
	c.shows("3.1", "get_bot_agents", `{}`, `{"bot_agents":[`+
		`{"avatar":"","id":"bot-mine","name":"Mine","status":"offline"},`+
		`{"avatar":"","id":"`+id+`","name":"Ox","status":"accepting chats"}]}`)
	c.shows("3.1", "get_bot_agent_details", `{"bot_agent_id":"`+id+`"}`, `{"bot_agent":{"application":{"client_id":"sandbox-client"},`+
		`"avatar":"","groups":[{"id":8,"priority":"first"}],"id":"`+id+`","max_chats_count":6,"name":"Ox","status":"accepting chats",`+
		`"webhooks":{"actions":[{"name":"incoming_chat_thread"}],"secret_key":"k","url":"https://hooks.example.com/ox"}}}`)

	c.okIn("3.1", "create_properties", `{"mood":{"type":"int","range":{"from":0,"to":4},"locations":{
		"event":{"access":{"agent":{"read":true,"write":false}}}}}}`)
	c.shows("3.1", "get_property_configs", `{}`, `{"sandbox-client":{"mood":{"locations":{"event":{"access":{`+
		`"agent":{"read":true,"write":false}}}},"range":{"from":0,"to":4},"type":"int"}}}`)

	hook := field(t, c.okIn("3.1", "register_webhook", `{"url":"https://hooks.example.com/","action":"chat_user_added","secret_key":"k",
		"additional_data":["thread_id","access"],"filters":{"chat_member_ids":{"agents_exclude":["ann@example.com"]}}}`), "webhook_id")
	c.shows("3.1", "get_webhooks_config", ``, `[{"action":"chat_user_added","additional_data":["thread_id","access"],`+
		`"description":"","filters":{"chat_member_ids":{"agents_exclude":["ann@example.com"]}},"owner_client_id":"sandbox-client",`+
		`"url":"https://hooks.example.com/","webhook_id":"`+hook+`"}]`)
	c.okIn("3.1", "unregister_webhook", `{"webhook_id":"`+hook+`"}`)
	c.okIn("3.1", "remove_bot_agent", `{"bot_agent_id":"`+id+`"}`)
	if got := decodeState(t, c.l); got.has("legacy") {
		t.Errorf("left over: %v", got["legacy"])
	}
}
