package clone

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/yamlfile"
)

func TestReadMapping(t *testing.T) {
	got, err := ReadMapping("map.yaml", []byte(`agents:
  "*@a.example": "*@b.example"
  eve@a.example: skip
groups: {Sales: Sales EU, 19: Support}
client_ids: {asXd: qwEr}
urls:
  https://hooks.a.example/: https://hooks.b.example/
  https://open.example/: ""
domains: {a.example: b.example}
secrets: {webhooks/a: webhooks/b}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := Mapping{
		"agents":     {{"*@a.example", "*@b.example", "map.yaml:2:3"}, {"eve@a.example", "skip", "map.yaml:3:3"}},
		"groups":     {{"Sales", "Sales EU", "map.yaml:4:10"}, {"19", "Support", "map.yaml:4:27"}},
		"client_ids": {{"asXd", "qwEr", "map.yaml:5:14"}},
		"urls":       {{"https://hooks.a.example/", "https://hooks.b.example/", "map.yaml:7:3"}, {"https://open.example/", "", "map.yaml:8:3"}},
		"domains":    {{"a.example", "b.example", "map.yaml:9:11"}},
		"secrets":    {{"webhooks/a", "webhooks/b", "map.yaml:10:11"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if m, err := ReadMapping("map.yaml", nil); err != nil || len(m) > 0 {
		t.Errorf("an empty file: %v, %v", m, err)
	}
}

func TestReadMappingRefuses(t *testing.T) {
	for _, tt := range []struct{ why, file, text, hint string }{
		{"unknown section", "agent: {}\n", `m:1:1: unknown key "agent" in the mapping`, "did you mean agents?"},
		{"twice", "tags: {a: b, a: c}\n", `m:1:14: tags has "a" twice`, "keep one of them"},
		{"two groups to one", "groups:\n  A: C\n  B: C\n", `m:3:3: groups "A" and "B" map to one, "C"`, "map each to a name of its own"},
		{"two bots to one", "bots:\n  A: C\n  B: C\n", `m:3:3: bots "A" and "B" map to one, "C"`, ""},
		{"two tags to one", "tags:\n  A: C\n  B: C\n", `m:3:3: tags "A" and "B" map to one, "C"`, ""},
		{"two applications to one", "client_ids: {a: c, b: c}\n", `m:1:20: client_ids "a" and "b" map to one, "c"`, ""},
		{"not a text", "groups: {A: [B]}\n", `m:1:13: what "A" maps to must be a string`, ""},
		{"not an address", "agents: {ben: eve@b.example}\n", "m:1:10: agents: \"ben\" to \"eve@b.example\": these must be e-mail addresses", "or map it to skip"},
		{"two stars", `agents: {"*@*": "*@b.example"}` + "\n", "a pattern has one *", ""},
		{"a star from nowhere", `agents: {"a@a.example": "*@b.example"}` + "\n", "a pattern has one *", ""},
		{"no url", "urls: {hooks.a.example: https://b.example/}\n", "both must be the beginning of an address", "https://host/"},
		{"not a mapping", "- a\n", "m:1:1: the mapping must be a mapping", ""},
		{"not YAML", "groups:\n  a: b: c\n", "m:2: not valid YAML", ""},
	} {
		_, err := ReadMapping("m", []byte(tt.file))
		var e *yamlfile.Error
		if !errors.As(err, &e) || !strings.Contains(e.Text, tt.text) || !strings.Contains(e.Hint, tt.hint) {
			t.Errorf("%s: got %#v, want %q, %q", tt.why, err, tt.text, tt.hint)
		}
	}
	for _, file := range []string{"agents: {a@a.example: c@c.example, b@a.example: c@c.example}", "groups: {A: skip, B: skip}", `tags: {A: "", B: ""}`} {
		if _, err := ReadMapping("m", []byte(file)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestMappedNames(t *testing.T) {
	m := answering(Mapping{
		"agents": {{From: "*@a.example", To: "*@b.example"}, {From: "*@eu.a.example", To: "*@eu.example"}, {From: "ben@a.example", To: "ben.o@b.example"}},
		URLs:     {{From: "https://a.example", To: "https://b.example"}, {From: "https://a.example/eu/", To: "https://eu.example/"}},
		Domains:  {{From: "a.example", To: "b.example"}},
	})
	for from, want := range map[string]string{
		"Mei@A.example": "Mei@b.example", "ben@a.example": "ben.o@b.example", "Ben@a.example": "ben.o@b.example", "x@eu.a.example": "x@eu.example",
		"x@c.example": "",
	} {
		if _, got := m.address("agents", from); got != want {
			t.Errorf("%s maps to %q, want %q", from, got, want)
		}
	}
	for from, want := range map[string]string{
		"https://a.example/x": "https://b.example/x", "https://a.example": "https://b.example", "https://a.example/eu/x": "https://eu.example/x",
		"https://a.example:8443/": "https://b.example:8443/", "https://a.example.org/": "https://a.example.org/",
	} {
		if got, _ := m.url(from); got != want {
			t.Errorf("%s maps to %q, want %q", from, got, want)
		}
	}
	for from, want := range map[string]string{"a.example": "b.example", "shop.a.example": "shop.b.example", "aa.example": "aa.example"} {
		if got := m.domain(from); got != want {
			t.Errorf("%s maps to %q, want %q", from, got, want)
		}
	}
}
