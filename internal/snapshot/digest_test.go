package snapshot

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

const digestFile = header + `groups:
  - id: 1
    name: VIP
tags:
  - name: a
    group_ids:
      - 1 # VIP
webhooks:
  - id: w
    action: tag_created
    owner_client_id: shop
    secret_key: !secret webhooks/w
    type: license
    url: https://a.b/c
`

// TestCheckDigest edits a file in ways that change values, and in ways that do not.
func TestCheckDigest(t *testing.T) {
	doc, _ := Decode([]byte(digestFile), "f.yaml")
	var b bytes.Buffer
	if err := Encode(&b, doc.License, EncodeOptions{Digest: true}); err != nil {
		t.Fatal(err)
	}
	if without := strings.TrimSuffix(b.String(), digestLine(doc.License)); without != digestFile {
		t.Fatalf("an export has more than a line more: %s", b.String())
	}
	for _, tt := range []struct {
		name, old, new string
		want           Edits
	}{
		{"untouched", "", "", Unedited},
		{"comments", "  - name: a\n", "  # hot\n  - name: 'a'   # hot\n", Unedited},
		{"windows", "\n", "\r\n", Unedited},
		{"flow style", "    group_ids:\n      - 1 # VIP\n", "    group_ids: [1]\n", Unedited},
		{"a name for an id", "      - 1 # VIP\n", "      - VIP\n", Unedited},
		{"a name for a secret", "webhooks/w", "crm", Unedited},
		{"order of kinds", "groups:\n  - id: 1\n    name: VIP\ntags:", "groups:\n- name: VIP\n  id: 1\ntags:", Unedited},
		{"the header", "groups:", "license: {owner: a@x.y}\ngroups:", Unedited},
		{"below the digest", "", "# done", Unedited},
		{"a value", "https://a.b/c", "https://a.b/d", Edited},
		{"an object less", "tags:\n  - name: a\n    group_ids:\n      - 1 # VIP\n", "tags: []\n", Edited},
		{"a kind less", "tags:\n  - name: a\n    group_ids:\n      - 1 # VIP\n", "", Edited},
		{"a field less", "    group_ids:\n      - 1 # VIP\n", "", Edited},
		{"a field more", "    name: VIP\n", "    name: VIP\n    language_code: en\n", Edited},
		{"no digest", "# lcsync: values", "# values", NoDigest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.ReplaceAll(b.String(), tt.old, tt.new)
			if tt.old == "" {
				text = b.String() + tt.new
			}
			doc, findings := Decode([]byte(text), "f.yaml")
			if findings.Errors() > 0 {
				t.Fatal(findings)
			}
			if got := doc.CheckDigest([]byte(text)); got != tt.want {
				t.Errorf("%s, want %s\n%s", got, tt.want, text)
			}
		})
	}
}

// What an export writes is unedited, whatever it holds, and its digest does not
// depend on the order of anything.
func TestExportsAreUnedited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLicense().Draw(t, "license")
		var b bytes.Buffer
		if err := Encode(&b, l, EncodeOptions{Digest: true}); err != nil {
			t.Fatal(err)
		}
		doc, findings := Decode(b.Bytes(), "f.yaml")
		if findings.Errors() > 0 {
			t.Fatal(findings)
		}
		if got := doc.CheckDigest(b.Bytes()); got != Unedited {
			t.Fatalf("%s\n%s", got, b.String())
		}
		mixed := l.Clone()
		for _, k := range mixed.Kinds() {
			rows := mixed.Rows(k.Name)
			for _, row := range rows {
				row.SortBy(func(a, b string) int { return strings.Compare(b, a) })
			}
			if k.Order == resource.Unordered && len(rows) > 1 {
				rows[0], rows[1] = rows[1], rows[0]
			}
		}
		if digestOf(mixed) != digestOf(l) {
			t.Fatal("the order of objects or members shows in the digest")
		}
	})
}

func BenchmarkDigest20000Agents(b *testing.B) {
	l := manyAgents(20000)
	for b.Loop() {
		digestOf(l)
	}
}

// TestCutOff: an export whose last line is missing may be the beginning of one.
func TestCutOff(t *testing.T) {
	doc, _ := Decode([]byte(header+"agents:\n  - id: ben@acme.example\n    job_title: Care\ntags:\n  - name: vip\n    group_ids: [0]\n"), "a.yaml")
	l := doc.License
	l.KnowReadable("agents", []string{"job_title"})
	data, err := written(l, EncodeOptions{Digest: true})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	for n := len(lines); n > 0; n-- {
		_, findings := Decode([]byte(strings.Join(lines[:n], "")), "a.yaml")
		said := slices.ContainsFunc(findings, func(f Finding) bool { return strings.Contains(f.Message, "may be cut off") && f.Line == n })
		whole := n >= len(lines)-1 // the last element is what is behind the last line
		headed := strings.Contains(strings.Join(lines[:n], ""), "- job_title\n")
		if said == whole && headed {
			t.Errorf("after %d of %d lines: %v", n, len(lines)-1, findings)
		}
	}
	if _, findings := Decode([]byte(header+"tags: []\n"), "a.yaml"); len(findings) > 0 {
		t.Errorf("a file that a person wrote: %v", findings)
	}
}
