package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forbidden is what the pages do not allow, on the seeded license.
var forbidden = []struct{ reason, method, body, want string }{
	// Forms.
	{"no JSON", "list_agents", `{`, "validation"},
	{"no object", "list_agents", `[]`, "validation"},
	{"no body", "list_agents", ``, "validation"},
	{"null for what is required", "update_agent", `{"id":null,"name":"A"}`, "validation: `id` is required"},
	{"null for a value", "update_license_properties", `{"properties":{"test":{"int_property":null}}}`, "validation"},
	{"null for an element", "update_agent", `{"id":"ann@example.com","notifications":[null]}`, "validation: `notifications[0]`"},
	{"a number for a string", "update_agent", `{"id":"ann@example.com","name":3}`, "validation: `name` must be a string"},
	{"a fraction", "update_agent", `{"id":"ann@example.com","max_chats_count":1.5}`, "validation: `max_chats_count` must be"},
	{"beyond int32", "update_group", `{"id":3000000000}`, "validation: `id` is out of range"},
	{"a string for a group", "get_group", `{"id":"7"}`, "validation: `id` must be"},
	{"an object for a list", "update_agent", `{"id":"ann@example.com","notifications":{}}`, "validation: `notifications` must be an array"},
	{"an unknown nested field", "update_agent", `{"id":"ann@example.com","groups":[{"id":7,"priority":"first","since":1}]}`, "validation: `groups[0].since`"},
	{"an unknown extra", "list_bots", `{"fields":["secret"]}`, "validation: `fields[0]` must be one of"},

	// Agents.
	{"no e-mail", "create_agent", `{"id":"zed","name":"Z"}`, "validation: `id` must be an e-mail"},
	{"there already", "create_agent", `{"id":"ann@example.com","name":"A"}`, "already_exists"},
	{"an owner", "create_agent", `{"id":"z@example.com","name":"Z","role":"owner"}`, "validation: `role`"},
	{"an unknown role", "create_agent", `{"id":"z@example.com","name":"Z","role":"boss"}`, "validation: `role`"},
	{"a routing status", "create_agent", `{"id":"z@example.com","name":"Z","login_status":"accepting_chats"}`, "validation: `login_status`"},
	{"too many chats", "create_agent", `{"id":"z@example.com","name":"Z","max_chats_count":101}`, "validation: `max_chats_count`"},
	{"too many chats later", "update_agent", `{"id":"ann@example.com","max_chats_count":21}`, "validation: `max_chats_count`"},
	{"an unknown group", "create_agent", `{"id":"z@example.com","name":"Z","groups":[{"id":99,"priority":"first"}]}`, "group_not_found"},
	{"a group twice", "update_agent", `{"id":"ann@example.com","groups":[{"id":7,"priority":"first"},{"id":7,"priority":"last"}]}`, "validation: `groups`"},
	{"no priority", "update_agent", `{"id":"ann@example.com","groups":[{"id":7}]}`, "validation: `groups[0].priority` is required"},
	{"an unknown priority", "update_agent", `{"id":"ann@example.com","groups":[{"id":7,"priority":"primary"}]}`, "validation: `groups[0].priority`"},
	{"an unknown notification", "update_agent", `{"id":"ann@example.com","notifications":["bell"]}`, "validation: `notifications[0]`"},
	{"an unknown subscription", "update_agent", `{"id":"ann@example.com","email_subscriptions":["monthly_summary"]}`, "validation: `email_subscriptions[0]`"},
	{"the old name of subscriptions", "update_agent", `{"id":"ann@example.com","summaries":[]}`, "validation: `summaries` is not"},
	{"the answer's name of avatar", "update_agent", `{"id":"ann@example.com","avatar_path":"x"}`, "validation: `avatar_path` is not"},
	{"read-only", "update_agent", `{"id":"ann@example.com","suspended":true}`, "validation: `suspended` is not"},
	{"create-only", "update_agent", `{"id":"ann@example.com","awaiting_approval":true}`, "validation: `awaiting_approval` is not"},
	{"no name", "update_agent", `{"id":"ann@example.com","name":""}`, "validation: `name` must not be empty"},
	{"the old schedule", "update_agent", `{"id":"ann@example.com","work_scheduler":{"monday":{"start":"08:00","end":"16:00"}}}`, "validation: `work_scheduler.monday` is not"},
	{"an unknown day", "update_agent", scheduleOf("ann@example.com", "funday", "08:00", "16:00"), "validation: `work_scheduler.schedule[0].day`"},
	{"no such time", "update_agent", scheduleOf("ann@example.com", "monday", "8:00", "16:00"), "validation: `work_scheduler.schedule` times"},
	{"no such hour", "update_agent", scheduleOf("ann@example.com", "monday", "08:00", "24:00"), "validation: `work_scheduler.schedule` times"},
	{"hours neither on nor off", "update_agent", `{"id":"ann@example.com","work_scheduler":{"schedule":[{"day":"monday","start":"08:00","end":"09:00"}]}}`, "validation: `work_scheduler.schedule[0].enabled` is required"},
	{"no zone", "update_agent", `{"id":"ann@example.com","work_scheduler":{"timezone":"GMT+1 or so","schedule":[]}}`, "validation: `work_scheduler.timezone`"},
	{"nobody", "update_agent", `{"id":"nobody@example.com"}`, "not_found"},
	{"nobody read", "get_agent", `{"id":"nobody@example.com"}`, "not_found"},
	{"nobody deleted", "delete_agent", `{"id":"nobody@example.com"}`, "not_found"},
	{"the owner's role", "update_agent", `{"id":"owner@example.com","role":"normal"}`, "ownership_transfer"},
	{"the owner", "delete_agent", `{"id":"owner@example.com"}`, "authorization"},
	{"not suspended", "request_agent_unsuspension", `{}`, "authorization"},

	// Groups.
	{"a long name", "create_group", `{"name":"` + strings.Repeat("é", 181) + `","agent_priorities":{"ann@example.com":"normal"}}`, "validation: `name`"},
	{"nobody at normal", "create_group", `{"name":"G","agent_priorities":{"ann@example.com":"first"}}`, "validation: `agent_priorities`"},
	{"nobody at all", "create_group", `{"name":"G","agent_priorities":{}}`, "validation: `agent_priorities`"},
	{"no such agent", "create_group", `{"name":"G","agent_priorities":{"z@example.com":"normal"}}`, "not_found"},
	{"a bot is no agent", "update_group", `{"id":7,"agent_priorities":{"bot-mine":"normal"}}`, "not_found"},
	{"no such priority", "update_group", `{"id":7,"agent_priorities":{"ann@example.com":"second"}}`, "validation: `agent_priorities.ann@example.com`"},
	{"no such group", "update_group", `{"id":99}`, "group_not_found"},
	{"no such group read", "get_group", `{"id":99}`, "group_not_found"},
	{"no such group deleted", "delete_group", `{"id":99}`, "group_not_found"},
	{"General", "delete_group", `{"id":0}`, "validation"},

	// Bots and templates.
	{"too many chats", "create_bot", `{"name":"B","max_chats_count":501}`, "validation: `max_chats_count`"},
	{"a schedule without a zone", "create_bot", `{"name":"B","work_scheduler":{"schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"09:00"}]}}`, "validation: `work_scheduler.timezone` is required"},
	{"a zone is always required", "create_bot", `{"name":"B","work_scheduler":{"schedule":[]}}`, "validation: `work_scheduler.timezone` is required"},
	{"an empty zone", "update_bot", `{"id":"bot-mine","work_scheduler":{"timezone":"","schedule":[]}}`, "validation: `work_scheduler.timezone` is required"},
	{"a zone elsewhere", "create_bot", `{"name":"B","timezone":"Europe/Riga"}`, "validation: `timezone` is not"},
	{"an owner later", "update_bot", `{"id":"bot-mine","owner_client_id":"x"}`, "validation: `owner_client_id` is not"},
	{"a status", "create_bot", `{"name":"B","status":"offline"}`, "validation: `status` is not"},
	{"a group unknown", "update_bot", `{"id":"bot-mine","groups":[{"id":99,"priority":"first"}]}`, "group_not_found"},
	{"no bot", "update_bot", `{"id":"x"}`, "not_found"},
	{"no bot deleted", "delete_bot", `{"id":"x"}`, "not_found"},
	{"no bot read", "get_bot", `{"id":"x"}`, "not_found"},
	{"another client's secret", "reset_bot_secret", `{"id":"bot-other"}`, "not_found"},
	{"another client's template", "update_bot_template", `{"id":"T","owner_client_id":"other-client"}`, "not_found"},
	{"no template", "delete_bot_template", `{"id":"x","owner_client_id":"sandbox-client"}`, "not_found"},

	// Rules.
	{"no conditions", "add_auto_access", `{"access":{"groups":[7]},"conditions":{}}`, "validation: `conditions` must have"},
	{"both sides", "add_auto_access", `{"access":{"groups":[7]},"conditions":{"url":{"values":[{"value":"a"}],"exclude_values":[{"value":"b"}]}}}`, "validation: `conditions.url`"},
	{"no side", "update_auto_access", `{"id":"A","conditions":{"domain":{}}}`, "validation: `conditions.domain`"},
	{"a place of nothing", "add_auto_access", `{"access":{"groups":[7]},"conditions":{"geolocation":{"values":[{}]}}}`, "validation: `conditions.geolocation.values`"},
	{"no places", "add_auto_access", `{"access":{"groups":[7]},"conditions":{"geolocation":{"values":[]}}}`, "validation: `conditions.geolocation.values`"},
	{"a match of nothing", "add_auto_access", `{"access":{"groups":[7]},"conditions":{"url":{"values":[{"exact_match":true}]}}}`, "validation: `conditions.url.values[0].value` is required"},
	{"an unknown group", "add_auto_access", `{"access":{"groups":[99]},"conditions":{"url":{"values":[{"value":"a"}]}}}`, "group_not_found"},
	{"no groups", "update_auto_access", `{"id":"A","access":{}}`, "validation: `access.groups` is required"},
	{"no next", "update_auto_access", `{"id":"A","next_id":"X"}`, "not_found"},
	{"before itself", "update_auto_access", `{"id":"A","next_id":"A"}`, "validation: `next_id`"},
	{"no rule", "update_auto_access", `{"id":"X"}`, "not_found"},
	{"no rule deleted", "delete_auto_access", `{"id":"X"}`, "not_found"},

	// Tags.
	{"there in other case", "create_tag", `{"name":"URGENT"}`, "already_exists"},
	{"the case matters later", "update_tag", `{"name":"urgent","group_ids":[]}`, "not_found"},
	{"the case matters last", "delete_tag", `{"name":"URGENT"}`, "not_found"},
	{"an unknown group", "create_tag", `{"name":"n","group_ids":[99]}`, "group_not_found"},
	{"an author", "create_tag", `{"name":"n","author_id":"ann@example.com"}`, "validation: `author_id` is not"},
	{"filters of nothing", "list_tags", `{"filters":{}}`, "validation: `filters.group_ids` is required"},

	// Properties.
	{"no location", "register_property", property(`"access":{}`), "validation: `access` must have"},
	{"no user", "register_property", property(`"access":{"chat":{}}`), "validation: `access.chat` must have"},
	{"an unknown location", "register_property", property(`"access":{"agent":{"agent":["read"]}}`), "validation: `access.agent` is not"},
	{"an unknown user", "register_property", property(`"access":{"chat":{"bot":["read"]}}`), "validation: `access.chat.bot` is not"},
	{"an unknown right", "register_property", property(`"access":{"chat":{"agent":["rw"]}}`), "validation: `access.chat.agent[0]`"},
	{"an unknown type", "register_property", `{"name":"p","owner_client_id":"sandbox-client","type":"float","access":{"chat":{"agent":["read"]}}}`, "validation: `type`"},
	{"a default nowhere", "register_property", property(`"access":{"chat":{"agent":["read"]}},"default_value":1`), "validation: `default_value` needs"},
	{"a default of another type", "register_property", property(licensed + `,"default_value":"1"`), "validation: `default_value` must be"},
	{"a default outside the range", "register_property", property(licensed + `,"range":{"from":2},"default_value":1`), "validation: `default_value` is outside"},
	{"a default outside the domain", "register_property", property(licensed + `,"domain":[2,3],"default_value":1`), "validation: `default_value` is outside"},
	{"a domain of another type", "register_property", property(licensed + `,"domain":["a"]`), "validation: `domain`"},
	{"a range upside down", "register_property", property(licensed + `,"range":{"from":3,"to":2}`), "validation: `range.from`"},
	{"a range of strings", "register_property", strings.Replace(property(licensed+`,"range":{"from":3}`), `"int"`, `"string"`, 1), "validation: `range`"},
	{"there already", "register_property", strings.Replace(property(licensed), `"p"`, `"size"`, 1), "already_exists"},
	{"none", "unregister_property", `{"name":"x","owner_client_id":"sandbox-client"}`, "not_found"},
	{"publishing none", "publish_property", `{"name":"x","owner_client_id":"sandbox-client","access_type":["read"]}`, "not_found"},
	{"publishing nothing", "publish_property", `{"name":"size","owner_client_id":"sandbox-client","access_type":[]}`, "validation: `access_type`"},
	{"an unknown namespace", "update_license_properties", `{"properties":{"nowhere":{"x":1}}}`, "validation: `properties.nowhere.x`"},
	{"an unknown property", "update_license_properties", `{"properties":{"sandbox-client":{"x":1}}}`, "validation: `properties.sandbox-client.x`"},
	{"another type", "update_license_properties", `{"properties":{"sandbox-client":{"size":"2"}}}`, "validation: `properties.sandbox-client.size`"},
	{"out of range", "update_license_properties", `{"properties":{"sandbox-client":{"size":10}}}`, "validation: `properties.sandbox-client.size`"},
	{"one of two refused, none set", "update_license_properties", `{"properties":{"sandbox-client":{"size":2},"test":{"int_property":true}}}`, "validation: `properties.test.int_property`"},
	{"read only for others", "update_license_properties", `{"properties":{"core":{"plan":"lead"}}}`, "authorization"},
	{"private of another client", "update_license_properties", `{"properties":{"other-client":{"hidden":false}}}`, "authorization"},
	{"not in groups", "update_group_properties", `{"group_id":7,"properties":{"core":{"plan":"lead"}}}`, "validation: `properties.core.plan` cannot"},
	{"no such group", "update_group_properties", `{"group_id":99,"properties":{}}`, "group_not_found"},
	{"no such group listed", "list_groups_properties", `{"group_ids":[99]}`, "group_not_found"},
	{"update's name in delete", "delete_group_properties", `{"group_id":7,"properties":{}}`, "validation: `group_id` is not"},
	{"deleting the unknown", "delete_license_properties", `{"properties":{"sandbox-client":["x"]}}`, "validation"},

	// Webhooks.
	{"an unknown action", "register_webhook", webhook("incoming_chats", ``), "validation: `action`"},
	{"an old action", "register_webhook", webhook("chat_access_granted", ``), "validation: `action`"},
	{"an unknown type", "register_webhook", strings.Replace(webhook("incoming_chat", ``), `"bot"`, `"agent"`, 1), "validation: `type`"},
	{"a long URL", "register_webhook", strings.Replace(webhook("incoming_chat", ``), "example.com/", "example.com/"+strings.Repeat("x", 500), 1), "validation: `url`"},
	{"no URL", "register_webhook", strings.Replace(webhook("incoming_chat", ``), "https://", "", 1), "validation: `url`"},
	{"an unknown filter", "register_webhook", webhook("incoming_chat", `"filters":{"group_ids":[7]}`), "validation: `filters.group_ids`"},
	{"a filter of other actions", "register_webhook", webhook("incoming_chat", `"filters":{"author_type":"agent"}`), "validation: `filters.author_type`"},
	{"agents of other actions", "register_webhook", webhook("agent_deleted", `"filters":{"agent_ids":["x"]}`), "validation: `filters.agent_ids`"},
	{"an unknown author", "register_webhook", webhook("incoming_event", `"filters":{"author_type":"bot"}`), "validation: `filters.author_type`"},
	{"an unknown source", "register_webhook", webhook("incoming_event", `"filters":{"source_type":["me"]}`), "validation: `filters.source_type[0]`"},
	{"both sides", "register_webhook", webhook("incoming_chat", `"filters":{"chat_presence":{"user_ids":{"values":["a"],"exclude_values":["b"]}}}`), "validation: `filters.chat_presence.user_ids`"},
	{"no additional data there", "register_webhook", webhook("incoming_customer", `"additional_data":["chat_properties"]`), "validation: `additional_data`"},
	{"unknown additional data", "register_webhook", webhook("incoming_chat", `"additional_data":["access"]`), "validation: `additional_data[0]`"},
	{"another client's", "unregister_webhook", `{"id":"W","owner_client_id":"other-client"}`, "not_found"},
	{"an unknown version", "list_webhook_names", `{"version":"1.0"}`, "validation: `version`"},

	// Routing.
	{"an unknown status", "set_routing_status", `{"agent_id":"ann@example.com","status":"away"}`, "validation: `status`"},
	{"a configuration's spelling", "set_routing_status", `{"agent_id":"ann@example.com","status":"accepting chats"}`, "validation: `status`"},
	{"agents are not offline", "set_routing_status", `{"agent_id":"ann@example.com","status":"offline"}`, "validation: `status`"},
	{"nobody's status", "set_routing_status", `{"agent_id":"z@example.com","status":"accepting_chats"}`, "not_found"},
}

const licensed = `"access":{"license":{"agent":["read","write"]}}`

func property(rest string) string {
	return `{"name":"p","owner_client_id":"sandbox-client","type":"int",` + rest + `}`
}

func webhook(action, rest string) string {
	if rest != "" {
		rest = "," + rest
	}
	return `{"action":"` + action + `","secret_key":"k","url":"https://hooks.example.com/","owner_client_id":"sandbox-client","type":"bot"` + rest + `}`
}

func scheduleOf(id, day, start, end string) string {
	return fmt.Sprintf(`{"id":%q,"work_scheduler":{"timezone":"Europe/Riga","schedule":[{"day":%q,"enabled":true,"start":%q,"end":%q}]}}`, id, day, start, end)
}

func TestForbidden(t *testing.T) {
	c := startSeeded(t, Options{})
	before := string(c.l.State())
	for _, tc := range forbidden {
		starts(t, tc.method+": "+tc.reason, c.refused(tc.method, tc.body), tc.want)
		if diff := cmp.Diff(before, string(c.l.State())); diff != "" {
			t.Fatalf("%s: %s: the state changed: %s", tc.method, tc.reason, diff)
		}
	}
}

func TestTheTokensOwnAgentStays(t *testing.T) {
	c := startSeeded(t, Options{}).with("Authorization", "Basic YWNjLWFubjpkYWw6c2FuZGJveA==")
	starts(t, "oneself", c.refused("delete_agent", `{"id":"ann@example.com"}`), "authorization")
	c.ok("delete_agent", `{"id":"bob@example.com"}`)
}

func TestLimits(t *testing.T) {
	c := startSeeded(t, Options{})
	for range 5 {
		c.ok("create_bot_template", minimal["create_bot_template"])
	}
	starts(t, "templates", c.refused("create_bot_template", minimal["create_bot_template"]), "limit_reached")
	c.ok("create_bot_template", `{"name":"T","owner_client_id":"other-client"}`)

	c.ok("register_webhook", webhook("incoming_chat", ""))
	c.ok("register_webhook", strings.Replace(webhook("incoming_chat", ""), `"bot"`, `"license"`, 1))
	starts(t, "webhooks", c.refused("register_webhook", webhook("incoming_chat", "")), "limit_reached")
	c.ok("register_webhook", webhook("chat_deactivated", ""))
	c.ok("unregister_webhook", `{"id":"W","owner_client_id":"sandbox-client"}`)
	c.ok("register_webhook", webhook("incoming_chat", ""))

	c.ok("create_agent", `{"id":"new@example.com","name":"N","max_chats_count":100}`)
	c.ok("update_agent", `{"id":"ann@example.com","max_chats_count":20}`)
	c.okIn("3.4", "update_agent", `{"id":"ann@example.com","max_chats_count":100}`)
	c.ok("update_bot", `{"id":"bot-mine","max_chats_count":500}`)
	c.ok("update_group", `{"id":7,"name":"`+strings.Repeat("é", 180)+`"}`)
}

func TestPublishedPropertiesStay(t *testing.T) {
	c := startSeeded(t, Options{})
	publish := func(rights string) string {
		return `{"name":"size","owner_client_id":"sandbox-client","access_type":` + rights + `}`
	}
	c.ok("publish_property", publish(`["read"]`))
	c.ok("publish_property", publish(`["read","write"]`))
	starts(t, "taking back", c.refused("publish_property", publish(`["read"]`)), "validation")
	starts(t, "unregistering", c.refused("unregister_property", minimal["unregister_property"]), "validation")
}

func TestWrongURLs(t *testing.T) {
	c := start(t, Options{})
	for _, tc := range []struct {
		verb, path, want string
		status           int
	}{
		{"POST", "/v3.5/configuration/action/greet", "not_found", 404},
		{"POST", "/v3.5/agent/action/list_agents", "not_found", 404},
		{"POST", "/v3.5/configuration/action/get_license_id", "not_found", 404},
		{"POST", "/v3.1/configuration/action/list_agents", "unsupported_version", 400},
		{"POST", "/v3.6/configuration/action/list_agents", "unsupported_version", 400},
		{"POST", "/v9/agent/action/list_agents", "unsupported_version", 400},
		{"POST", "/", "not_found", 404},
		{"POST", "/v3.5/configuration/list_agents", "not_found", 404},
		{"GET", "/v3.5/configuration/action/list_agents", "validation", 405},
		{"PUT", "/v3.5/configuration/action/list_agents", "validation", 405},
	} {
		res, data, err := c.send(tc.verb, tc.path, "{}")
		if err != nil {
			t.Fatal(err)
		}
		starts(t, tc.verb+" "+tc.path, errorOf(decode(t, data)), tc.want)
		if res.StatusCode != tc.status {
			t.Errorf("%s %s: %s", tc.verb, tc.path, res.Status)
		}
	}
	if _, data, _ := c.send("POST", "/v3.6/agent/action/list_routing_statuses", "{}"); !strings.HasPrefix(string(data), "[") {
		t.Errorf("routing under v3.6: %s", data)
	}
	c.ok("list_auto_access", "{}")
}

func TestWrongRequests(t *testing.T) {
	c := start(t, Options{})
	starts(t, "no content type", c.with("Content-Type", "").refused("list_agents", "{}"), "validation: The header")
	starts(t, "another content type", c.with("Content-Type", "text/plain").refused("list_agents", "{}"), "validation: The header")
	c.with("Content-Type", "application/json; charset=utf-8").ok("list_agents", "{}")
	res, data, err := c.send("POST", path("list_agents"), `{"fields":["`+strings.Repeat("x", maxBody)+`"]}`)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("too large: %s", res.Status)
	}
	starts(t, "too large", errorOf(decode(t, data)), "validation: The request is larger")
}
