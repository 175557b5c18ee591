package cli

import "fmt"

// outcome is what lcsync should do about a difference.
type outcome int

const (
	restored   outcome = iota // diff names the path, apply brings it back
	replaced                  // the same, under a new server id
	blocked                   // diff names the path, apply says why it cannot
	unreadable                // the API does not return it, which diff says once
	recreated                 // it is part of the identity: apply creates another object
)

// change is a change made by hand through raw calls.
type change struct {
	kind  string
	path  string // of the field as diff names it; {{name}} stands for an id
	about string // distinguishes cases of one path
	calls []call
	want  outcome
	adds  bool // only adds to lists, so that a server that merges undoes nothing
}

type call struct{ method, body string }

// changes lists, for every user field of the registry, a way to change it in
// the license by hand. Bodies are written from the vendor's reference, not
// from the registry.
func changes() []change {
	all := []change{
		{kind: "groups", path: "name", calls: []call{{"update_group", `{"id":{{sales}},"name":"Shop"}`}}},
		{kind: "groups", path: "language_code", calls: []call{{"update_group", `{"id":{{sales}},"language_code":"pl"}`}}},
	}
	all = append(all, agentChanges()...)
	all = append(all, botChanges()...)
	all = append(all, ruleChanges()...)
	all = append(all, propertyChanges()...)
	all = append(all, webhookChanges()...)
	return append(all,
		change{kind: "tags", path: "group_ids", calls: []call{{"update_tag", `{"name":"praise","group_ids":[{{care}}]}`}}},
		change{kind: "tags", path: "group_ids", about: "added", adds: true, calls: []call{{"update_tag", `{"name":"praise","group_ids":[{{sales}},{{care}}]}`}}},
		change{kind: "webhooks_state", path: "license_webhooks_enabled", calls: []call{{"disable_license_webhooks", `{` + clients + `}`}}},
		change{kind: "webhooks_state", path: "license_webhooks_enabled", about: "enabled", calls: []call{{"enable_license_webhooks", `{"owner_client_id":"` + appTwo + `"}`}}},
		change{kind: "license_properties", path: "value", calls: []call{{"update_license_properties", `{"properties":{"` + appOne + `":{"motto":"Bye"}}}`}}},
		change{kind: "group_properties", path: "value", calls: []call{{"update_group_properties", `{"group_id":{{sales}},"properties":{"` + appOne + `":{"motto":"Go away"}}}`}}},
		change{kind: "routing_statuses", path: "status", calls: []call{{"set_routing_status", `{"agent_id":"ada@shop.example","status":"not_accepting_chats"}`}}},
	)
}

func agentChanges() []change {
	one := func(path, member string) change {
		return change{kind: "agents", path: path, calls: []call{{"update_agent", `{"id":"bob@shop.example",` + member + `}`}}}
	}
	more := func(c change, about string, adds bool) change { c.about, c.adds = about, adds; return c }
	return []change{
		one("name", `"name":"Robert"`),
		one("role", `"role":"administrator"`),
		one("avatar", `"avatar":"https://cdn.shop.example/other.png"`),
		one("login_status", `"login_status":"not accepting chats"`),
		one("job_title", `"job_title":"Boss"`),
		one("mobile", `"mobile":"+1 555 0147"`),
		one("max_chats_count", `"max_chats_count":19`),
		one("groups[{{sales}}].priority", `"groups":[{"id":{{sales}},"priority":"supervisor"},{"id":{{care}},"priority":"normal"}]`),
		more(one("groups[{{sales}}]", `"groups":[{"id":{{care}},"priority":"normal"}]`), "removed", false),
		more(one("groups[0]", `"groups":[{"id":0,"priority":"last"},{"id":{{sales}},"priority":"last"},{"id":{{care}},"priority":"normal"}]`), "added", true),
		one("notifications", `"notifications":["ticket"]`),
		more(one("notifications", `"notifications":["incoming_chat","new_goal","new_visitor"]`), "added", true),
		one("email_subscriptions", `"email_subscriptions":["weekly_summary"]`),
		one("work_scheduler.timezone", `"work_scheduler":{"timezone":"Asia/Tokyo","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"12:00"},{"day":"monday","enabled":true,"start":"13:00","end":"17:00"},{"day":"friday","enabled":false,"start":"09:00","end":"15:00"}]}`),
		one("work_scheduler.schedule", `"work_scheduler":{"timezone":"Europe/Berlin","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"12:00"},{"day":"sunday","enabled":true,"start":"09:00","end":"15:00"}]}`),
	}
}

func botChanges() []change {
	one := func(path, member string) change {
		return change{kind: "bots", path: path, calls: []call{{"update_bot", `{"id":{{Router}},` + member + `}`}}}
	}
	template := func(path, member string, want outcome) change {
		return change{kind: "bot_templates", path: path, want: want, calls: []call{{"update_bot_template", `{"id":{{Guide}},` + clients + `,` + member + `}`}}}
	}
	return []change{
		one("name", `"name":"Dispatcher"`),
		one("avatar", `"avatar":"https://cdn.shop.example/other.png"`),
		one("max_chats_count", `"max_chats_count":77`),
		one("default_group_priority", `"default_group_priority":"last"`),
		one("job_title", `"job_title":"Robot"`),
		one("groups[{{care}}].priority", `"groups":[{"id":{{sales}},"priority":"first"},{"id":{{care}},"priority":"normal"}]`),
		one("work_scheduler.timezone", `"work_scheduler":{"timezone":"Asia/Tokyo","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"12:00"},{"day":"monday","enabled":true,"start":"13:00","end":"17:00"},{"day":"friday","enabled":false,"start":"09:00","end":"15:00"}]}`),
		one("work_scheduler.schedule", `"work_scheduler":{"timezone":"Europe/Berlin","schedule":[]}`),
		{kind: "bots", path: "owner_client_id", want: blocked, calls: []call{
			{"delete_bot", `{"id":{{Router}}}`},
			{"create_bot", `{"name":"Router","avatar":"https://cdn.shop.example/bot.png","max_chats_count":30,"default_group_priority":"first","job_title":"Bot","groups":[{"id":{{sales}},"priority":"first"},{"id":{{care}},"priority":"last"}],"work_scheduler":` + hours + `,"owner_client_id":"` + appTwo + `"}`},
		}},
		template("name", `"name":"Guide dog"`, restored),
		template("avatar", `"avatar":"https://cdn.shop.example/other.png"`, restored),
		template("max_chats_count", `"max_chats_count":44`, unreadable),
		template("default_group_priority", `"default_group_priority":"first"`, unreadable),
		template("job_title", `"job_title":"Other"`, unreadable),
		{kind: "bot_templates", path: "owner_client_id", want: recreated, calls: []call{
			{"delete_bot_template", `{"id":{{Guide}},` + clients + `}`},
			{"create_bot_template", `{"name":"Guide","owner_client_id":"` + appTwo + `"}`},
		}},
	}
}

func ruleChanges() []change {
	one := func(path, rule, member string, adds bool) change {
		return change{kind: "auto_accesses", path: path, adds: adds, calls: []call{{"update_auto_access", `{"id":{{` + rule + `}},` + member + `}`}}}
	}
	return []change{
		one("description", "shop pages", `"description":"Shop"`, false),
		one("access.groups", "shop pages", `"access":{"groups":[{{care}}]}`, false),
		one("conditions.url.values", "shop pages", `"conditions":{"url":{"values":[{"value":"/store","exact_match":false}]}}`, false),
		one("conditions.url.exclude_values", "not careers", `"conditions":{"url":{"exclude_values":[{"value":"/jobs"}]},"domain":{"values":[{"value":"shop.example","exact_match":true}]}}`, false),
		one("conditions.domain.values", "not careers", `"conditions":{"url":{"exclude_values":[{"value":"/careers"}]},"domain":{"values":[{"value":"shop.example","exact_match":false}]}}`, false),
		one("conditions.domain.exclude_values", "other domains", `"conditions":{"domain":{"exclude_values":[{"value":"elsewhere.example","exact_match":true}]}}`, false),
		one("conditions.geolocation.values", "the Alps", `"conditions":{"geolocation":{"values":[{"country":"Italy"}]}}`, false),
		one("conditions.geolocation", "shop pages", `"conditions":{"url":{"values":[{"value":"/shop","exact_match":false},{"value":"/cart","exact_match":true}]},"geolocation":{"values":[{"city":"Graz"}]}}`, true),
		one("position", "the Alps", `"next_id":{{shop pages}}`, false),
	}
}

func propertyChanges() []change {
	access := func(body string) string {
		return `"type":"int","description":"Score","access":` + body + `,"range":{"from":0,"to":10}`
	}
	full := `{"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read","write"]},"group":{"agent":["read"]}}`
	score := func(path, rest string) change {
		return change{kind: "properties", path: path, want: replaced, calls: []call{
			{"unregister_property", `{"name":"score",` + clients + `}`},
			{"register_property", `{"name":"score",` + clients + `,` + rest + `}`},
		}}
	}
	out := []change{
		{kind: "properties", path: "type", want: replaced, calls: []call{
			{"unregister_property", `{"name":"note",` + clients + `}`},
			{"register_property", `{"name":"note",` + clients + `,"type":"tokenized_string","description":"Note","access":` + full + `}`},
		}},
		score("description", `"type":"int","description":"Points","access":`+full+`,"range":{"from":0,"to":10}`),
		score("range.from", `"type":"int","description":"Score","access":`+full+`,"range":{"from":1,"to":10}`),
		score("range.to", `"type":"int","description":"Score","access":`+full+`,"range":{"from":0,"to":11}`),
		score("domain", `"type":"int","description":"Score","access":`+full+`,"range":{"from":0,"to":10},"domain":[1,2]`),
		score("default_value", `"type":"int","description":"Score","access":`+full+`,"range":{"from":0,"to":10},"default_value":5`),
		{kind: "properties", path: "public_access", want: blocked, calls: []call{{"publish_property", `{"name":"score",` + clients + `,"access_type":["read"]}`}}},
		{kind: "properties", path: "owner_client_id", want: recreated, calls: []call{
			{"unregister_property", `{"name":"score",` + clients + `}`},
			{"register_property", `{"name":"score","owner_client_id":"` + appTwo + `","type":"int","access":` + full + `}`},
		}},
	}
	// Every place and kind of user once: the test removes what was there, and
	// adds what was not.
	for place, body := range map[string]string{
		"access.chat.agent":       `{"chat":{"agent":["write"],"customer":["read","write"]},"license":{"agent":["read","write"]},"group":{"agent":["read"]}}`,
		"access.chat.customer":    `{"chat":{"agent":["read"]},"license":{"agent":["read","write"]},"group":{"agent":["read"]}}`,
		"access.license.agent":    `{"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read"]},"group":{"agent":["read"]}}`,
		"access.license.customer": `{"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read","write"],"customer":["read"]},"group":{"agent":["read"]}}`,
		"access.group.agent":      `{"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read","write"]},"group":{"agent":["write"]}}`,
		"access.group.customer":   `{"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read","write"]},"group":{"agent":["read"],"customer":["read"]}}`,
		"access.thread":           `{"thread":{"agent":["read"],"customer":["read"]},"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read","write"]},"group":{"agent":["read"]}}`,
		"access.event":            `{"event":{"agent":["read"],"customer":["read"]},"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read","write"]},"group":{"agent":["read"]}}`,
	} {
		out = append(out, score(place, access(body)))
	}
	return out
}

func webhookChanges() []change {
	hook := func(name, path, rest string, want outcome) change {
		return change{kind: "webhooks", path: path, want: want, about: name, calls: []call{
			{"unregister_webhook", `{"id":{{` + name + `}},` + clients + `}`},
			{"register_webhook", `{"secret_key":"changed",` + rest + `}`},
		}}
	}
	const (
		closed   = `"action":"chat_deactivated","type":"license","url":"https://hooks.shop.example/closed","description":"Archive","additional_data":["chat_properties"]`
		said     = clients + `,"action":"incoming_event","type":"bot","url":"https://hooks.shop.example/said","description":"Words"`
		statuses = clients + `,"action":"routing_status_set","type":"license","url":"https://hooks.shop.example/status","description":"Who is there","additional_data":["chat_presence_user_ids"]`
	)
	filter := func(f string) string { return clients + `,` + closed + `,"filters":` + f }
	out := []change{
		hook("said", "action", clients+`,"action":"event_updated","type":"bot","url":"https://hooks.shop.example/said","description":"Words","filters":{"author_type":"customer"}`, recreated),
		hook("said", "owner_client_id", `"owner_client_id":"`+appTwo+`","action":"incoming_event","type":"bot","url":"https://hooks.shop.example/said"`, recreated),
		hook("said", "type", clients+`,"action":"incoming_event","type":"license","url":"https://hooks.shop.example/said","description":"Words","filters":{"author_type":"customer"}`, replaced),
		hook("said", "url", clients+`,"action":"incoming_event","type":"bot","url":"https://hooks.shop.example/heard","description":"Words","filters":{"author_type":"customer"}`, replaced),
		hook("said", "description", clients+`,"action":"incoming_event","type":"bot","url":"https://hooks.shop.example/said","description":"Talk","filters":{"author_type":"customer"}`, replaced),
		hook("said", "secret_key", said+`,"filters":{"author_type":"customer"}`, unreadable),
		hook("closed", "additional_data", clients+`,"action":"chat_deactivated","type":"license","url":"https://hooks.shop.example/closed","description":"Archive","additional_data":["chat_presence_user_ids"],"filters":{"chat_presence":{"user_ids":{"values":["ada@shop.example"]},"my_bots":true},"only_my_chats":true,"source_type":["my_client"]}`, replaced),
		hook("said", "filters.author_type", said+`,"filters":{"author_type":"agent"}`, replaced),
		hook("closed", "filters.only_my_chats", filter(`{"chat_presence":{"user_ids":{"values":["ada@shop.example"]},"my_bots":true},"source_type":["my_client"]}`), replaced),
		hook("closed", "filters.source_type", filter(`{"chat_presence":{"user_ids":{"values":["ada@shop.example"]},"my_bots":true},"only_my_chats":true,"source_type":["system"]}`), replaced),
		hook("closed", "filters.chat_presence.my_bots", filter(`{"chat_presence":{"user_ids":{"values":["ada@shop.example"]}},"only_my_chats":true,"source_type":["my_client"]}`), replaced),
		hook("closed", "filters.chat_presence.user_ids.values", filter(`{"chat_presence":{"user_ids":{"values":["bob@shop.example"]},"my_bots":true},"only_my_chats":true,"source_type":["my_client"]}`), replaced),
		hook("status", "filters.agent_ids.values", statuses+`,"filters":{"agent_ids":{"values":["cyn@shop.example"]}}`, replaced),
		hook("status", "filters.agent_ids", statuses, replaced),
	}
	for i, f := range []string{"filters.chat_presence.user_ids.exclude_values", "filters.agent_ids.exclude_values"} {
		// Exclusion instead of inclusion: both lists change.
		body := filter(`{"chat_presence":{"user_ids":{"exclude_values":["ada@shop.example"]},"my_bots":true},"only_my_chats":true,"source_type":["my_client"]}`)
		name := "closed"
		if i == 1 {
			body, name = statuses+`,"filters":{"agent_ids":{"exclude_values":["ada@shop.example"]}}`, "status"
		}
		c := hook(name, f, body, replaced)
		c.about += fmt.Sprint(" excluded ", i)
		out = append(out, c)
	}
	return out
}
