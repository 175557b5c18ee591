package snapshot

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

func TestScalars(t *testing.T) {
	for _, tt := range []struct {
		name string
		v    resource.Value
		want string
	}{
		{"word", "Agent Smith", `Agent Smith`},
		{"client id that begins with a digit", "2c1b8da190222160e8f9e077af4c625b", `2c1b8da190222160e8f9e077af4c625b`},
		{"address", "https://example.com/a?b=c#d", `https://example.com/a?b=c#d`},
		{"letters of other scripts", "Zażółć 日本", `Zażółć 日本`},
		{"Norway", "NO", `"NO"`},
		{"yes of YAML 1.1", "yes", `"yes"`},
		{"null", "~", `"~"`},
		{"empty", "", `""`},
		{"phone number", "0048123", `"0048123"`},
		{"exponent", "1e3", `"1e3"`},
		{"hash that is a number", "12e45678", `"12e45678"`},
		{"hexadecimal", "0x1F", `"0x1F"`},
		{"grouped digits", "1_000", `"1_000"`},
		{"time", "08:00", `"08:00"`},
		{"date", "2024-01-02", `"2024-01-02"`},
		{"date and time", "2017-10-12T13:56:16Z", `"2017-10-12T13:56:16Z"`},
		{"international number", "+48 22 100", `+48 22 100`},
		{"merge", "<<", `"<<"`},
		{"default value", "=", `"="`},
		{"comment", "a #b", `"a #b"`},
		{"no comment", "a#b", `a#b`},
		{"mapping", "a: b", `"a: b"`},
		{"quotes", `say "a\b"`, `say "a\b"`},
		{"leading quote", `"a\b"`, `"\"a\\b\""`},
		{"spaces around", " a ", `" a "`},
		{"space that cannot be seen", "a\u00a0b", `"a\xA0b"`},
		{"control characters", "\x00\t\r\n\x1b\u2028\ufeff", `"\x00\t\r\n\x1B\u2028\uFEFF"`},
		{"beyond 16 bits", "\U000e0001", `"\U000E0001"`},
		{"integer", int64(-5), `-5`},
		{"number", 0.25, `0.25`},
		{"number that is whole", 1000.0, `1000.0`},
		{"large number", 1e300, `1e+300`},
		{"bool", true, `true`},
		{"null value", nil, `null`},
		{"secret", resource.Secret("webhooks/a/b/1"), `!secret webhooks/a/b/1`},
		{"reference", resource.Ref{Kind: "groups", Key: "Sales"}, `Sales`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := scalar(tt.v)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, v := range map[string]resource.Value{"not finite": math.Inf(1), "not a value": struct{}{}} {
		l := &resource.License{}
		l.Append("license_properties", resource.Of("namespace", "a", "name", "b", "value", v))
		if err := Encode(io.Discard, l, EncodeOptions{}); err == nil || !strings.Contains(err.Error(), "license_properties") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What comes from a server may hold things that have no place in a file.
func TestEncodeTidies(t *testing.T) {
	l := &resource.License{ClientIDs: []string{"b", "a"}, Gaps: []resource.Gap{{Kind: "tags", Reason: "r"}, {Kind: "agents", Reason: "r"}}}
	l.Append("groups", resource.Of("routing_status", "offline", "name", "General\n- id: 1 # x", "id", int64(0)))
	l.Append("agents", resource.Of(
		"x_unknown", nil, "groups", resource.List{resource.Of("priority", "first", "id", int64(0), "name", nil)}, "avatar_path", "a.png",
		"mobile", nil, "id", "a@b.c", "name", "broken \xff", "last_logout", "x"))
	l.Append("webhooks", resource.Of("id", "w", "secret_key", "hunter2", "owner_client_id", "c", "action", "tag_created"))
	l.SetRows("group_properties", nil)
	l.SetRows("license_properties", nil)
	l.SetRows("product_source", nil)
	l.SetRows("tags", nil)
	want := `lcsync: 1
api_version: "3.5"
license:
  client_ids:
    - a
    - b
incomplete:
  - kind: agents
    reason: r
  - kind: tags
    reason: r
groups:
  - id: 0
    name: |-
      General
      - id: 1 # x
agents:
  - id: a@b.c
    name: "broken ` + "\ufffd" + `"
    avatar: a.png
    groups:
      - id: 0 # General - id: 1 # x
        priority: first
    x_unknown: null
tags: []
webhooks:
  - id: w
    action: tag_created
    owner_client_id: c
    secret_key: !secret webhooks/c/tag_created/57aa68bd
license_properties: {}
group_properties: []
product_source: {}
`
	got := string(encoded(t, l))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var b bytes.Buffer
	if err := Encode(&b, l, EncodeOptions{NoNames: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Replace(want, "id: 0 # General - id: 1 # x", "id: 0", 1), b.String()); diff != "" {
		t.Errorf("without names (-want +got)\n%s", diff)
	}
}

// Line breaks of other systems change nothing, and positions stay.
func TestDecodeLineBreaks(t *testing.T) {
	text := header + "# tags\ntags:\n\n  - name: a\n    nam: b\n"
	for name, data := range map[string]string{"CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "no last one": strings.TrimSpace(text), "BOM": "\ufeff" + text} {
		_, findings := Decode([]byte(data), "f")
		want := []string{`f:7:5: error: unknown field "nam" [tags[0].nam] (did you mean name?)`}
		if diff := cmp.Diff(want, spelled(findings)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}
