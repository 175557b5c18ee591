package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	acme "lcsync/examples"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// acmeClient is the client id of the example.
const acmeClient = "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60"

// acmeWorld serves the example's license and exports it to before.yaml.
func acmeWorld(t *testing.T) *world {
	w := newWorld(t, sandbox.Options{TokenClientID: acmeClient})
	w.env = append(w.env, "LCSYNC_CLIENT_IDS="+acmeClient)
	seed(t, w, acme.Acme)
	if code, _, stderr := w.lcsync("export", "-o", "before.yaml"); code != 0 {
		t.Fatalf("export: exit code %d: %s", code, stderr)
	}
	return w
}

// removal is the raw call that deletes one object of the example.
type removal struct{ what, method, body string }

// removals lists a call for each object of a license that can be deleted by hand,
// in an order in which all of them can be.
func (w *world) removals() []removal {
	w.t.Helper()
	var l struct {
		Tags, Properties, Webhooks []map[string]any
		Templates                  []map[string]any `json:"bot_templates"`
		Rules                      []map[string]any `json:"auto_accesses"`
		Bots, Agents, Groups       []map[string]any
		Values                     map[string]map[string]any `json:"license_properties"`
		GroupValues                []struct {
			ID         int
			Properties map[string]map[string]any
		} `json:"group_properties"`
	}
	if err := json.Unmarshal(w.license.State(), &l); err != nil {
		w.t.Fatal(err)
	}
	var out []removal
	add := func(kind string, name any, method string, body map[string]any) {
		data, _ := json.Marshal(body)
		out = append(out, removal{fmt.Sprint(kind, "/", name), method, string(data)})
	}
	type body = map[string]any
	for ns, values := range l.Values {
		for name := range values {
			add("license_properties", name, "delete_license_properties", body{"properties": body{ns: []string{name}}})
		}
	}
	for _, g := range l.GroupValues {
		for ns, values := range g.Properties {
			for name := range values {
				add("group_properties", fmt.Sprint(g.ID, "/", name), "delete_group_properties", body{"id": g.ID, "properties": body{ns: []string{name}}})
			}
		}
	}
	for _, o := range l.Webhooks {
		add("webhooks", o["action"], "unregister_webhook", body{"id": o["id"], "owner_client_id": o["owner_client_id"]})
	}
	for _, o := range l.Rules {
		add("auto_accesses", o["description"], "delete_auto_access", body{"id": o["id"]})
	}
	for _, o := range l.Tags {
		add("tags", o["name"], "delete_tag", body{"name": o["name"]})
	}
	for _, o := range l.Bots {
		add("bots", o["name"], "delete_bot", body{"id": o["id"]})
	}
	for _, o := range l.Templates {
		add("bot_templates", o["name"], "delete_bot_template", body{"id": o["id"], "owner_client_id": o["owner_client_id"]})
	}
	for _, o := range l.Properties {
		if o["public_access"] == nil { // published properties stay
			add("properties", o["name"], "unregister_property", body{"name": o["name"], "owner_client_id": o["owner_client_id"]})
		}
	}
	for _, o := range l.Agents {
		if o["role"] != "owner" {
			add("agents", o["id"], "delete_agent", body{"id": o["id"]})
		}
	}
	for _, o := range l.Groups {
		if o["id"] != 0.0 {
			add("groups", o["name"], "delete_group", body{"id": o["id"]})
		}
	}
	slices.SortStableFunc(out, func(a, b removal) int { // values of deleted groups are gone
		return strings.Compare(rankOf(a.what), rankOf(b.what))
	})
	return out
}

// rankOf sorts groups last, and keeps the order of the others.
func rankOf(what string) string {
	if strings.HasPrefix(what, "groups/") {
		return "1"
	}
	return "0"
}

// restored applies before.yaml once, and compares the license with its earlier
// state.
func (w *world) restored(was map[string]string) error {
	code, stdout, stderr := w.lcsync(append([]string{"apply", "before.yaml", "--secrets", w.secrets()}, everything...)...)
	if code != 0 {
		return fmt.Errorf("apply: exit code %d:\n%s%s", code, stdout, stderr)
	}
	file := w.read("before.yaml")
	if d := cmp.Diff(relevant(was, file), relevant(w.meaning(), file)); d != "" {
		return fmt.Errorf("the license is not what it was (-before +after):\n%s\n%s", d, stdout)
	}
	if code, stdout, stderr := w.lcsync("diff", "before.yaml"); code != 0 {
		return fmt.Errorf("diff afterwards: exit code %d:\n%s%s", code, stdout, stderr)
	}
	return nil
}

// relevant removes from a license what a restored license may lack: routing
// statuses, except those that the file sets for new bots.
func relevant(license map[string]string, file string) map[string]string {
	out := map[string]string{}
	for kind, text := range license {
		if kind != "routing_statuses" {
			out[kind] = text
		} else if status := statusOfNewBots(); status != "" && strings.Contains(file, " "+status+": ") {
			out[kind] = strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.Contains(line, "@") }), "\n")
		}
	}
	return out
}

// statusOfNewBots is the field of bots that says in which status new ones start,
// "" if there is none.
func statusOfNewBots() string {
	for _, f := range resource.Lookup("bots").Fields {
		if f.Input == resource.CreateOnly && strings.HasSuffix(f.Name, "status") {
			return f.Name
		}
	}
	return ""
}

// TestExampleComesBack deletes each object of the example by hand, and all of
// them together, and restores it from an export with one apply.
func TestExampleComesBack(t *testing.T) {
	all := acmeWorld(t).removals()
	if len(all) < 20 {
		t.Fatalf("only %d objects are deleted: %v", len(all), all)
	}
	for _, r := range all {
		t.Run(strings.ReplaceAll(r.what, " ", "_"), func(t *testing.T) {
			t.Parallel()
			w := acmeWorld(t)
			was := w.meaning()
			w.raw(r.method, r.body)
			if cmp.Equal(was, w.meaning()) {
				t.Fatalf("%s changes nothing", r.method)
			}
			if err := w.restored(was); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("all together", func(t *testing.T) {
		w := acmeWorld(t)
		was := w.meaning()
		for _, r := range w.removals() {
			w.raw(r.method, r.body)
		}
		if err := w.restored(was); err != nil {
			t.Error(err)
		}
	})
}

// TestExampleIntoAnEmptyLicense restores the whole example into empty licenses
// in one run: one of the same owner and one of another owner.
func TestExampleIntoAnEmptyLicense(t *testing.T) {
	for _, tt := range []struct {
		name, owner string
		incidental  []string // what a file cannot restore
	}{
		{"of the same owner", "olivia@acme.example", []string{"organization_id", "channels", "product_source", "webhooks_state"}},
		{"of another owner", "zoe@new.example", []string{"organization_id", "channels", "product_source", "webhooks_state", "agents"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			was := acmeWorld(t).meaning()
			w := newWorld(t, sandbox.Options{TokenClientID: acmeClient, Seed: 11})
			w.env = append(w.env, "LCSYNC_CLIENT_IDS="+acmeClient)
			state := `{"agents":[{"id":"` + tt.owner + `","name":"Owner","role":"owner"}],"groups":[{"id":0,"name":"General"}]}`
			if err := w.license.Load([]byte(state)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(w.dir, "before.yaml"), acme.Acme, 0o600); err != nil {
				t.Fatal(err)
			}
			args := append([]string{"apply", "before.yaml", "--match", "name", "--create-agents", "--secrets", w.secrets()}, everything...)
			code, stdout, stderr := w.lcsync(args...)
			if code != 0 {
				t.Fatalf("apply: exit code %d:\n%s%s", code, stdout, stderr)
			}
			got := relevant(w.meaning(), string(acme.Acme))
			for _, kind := range tt.incidental {
				delete(got, kind)
				delete(was, kind)
			}
			if d := cmp.Diff(relevant(was, string(acme.Acme)), got); d != "" {
				t.Errorf("the license is not what the file says (-file +license):\n%s", d)
			}
			if code, stdout, stderr := w.lcsync("diff", "before.yaml", "--match", "name"); code != 0 {
				t.Errorf("diff afterwards: exit code %d:\n%s%s", code, stdout, stderr)
			}
		})
	}
}
