package snapshot

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const header = "lcsync: 1\napi_version: \"3.5\"\n"

// FuzzDecode: no input makes the decoder panic, and what it accepts survives
// being written and read.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "\t", "---\n...\n", "\xff\xfe", "\ufefflcsync: 1", header,
		header + "agents:\n  - id: a@b.c\n    name: A\n    groups:\n      - {id: 19, priority: first}\n",
		header + "groups:\n- id: 19\n  name: 'it''s'\n- name: VIP\n  agent_priorities: {a@b.c: normal}\n",
		header + "groups: &g\n  - name: &n >-\n      folded\n      text\n  - name: *n\n",
		header + "agents: &a\n  - *a\n",
		header + "agents:\n  - id: x\n    work_scheduler: &w {schedule: []}\n  - id: y\n    work_scheduler: *w\n",
		header + "license_properties:\n  ns:\n    a: 1\n    b: [1.5, x, {y: z}]\n",
		header + "group_properties:\n  - id: 1\n    name: One\n    properties:\n      ns: {a: true}\n",
		header + "webhooks:\n  - secret_key: !secret a/b\n    filters: {chat_presence: {my_bots: true}}\n",
		header + "product_source: {source_id: x}\nchannels: []\nauto_accesses: null\n",
		header + "license: {owner: a, client_ids: [b, a]}\nincomplete:\n  - {kind: tags, reason: r, missing_scopes: s}\n",
		`{"lcsync": 1, "api_version": "3.5", "tags": [{"name": "a", "group_ids": [1, 1]}]}`,
		header + "tags:\n  - name: \"a\n  - name: b\"\n  - name: |\n      - name: c\n",
		header + "tags:\n  - ? name\n    : x\n  - {name: y, name: z}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, findings := Decode(data, "-")
		if doc == nil {
			if findings.Errors() == 0 {
				t.Fatal("nothing was read, and nothing is wrong")
			}
			return
		}
		doc.Validate()
		var b bytes.Buffer
		if err := Encode(&b, doc.License, EncodeOptions{}); err != nil {
			t.Fatal(err)
		}
		if findings.Errors() > 0 {
			return
		}
		again, findings := Decode(b.Bytes(), "-")
		if findings.Errors() > 0 {
			t.Fatalf("%v\n%s", findings, b.Bytes())
		}
		if diff := cmp.Diff(dump(doc.License), dump(again.License)); diff != "" {
			t.Fatalf("(-first +second)\n%s\n%s", diff, b.Bytes())
		}
	})
}
