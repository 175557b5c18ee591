package snapshot

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeFindings(t *testing.T) {
	for _, tt := range []invalid{
		{name: "no findings", reason: "a whole snapshot", text: header + `tags:
  - name: a
`},
		{name: "empty file", reason: "nothing to read", text: "", want: []string{
			"f:1:1: error: not a snapshot: a snapshot is a mapping that begins with lcsync: 1 [] (create one with `lcsync export`, or convert payloads of older API versions with `lcsync migrate`)",
		}},
		{name: "only comments", reason: "nothing to read", text: `# lcsync: 1
`, want: []string{
			"f:1:1: error: not a snapshot: a snapshot is a mapping that begins with lcsync: 1 [] (create one with `lcsync export`, or convert payloads of older API versions with `lcsync migrate`)",
		}},
		{name: "Latin-1", reason: "an editor saved it in another encoding", text: header + "tags:\n  - name: é\n  - name: caf\xe9 noir\n", want: []string{
			"f:5:14: error: invalid UTF-8 [] (save the file as UTF-8)",
		}},
		{name: "a list", reason: "no mapping at the top", text: `- lcsync: 1
`, want: []string{
			"f:1:1: error: not a snapshot: a snapshot is a mapping that begins with lcsync: 1 [] (create one with `lcsync export`, or convert payloads of older API versions with `lcsync migrate`)",
		}},
		{name: "no header", reason: "both lines are asked for at once", text: `tags: []
`, want: []string{
			`f:1:1: error: api_version is missing [] (add the line api_version: "3.5")`,
			"f:1:1: error: the line lcsync: 1 is missing [] (add the first line lcsync: 1, or convert payloads of older API versions with `lcsync migrate`)",
		}},
		{name: "newer format", reason: "made by a later lcsync", text: `lcsync: 2
api_version: "3.5"
`, want: []string{
			`f:1:9: error: the file has format version 2; this lcsync supports 1 [lcsync] (update lcsync)`,
		}},
		{name: "older api", reason: "legacy shapes are for migrate", text: `lcsync: 1
api_version: "3.2"
`, want: []string{
			"f:2:14: error: the file is for API version \"3.2\"; lcsync works with v3.5 [api_version] (convert the file with `lcsync migrate`)",
		}},
		{name: "unknown older api", reason: "migrate does not know it either", text: "lcsync: 1\napi_version: \"3.0\"\n",
			want: []string{`f:2:14: error: the file is for API version "3.0"; lcsync works with v3.5 [api_version] (write api_version: "3.5")`}},
		{name: "bare api version", reason: "a person's way to write it", text: `lcsync: 1
api_version: 3.5
`},
		{name: "tab", reason: "YAML forbids tabs as indentation", text: header + "tags:\n\t- name: a\n", want: []string{
			`f:4:1: error: not YAML: found character that cannot start any token [] (check quotes, colons and indentation here and on the line before)`,
		}},
		{name: "bad indentation", reason: "the place is the line itself, not the start of the mapping", text: header + `tags:
  - name: a
    group_ids: []
   x: y
  - name: b
`, want: []string{
			`f:6:4: error: not YAML: did not find expected '-' indicator [] (check quotes, colons and indentation here and on the line before)`,
		}},
		{name: "colon in a text", reason: "found in the item, with the file's line", text: header + `tags:
  - name: a
  - name: b: c
`, want: []string{
			`f:5:12: error: not YAML: mapping values are not allowed in this context [] (check quotes, colons and indentation here and on the line before)`,
		}},
		{name: "open quote", reason: "points at the quote", text: header + `tags:
  - name: "a
  - name: b
`, want: []string{
			`f:4:11: error: not YAML: found unexpected end of stream [] (check quotes, colons and indentation here and on the line before)`,
		}},
		{name: "quote over several lines", reason: "cut by lines, read as a whole", text: header + `tags:
  - name: "a
  - name: b"
`},
		{name: "two documents", reason: "one file, one snapshot", text: header + `---
lcsync: 1
`, want: []string{
			`f:3:1: error: the file contains more than one YAML document [] (keep one snapshot per file: split the file at ---)`,
		}},
		{name: "unknown kind", reason: "near a known one", text: header + `agent: []
`, want: []string{
			`f:3:1: error: unknown key "agent" [agent] (did you mean agents?)`,
		}},
		{name: "unknown kind, far", reason: "lists the kinds", text: header + `greetings: []
`, want: []string{
			`f:3:1: error: unknown key "greetings" [greetings] (the kinds are groups, agents, bot_templates, bots, tags, auto_accesses, properties, webhooks, webhooks_state, license_properties, group_properties, routing_statuses, channels, product_source)`,
		}},
		{name: "kind twice", reason: "the first counts", text: header + `tags: []
tags:
  - name: a
`, want: []string{
			`f:4:1: error: tags is given twice: already on line 3 [tags] (merge the two)`,
		}},
		{name: "kind without value", reason: "absent and none are two things", text: header + `tags:
`, want: []string{
			`f:3:1: error: tags has no value [tags] (write [] if there are none; remove the key to keep those of the license)`,
		}},
		{name: "kind of wrong type", reason: "a list is wanted", text: header + `tags:
  name: a
`, want: []string{
			`f:4:3: error: tags must be a list, got an object [tags] (write a list)`,
		}},
		{name: "item of wrong type", reason: "an object is wanted", text: header + `tags:
  - a
`, want: []string{
			`f:4:5: error: tags must be an object, got the string "a" [tags[0]] (write an object)`,
		}},
		{name: "unknown field, secret", reason: "never kept", text: header + `bots:
  - id: b
    name: B
    secret: hush
    has_secret: true
`, want: []string{
			`f:6:5: warning: unknown field "secret" looks like a secret; ignored [bots[0].secret] (remove it)`,
			`f:7:5: warning: unknown field "has_secret" [bots[0].has_secret] (remove it if it is a mistake; lcsync keeps it and sends it only to the license of this snapshot)`,
		}},
		{name: "unknown field, near", reason: "an error", text: header + `agents:
  - id: a@b.c
    job_tittle: x
`, want: []string{
			`f:5:5: error: unknown field "job_tittle" [agents[0].job_tittle] (did you mean job_title?)`,
		}},
		{name: "a field by two names", reason: "nothing is dropped in silence", text: header + `agents:
  - id: a@b.c
    avatar: https://a.example/1.png
    avatar_path: https://a.example/2.png
  - id: b@b.c
    summaries: [daily_summary]
    email_subscriptions: [daily_summary]
`, want: []string{
			`f:6:18: error: avatar_path and avatar on line 5, column 13 are the same field with different values [agents[0].avatar_path] (keep one of the two)`,
		}},
		{name: "unknown field, far", reason: "kept", text: header + `agents:
  - id: a@b.c
    shoe_size: 42
`, want: []string{
			`f:5:5: warning: unknown field "shoe_size" [agents[0].shoe_size] (remove it if it is a mistake; lcsync keeps it and sends it only to the license of this snapshot)`,
		}},
		{name: "volatile field", reason: "ignored", text: header + `agents:
  - id: a@b.c
    last_logout: x
`, want: []string{
			`f:5:5: warning: ignored last_logout: it is state, not configuration [agents[0].last_logout] (remove it)`,
		}},
		{name: "duplicate key", reason: "both lines are named", text: header + `tags:
  - name: a
    name: b
`, want: []string{
			`f:5:5: error: "name" is given twice: already on line 4 [tags[0].name] (remove one of the two)`,
		}},
		{name: "duplicate key in nested maps", reason: "every level is looked at", text: header + `license_properties:
  ns:
    a: 1
    a: 2
`, want: []string{
			`f:6:5: error: "a" is given twice: already on line 5 [license_properties.ns.a] (remove one of the two)`,
		}},
		{name: "one group in two items", reason: "the same value twice", text: header + `group_properties:
  - id: 1
    properties: {ns: {a: 1}}
  - id: 1
    properties: {ns: {a: 2, b: 3}}
`, want: []string{
			`f:7:23: error: "a" is given twice [group_properties[1].properties.ns.a] (remove one of the two)`,
		}},
		{name: "values of a group twice", reason: "the first would be lost", text: header + "group_properties:\n  - id: 1\n    properties: {ns: {a: 1}}\n    properties: {ns: {b: 1}}\n", want: []string{
			`f:6:5: error: "properties" is given twice: already on line 5 [group_properties[0].properties] (remove one of the two)`,
		}},
		{name: "number for a string", reason: "never mangled", text: header + `agents:
  - id: a@b.c
    mobile: 0048123
`, want: []string{
			`f:5:13: error: mobile must be a string, got the number 0048123 [agents[0].mobile] (quote it: "0048123")`,
		}},
		{name: "bool for a string", reason: "a license may hold it; Validate says more", text: header + `agents:
  - id: a@b.c
    name: true
`},
		{name: "odd spelling of an odd type", reason: "no export writes it so", text: header + `agents:
  - id: a@b.c
    name: True
    mobile: 1e3
    max_chats_count: yes
`, want: []string{
			`f:5:11: error: name must be a string, got True [agents[0].name] (quote it: "True")`,
			`f:6:13: error: mobile must be a string, got the number 1e3 [agents[0].mobile] (quote it: "1e3")`,
			`f:7:22: error: max_chats_count must be an integer, got the string "yes" [agents[0].max_chats_count] (write a whole number)`,
		}},
		{name: "odd type in the header", reason: "no license wrote that", text: header + `license: {owner: 5}
`, want: []string{
			`f:3:18: error: owner must be a string, got the number 5 [license.owner] (quote it: "5")`,
		}},
		{name: "date for a string", reason: "no reader loses it", text: header + `tags:
  - name: 2024-01-02
`},
		{name: "string for an int", reason: "a license may hold it; Validate says more", text: header + `agents:
  - id: a@b.c
    max_chats_count: "5"
`},
		{name: "octal", reason: "means 8 to some", text: header + `agents:
  - id: a@b.c
    max_chats_count: 010
`, want: []string{
			`f:5:22: error: 010 is not a decimal number [agents[0].max_chats_count] (write digits only, without leading zeros; quote it if it is a string)`,
		}},
		{name: "float for an int", reason: "a license may hold it; Validate says more", text: header + `agents:
  - id: a@b.c
    max_chats_count: 5.5
`},
		{name: "too large", reason: "YAML would take it for a float, and lose digits", text: header + `license_properties:
  ns:
    a: 99999999999999999999
`, want: []string{
			`f:5:8: error: 99999999999999999999 is too large for an integer [license_properties.ns.a] (quote it if it is a string)`,
		}},
		{name: "not a number", reason: "JSON has no such number", text: header + `license_properties:
  ns:
    a: .nan
`, want: []string{
			`f:5:8: error: .nan is not a number that fits [license_properties.ns.a] (quote it if it is a string)`,
		}},
		{name: "yes for a bool", reason: "YAML 1.2 has true and false only", text: header + `webhooks_state:
  - owner_client_id: x
    license_webhooks_enabled: yes
`, want: []string{
			`f:5:31: error: license_webhooks_enabled must be true or false, got the string "yes" [webhooks_state[0].license_webhooks_enabled] (write true)`,
		}},
		{name: "scalar for a list", reason: "a license may hold it; Validate says more", text: header + `agents:
  - id: a@b.c
    notifications: ticket
`},
		{name: "null clears", reason: "registered clear value", text: header + `agents:
  - id: a@b.c
    job_title: null
`},
		{name: "null without clear value", reason: "nothing could be sent", text: header + `agents:
  - id: a@b.c
    name:
`, want: []string{
			`f:5:10: error: name cannot be cleared [agents[0].name] (write a value; remove the line to keep the value of the license)`,
		}},
		{name: "secret in clear", reason: "the value is not repeated", text: header + `webhooks:
  - id: x
    secret_key: hunter2
`, want: []string{
			`f:5:17: error: secret_key must be a reference to a secret [webhooks[0].secret_key] (write secret_key: !secret NAME and put NAME and the value into the secrets file (--secrets))`,
		}},
		{name: "secret without name", reason: "nothing to look up", text: header + `webhooks:
  - id: x
    secret_key: !secret
`, want: []string{
			`f:5:17: error: secret_key must be a reference to a secret [webhooks[0].secret_key] (write secret_key: !secret NAME and put NAME and the value into the secrets file (--secrets))`,
		}},
		{name: "secret elsewhere", reason: "only write-only fields hold secrets", text: header + `agents:
  - id: a@b.c
    name: !secret x
`, want: []string{
			`f:5:11: error: name is not a secret [agents[0].name] (write the value itself)`,
		}},
		{name: "foreign tag", reason: "it would change the value", text: header + `agents:
  - id: a@b.c
    name: !!binary aGk=
`, want: []string{
			`f:5:11: error: the tag !!binary is not allowed here [agents[0].name] (remove the tag; quote strings that look like another type)`,
		}},
		{name: "foreign tag on a list", reason: "it would change the value", text: header + `tags: !!set {a}
`, want: []string{
			`f:3:7: error: tags must be a list, got an object [tags] (write a list)`,
		}},
		{name: "merge key", reason: "refused by name", text: header + `agents:
  - &x
    id: a@b.c
  - <<: *x
    id: b@b.c
`, want: []string{
			`f:6:5: error: merge keys (<<) are not supported [agents[1]] (write every field, or use an alias for a whole value)`,
		}},
		{name: "alias", reason: "anchors across items are read", text: header + `agents:
  - id: a@b.c
    notifications: &n [ticket]
  - id: b@b.c
    notifications: *n
`},
		{name: "unknown alias", reason: "YAML's own error", text: header + `agents:
  - id: a@b.c
    notifications: *n
`, want: []string{
			`f:5:21: error: not YAML: unknown anchor 'n' referenced [] (check quotes, colons and indentation here and on the line before)`,
		}},
		{name: "alias of itself", reason: "bounded", text: header + `agents:
  - id: a@b.c
    x_made_up: &x [*x]
`, want: []string{
			`f:5:5: warning: unknown field "x_made_up" [agents[0].x_made_up] (remove it if it is a mistake; lcsync keeps it and sends it only to the license of this snapshot)`,
			`f:5:20: error: agents is nested too deeply, or its aliases expand to too much [agents] (write the values without aliases)`,
		}},
		{name: "id and name agree", reason: "the number stays", text: header + `groups:
  - {id: 19, name: Shoes}
agents:
  - id: a@b.c
    groups:
      - {id: 19, name: Shoes, priority: first}
`},
		{name: "id and name disagree", reason: "one of them is a mistake", text: header + `groups:
  - {id: 19, name: Shoes}
agents:
  - id: a@b.c
    groups:
      - {id: 19, name: Hats, priority: first}
`, want: []string{
			`f:8:24: error: group 19 is not named "Hats" in this file [agents[0].groups[0].name] (keep one of the two)`,
		}},
		{name: "id and name of another", reason: "the name is another group's", text: header + `groups:
  - {id: 19, name: Shoes}
  - {id: 20, name: Hats}
group_properties:
  - id: 19
    name: Hats
    properties: {}
`, want: []string{
			`f:8:11: error: group 19 is not named "Hats" in this file [group_properties[0].name] (keep one of the two)`,
		}},
		{name: "id and name of a row without a name", reason: "only the license can tell", text: header + `groups:
  - {id: 19}
agents:
  - id: a@b.c
    groups:
      - {id: 19, name: Hats, priority: first}
`},
		{name: "group values of nothing", reason: "both parts are needed", text: header + `group_properties:
  - properties: {}
  - id: 1
`, want: []string{
			`f:4:5: error: id is missing [group_properties[0]] (write id: …)`,
			`f:5:5: error: properties is missing [group_properties[1]] (add it, or remove the item)`,
		}},
	} {
		tt.decode(t)
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
