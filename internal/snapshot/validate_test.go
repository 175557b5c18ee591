package snapshot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// invalid is a snapshot and what is found in it.
type invalid struct {
	name, reason, text string
	want               []string
}

func (tt invalid) run(t *testing.T) {
	t.Run(tt.name, func(t *testing.T) {
		doc, findings := Decode([]byte(tt.text), "f")
		if findings.Errors() > 0 {
			t.Fatal(findings)
		}
		findings = doc.Validate()
		if diff := cmp.Diff(tt.want, spelled(findings)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
		}
	})
}

func TestValidate(t *testing.T) {
	for _, tt := range []invalid{
		{name: "owner", reason: "a role that can be read only", text: header + `agents:
  - {id: o@b.c, name: O, role: owner}
`},
		{name: "two owners", reason: "a license has one", text: header + `agents:
  - {id: o@b.c, name: O, role: owner}
  - {id: p@b.c, name: P, role: owner}
`, want: []string{
			`f:5:32: refused: only one agent can be owner: it is agent "o@b.c" already [agents[1].role] (keep it for one)`,
		}},
		{name: "enum", reason: "near", text: header + `agents:
  - {id: o@b.c, name: O, role: administator}
`, want: []string{
			`f:4:32: refused: role cannot be "administator" [agents[0].role] (did you mean administrator?)`,
		}},
		{name: "enum, far", reason: "all are named", text: header + `agents:
  - {id: o@b.c, name: O, role: boss}
`, want: []string{
			`f:4:32: refused: role cannot be "boss" [agents[0].role] (use viceowner, administrator or normal)`,
		}},
		{name: "missing key", reason: "nobody could be meant", text: header + `agents:
  - {name: O}
`, want: []string{
			`f:4:5: error: id is missing [agents[0].id] (add id)`,
		}},
		{name: "missing name", reason: "update is possible", text: header + `agents:
  - {id: o@b.c}
`, want: []string{
			`f:4:5: warning: agent "o@b.c" has no name: lcsync can update it, but not create it [agents[0].name] (add name)`,
		}},
		{name: "new bot without name", reason: "creating needs it", text: header + `bots:
  - {job_title: x}
`, want: []string{
			`f:4:5: refused: this bot has no name: lcsync cannot create it [bots[0].name] (add name, or the id of an existing bot)`,
		}},
		{name: "existing bot without name", reason: "an update needs nothing", text: header + `bots:
  - {id: b1, job_title: x}
`},
		{name: "e-mail", reason: "an agent's id is an address", text: header + `agents:
  - {id: bob, name: O}
`, want: []string{
			`f:4:10: refused: "bob" is not an e-mail address [agents[0].id] (write an address such as smith@example.com)`,
		}},
		{name: "chats", reason: "disputed and too many", text: header + `agents:
  - {id: o@b.c, name: O, max_chats_count: 21}
  - {id: p@b.c, name: P, max_chats_count: 101}
  - {id: q@b.c, name: Q, max_chats_count: -1}
`, want: []string{
			`f:4:43: warning: max_chats_count is 21: the vendor's pages contradict each other on whether more than 20 is allowed [agents[0].max_chats_count] (use at most 20 to be safe)`,
			`f:5:43: refused: max_chats_count is 101, the maximum is 100 [agents[1].max_chats_count] (use a number from 0 to 100)`,
			`f:6:43: refused: max_chats_count is -1, the minimum is 0 [agents[2].max_chats_count] (use a number from 0 to 100)`,
		}},
		{name: "long name", reason: "characters, not bytes", text: header + "groups:\n  - {id: 1, name: " + strings.Repeat("ż", 180) + "}\n  - {id: 2, name: " + strings.Repeat("ż", 181) + "}\n", want: []string{
			`f:5:19: refused: name has 181 characters, the maximum is 180 [groups[1].name] (shorten it to 180 characters)`,
		}},
		{name: "schedule", reason: "each kind of mistake", text: header + `agents:
  - id: o@b.c
    name: O
    work_scheduler:
      timezone: Europe/Warszawa
      schedule:
        - {day: tuesday, enabled: true, start: "8:00", end: "16:00"}
        - {day: monday, enabled: true, start: "16:00", end: "08:00"}
        - {day: wednesday, enabled: true, start: "08:00", end: "12:00"}
        - {day: wednesday, enabled: true, start: "11:00", end: "24:00"}
        - {day: friday, enabled: false, start: "00:00", end: "00:00"}
        - {day: someday, start: "00:00", end: "01:00"}
        - {day: sunday, start: "00:00"}
`, want: []string{
			`f:7:17: refused: unknown time zone "Europe/Warszawa" [agents[0].work_scheduler.timezone] (use an IANA name such as Europe/Warsaw)`,
			`f:9:48: refused: "8:00" is not a time of day [agents[0].work_scheduler.schedule[0].start] (write hours and minutes: "08:00")`,
			`f:10:61: warning: end on monday is not after start 16:00 [agents[0].work_scheduler.schedule[1].end] (write a later end; for hours past midnight, add a span to the next day)`,
			`f:12:50: warning: two spans of wednesday overlap: one ends at 12:00, the next starts at 11:00 [agents[0].work_scheduler.schedule[3].start] (join the two)`,
			`f:12:64: warning: the vendor does not document whether 24:00 is a time of day [agents[0].work_scheduler.schedule[3].end] (use "23:59" to be safe)`,
			`f:13:62: warning: end on friday is not after start 00:00 [agents[0].work_scheduler.schedule[4].end] (write a later end; for hours past midnight, add a span to the next day)`,
			`f:14:17: refused: day cannot be "someday" [agents[0].work_scheduler.schedule[5].day] (use monday, tuesday, wednesday, thursday, friday, saturday or sunday)`,
			`f:15:11: refused: end is missing [agents[0].work_scheduler.schedule[6].end] (add end)`,
		}},
		{name: "zones", reason: "Local is nobody's zone; empty falls back", text: header + `agents:
  - {id: a@b.c, name: A, work_scheduler: {timezone: Local}}
  - {id: b@b.c, name: B, work_scheduler: {timezone: ""}}
`, want: []string{
			`f:4:53: refused: unknown time zone "Local" [agents[0].work_scheduler.timezone] (use an IANA name such as Europe/Warsaw)`,
		}},
		{name: "schedule of a bot", reason: "needs a zone", text: header + `bots:
  - name: B
    work_scheduler:
      schedule:
        - {day: monday, enabled: true, start: "08:00", end: "16:00"}
  - {name: C, work_scheduler: {schedule: []}}
`, want: []string{
			`f:5:5: refused: timezone is required with a schedule [bots[0].work_scheduler.timezone] (add timezone)`,
		}},
		{name: "conditions", reason: "at least one, and one of two", text: header + `auto_accesses:
  - {access: {groups: [1]}, conditions: {}}
  - {access: {groups: [1]}, conditions: {url: {values: [{value: a}], exclude_values: [{value: b}]}}}
  - {access: {groups: [1]}, conditions: {url: {values: []}}}
  - {access: {groups: [1]}, conditions: {geolocation: {}}}
  - {access: {groups: [1]}, conditions: {geolocation: {values: [{}]}}}
  - {access: {}, conditions: {domain: {values: [{exact_match: true}]}}}
`, want: []string{
			`f:4:5: warning: the auto accesses on lines 5, 6, 7, 8, 9 never match: this one matches first [auto_accesses[0]] (move those up, or narrow the conditions)`,
			`f:4:29: refused: conditions needs url, domain or geolocation [auto_accesses[0].conditions] (add one, or remove conditions)`,
			`f:5:70: refused: url can have only one of values or exclude_values [auto_accesses[1].conditions.url.exclude_values] (remove one)`,
			`f:6:42: refused: url needs values or exclude_values [auto_accesses[2].conditions.url] (add one, or remove url)`,
			`f:7:29: refused: conditions needs url, domain or geolocation [auto_accesses[3].conditions] (add one, or remove conditions)`,
			`f:7:42: refused: geolocation needs values [auto_accesses[3].conditions.geolocation] (add one, or remove geolocation)`,
			`f:8:65: refused: values needs country, country_code, region or city [auto_accesses[4].conditions.geolocation.values[0]] (add one, or remove values)`,
			`f:9:6: refused: groups is missing [auto_accesses[5].access.groups] (add groups)`,
			`f:9:49: refused: value is missing [auto_accesses[5].conditions.domain.values[0].value] (add value)`,
		}},
		{name: "webhook filters", reason: "by action", text: header + `webhooks:
  - id: w
    owner_client_id: c
    type: license
    secret_key: !secret a
    action: incoming_customer
    url: http://a.example
    filters: {author_type: agent}
    additional_data: [chat_properties]
  - {id: x, owner_client_id: c, type: license, secret_key: !secret b, action: agent_deleted, url: ftp://a, filters: {agent_ids: {values: [x]}}}
  - {id: y, owner_client_id: c, type: license, secret_key: !secret b, action: tag_created, url: "http://127.0.0.1:80/"}
`, want: []string{
			`f:9:10: warning: http:// webhook: payloads to a.example are not encrypted [webhooks[0].url] (use https)`,
			`f:10:28: refused: incoming_customer does not accept the filter author_type; accepted: source_type [webhooks[0].filters.author_type] (correct it, or remove it)`,
			`f:11:5: warning: incoming_customer does not accept additional data [webhooks[0].additional_data] (correct it, or remove it)`,
			`f:12:99: refused: "ftp://a" is not a URL [webhooks[1].url] (write a full URL such as https://example.com/hook)`,
			`f:12:118: warning: the vendor's pages contradict each other on whether agent_deleted accepts the filter agent_ids [webhooks[1].filters.agent_ids] (correct it, or remove it)`,
		}},
		{name: "new webhook", reason: "its parts are needed", text: header + `webhooks:
  - {url: "https://a.example"}
`, want: []string{
			`f:4:5: refused: webhook "https://a.example" has no action: lcsync cannot create it [webhooks[0].action] (add action, or the id of an existing webhook)`,
			`f:4:5: refused: webhook "https://a.example" has no owner_client_id: lcsync cannot create it [webhooks[0].owner_client_id] (add owner_client_id, or the id of an existing webhook)`,
			`f:4:5: refused: webhook "https://a.example" has no secret_key: lcsync cannot create it [webhooks[0].secret_key] (add secret_key, or the id of an existing webhook)`,
			`f:4:5: refused: webhook "https://a.example" has no type: lcsync cannot create it [webhooks[0].type] (add type, or the id of an existing webhook)`,
		}},
		{name: "four webhooks", reason: "the vendor's limit", text: header + `webhooks:
  - {id: w0, owner_client_id: c, type: license, secret_key: !secret a, action: tag_created, url: "https://a.example/0"}
  - {id: w1, owner_client_id: c, type: license, secret_key: !secret a, action: tag_created, url: "https://a.example/1"}
  - {id: w2, owner_client_id: c, type: license, secret_key: !secret a, action: tag_created, url: "https://a.example/2"}
  - {id: w3, owner_client_id: c, type: license, secret_key: !secret a, action: tag_created, url: "https://a.example/3"}
`, want: []string{
			`f:7:5: refused: more than 3 webhooks share owner_client_id and action c and tag_created [webhooks[3]] (remove some: the API allows 3)`,
		}},
		{name: "properties", reason: "type, range, domain, place", text: header + `properties:
  - name: size
    owner_client_id: c
    type: int
    access: {license: {agent: [read]}}
    range: {from: 1, to: 5}
  - name: color
    owner_client_id: c
    type: string
    access: {group: {agent: [read]}}
    domain: [red, blue]
license_properties:
  c: {size: 9, color: red, siz: 1}
  other: {a: 1}
group_properties:
  - {id: 1, properties: {c: {color: green, size: 2}}}
`, want: []string{
			`f:15:13: refused: 9 is above the property's range: the maximum is 5 [license_properties.c.size] (correct the value, or the property's definition)`,
			`f:15:23: refused: property "color" grants no access at location license [license_properties.c.color] (add access.license to the definition, or remove the value)`,
			`f:15:33: refused: "c" has no property "siz" in this file [license_properties.c.siz] (did you mean size?)`,
			`f:18:37: refused: "green" is not in the property's domain ["blue","red"] [group_properties[0].properties.c.color] (correct the value, or the property's definition)`,
			`f:18:50: refused: property "size" grants no access at location group [group_properties[0].properties.c.size] (add access.group to the definition, or remove the value)`,
		}},
		{name: "definitions", reason: "rules of one property", text: header + `properties:
  - {name: a, owner_client_id: c, type: string, access: {chat: {agent: [read]}}, range: {from: 1}, default_value: x}
  - {name: b, owner_client_id: c, type: int, access: {}, domain: [x]}
  - {name: c, owner_client_id: c}
`, want: []string{
			`f:4:82: refused: only int properties can have a range [properties[0].range] (correct it, or remove it)`,
			`f:4:115: refused: a default value requires access.license or access.group [properties[0].default_value] (correct it, or remove it)`,
			`f:5:46: refused: access needs chat, thread, event, license or group [properties[1].access] (add one, or remove access)`,
			`f:5:67: refused: "x" is a string, but the property's type is int [properties[1].domain[0]] (correct it, or remove it)`,
			`f:6:5: warning: property "c/c" has no access: lcsync cannot create it [properties[2].access] (add access)`,
			`f:6:5: warning: property "c/c" has no type: lcsync cannot create it [properties[2].type] (add type)`,
		}},
		{name: "statuses", reason: "offline is for bots", text: header + `agents:
  - {id: a@b.c, name: A}
bots:
  - {id: b, name: B}
routing_statuses:
  - {agent_id: a@b.c, status: offline}
  - {agent_id: b, status: offline}
  - {agent_id: c@b.c, status: accepting_chats}
`, want: []string{
			`f:8:31: refused: offline is only for a bot: a@b.c is not one [routing_statuses[0].status] (use accepting_chats or not_accepting_chats)`,
			`f:10:16: refused: there is no agent "c@b.c" in this file [routing_statuses[2].agent_id] (did you mean a@b.c?)`,
		}},
		{name: "observed", reason: "fine in a file", text: header + `agents:
  - {id: a@b.c, name: A, suspended: true, awaiting_approval: true}
`},
		{name: "six templates", reason: "the vendor's limit", text: header + `bot_templates:
  - {id: t0, owner_client_id: c, name: T0}
  - {id: t1, owner_client_id: c, name: T1}
  - {id: t2, owner_client_id: c, name: T2}
  - {id: t3, owner_client_id: c, name: T3}
  - {id: t4, owner_client_id: c, name: T4}
  - {id: t5, owner_client_id: c, name: T5}
`, want: []string{
			`f:9:5: refused: more than 5 bot_templates share owner_client_id c [bot_templates[5]] (remove some: the API allows 5)`,
		}},
		{name: "empty names", reason: "no object can be made without one", text: header + `groups:
  - {id: 3, name: ""}
agents:
  - {id: a@b.c, name: ""}
`, want: []string{
			`f:4:19: refused: name is empty [groups[0].name] (write a value)`,
			`f:6:23: refused: name is empty [agents[0].name] (write a value)`,
		}},
		{name: "odd types", reason: "a license may have shown them", text: header + `groups:
  - {id: 3, name: 48}
agents:
  - id: a@b.c
    name: true
    mobile: 1.5
    job_title: [a]
    max_chats_count: "5"
    groups: 5
    notifications: ticket
    work_scheduler: []
tags:
  - {name: t, group_ids: [{a: 1}]}
webhooks_state:
  - {owner_client_id: c, license_webhooks_enabled: 1}
`, want: []string{
			`f:4:19: refused: name must be a string, got the number 48 [groups[0].name] (quote it: "48")`,
			`f:7:11: refused: name must be a string, got true [agents[0].name] (quote it: "true")`,
			`f:8:13: refused: mobile must be a string, got the number 1.5 [agents[0].mobile] (quote it: "1.5")`,
			`f:9:5: refused: job_title must be a string, got a list [agents[0].job_title] (write a string)`,
			`f:10:22: refused: max_chats_count must be an integer, got the string "5" [agents[0].max_chats_count] (remove the quotes)`,
			`f:11:13: refused: groups must be a list, got the number 5 [agents[0].groups] (write it on a line of its own, after a dash)`,
			`f:12:20: refused: notifications must be a list, got the string "ticket" [agents[0].notifications] (write it on a line of its own, after a dash)`,
			`f:13:5: refused: work_scheduler must be an object, got a list [agents[0].work_scheduler] (write an object)`,
			`f:15:27: refused: group_ids must be an integer, got an object [tags[0].group_ids[0]] (write a whole number)`,
			`f:17:52: refused: license_webhooks_enabled must be true or false, got the number 1 [webhooks_state[0].license_webhooks_enabled] (write true or false)`,
		}},
	} {
		tt.run(t)
	}
}

// decode holds what Decode finds in a snapshot against what is wanted.
func (tt invalid) decode(t *testing.T) {
	t.Run(tt.name, func(t *testing.T) {
		doc, findings := Decode([]byte(tt.text), "f")
		if doc == nil && findings.Errors() == 0 {
			t.Error("no document, and no reason")
		}
		if diff := cmp.Diff(tt.want, spelled(findings)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
		}
	})
}
