package migrate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// TestRules applies single rules to rows of one kind.
func TestRules(t *testing.T) {
	for _, tt := range []struct {
		rule, kind, why string
		in, want        string // rows; want also shows rows of other kinds as kind: rows
		report          string // statuses in the order of the fields
	}{
		{"webhooks/thread_closed-to-chat_deactivated", "webhooks", "an action has a new name",
			`[{"action":"thread_closed"}]`, `[{"action":"chat_deactivated"}]`, "converted"},
		{"webhooks/thread_closed-to-chat_deactivated", "bots", "so it has inside a bot, wrapped or not",
			`[{"bot_agent":{"webhooks":{"actions":[{"name":"thread_closed"}]}}}]`,
			`[{"bot_agent":{"webhooks":{"actions":[{"name":"chat_deactivated"}]}}}]`, "converted"},
		{"webhooks/thread_closed-to-chat_deactivated", "webhooks", "other actions stay",
			`[{"action":"incoming_event"}]`, `[{"action":"incoming_event"}]`, "kept"},
		{"webhooks/access_set-out", "bots", "only the action that is gone goes",
			`[{"webhooks":{"actions":[{"name":"access_set"},{"name":"incoming_event"}]}}]`,
			`[{"webhooks":{"actions":[{"name":"incoming_event"}]}}]`, "dropped kept"},
		{"webhooks/additional_data-out", "webhooks", "other data stays",
			`[{"action":"incoming_event","additional_data":["access","chat_properties"]}]`,
			`[{"action":"incoming_event","additional_data":["chat_properties"]}]`, "kept decision kept"},
		{"bots/bot_agent-unwrap", "bots", "each bot of a list is a row",
			`[{"bot_agents":[{"id":"a"},{"id":"b"}]}]`, `[{"id":"a"},{"id":"b"}]`, "kept kept"},
		{"bots/bot_agent-unwrap", "bots", "a bare bot is one already",
			`[{"id":"a"}]`, `[{"id":"a"}]`, "kept"},
		{"bots/bot_agent-unwrap", "bots", "no bots are no rows",
			`[{"bot_agents":[]}]`, `[]`, "kept"},
		{"bots/bot_agent_id-to-id", "bots", "the id has one name",
			`[{"bot_agent_id":"a"}]`, `[{"id":"a"}]`, "renamed"},
		{"bots/bot_agent_id-to-id", "bots", "both names with one value are one",
			`[{"id":"a","bot_agent_id":"a"}]`, `[{"id":"a"}]`, "kept merged"},
		{"bots/bot_agent_id-to-id", "bots", "both names with two values: the old one is lost",
			`[{"id":"a","bot_agent_id":"b"}]`, `[{"id":"a"}]`, "kept dropped"},
		{"agents/bots-out", "agents", "an agent without an e-mail address is a bot",
			`[{"id":"0aa1","name":"B","avatar_path":"x","role":"normal"},{"id":"a@b.example"}]`,
			`[{"id":"a@b.example"}] bots: [{"id":"0aa1","name":"B","avatar":"x"}]`, "kept kept renamed converted kept"},
		{"agents/bots-out", "agents", "a bot's status at login is lost, unless its status is known",
			`[{"id":"0aa1","name":"B","login_status":"accepting chats"}]`, `[] bots: [{"id":"0aa1","name":"B"}]`, "kept kept dropped"},
		{"bots/application-to-owner_client_id", "bots", "the client id moves up, the rest is unknown",
			`[{"application":{"client_id":"c","label":"x"}}]`, `[{"owner_client_id":"c"}]`, "renamed dropped"},
		{"bots/status-to-routing_statuses", "bots", "a bot's status is noted with it",
			`[{"id":"a","name":"B","status":"not accepting chats"}]`,
			`[{"id":"a","name":"B","routing_status":"not_accepting_chats"}]`, "kept kept converted"},
		{"bots/status-to-routing_statuses", "bots", "an unknown status is a question",
			`[{"id":"a","status":"away"}]`, `[{"id":"a"}]`, "kept decision"},
		{"webhooks/chat_member_ids-to-chat_presence", "webhooks", "both lists have new names",
			`[{"action":"x","filters":{"chat_member_ids":{"agents_exclude":["a","b"]},"only_my_chats":true}}]`,
			`[{"action":"x","filters":{"only_my_chats":true,"chat_presence":{"user_ids":{"exclude_values":["a","b"]}}}}]`, "kept renamed renamed kept"},
		{"webhooks/license-to-application", "webhooks", "what is no bot's is a license's",
			`[{"action":"x"}]`, `[{"action":"x","type":"license"}]`, "kept"},
		{"properties/locations-to-access", "properties", "rights that are not given are left out",
			`[{"locations":{"chat":{"access":{"agent":{"read":true,"write":false},"customer":{"read":false,"write":false}}}}}]`,
			`[{"access":{"chat":{"agent":["read"]}}}]`, "converted converted converted converted"},
		{"webhooks/agent_ids-shape", "webhooks", "a list is {values}",
			`[{"action":"routing_status_set","filters":{"agent_ids":["a"]}}]`,
			`[{"action":"routing_status_set","filters":{"agent_ids":{"values":["a"]}}}]`, "kept renamed"},
		{"webhooks/chat_access-merge", "webhooks", "a pair becomes one",
			`[{"action":"chat_access_granted","url":"u"},{"action":"chat_access_revoked","url":"u"}]`,
			`[{"action":"chat_access_updated","url":"u"}]`, "converted kept merged merged"},
		{"webhooks/chat_access-merge", "webhooks", "two of one action stay two, each with its counterpart",
			`[{"action":"chat_access_granted","url":"u"},{"action":"chat_access_granted","url":"u"},{"action":"chat_access_revoked","url":"u"}]`,
			`[{"action":"chat_access_updated","url":"u"},{"action":"chat_access_updated","url":"u"}]`, "converted kept converted kept merged merged"},
		{"webhooks/chat_access-merge", "webhooks", "different addresses stay",
			`[{"action":"chat_access_granted","url":"u"},{"action":"chat_access_revoked","url":"v"}]`,
			`[{"action":"chat_access_updated","url":"u"},{"action":"chat_access_updated","url":"v"}]`, "converted kept converted kept"},
		{"webhooks/auto_access-merge", "webhooks", "added is another word for created",
			`[{"action":"auto_access_added","url":"u"},{"action":"auto_access_deleted","url":"u"},{"action":"auto_access_updated","url":"u"}]`,
			`[{"action":"auto_accesses_updated","url":"u"}]`, "converted kept merged merged merged merged"},
		{"agents/work_scheduler-map-to-schedule", "agents", "days become entries in the order of the week",
			`[{"work_scheduler":{"sunday":{"start":"10:00","end":"12:00"},"monday":{"start":"08:00","end":"16:00"},"tuesday":null}}]`,
			`[{"work_scheduler":{"schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"16:00"},{"day":"sunday","enabled":true,"start":"10:00","end":"12:00"}]}}]`,
			"kept kept kept kept converted"},
		{"agents/work_scheduler-map-to-schedule", "agents", "a list stays",
			`[{"work_scheduler":{"schedule":[{"day":"monday"}]}}]`, `[{"work_scheduler":{"schedule":[{"day":"monday"}]}}]`, "kept"},
		{"bots/timezone-to-work_scheduler", "bots", "the zone moves to the hours",
			`[{"timezone":"Europe/Paris","work_scheduler":{"schedule":[{"day":"monday"}]}}]`,
			`[{"work_scheduler":{"schedule":[{"day":"monday"}],"timezone":"Europe/Paris"}}]`, "renamed kept"},
		{"bots/timezone-to-work_scheduler", "bots", "hours without a zone are a question",
			`[{"name":"B","work_scheduler":{"schedule":[{"day":"monday"}]}}]`,
			`[{"name":"B","work_scheduler":{"schedule":[{"day":"monday"}]}}]`, "kept decision"},
		{"all/overnight", "agents", "hours until the next day are a question",
			`[{"work_scheduler":{"schedule":[{"day":"monday","start":"22:00","end":"06:00"}]}}]`,
			`[{"work_scheduler":{"schedule":[{"day":"monday","start":"22:00","end":"06:00"}]}}]`, "decision decision decision"},
		{"all/overnight", "agents", "unless they are off",
			`[{"work_scheduler":{"schedule":[{"day":"monday","enabled":false,"start":"22:00","end":"06:00"}]}}]`,
			`[{"work_scheduler":{"schedule":[{"day":"monday","enabled":false,"start":"22:00","end":"06:00"}]}}]`, "kept kept kept kept"},
		{"all/same-object", "agents", "what two documents say is put together",
			`[{"id":"a@b.example","name":"A"},{"id":"a@b.example","name":"A","mobile":"1"}]`,
			`[{"id":"a@b.example","name":"A","mobile":"1"}]`, "kept kept merged merged kept"},
		{"all/same-object", "agents", "a contradiction is a question",
			`[{"id":"a@b.example","name":"A"},{"id":"a@b.example","name":"B"}]`,
			`[{"id":"a@b.example","name":"A"}]`, "kept kept merged decision"},
		{"all/same-object", "groups", "but not about what changes by itself",
			`[{"id":3,"routing_status":"online"},{"id":3,"routing_status":"offline"}]`,
			`[{"id":3,"routing_status":"online"}]`, "kept kept merged dropped"},
		{"all/same-object", "bots", "such as the status of a bot",
			`[{"id":"a","routing_status":"offline"},{"id":"a","routing_status":"accepting_chats"}]`,
			`[{"id":"a","routing_status":"offline"}]`, "kept kept merged dropped"},
		{"groups/agent_priorities-to-members", "groups", "claims about members that the documents lack stay",
			`[{"id":3,"agent_priorities":{"a@b.example":"normal"}}]`, `[{"id":3,"agent_priorities":{"a@b.example":"normal"}}]`, "kept kept"},
		{"webhooks/same-webhook", "webhooks", "one without an id is the same as one with",
			`[{"id":"w","action":"incoming_chat","url":"u"},{"action":"incoming_chat","url":"u","secret_key":"s"}]`,
			`[{"id":"w","action":"incoming_chat","url":"u","secret_key":"s"}]`, "kept kept kept merged merged kept"},
		{"webhooks/same-webhook", "webhooks", "two with ids were registered twice",
			`[{"id":"w","action":"incoming_chat","url":"u"},{"id":"v","action":"incoming_chat","url":"u"}]`,
			`[{"id":"w","action":"incoming_chat","url":"u"},{"id":"v","action":"incoming_chat","url":"u"}]`, "kept kept kept kept kept kept"},
		{"webhooks/filters-out", "webhooks", "filters that the action does not take are asked about, unknown ones stay",
			`[{"action":"group_created","filters":{"only_my_chats":true,"other":1}}]`,
			`[{"action":"group_created","filters":{"other":1}}]`, "kept decision kept"},
	} {
		t.Run(tt.rule+"/"+tt.why, func(t *testing.T) {
			got, report := applyRule(t, tt.rule, tt.kind, tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if report != tt.report {
				t.Errorf("fields: %s, want %s", report, tt.report)
			}
		})
	}
}

func applyRule(t *testing.T, rule, kind, in string) (rows, report string) {
	t.Helper()
	docs, err := Read("in", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == rule })
	if i < 0 {
		t.Fatalf("no rule %s", rule)
	}
	d := newDraft(&Options{})
	d.ledger.open(docs[0])
	for _, e := range elements(docs[0].root) {
		d.add(kind, e.(*resource.Object))
	}
	rules[i].apply(d.under(rule))
	var parts []string
	for _, k := range resource.Kinds() {
		tracked, ok := d.rows[k.Name]
		if !ok {
			continue
		}
		var l resource.List = resource.List{}
		for i, row := range tracked {
			l = append(l, plainObject(row))
			d.ledger.enterValue(row, d.ledger.steps.element(d.ledger.steps.member(0, k.Name), i))
		}
		if k.Name == kind {
			parts = append([]string{resource.JSON(l)}, parts...)
		} else {
			parts = append(parts, k.Name+": "+resource.JSON(l))
		}
	}
	var statuses []string
	d.ledger.close()
	for f := range d.report().Fields.All() {
		statuses = append(statuses, string(f.Status))
	}
	return strings.Join(parts, " "), strings.Join(statuses, " ")
}
