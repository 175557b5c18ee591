package handover

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

func TestJudge(t *testing.T) {
	const (
		closed = `{"action":"chat_deactivated","owner_client_id":"app","type":"license","url":"https://a.example/"}`
		event  = `{"action":"incoming_event","owner_client_id":"app","type":"bot","url":"https://bot.example/"}`
		queued = `{"action":"incoming_chat","owner_client_id":"app","type":"bot","url":"https://bot.example/"}`
	)
	const unreadable = "unreadable" // the field of webhooks that no answer has
	hook := migrate.Succession{Kind: "webhooks", ID: "w1", Action: "thread_closed", URL: "https://a.example/", Rows: []int{0}}
	first := migrate.Succession{Kind: "bots", ID: "b1", Action: "incoming_event", URL: "https://bot.example/", Rows: []int{0}}
	second := migrate.Succession{Kind: "bots", ID: "b1", Action: "incoming_chat", URL: "https://bot.example/", Rows: []int{1}}
	on := `[{"owner_client_id":"app","license_webhooks_enabled":true}]`
	online := `[{"agent_id":"b1","status":"not_accepting_chats"}]`
	for _, tt := range []struct {
		why         string
		old         []migrate.Succession
		want        string
		live        map[string]string
		keep        string
		unseen, own bool
	}{
		{"its successor is registered and will be sent", []migrate.Succession{hook}, `[` + closed + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + closed[1:] + `]`, "webhooks_state": on}, "", false, false},
		{"its successor is not there", []migrate.Succession{hook}, `[` + closed + `]`,
			map[string]string{"webhooks": `[]`, "webhooks_state": on}, "its successor chat_deactivated is not registered", true, false},
		{"webhooks could not be read", []migrate.Succession{hook}, `[` + closed + `]`,
			map[string]string{"webhooks_state": on}, "its successor chat_deactivated is not registered", true, false},
		{"license webhooks are off", []migrate.Succession{hook}, `[` + closed + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + closed[1:] + `]`, "webhooks_state": `[{"owner_client_id":"app","license_webhooks_enabled":false}]`},
			"the license webhooks of app are not enabled", false, false},
		{"only another application's are on", []migrate.Succession{hook}, `[` + closed + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + closed[1:] + `]`, "webhooks_state": `[{"owner_client_id":"other","license_webhooks_enabled":true}]`},
			"it is not known whether the license webhooks of app are enabled", false, false},
		{"it was dropped", []migrate.Succession{{Kind: "webhooks", ID: "w1", Action: "access_set"}}, `[]`,
			map[string]string{"webhooks": `[]`, "webhooks_state": on}, "nothing succeeds access_set in 3.5", false, false},
		{"the user has left it out", []migrate.Succession{{Kind: "webhooks", ID: "w1", Action: "thread_closed", LeftOut: true}}, `[]`,
			map[string]string{"webhooks": `[]`, "webhooks_state": on}, "thread_closed is left out, as asked", false, false},
		{"without an id it cannot be named", []migrate.Succession{{Kind: "webhooks", Action: "thread_closed", Rows: []int{0}}}, `[` + closed + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + closed[1:] + `]`, "webhooks_state": on}, "the older version does not tell its id", false, false},
		{"3.5 has it as it is", []migrate.Succession{hook}, `[{"id":"w1",` + closed[1:] + `]`,
			map[string]string{"webhooks": `[{"id":"w1",` + closed[1:] + `]`, "webhooks_state": on}, "3.5 has it as it is", false, true},
		{"3.5 shows all that it was sent with", []migrate.Succession{hook}, `[{"additional_data":["chat_properties"],` + closed[1:] + `]`,
			map[string]string{"webhooks": `[{"id":"n1","additional_data":["chat_properties"],` + closed[1:] + `]`, "webhooks_state": on, unreadable: `additional_data`}, "", false, false},
		{"what 3.5 shows of nothing may be missing", []migrate.Succession{hook}, `[{"additional_data":["chat_properties"],` + closed[1:] + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + closed[1:] + `]`, "webhooks_state": on, unreadable: `additional_data`},
			"3.5 does not tell whether its successor chat_deactivated has its additional_data", false, false},
		{"what is not wanted is not missing", []migrate.Succession{hook}, `[` + closed + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + closed[1:] + `]`, "webhooks_state": on, unreadable: `additional_data`}, "", false, false},
		{"all that a bot has inside is registered, and the bot is there", []migrate.Succession{first, second}, `[` + event + `,` + queued + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + event[1:] + `,{"id":"n2",` + queued[1:] + `]`, "routing_statuses": online, "webhooks_state": on}, "", false, false},
		{"a bot is there, but its application's webhooks are off", []migrate.Succession{first}, `[` + event + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + event[1:] + `]`, "routing_statuses": online, "webhooks_state": `[{"owner_client_id":"app","license_webhooks_enabled":false}]`},
			"the license webhooks of app are not enabled", false, false},
		{"a bot lets go of all or nothing", []migrate.Succession{first, second}, `[` + event + `,` + queued + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + event[1:] + `]`, "routing_statuses": online, "webhooks_state": on}, "its successor incoming_chat is not registered", true, false},
		{"the bot is offline", []migrate.Succession{first}, `[` + event + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + event[1:] + `]`, "routing_statuses": `[{"agent_id":"b1","status":"offline"}]`, "webhooks_state": on},
			"the bot is offline, and offline bots are sent nothing", false, false},
		{"another bot is online", []migrate.Succession{first}, `[` + event + `]`,
			map[string]string{"webhooks": `[{"id":"n1",` + event[1:] + `]`, "routing_statuses": `[{"agent_id":"b2","status":"accepting_chats"}]`, "webhooks_state": on},
			"it is not known whether the bot is online", false, false},
	} {
		t.Run(tt.why, func(t *testing.T) {
			olds := Registrations("3.2", tt.old, shownOf(tt.old))
			if len(olds) != 1 {
				t.Fatalf("%d registrations", len(olds))
			}
			field := tt.live[unreadable]
			delete(tt.live, unreadable)
			live := license(t, tt.live)
			if field != "" {
				live.Unreadable = map[string][]string{"webhooks": {field}}
			}
			Judge(olds, license(t, map[string]string{"webhooks": tt.want}), live)
			got := []any{olds[0].Keep, olds[0].Unseen, olds[0].Same}
			if d := cmp.Diff([]any{tt.keep, tt.unseen, tt.own}, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// shownOf is what 3.2 shows of webhooks that became something, of one of them or
// of what one bot has inside.
func shownOf(of []migrate.Succession) *resource.License {
	l, actions := &resource.License{}, resource.List{}
	for _, s := range of {
		actions = append(actions, resource.Of("name", s.Action))
	}
	if first := of[0]; first.Kind == "bots" {
		l.SetRows("3.2/bot_webhooks", []*resource.Object{resource.Of("id", first.ID, "url", first.URL, "actions", actions)})
	} else {
		row := resource.Of("action", first.Action, "url", first.URL)
		if first.ID != "" {
			row.Set("webhook_id", first.ID)
		}
		l.SetRows("3.2/webhooks", []*resource.Object{row})
	}
	return l
}

// TestJudgeUnknown: what the migration says nothing of stays.
func TestJudgeUnknown(t *testing.T) {
	first := migrate.Succession{Kind: "bots", ID: "b1", Action: "incoming_event", URL: "https://bot.example/", Rows: []int{0}}
	second := migrate.Succession{Kind: "bots", ID: "b1", Action: "incoming_chat", URL: "https://bot.example/", Rows: []int{0}}
	olds := Registrations("3.2", []migrate.Succession{first}, shownOf([]migrate.Succession{first, second}))
	want := license(t, map[string]string{"webhooks": "[" + inside + "]"})
	live := online()
	live["webhooks"] = `[{"id":"n1",` + inside[1:] + `]`
	Judge(olds, want, license(t, live))
	if got := olds[0].Keep; got != "what becomes of it in 3.5 is not known" {
		t.Errorf("kept for %q", got)
	}
}
