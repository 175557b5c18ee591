package clone_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/clone"
)

const (
	sourceApp = `license: {owner: ann@a.example, client_ids: [appa]}
agents: [{id: zoe@b.example, name: Zoe, groups: []}]
bot_templates: [{id: tttt, name: Trail, owner_client_id: appa}]
bots:
- {id: aaaa, name: Guide, owner_client_id: appa, routing_status: accepting_chats}
- {id: bbbb, name: Quiet, owner_client_id: appa, routing_status: offline}
- {id: cccc, name: ChatBot, owner_client_id: market}
- {id: tttt, name: Trail, owner_client_id: appa}
properties:
- {name: crm, owner_client_id: appa, type: string, access: {license: {agent: [read, write]}}, default_value: https://crm.a.example/none}
webhooks:
- {id: w1, action: incoming_chat, owner_client_id: appa, secret_key: !secret one, type: license, url: https://hooks.a.example/in, filters: {chat_presence: {user_ids: {values: [aaaa, cccc, customer1]}}}}
- {id: w2, action: chat_deactivated, owner_client_id: appa, secret_key: !secret two, type: license, url: https://hooks.a.example/out}
webhooks_state: [{owner_client_id: appa, license_webhooks_enabled: true}]
license_properties:
  appa: {crm: "see https://crm.a.example/x, or write to help@a.example."}
  core: {transcript_emails: "zoe@b.example, help@a.example"}
  market: {plan: big}
  chats: {queue.limit: 5}
`
	targetApp = `license: {owner: zoe@b.example, client_ids: [appb]}
agents: [{id: zoe@b.example, name: Zoe, role: owner}]
bot_templates: []
bots: []
properties: []
webhooks: []
webhooks_state: [{owner_client_id: appb, license_webhooks_enabled: false}]
license_properties:
  core: {transcript_emails: ""}
`
)

var leftOut = []string{
	"informs bots/ChatBot: not cloned: it belongs to the application market, which is not one of the source's own",
	"informs bots/Trail: not cloned: it comes with the bot template of the same id",
	"informs license_properties/market/plan: not cloned: the value belongs to the application market, which is not one of the source's own",
	"informs webhooks/appa/incoming_chat/https://hooks.a.example/in: without bot ChatBot, which is not cloned",
	"informs bots/Quiet: the new bot will be offline",
}

func TestApplications(t *testing.T) {
	const mapped = "client_ids: {appa: appb}\nurls: {https://hooks.a.example/: https://hooks.b.example/, https://crm.a.example/: https://crm.b.example/}\nagents: {help@a.example: help@b.example}\n"
	const created = `create webhooks/appb/chat_deactivated/https://hooks.b.example/out {"action":"chat_deactivated","owner_client_id":"appb","secret_key":{"$secret":"webhooks/appb/chat_deactivated/8793b2df"},"type":"license","url":"https://hooks.b.example/out"}`
	for _, tt := range []struct {
		why, source, target, mapping string
		o                            clone.Options
		want                         outcome
	}{
		{
			why:    "everything that only a person can decide",
			source: sourceApp, target: targetApp, o: clone.Options{RoutingStatuses: true},
			want: outcome{
				Questions: []string{
					"properties/appa/crm default_value, license_properties/appa/crm value: https://crm.a.example/ is not mapped",
					"webhooks/appa/chat_deactivated/https://hooks.a.example/out url, webhooks/appa/incoming_chat/https://hooks.a.example/in url: https://hooks.a.example/ is not mapped",
					"webhooks_state/appa license_webhooks_enabled: turning it on would send the target's events to https://hooks.a.example/, which is not mapped",
					"license_properties/appa/crm value, license_properties/core/transcript_emails value: help@a.example is not mapped",
					"license_properties/core/transcript_emails value: zoe@b.example is not mapped",
					"bot_templates/appa/Trail owner_client_id: the client id appa is not one of the target's",
				},
				Findings: leftOut,
			},
		},
		{
			why:    "with answers, everything is registered under the other application, and secrets have names of their own",
			source: sourceApp, target: targetApp, mapping: mapped, o: clone.Options{KeepEmails: true, RoutingStatuses: true},
			want: outcome{
				Findings: leftOut,
				Changes: []string{
					`create bot_templates/appb/Trail {"owner_client_id":"appb","name":"Trail"}`,
					`create bots/Guide {"name":"Guide","owner_client_id":"appb","routing_status":"accepting_chats"}`,
					`create bots/Quiet {"name":"Quiet","owner_client_id":"appb","routing_status":"offline"}`,
					`create properties/appb/crm {"name":"crm","owner_client_id":"appb","type":"string","access":{"license":{"agent":["read","write"]}},"default_value":"https://crm.b.example/none"}`,
					created,
					`create webhooks/appb/incoming_chat/https://hooks.b.example/in {"action":"incoming_chat","owner_client_id":"appb","secret_key":{"$secret":"webhooks/appb/incoming_chat/c08a07c4"},"type":"license","url":"https://hooks.b.example/in","filters":{"chat_presence":{"user_ids":{"values":["customer1",{"$ref":"bots/Guide"}]}}}}`,
					`update webhooks_state/appb license_webhooks_enabled=true`,
					`create license_properties/appb/crm {"namespace":"appb","name":"crm","value":"see https://crm.b.example/x, or write to help@b.example."}`,
					`update license_properties/core/transcript_emails value="zoe@b.example, help@b.example"`,
				},
			},
		},
		{
			why:    "secrets of the mapping, and bots that stay as they come",
			source: sourceApp, target: targetApp, mapping: mapped + "secrets: {one: hooks/in, two: two}\n", o: clone.Options{KeepEmails: true},
			want: outcome{
				Findings: append(append([]string{}, leftOut[:4]...), "informs bots/Guide: the new bot will be offline", leftOut[4]),
				Changes: []string{
					`create bot_templates/appb/Trail {"owner_client_id":"appb","name":"Trail"}`,
					`create bots/Guide {"name":"Guide","owner_client_id":"appb"}`,
					`create bots/Quiet {"name":"Quiet","owner_client_id":"appb"}`,
					`create properties/appb/crm {"name":"crm","owner_client_id":"appb","type":"string","access":{"license":{"agent":["read","write"]}},"default_value":"https://crm.b.example/none"}`,
					`create webhooks/appb/chat_deactivated/https://hooks.b.example/out {"action":"chat_deactivated","owner_client_id":"appb","secret_key":{"$secret":"two"},"type":"license","url":"https://hooks.b.example/out"}`,
					`create webhooks/appb/incoming_chat/https://hooks.b.example/in {"action":"incoming_chat","owner_client_id":"appb","secret_key":{"$secret":"hooks/in"},"type":"license","url":"https://hooks.b.example/in","filters":{"chat_presence":{"user_ids":{"values":["customer1",{"$ref":"bots/Guide"}]}}}}`,
					`update webhooks_state/appb license_webhooks_enabled=true`,
					`create license_properties/appb/crm {"namespace":"appb","name":"crm","value":"see https://crm.b.example/x, or write to help@b.example."}`,
					`update license_properties/core/transcript_emails value="zoe@b.example, help@b.example"`,
				},
			},
		},
		{
			why: "an application that both have is not written to, but its webhooks are turned on, which is asked",
			source: "license: {client_ids: [app]}\nwebhooks:\n- {id: w1, action: incoming_chat, owner_client_id: app, secret_key: !secret one, type: license, url: https://hooks.a.example/in}\n" +
				"webhooks_state: [{owner_client_id: app, license_webhooks_enabled: true}]\n",
			target: "license: {client_ids: [app]}\nwebhooks:\n- {id: w9, action: incoming_chat, owner_client_id: app, secret_key: !secret one, type: license, url: https://hooks.a.example/shared}\n" +
				"webhooks_state: [{owner_client_id: app, license_webhooks_enabled: false}]\n",
			want: outcome{
				Questions: []string{"webhooks_state/app license_webhooks_enabled: turning it on would send the target's events to https://hooks.a.example/, which is not mapped"},
				Findings:  []string{"informs the application app is on both licenses: its property definitions, webhooks and bot templates are shared, and none is written"},
			},
		},
		{
			why: "and --keep-urls answers",
			source: "license: {client_ids: [app]}\nwebhooks:\n- {id: w1, action: incoming_chat, owner_client_id: app, secret_key: !secret one, type: license, url: https://hooks.a.example/in}\n" +
				"webhooks_state: [{owner_client_id: app, license_webhooks_enabled: true}]\n",
			target: "license: {client_ids: [app]}\nwebhooks: []\nwebhooks_state: [{owner_client_id: app, license_webhooks_enabled: false}]\n", o: clone.Options{KeepURLs: true},
			want: outcome{
				Findings: []string{"informs the application app is on both licenses: its property definitions, webhooks and bot templates are shared, and none is written"},
				Changes:  []string{"update webhooks_state/app license_webhooks_enabled=true"},
			},
		},
		{
			why:    "an application that is not cloned",
			source: "license: {client_ids: [app]}\nbots: [{id: aaaa, name: Guide, owner_client_id: app}]\nwebhooks_state: [{owner_client_id: app, license_webhooks_enabled: true}]\n",
			target: "license: {client_ids: []}\nbots: []\nwebhooks_state: []\n", mapping: "client_ids: {app: skip}\n",
			want: outcome{Findings: []string{"informs bots/Guide: not cloned: the mapping skips its application", "informs webhooks_state/app: not cloned: the mapping skips its application"}},
		},
	} {
		t.Run(tt.why, func(t *testing.T) {
			if d := cmp.Diff(tt.want, try(t, tt.source, tt.target, tt.mapping, tt.o)); d != "" {
				t.Error(d)
			}
		})
	}
}
