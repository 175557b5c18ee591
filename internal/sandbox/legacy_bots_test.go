package sandbox

import (
	"strings"
	"testing"
)

// TestOneBotInEveryVersion makes a bot through 3.2 and looks at it through
// all of them.
func TestOneBotInEveryVersion(t *testing.T) {
	c := startSeeded(t, Options{})
	id := field(t, c.okIn("3.2", "create_bot", `{"name":"Ada","avatar":"https://pics.example.com/a.png","job_title":"Guide",
		"max_chats_count":4,"default_group_priority":"last","groups":[{"id":7,"priority":"first"}],
		"work_scheduler":{"tuesday":{"start":"10:00","end":"18:30"}}}`), "bot_agent_id")
	const person = `"avatar":"https://pics.example.com/a.png","id":"BOT","name":"Ada"`
	for _, tc := range []struct{ version, method, body, want string }{
		{"3.1", "get_bot_agent_details", `{"bot_agent_id":"BOT"}`, `{"bot_agent":{"application":{"client_id":"sandbox-client"},` +
			`"avatar":"https://pics.example.com/a.png","groups":[{"id":7,"priority":"first"}],"id":"BOT","max_chats_count":4,"name":"Ada","status":"offline"}}`},
		{"3.2", "get_bot", `{"bot_agent_id":"BOT"}`, `{"bot_agent":{"application":{"client_id":"sandbox-client"},` +
			`"avatar":"https://pics.example.com/a.png","groups":[{"id":7,"priority":"first"}],"id":"BOT","max_chats_count":4,"name":"Ada","status":"offline"}}`},
		{"3.2", "get_agent", `{"id":"BOT","fields":["job_title","work_scheduler","mobile"]}`, `{"avatar_path":"https://pics.example.com/a.png",` +
			`"id":"BOT","job_title":"Guide","login_status":"not accepting chats","name":"Ada","role":"normal"}`},
		{"3.3", "get_bot", `{"id":"BOT","fields":["work_scheduler","timezone","job_title"]}`, `{"avatar_path":"https://pics.example.com/a.png",` +
			`"default_group_priority":"last","groups":[{"id":7,"priority":"first"}],"id":"BOT","job_title":"Guide","max_chats_count":4,"name":"Ada",` +
			`"owner_client_id":"sandbox-client","timezone":"UTC","work_scheduler":{"tuesday":{"end":"18:30","start":"10:00"}}}`},
		{"3.4", "get_bot", `{"id":"BOT"}`, `{"avatar_path":"https://pics.example.com/a.png","default_group_priority":"last",` +
			`"groups":[{"id":7,"priority":"first"}],"id":"BOT","max_chats_count":4,"name":"Ada","owner_client_id":"sandbox-client"}`},
		{"3.5", "get_bot", `{"id":"BOT","fields":["work_scheduler","timezone"]}`, `{"avatar":"https://pics.example.com/a.png","default_group_priority":"last",` +
			`"groups":[{"id":7,"priority":"first"}],"id":"BOT","max_chats_count":4,"name":"Ada","owner_client_id":"sandbox-client","timezone":"UTC",` +
			`"work_scheduler":{"schedule":[{"day":"tuesday","enabled":true,"end":"18:30","start":"10:00"}]}}`},
		{"3.2", "list_bots", `{"all":false}`, `{"bot_agents":[{"avatar":"","id":"bot-mine","name":"Mine","status":"offline"},{` + person + `,"status":"offline"}]}`},
	} {
		put := func(s string) string { return strings.ReplaceAll(s, "BOT", id) }
		c.shows(tc.version, tc.method, put(tc.body), put(tc.want))
	}
	c.refusedIn("3.3", "get_agent", `{"id":"`+id+`"}`, "not_found")
	c.okIn("3.2", "delete_bot", `{"bot_agent_id":"`+id+`"}`)
	c.refusedIn("3.5", "get_bot", `{"id":"`+id+`"}`, "not_found")
}

// TestBotsAmongAgents: list_agents of 3.2 has the bots, too, later ones not.
func TestBotsAmongAgents(t *testing.T) {
	c := startSeeded(t, Options{})
	ids := func(version, body string) string {
		var out []string
		for _, a := range c.okIn(version, "list_agents", body).([]any) {
			out = append(out, field(t, a, "id"))
		}
		return strings.Join(out, " ")
	}
	for _, tc := range []struct{ version, body, want string }{
		{"3.2", `{}`, "owner@example.com ann@example.com bob@example.com bot-mine bot-other"},
		{"3.2", `{"filters":{"group_ids":[7]}}`, "ann@example.com bot-mine"},
		{"3.3", `{}`, "owner@example.com ann@example.com bob@example.com"},
		{"3.4", `{"filters":{"group_ids":[7]}}`, "ann@example.com"},
	} {
		if got := ids(tc.version, tc.body); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.version, tc.body, got, tc.want)
		}
	}
}

func TestStatusOfOldBots(t *testing.T) {
	c := startSeeded(t, Options{})
	id := field(t, c.okIn("3.1", "create_bot_agent", `{"name":"B","status":"not accepting chats"}`), "bot_agent_id")
	routing := func() string {
		for _, e := range c.ok("list_routing_statuses", `{}`).([]any) {
			if e.(map[string]any)["agent_id"] == id {
				return field(t, e, "status")
			}
		}
		return "none"
	}
	if got := routing(); got != "not_accepting_chats" {
		t.Errorf("created as %s", got)
	}
	c.okIn("3.1", "update_bot_agent", `{"id":"`+id+`","status":"accepting chats"}`)
	if got := routing(); got != "accepting_chats" {
		t.Errorf("updated to %s", got)
	}
	c.okIn("3.1", "update_bot_agent", `{"id":"`+id+`","name":"C"}`)
	c.ok("set_routing_status", `{"agent_id":"`+id+`","status":"offline"}`)
	got := compact(c.okIn("3.2", "get_bot", `{"bot_agent_id":"`+id+`"}`))
	if !strings.Contains(got, `"name":"C","status":"offline"`) {
		t.Errorf("3.2 shows %s", got)
	}
	c.refusedIn("3.1", "create_bot_agent", `{"name":"B","status":"accepting_chats"}`, "validation: `status`")
	c.refusedIn("3.2", "create_bot", `{"name":"B","status":"offline"}`, "validation: `status` is not")
	c.refusedIn("3.1", "create_bot_agent", `{"name":"B","status":"offline","job_title":"x"}`, "validation: `job_title` is not")
}

// TestEmbeddedWebhooks belong to a bot, are no part of any list, and go with
// the bot.
func TestEmbeddedWebhooks(t *testing.T) {
	c := startLegacy(t, Options{})
	hooks := func(version, method string) any {
		return c.okIn(version, method, `{"bot_agent_id":"bot-mine"}`).(map[string]any)["bot_agent"].(map[string]any)["webhooks"]
	}
	want := `{"actions":[{"name":"incoming_chat"}],"secret_key":"k3","url":"https://hooks.example.com/bot"}`
	if a, b := compact(hooks("3.1", "get_bot_agent_details")), compact(hooks("3.2", "get_bot")); a != want || b != want {
		t.Errorf("3.1 shows %s, 3.2 %s", a, b)
	}
	c.okIn("3.2", "update_bot", `{"id":"bot-mine","name":"Renamed"}`)
	if got := compact(hooks("3.2", "get_bot")); got != want {
		t.Errorf("after another update: %s", got)
	}
	update := func(rest string) string {
		return `{"id":"bot-mine","webhooks":{"url":"https://hooks.example.com/new","secret_key":"n"` + rest + `}}`
	}
	c.okIn("3.2", "update_bot", update(`,"actions":[{"name":"thread_tagged","additional_data":["chat_properties"]}]`))
	if got := compact(hooks("3.2", "get_bot")); !strings.Contains(got, "thread_tagged") || strings.Contains(got, "incoming_chat") {
		t.Errorf("replaced by %s", got)
	}
	for _, tc := range []struct{ rest, want string }{
		{``, "validation: `webhooks.actions` is required"},
		{`,"actions":[{}]`, "validation: `webhooks.actions[0].name` is required"},
		{`,"actions":[{"name":"incoming_chat_thread"}]`, "validation: `webhooks.actions[].name`"},
		{`,"actions":[{"name":"incoming_chat"},{"name":"incoming_chat"}]`, "validation: `webhooks.actions` names"},
		{`,"actions":[{"name":"incoming_chat","filters":{"author_type":"agent"}}]`, "validation: `filters.author_type`"},
		{`,"actions":[{"name":"incoming_chat","additional_data":["access"]}]`, "validation: `additional_data`"},
	} {
		c.refusedIn("3.2", "update_bot", update(tc.rest), tc.want)
	}
	c.okIn("3.2", "update_bot", update(`,"actions":[]`))
	if got := hooks("3.2", "get_bot"); got != nil {
		t.Errorf("cleared, but %s", compact(got))
	}
	c.okIn("3.2", "update_bot", update(`,"actions":[{"name":"incoming_chat"}]`))
	c.ok("delete_bot", `{"id":"bot-mine"}`)
	if got := compact(decodeState(t, c.l).sub("legacy")["bot_webhooks"]); got != `{}` {
		t.Errorf("left of a deleted bot: %s", got)
	}
}

func TestEmbeddedWebhooksThatStay(t *testing.T) {
	c := startLegacy(t, Options{KeepBotWebhooks: true})
	const clear = `{"id":"bot-mine","name":"New","webhooks":{"url":"https://hooks.example.com/","secret_key":"n","actions":[]}}`
	before := string(c.l.State())
	c.refusedIn("3.2", "update_bot", clear, "validation: `webhooks.actions` must not be empty")
	c.refusedIn("3.1", "update_bot_agent", clear, "validation: `webhooks.actions` must not be empty")
	if string(c.l.State()) != before {
		t.Error("the state changed")
	}
}

// TestOwnersOfOldBots: before 3.3 no request names an owner, in 3.3 and 3.4
// only one by personal access token does.
func TestOwnersOfOldBots(t *testing.T) {
	c := startSeeded(t, Options{})
	const named = `{"name":"B","owner_client_id":"other-client"}`
	c.refusedIn("3.2", "create_bot", named, "validation: `owner_client_id` is not")
	c.refusedIn("3.4", "create_bot", named, "validation: `owner_client_id` must not")
	c.asPAT().refusedIn("3.3", "create_bot", `{"name":"B"}`, "validation: `owner_client_id` is required")
	c.asPAT().okIn("3.3", "create_bot", named)
	c.okIn("3.3", "create_bot", `{"name":"B"}`)
	id := field(t, c.asPAT().okIn("3.2", "create_bot", `{"name":"B"}`), "bot_agent_id")
	if got := compact(c.okIn("3.2", "get_bot", `{"bot_agent_id":"`+id+`"}`)); !strings.Contains(got, `{"client_id":"sandbox-client"}`) {
		t.Errorf("made by a personal access token: %s", got)
	}
	narrow := startSeeded(t, Options{Scopes: []string{"agents-bot--my:rw"}})
	narrow.shows("3.2", "list_bots", `{"all":true}`, `{"bot_agents":[{"avatar":"","id":"bot-mine","name":"Mine","status":"offline"}]}`)
	narrow.refusedIn("3.1", "update_bot_agent", `{"id":"bot-other","name":"X"}`, "authorization")
	narrow.refusedIn("3.2", "get_bot", `{"bot_agent_id":"bot-other"}`, "authorization")
	narrow.refusedIn("3.2", "list_agents", `{}`, "authorization")
}

// TestTwoNamesOfABotsAvatar: the tables of 3.3 and 3.4 say avatar, their samples
// and clients avatar_path.
func TestTwoNamesOfABotsAvatar(t *testing.T) {
	for _, version := range []string{"3.3", "3.4"} {
		c := start(t, Options{})
		id := field(t, c.okIn(version, "create_bot", `{"name":"B","avatar_path":"https://pics.example.com/a.png"}`), "id")
		for _, tc := range []struct{ name, path string }{{"avatar_path", "b"}, {"avatar", "c"}} {
			c.okIn(version, "update_bot", `{"id":"`+id+`","`+tc.name+`":"https://pics.example.com/`+tc.path+`.png"}`)
			if got, want := field(t, c.ok("get_bot", `{"id":"`+id+`"}`), "avatar"), "https://pics.example.com/"+tc.path+".png"; got != want {
				t.Errorf("%s: by %s the avatar is %s, want %s", version, tc.name, got, want)
			}
		}
		c.check("update_bot", `{"id":"`+id+`","avatar_path":"x"}`, "validation: `avatar_path` is not")
	}
}
