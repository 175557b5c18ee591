package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadIgnore(t *testing.T) {
	p := home(t, "profiles: {}")
	write(t, filepath.Join(p.Dir, "ignore.yaml"), `ignore:
  - {kind: agents, key: "*@contractor.example", field: job_title, reason: HR owns it, until: 2027-01-31}
  - kind: tags
    reason: made by a script
`, 0o644)
	rules, err := p.ReadIgnore("ignore.yaml")
	want := []Ignore{{Kind: "agents", Key: "*@contractor.example", Field: "job_title", Reason: "HR owns it", Until: "2027-01-31", From: "ignore.yaml:2"},
		{Kind: "tags", Reason: "made by a script", From: "ignore.yaml:3"}}
	if d := cmp.Diff(want, rules); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
	for rule, text := range map[string]string{
		"{kind: agent, reason: r}":                       `unknown kind "agent"`,
		"{kind: agents, field: jobtitle, reason: r}":     `agents have no field "jobtitle"`,
		"{kind: agents}":                                 "has no reason",
		"{kind: agents, reason: r, until: tomorrow}":     `"tomorrow" is not a day`,
		"{kind: agents, reason: r, key: '['}":            "unusable key",
		"{kind: agents, reason: r, for: ever}":           `unknown key "for"`,
		"{kind: auto_accesses, field: order, reason: r}": "",
	} {
		write(t, filepath.Join(p.Dir, "rules.yaml"), "ignore: ["+rule+"]", 0o644)
		if _, err := p.ReadIgnore("rules.yaml"); text == "" && err != nil || text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
			t.Errorf("%s: %v, want %q", rule, err, text)
		}
	}
}

func TestProfileIgnoresAndHides(t *testing.T) {
	p := home(t, `profiles:
  acme:
    token: t
    ignore: [{kind: tags, key: "tmp*", reason: scripts}]
    secret: [{kind: license_properties, field: value}]
`)
	c, err := p.Resolve(Flags{})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Ignore) != 1 || c.Ignore[0].Key != "tmp*" || len(c.Secret) != 1 || c.Secret[0] != (Secret{"license_properties", "*", "value"}) {
		t.Errorf("got %+v, %+v", c.Ignore, c.Secret)
	}
}
