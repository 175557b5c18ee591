package api

// Small licenses as the vendor's samples of older versions show them, and what
// they are read as.

var license31 = old{
	"3.1/get_bot_agents":           `{"bot_agents":[{"id":"b2","name":"Zed","avatar":"","status":"offline"},{"id":"b1","name":"Abe","avatar":"a.png","status":"accepting chats"}]}`,
	"3.1/get_bot_agent_details/b1": `{"bot_agent":{"id":"b1","name":"Abe","avatar":"a.png","status":"accepting chats","application":{"client_id":"mine"},"max_chats_count":6,"groups":[{"id":2,"priority":"first"},{"id":0,"priority":"normal"}],"webhooks":{"url":"https://example.com","secret_key":"hush","actions":[{"name":"incoming_event","additional_data":["chat_properties","access"]},{"name":"incoming_chat_thread","filters":{"chat_properties":{"source":{"type":{"values":["twitter","facebook"]}}}}}]}}}`,
	"3.1/get_bot_agent_details/b2": `{"bot_agent":{"id":"b2","name":"Zed","status":"offline"}}`,
	"3.1/get_property_configs":     `{"test":{"int_property":{"type":"int"}},"mine":{"scoring":{"type":"int","range":{"to":10,"from":0},"locations":{"event":{"access":{"agent":{"write":true,"read":true}}}}},"greeting":{"type":"string","domain":["hi","hello"]}}}`,
	"3.1/get_webhooks_config":      `[{"webhook_id":"w2","action":"thread_closed","url":"https://example.com/2","owner_client_id":"mine","filters":{"chat_member_ids":{"agents_any":["z@example.com","a@example.com"]}}},{"webhook_id":"w1","action":"thread_closed","url":"https://example.com/1","owner_client_id":"mine","secret_key":"shown-by-mistake"}]`,
}

var license32 = old{
	"3.2/list_agents":                `[{"id":"owner@example.com","name":"Owner","role":"owner","avatar_path":"o.png","summaries":["weekly_summary","daily_summary"],"work_scheduler":{"tuesday":{"end":"16:00","start":"08:00"},"monday":{"start":"08:00","end":"16:00"}}},{"id":"b1","name":"Abe","role":"normal"}]`,
	"3.2/list_groups":                `[{"id":19,"name":"Sports","language_code":"en","routing_status":"offline"},{"id":0,"name":"General","language_code":"en","routing_status":"offline"}]`,
	"3.2/list_bots":                  `{"bot_agents":[{"id":"b1","name":"Abe","status":"offline"}]}`,
	"3.2/get_bot/b1":                 `{"bot_agent":{"id":"b1","name":"Abe","status":"offline","application":{"client_id":"mine"}}}`,
	"3.2/list_registered_properties": `{"mine":{"greeting":{"type":"string","description":""}}}`,
	"3.2/list_registered_webhooks":   `[]`,
	"3.2/list_license_properties":    `{"mine":{"greeting":"hi"}}`,
	"3.2/list_group_properties/0":    `{"mine":{"greeting":"ho"}}`,
	"3.2/list_group_properties/19":   `{"mine":{"scoring":2,"greeting":"hey"},"core":{}}`,
}

var license34 = old{
	"3.4/list_agents":                `[{"id":"owner@example.com","name":"Owner","role":"owner","avatar_path":"o.png","work_scheduler":{"monday":{"start":"08:00","end":"16:00"}}}]`,
	"3.4/list_groups":                `[{"id":0,"name":"General"},{"id":19,"name":"Sports"}]`,
	"3.4/list_bots":                  `[{"id":"b2","name":"Zed","timezone":"","work_scheduler":{}},{"id":"b1","name":"Abe","timezone":"Europe/Riga","work_scheduler":{"monday":{"start":"08:00","end":"16:00"}}}]`,
	"3.4/get_bot/b1":                 `{"id":"b1","name":"Abe","owner_client_id":"mine","default_group_priority":"first","work_scheduler":{"monday":{"start":"08:00","end":"16:00"}}}`,
	"3.4/get_bot/b2":                 `{"id":"b2","name":"Zed","owner_client_id":"theirs","default_group_priority":"first"}`,
	"3.4/list_auto_accesses":         `[{"id":"r2","next_id":"","access":{"groups":[0]}},{"id":"r1","next_id":"r2","access":{"groups":[19,0]}}]`,
	"3.4/list_properties/mine":       `{"color":{"type":"string","access":{"chat":{"agent":["write","read"]}}}}`,
	"3.4/list_webhooks/mine":         `[{"id":"w","action":"chat_access_updated","type":"license","url":"https://example.com"}]`,
	"3.4/get_license_webhooks_state": `{"license_webhooks_enabled":true}`,
	"3.4/list_license_properties":    `{"mine":{"color":"red"}}`,
	"3.4/list_group_properties/0":    `{}`,
	"3.4/list_group_properties/19":   `{"found":{"color":"blue"}}`,
	"3.5/list_agents":                `[{"id":"owner@example.com","name":"Owner","work_scheduler":{"timezone":"Europe/Riga","schedule":[{"day":"monday","enabled":true,"start":"13:00","end":"17:00"},{"day":"monday","enabled":true,"start":"08:00","end":"12:00"}]}}]`,
	"3.5/list_bots":                  `[{"id":"b1","name":"Abe","timezone":"Europe/Riga","work_scheduler":{"schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"16:00"}]}}]`,
}

const want31 = `bots
  {"id":"b1","name":"Abe","avatar":"a.png","max_chats_count":6,"groups":[{"id":0,"priority":"normal"},{"id":2,"priority":"first"}],"status":"accepting chats","application":{"client_id":"mine"},"webhooks":{"url":"https://example.com","secret_key":{"$secret":"bots/b1/webhooks"},"actions":[{"name":"incoming_event","additional_data":["access","chat_properties"]},{"name":"incoming_chat_thread","filters":{"chat_properties":{"source":{"type":{"values":["facebook","twitter"]}}}}}]}}
  {"id":"b2","name":"Zed","avatar":"","status":"offline"}
properties
  {"namespace":"mine","name":"greeting","type":"string","domain":["hello","hi"]}
  {"namespace":"mine","name":"scoring","type":"int","locations":{"event":{"access":{"agent":{"read":true,"write":true}}}},"range":{"from":0,"to":10}}
webhooks
  {"webhook_id":"w1","action":"thread_closed","owner_client_id":"mine","secret_key":{"$secret":"webhooks/mine/thread_closed/624b4b69"},"url":"https://example.com/1"}
  {"webhook_id":"w2","action":"thread_closed","owner_client_id":"mine","url":"https://example.com/2","filters":{"chat_member_ids":{"agents_any":["a@example.com","z@example.com"]}}}
owner  , clients []
secrets map[bots/b1/webhooks:hush webhooks/mine/thread_closed/624b4b69:shown-by-mistake]
`

const want32 = `groups
  {"id":0,"name":"General","language_code":"en"}
  {"id":19,"name":"Sports","language_code":"en"}
agents
  {"id":"b1","name":"Abe","role":"normal"}
  {"id":"owner@example.com","name":"Owner","role":"owner","avatar_path":"o.png","summaries":["daily_summary","weekly_summary"],"work_scheduler":{"monday":{"start":"08:00","end":"16:00"},"tuesday":{"start":"08:00","end":"16:00"}}}
bots
  {"id":"b1","name":"Abe","status":"offline","application":{"client_id":"mine"}}
properties
  {"namespace":"mine","name":"greeting","type":"string","description":""}
webhooks
license_properties
  {"namespace":"mine","name":"greeting","value":"hi"}
group_properties
  {"group":0,"namespace":"mine","name":"greeting","value":"ho"}
  {"group":19,"namespace":"mine","name":"greeting","value":"hey"}
  {"group":19,"namespace":"mine","name":"scoring","value":2}
owner owner@example.com , clients []
`

const want34 = `groups
  {"id":0,"name":"General"}
  {"id":19,"name":"Sports"}
agents
  {"id":"owner@example.com","name":"Owner","role":"owner","avatar_path":"o.png","work_scheduler":{"monday":{"start":"08:00","end":"16:00"}}}
bots
  {"id":"b1","name":"Abe","default_group_priority":"first","work_scheduler":{"monday":{"start":"08:00","end":"16:00"}},"owner_client_id":"mine","timezone":"Europe/Riga"}
  {"id":"b2","name":"Zed","default_group_priority":"first","work_scheduler":{},"owner_client_id":"theirs","timezone":""}
auto_accesses
  {"id":"r1","access":{"groups":[0,19]}}
  {"id":"r2","access":{"groups":[0]}}
properties
  {"name":"color","owner_client_id":"mine","type":"string","access":{"chat":{"agent":["read","write"]}}}
webhooks
  {"id":"w","action":"chat_access_updated","owner_client_id":"mine","type":"license","url":"https://example.com"}
webhooks_state
  {"owner_client_id":"mine","license_webhooks_enabled":true}
license_properties
  {"namespace":"mine","name":"color","value":"red"}
group_properties
  {"group":19,"namespace":"found","name":"color","value":"blue"}
owner owner@example.com , clients [mine]
notice client id found, found in group_properties, could not be read: authorization: about authorization
notice client id theirs, found in bots, could not be read: authorization: about authorization
`
