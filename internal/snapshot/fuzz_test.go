package snapshot

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
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

// FuzzSplice: whatever the file and whatever is wanted, nothing panics, the
// result says what it is told to say, and no comment goes without a word.
func FuzzSplice(f *testing.F) {
	tags := header + "# T\ntags: # a\n  # b\n  - name: a # c\n    group_ids: [1, 2]\n\n  - {name: b} # d\n# e\n"
	rules := header + "auto_accesses:\n- id: a\n  # x\n  access: {groups: [VIP]}\n- id: b\n  access:\n    groups: # y\n    - VIP\n"
	anchored := header + "agents:\n  - id: x\n    work_scheduler: &w {schedule: []} # x\n  - id: y\n    work_scheduler: *w\n"
	texts := header + "license_properties:\n  ns:\n    a: |+ # t\n      # no comment\n\n    b: 'it''s\n      long' # u\n    ? c\n    : d\n"
	for _, seed := range [][2]string{
		{tags, rules}, {tags, header + "tags:\n  - name: b\n  - name: a\n    group_ids: [2]\n  - name: c\n"},
		{rules, header + "auto_accesses:\n- id: b\n  access: {groups: [1]}\n- id: a\n  description: a\n"},
		{anchored, header + "agents:\n  - id: x\n    work_scheduler: {timezone: UTC}\n  - id: y\n    work_scheduler: {schedule: []}\n"},
		{texts, header + "license_properties: {ns: {a: x, b: \"a\\nb\", c: [1, {x: y}]}}\n"},
		{header + "license: {owner: a}\nincomplete: [{kind: tags, reason: r}]\n", header + "license: {owner: b, client_ids: []}\n"},
		{"---\n" + tags + "...\n", tags}, {tags + "agents: none\n", tags}, {"\ufeff" + tags, texts}, {strings.ReplaceAll(tags, "\n", "\r\n"), texts},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, data, live []byte) {
		want, findings := Decode(live, "live")
		if want == nil || findings.Errors() > 0 {
			return
		}
		want.License.Version = ""
		old, findings := Decode(data, "-")
		if findings.Errors() > 0 {
			old = nil
		}
		out, err := Splice(data, old, want.License, EncodeOptions{Digest: true})
		if err != nil {
			return
		}
		doc, findings := Decode(out.Data, "-")
		if findings.Errors() > 0 {
			t.Fatalf("%v\n%s", findings, out.Data)
		}
		if diff := cmp.Diff(inAnyOrder(out.License), inAnyOrder(doc.License)); diff != "" {
			t.Fatalf("(-told +written)\n%s\n%s", diff, out.Data)
		}
		lost := missing(commentsOf(withoutDigest(data)), commentsOf(out.Data))
		for _, n := range out.Notices {
			lost = missing(lost, n.Comments)
		}
		for _, c := range lost {
			if old == nil || !ownRemarks(old.License)[c] {
				t.Fatalf("%s is gone\n%s\n---\n%s", c, data, out.Data)
			}
		}
	})
}

// ownRemarks are the comments that an export writes.
func ownRemarks(l *resource.License) map[string]bool {
	own := map[string]bool{}
	for _, names := range namesOf(l) {
		for _, name := range names {
			own["# "+remark(name)] = true
		}
	}
	return own
}
