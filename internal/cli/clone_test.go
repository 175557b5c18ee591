package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// stagingState is a license that others have worked on: with the example's group
// names under other ids, one of them for something else, and a catch-all.
const stagingState = `{
	"groups": [{"id": 0, "name": "Allgemein", "language_code": "de"}, {"id": 3, "name": "Support", "language_code": "en"}, {"id": 5, "name": "Tests", "language_code": "en"}],
	"agents": [
		{"id": "root@staging.example", "name": "Root", "role": "owner", "account_id": "d24fa41e-0000-4000-8000-000000000001", "groups": [{"id": 0, "priority": "normal"}]},
		{"id": "ben@staging.example", "name": "Benjamin", "role": "normal", "groups": [{"id": 3, "priority": "last"}, {"id": 5, "priority": "normal"}]}
	],
	"tags": [{"name": "Returns", "group_ids": [5], "author_id": "", "created_at": "2020-01-01T00:00:00.000000Z"}, {"name": "test", "group_ids": [5], "author_id": "", "created_at": "2020-01-01T00:00:00.000000Z"}],
	"auto_accesses": [
		{"id": "s1", "description": "Test pages", "access": {"groups": [5]}, "conditions": {"url": {"values": [{"value": "/test", "exact_match": false}]}}},
		{"id": "s2", "description": "Everything else", "access": {"groups": [0]}, "conditions": {"url": {"values": [{"value": "/", "exact_match": false}]}}}
	],
	"license_properties": {"chats": {"max_agent_active_chats": 9}},
	"webhooks_state": [{"owner_client_id": "stagingapp", "license_webhooks_enabled": false}]
}`

const stagingMap = `agents: {"*@acme.example": "*@staging.example", olivia@acme.example: root@staging.example}
client_ids: {` + acmeClient + `: stagingapp}
urls: {"https://hooks.acme.example/": "https://hooks.staging.example/", "https://cdn.acme.example/": "https://cdn.staging.example/"}
domains: {acme.example.de: staging.example.de}
`

// clones is the example's license and one that it is cloned to.
type clones struct {
	*world
	target *world
}

func newClones(t *testing.T) *clones { return newClonesTo(t, []byte(stagingState), nil) }

// newClonesTo is newClones with a target of another state and with other scopes.
func newClonesTo(t *testing.T, state []byte, scopes []string) *clones {
	t.Helper()
	c := &clones{acmeWorld(t), newWorld(t, sandbox.Options{Seed: 11, ClientIDs: []string{"stagingapp"}, TokenClientID: "stagingapp", Scopes: scopes})}
	c.target.clock, c.env = c.clock, nil
	if err := c.target.license.LoadUnchecked(state); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("lcsync.yaml", fmt.Sprintf("profiles:\n  acme: {url: %s, token: \"dal:sandbox\", client_ids: [%s]}\n  staging: {url: %s, token: \"dal:sandbox\"}\n",
		c.server.URL, acmeClient, c.target.server.URL))
	write("map.yaml", stagingMap)
	return c
}

// RoundTrip takes a request to the license that has its address.
func (c *clones) RoundTrip(r *http.Request) (*http.Response, error) {
	if "http://"+r.URL.Host == c.target.server.URL {
		return c.target.server.RoundTrip(r)
	}
	return c.server.RoundTrip(r)
}

// run runs a command line.
func (c *clones) run(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	env := &session.Env{Args: append([]string{"lcsync"}, args...), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Environ: []string{"HOME=" + c.dir}, Dir: c.dir, Clock: c.clock, Transport: c}
	c.clock.Run(testOf(c.t), func() { code = Run(context.Background(), env) })
	return code, out.String(), errs.String()
}

// writes counts the requests so far that wrote to the target.
func (c *clones) writes() int {
	n := 0
	for _, call := range c.target.license.Calls() {
		if m := resource.LookupMethod(call.Method); m != nil && m.Effect != resource.Reads {
			n++
		}
	}
	return n
}

var missingSecret = regexp.MustCompile(`the secret (\S+) is missing`)

// secretsOf writes a file with the secrets that a preflight misses.
func (c *clones) secretsOf(preflight string) string {
	text := ""
	for i, m := range missingSecret.FindAllStringSubmatch(preflight, -1) {
		text += fmt.Sprintf("%s: hush-hush-%d\n", m[1], i)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "secrets.yaml"), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return "secrets.yaml"
}

// searchForSecrets looks for tokens and secrets in all files that others may
// read.
func (c *clones) searchForSecrets() {
	c.t.Helper()
	var state struct {
		Bots     []struct{ Secret string }
		Webhooks []struct {
			Key string `json:"secret_key"`
		}
		Templates []struct{ Secret string } `json:"bot_templates"`
	}
	if err := json.Unmarshal(c.target.license.State(), &state); err != nil {
		c.t.Fatal(err)
	}
	secrets := []string{"dal:sandbox", "hush-hush"}
	for _, o := range append(state.Bots, state.Templates...) {
		secrets = append(secrets, o.Secret)
	}
	for _, o := range state.Webhooks {
		secrets = append(secrets, o.Key)
	}
	found, files := 0, 0
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		info, err2 := d.Info()
		if err != nil || err2 != nil {
			return cmp.Or(err, err2)
		}
		files++
		for _, secret := range secrets {
			if secret == "" || !bytes.Contains(data, []byte(secret)) {
				continue
			}
			found++
			if name := filepath.Base(path); info.Mode().Perm() != 0o600 || name != "secrets.yaml" && name != "lcsync.yaml" {
				c.t.Errorf("%s (mode %o) holds %q", path, info.Mode().Perm(), secret)
			}
		}
		return nil
	})
	if err != nil || found < 5 || files < 8 {
		c.t.Errorf("found %d secrets in %d files: %v", found, files, err)
	}
}

// inTarget is a text of the source with the names of the target.
func inTarget(text string) string {
	return strings.NewReplacer("olivia@acme.example", "root@staging.example", "@acme.example", "@staging.example", acmeClient, "stagingapp",
		"hooks.acme.example", "hooks.staging.example", "acme.example.de", "staging.example.de").Replace(text)
}

// relations are what a license consists of, by names alone, read raw.
type relations map[string][]string

func relationsOf(t *testing.T, state []byte) relations {
	t.Helper()
	type object = map[string]any
	var l struct {
		Groups, Agents, Bots, Tags, Webhooks, Properties []object
		Rules                                            []object          `json:"auto_accesses"`
		Templates                                        []object          `json:"bot_templates"`
		States                                           []object          `json:"webhooks_state"`
		Statuses                                         []object          `json:"routing_statuses"`
		Values                                           map[string]object `json:"license_properties"`
		GroupValues                                      []struct {
			ID         float64
			Properties map[string]object
		} `json:"group_properties"`
	}
	if err := json.Unmarshal(state, &l); err != nil {
		t.Fatal(err)
	}
	names, people := map[float64]string{}, map[string]string{}
	for _, g := range l.Groups {
		if names[g["id"].(float64)] = g["name"].(string); g["id"].(float64) == 0 {
			names[0] = "group 0"
		}
	}
	for _, b := range l.Bots {
		people[b["id"].(string)] = b["name"].(string)
	}
	name := func(id any) string {
		if n := people[fmt.Sprint(id)]; n != "" {
			return n
		}
		return fmt.Sprint(id)
	}
	ids := func(list any) []string {
		var out []string
		for _, id := range list.([]any) {
			out = append(out, names[id.(float64)])
		}
		slices.Sort(out)
		return out
	}
	out := relations{}
	add := func(kind, format string, args ...any) { out[kind] = append(out[kind], fmt.Sprintf(format, args...)) }
	for kind, members := range map[string][]object{"agents": l.Agents, "bots": l.Bots} {
		for _, m := range members {
			for _, g := range m["groups"].([]any) {
				add(kind, "%s in %s: %s", name(m["id"]), names[g.(object)["id"].(float64)], g.(object)["priority"])
			}
		}
	}
	for _, o := range l.Tags {
		add("tags", "%s of %v", strings.ToLower(o["name"].(string)), ids(o["group_ids"]))
	}
	for _, o := range l.Rules {
		conditions, _ := json.Marshal(o["conditions"])
		add("rules", "%s to %v if %s", o["description"], ids(o["access"].(object)["groups"]), conditions)
	}
	for _, o := range l.Properties {
		access, _ := json.Marshal(o["access"])
		add("properties", "%s of %s: %s %s %v", o["name"], o["owner_client_id"], o["type"], access, o["default_value"])
	}
	for _, o := range l.Webhooks {
		filters, _ := json.Marshal(o["filters"])
		text := string(filters)
		for id, name := range people {
			text = strings.ReplaceAll(text, id, name)
		}
		add("webhooks", "%s of %s to %s if %s", o["action"], o["owner_client_id"], o["url"], text)
	}
	for _, o := range l.Templates {
		add("templates", "%s of %s", o["name"], o["owner_client_id"])
	}
	for _, o := range l.States {
		add("states", "%s %v", o["owner_client_id"], o["license_webhooks_enabled"])
	}
	for _, o := range l.Statuses {
		if bot := people[o["agent_id"].(string)]; bot != "" {
			add("statuses", "%s %s", bot, o["status"])
		}
	}
	for space, values := range l.Values {
		for property, v := range values {
			add("license values", "%s/%s %v", space, property, v)
		}
	}
	for _, g := range l.GroupValues {
		for space, values := range g.Properties {
			for property, v := range values {
				add("group values", "%s: %s/%s %v", names[g.ID], space, property, v)
			}
		}
	}
	for kind := range out {
		if kind != "rules" {
			slices.Sort(out[kind])
		}
	}
	return out
}

// TestCloneRelations: after a clone every relation of the source is in the target,
// by names, and what the target had of its own is still there.
func TestCloneRelations(t *testing.T) {
	c := newClones(t)
	unchanged := c.target.license.State()
	before := relationsOf(t, unchanged)
	args := []string{"clone", "--from", "acme", "--to", "staging", "--map", "map.yaml", "--create-agents", "--keep-shadowed", "--yes"}
	code, stdout, _ := c.run(append(args, "--dry-run", "--json")...)
	if code != 2 {
		t.Fatalf("exit code %d: %s", code, stdout)
	}
	var plan struct{ Requests []any }
	if err := json.Unmarshal([]byte(stdout), &plan); err != nil {
		t.Fatal(err)
	}
	c.target.license.ResetCalls()
	secrets := c.secretsOf(stdout)
	code, stdout, stderr := c.run(append(args, "--secrets", secrets)...)
	if code != 0 {
		t.Fatalf("exit code %d: %s\n%s", code, stdout, stderr)
	}
	writes := c.writes()
	if writes > len(plan.Requests)*11/10 {
		t.Errorf("%d requests wrote, where the plan has %d", writes, len(plan.Requests))
	}
	if least := leastWrites(t, unchanged, c.target.license.State()); writes > least*11/10 || writes < least {
		t.Errorf("%d requests wrote, where %d are needed", writes, least)
	}

	source, target := relationsOf(t, []byte(inTarget(string(c.license.State())))), relationsOf(t, c.target.license.State())
	var lost []string
	for kind, all := range source {
		for _, one := range all {
			kept := kind == "agents" && (strings.Contains(one, "in group 0") || strings.Contains(one, "in Support")) // memberships that are the target's affair
			if !slices.Contains(target[kind], one) && !kept {
				lost = append(lost, kind+": "+one)
			}
		}
	}
	for kind, all := range before {
		for _, one := range all {
			replaced := strings.HasPrefix(one, "returns of") || strings.HasPrefix(one, "stagingapp ") || kind == "license values"
			if !slices.Contains(target[kind], one) && !replaced {
				lost = append(lost, "target's "+kind+": "+one)
			}
		}
	}
	slices.Sort(lost)
	if lost != nil {
		t.Errorf("not in the target:\n%s\nwhich has\n%s", strings.Join(lost, "\n"), resource.JSON(fmt.Sprint(target)))
	}
	var order []string
	for _, rule := range target["rules"] {
		description, _, _ := strings.Cut(rule, " to ")
		order = append(order, description)
	}
	if d := gocmp.Diff([]string{"Test pages", "German shop", "Checkout and basket", "Visitors from Austria and Switzerland", "Anything but the careers pages", "Everything else"}, order); d != "" {
		t.Error(d)
	}

	c.target.license.ResetCalls()
	if code, stdout, stderr := c.run(args...); code != 0 || c.writes() > 0 {
		t.Errorf("the second clone: exit code %d, %d writes: %s\n%s", code, c.writes(), stdout, stderr)
	}
	c.searchForSecrets()
}
