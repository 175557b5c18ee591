package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lcsync/internal/apply"
	"lcsync/internal/clone"
	"lcsync/internal/resource"
)

// allScopes are those that the staging token has unless a problem takes one.
var allScopes = []string{"agents--all:rw", "accounts--all:rw", "accounts.roles.lc--all:rw", "groups--all:rw", "agents-bot--all:rw", "tags--all:rw", "access_rules:rw",
	"properties.license.value--all:rw", "properties.group.value--all:rw", "properties.configuration:rw", "bots.templates:rw", "webhooks.state:rw", "webhooks.configuration:rw"}

// planted is a problem that the target alone has.
type planted struct {
	why    string
	scopes []string                     // that the token lacks, replaced by those behind "="
	plant  func(license map[string]any) // changes its state, nil for nothing
	want   string                       // part of what is predicted
	order  bool                         // which change fails depends on the order of the requests
	args   []string                     // more of the command line
}

// limitsOf gives a license limits of its plan.
func limitsOf(limits map[string]any) func(license map[string]any) {
	return func(license map[string]any) { license["license_properties"].(map[string]any)["limits"] = limits }
}

// hooksOf gives a license webhooks for an action, as many as there may be.
func hooksOf(action string) func(license map[string]any) {
	return func(license map[string]any) {
		var hooks []any
		for i := range 3 {
			hooks = append(hooks, map[string]any{"id": fmt.Sprint("h", i), "owner_client_id": "stagingapp", "type": "license", "action": action,
				"url": fmt.Sprintf("https://other.staging.example/%d", i)})
		}
		license["webhooks"] = hooks
	}
}

var plantedProblems = []planted{
	{why: "no problem"},
	{why: "the token may not create groups", scopes: []string{"groups--all:rw=groups--all:ro"}, want: "lacks the scope for create_group"},
	{why: "the token may neither invite nor give roles", scopes: []string{"accounts--all:rw", "accounts.roles.lc--all:rw"}, want: "lacks the scope for create_agent"},
	{why: "the token may not invite", scopes: []string{"accounts--all:rw"}, want: "batch_create_agents: authorization"}, // so new groups have no members
	{why: "the token may not give roles", scopes: []string{"accounts.roles.lc--all:rw"}, want: "create_agent: authorization"},
	{why: "the token may not write tags", scopes: []string{"tags--all:rw=tags--all:ro"}, want: "lacks the scope for create_tag"},
	{why: "the token may write tags of its groups", scopes: []string{"tags--all:rw=tags--groups:rw"}, want: "authorization"},
	{why: "the token may not write rules", scopes: []string{"access_rules:rw=access_rules:ro"}, want: "lacks the scope for add_auto_access"},
	{why: "the token may not turn webhooks on", scopes: []string{"webhooks.state:rw=webhooks.state:ro"}, want: "lacks the scope for enable_license_webhooks"},
	{why: "the token may not write values of groups", scopes: []string{"properties.group.value--all:rw=properties.group.value--all:ro"}, want: "lacks the scope for update_group_properties"},
	{why: "the token may write bots of its own only", scopes: []string{"agents-bot--all:rw=agents-bot--my:rw"}, want: "routing_statuses/Order tracker: unverified"},
	{why: "the token may not read values of the license", scopes: []string{"properties.license.value--all:rw"}, want: "license_properties: not written: the target's token lacks a scope for list_license_properties"},
	{why: "the token may not see rules", scopes: []string{"access_rules:rw"}, want: "auto_accesses: not written: the target's token lacks a scope for list_auto_accesses"},
	{why: "the token may not see groups", scopes: []string{"groups--all:rw"}, want: "groups: not written: the target's token lacks a scope for list_groups"},
	{why: "the token may not see webhooks", scopes: []string{"webhooks.configuration:rw"}, want: "webhooks/stagingapp: not written: the target's token lacks a scope for list_webhooks"},
	{why: "the token may not see agents", scopes: []string{"agents--all:rw"}, want: "agents: not written: the target's token lacks a scope for list_agents"},
	{why: "the token may not see bots", scopes: []string{"agents-bot--all:rw"}, want: "bots: not written: the target's token lacks a scope for list_bots"},
	{why: "no room for groups", plant: limitsOf(map[string]any{"groups.base": 3}), want: "its plan allows 3"},
	{why: "room for one of the groups", plant: limitsOf(map[string]any{"groups.base": 4}), want: "its plan allows 4", order: true},
	{why: "no room for agents", plant: limitsOf(map[string]any{"agents.base": 2, "agents.additional": 0}), want: "its plan allows 2"},
	{why: "room for all agents, bought in addition", plant: limitsOf(map[string]any{"agents.base": 2, "agents.additional": 2})},
	{why: "agents may be in one group", plant: limitsOf(map[string]any{"groups_per_agent.base": 1}), want: "the target's plan allows 1"},
	{why: "no room for tags", plant: limitsOf(map[string]any{"tags.base": 2}), want: "its plan allows 2"},
	{why: "room for one of the tags", plant: limitsOf(map[string]any{"tags.base": 3}), want: "its plan allows 3", order: true},
	{why: "no limit of tags", plant: limitsOf(map[string]any{"tags.base": -1})},
	{why: "no room for rules", plant: limitsOf(map[string]any{"access_rules.base": 2}), want: "its plan allows 2"},
	{why: "three webhooks of the action", plant: hooksOf("incoming_chat"), want: "the vendor allows 3"},
	{why: "two webhooks of the action, and one comes", plant: func(license map[string]any) {
		hooksOf("incoming_chat")(license)
		license["webhooks"] = license["webhooks"].([]any)[:2]
	}},
	{why: "five templates", plant: func(license map[string]any) {
		var templates []any
		for i := range 5 {
			templates = append(templates, map[string]any{"id": fmt.Sprint("t", i), "owner_client_id": "stagingapp", "name": fmt.Sprint("Template ", i)})
		}
		license["bot_templates"] = templates
	}, want: "the vendor allows 5"},
	{why: "another definition of a property", plant: func(license map[string]any) {
		license["properties"] = []any{map[string]any{"owner_client_id": "stagingapp", "name": "crm_segment", "type": "int",
			"access": map[string]any{"license": map[string]any{"agent": []any{"read", "write"}}}}}
	}, want: "crm_segment"},
}

// target returns the state of the target, and the scopes of its token.
func (p planted) target(t *testing.T) (state []byte, scopes []string) {
	t.Helper()
	var license map[string]any
	if err := json.Unmarshal([]byte(stagingState), &license); err != nil {
		t.Fatal(err)
	}
	if p.plant != nil {
		p.plant(license)
	}
	state, err := json.Marshal(license)
	if err != nil {
		t.Fatal(err)
	}
	scopes = slices.Clone(allScopes)
	for _, s := range p.scopes {
		lacks, has, replaced := strings.Cut(s, "=")
		scopes = slices.DeleteFunc(scopes, func(s string) bool { return s == lacks })
		if replaced {
			scopes = append(scopes, has)
		}
	}
	return state, scopes
}

// missed returns the changes of a report that are not done, with why; without the
// changes where which of them fails depends on the order of the requests.
func missed(t *testing.T, r *apply.Report, order bool) []string {
	t.Helper()
	if r == nil {
		t.Fatal("there is no report")
	}
	var out []string
	for _, res := range r.Results {
		what := res.ID + ": "
		if order {
			what = res.Kind + ": "
		}
		if res.Status != apply.Done && !(order && res.Status == apply.Skipped) {
			out = append(out, what+string(res.Status)+" "+res.Error)
		}
	}
	slices.Sort(out)
	return out
}

// TestPlantedProblems: of problems that the target alone has, preflight and
// rehearsal predict each, and nothing that does not happen when the plan is
// carried out.
func TestPlantedProblems(t *testing.T) {
	flags := []string{"--map", "map.yaml", "--create-agents", "--keep-shadowed", "--concurrency", "1", "--json", "--secrets", "secrets.yaml"}
	for _, p := range plantedProblems {
		t.Run(p.why, func(t *testing.T) {
			state, scopes := p.target(t)
			c := newClonesTo(t, state, scopes)
			_, preflight, _ := c.run("clone", "--from", "acme", "--to", "staging", "--map", "map.yaml", "--create-agents", "--keep-shadowed", "--dry-run")
			c.secretsOf(preflight)
			c.target.license.ResetCalls()
			var predicted struct {
				Preflight []clone.Finding
				Report    *apply.Report
			}
			_, stdout, stderr := c.run(append([]string{"clone", "--from", "acme", "--to", "staging", "--rehearse"}, append(flags, p.args...)...)...)
			if err := json.Unmarshal([]byte(stdout), &predicted); err != nil {
				t.Fatalf("%v: %s%s", err, stdout, stderr)
			}
			if n := c.writes(); n > 0 {
				t.Errorf("the rehearsal wrote %d times", n)
			}
			var happened struct{ Report *apply.Report }
			_, stdout, stderr = c.run(append([]string{"apply", "--profile", "staging", "--yes", "--allow-application", "before.yaml"}, append(flags, p.args...)...)...)
			if err := json.Unmarshal([]byte(stdout), &happened); err != nil {
				t.Fatalf("%v: %s%s", err, stdout, stderr)
			}
			if d := gocmp.Diff(missed(t, predicted.Report, p.order), missed(t, happened.Report, p.order)); d != "" {
				t.Errorf("the rehearsal and what happened (-rehearsed +happened): %s", d)
			}
			text := fmt.Sprint(missed(t, predicted.Report, false))
			for _, f := range predicted.Preflight {
				if f.Level != clone.Informs {
					text += "\n" + f.String()
				}
				if f.Stops() {
					if !c.happens(f, happened.Report) {
						t.Errorf("the preflight says %q, and that does not happen", f)
					}
				}
			}
			if p.want == "" && text != "[]" || !strings.Contains(text, p.want) {
				t.Errorf("predicted was, where %q was planted:\n%s", p.want, text)
			}
		})
	}
}

// happens tells whether what a finding says came true: a change that it is about
// is not done, or an agent has fewer groups than was wanted.
func (c *clones) happens(f clone.Finding, r *apply.Report) bool {
	var groups int
	if n, _ := fmt.Sscanf(f.Text, "it would have %d groups", &groups); n == 1 {
		return c.groupsOf(f.Key) < groups
	}
	return slices.ContainsFunc(r.Results, func(res apply.Result) bool {
		k := resource.Lookup(res.Kind)
		about := res.Kind == f.Kind && (f.Key == "" || f.Key == res.Key)
		sends := func(op *resource.Op) bool { return op != nil && strings.Contains(f.Text, op.Method) }
		return res.Status != apply.Done && (about || f.Kind == "" && (sends(k.Create) || sends(k.Update)))
	})
}

// groupsOf counts the groups that an agent of the target is in.
func (c *clones) groupsOf(agent string) int {
	var l struct {
		Agents []struct {
			ID     string
			Groups []any
		}
	}
	if err := json.Unmarshal(c.target.license.State(), &l); err != nil {
		c.t.Fatal(err)
	}
	for _, a := range l.Agents {
		if a.ID == agent {
			return len(a.Groups)
		}
	}
	return 0
}

// TestPlantedDecisions: where the target leaves open what is meant, or what is
// needed is missing, nothing is sent; what would be sent is refused.
func TestPlantedDecisions(t *testing.T) {
	for _, tt := range []struct {
		why     string
		plant   func(license map[string]any)
		mapping string
		args    []string
		want    []string // parts of what is asked or found
		method  string   // what would be sent
		body    string
		refused string
	}{
		{
			why: "the application is another organization's", mapping: strings.Replace(stagingMap, "stagingapp", "theirs", 1), args: []string{"--create-agents"},
			want:   []string{"the client id theirs is not one of the target's: authorization: `owner_client_id` does not belong to your organization", "decision"},
			method: "create_bot", body: `{"name": "Order tracker", "owner_client_id": "theirs"}`, refused: "authorization",
		},
		{
			why:     "nobody of the group is there",
			mapping: strings.Replace(stagingMap, "agents: {", "agents: {mei@acme.example: skip, tomas@acme.example: skip, ", 1),
			want:    []string{"groups/Sales: none of the members of this new group will be in the target", "decision"},
			method:  "create_group", body: `{"name": "Sales", "agent_priorities": {}}`, refused: "validation",
		},
		{
			why: "two groups have the name", mapping: stagingMap, args: []string{"--create-agents"},
			plant: func(license map[string]any) {
				license["groups"] = append(license["groups"].([]any), map[string]any{"id": 9, "name": "Support", "language_code": "en"})
			},
			want: []string{`groups/Support: the target has 2 groups called "Support": which is meant?`, "decision"},
		},
		{
			why: "a secret is missing", mapping: stagingMap, args: []string{"--create-agents"},
			want:   []string{"preflight blocks: the secret webhooks/stagingapp/", "the preflight found 3 problems"},
			method: "register_webhook", body: `{"action": "incoming_chat", "owner_client_id": "stagingapp", "type": "license", "url": "https://hooks.staging.example/"}`, refused: "validation",
		},
	} {
		state, scopes := planted{plant: tt.plant}.target(t)
		c := newClonesTo(t, state, scopes)
		if err := os.WriteFile(filepath.Join(c.dir, "map.yaml"), []byte(tt.mapping), 0o600); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := c.run(append([]string{"clone", "--from", "acme", "--to", "staging", "--map", "map.yaml", "--keep-shadowed", "--yes"}, tt.args...)...)
		if code != 5 || c.writes() > 0 {
			t.Errorf("%s: exit code %d, %d writes", tt.why, code, c.writes())
		}
		for _, want := range tt.want {
			if !strings.Contains(stdout+stderr, want) {
				t.Errorf("%s: nothing is said of %q:\n%s%s", tt.why, want, stdout, stderr)
			}
		}
		if tt.method == "" {
			continue
		}
		if got := c.target.refusal(tt.method, tt.body); got != tt.refused {
			t.Errorf("%s: %s gets %q", tt.why, tt.method, got)
		}
	}
}

// refusal makes one API call by hand and returns the type of the error that it
// gets, "" for none.
func (w *world) refusal(method, body string) string {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.server.URL+"/v3.5/configuration/action/"+method, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer dal:sandbox")
	req.Header.Set("Content-Type", "application/json")
	answer, err := w.server.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	var v struct{ Error struct{ Type string } }
	if err := json.NewDecoder(answer.Body).Decode(&v); err != nil {
		w.t.Fatal(err)
	}
	return v.Error.Type
}
