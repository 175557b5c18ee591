package cli

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/sandbox"
)

// seedLegacy sets up a license only through 3.1 and 3.2: agents with hours by
// day, groups, bots with webhooks inside, properties by namespace, values,
// webhooks of the license.
func (w *world) seedLegacy() {
	w.t.Helper()
	days := `{"monday":{"start":"08:00","end":"16:00"},"friday":{"start":"09:30","end":"14:00"}}`
	w.raw("3.2/create_agent", `{"id":"ada@shop.example","name":"Ada","role":"administrator","job_title":"Lead","max_chats_count":4,"notifications":["new_visitor"],"email_subscriptions":["daily_summary"],"work_scheduler":`+days+`}`)
	w.raw("3.2/create_agent", `{"id":"bob@shop.example","name":"Bob"}`)
	w.make("sales", "3.2/create_group", `{"name":"Sales","language_code":"de","agent_priorities":{"ada@shop.example":"normal"}}`)
	bot := func(name, method, body string) {
		o, _ := w.raw(method, body).(map[string]any)
		w.ids[name] = o["bot_agent_id"]
	}
	bot("Parcel", "3.1/create_bot_agent", `{"name":"Parcel","status":"accepting chats","groups":[{"id":{{sales}},"priority":"first"}],"webhooks":{"url":"https://bots.shop.example/parcel","secret_key":"parcel-key","actions":[{"name":"incoming_chat_thread"},{"name":"incoming_event","filters":{"author_type":"customer"},"additional_data":["chat_properties"]}]}}`)
	bot("Owl", "3.2/create_bot", `{"name":"Owl","job_title":"Night watch","max_chats_count":9,"work_scheduler":`+days+`,"webhooks":{"url":"https://bots.shop.example/owl","secret_key":"owl-key","actions":[{"name":"user_added_to_chat"}]}}`)
	w.raw("3.1/update_bot_agent", `{"id":{{Owl}},"status":"not accepting chats"}`)
	bot("Mole", "3.2/create_bot", `{"name":"Mole"}`) // offline, without webhooks
	w.raw("3.1/create_properties", `{"ticket":{"type":"string","locations":{"chat":{"access":{"agent":{"read":true,"write":true},"customer":{"read":true,"write":false}}}}}}`)
	w.raw("3.2/register_properties", `{"tier":{"type":"string","description":"Tier","domain":["gold","tin"],"locations":{"license":{"access":{"agent":{"read":true,"write":true}}},"group":{"access":{"agent":{"read":true,"write":true}}}}}}`)
	w.raw("3.2/update_license_properties", `{"properties":{"`+appOne+`":{"tier":"gold"}}}`)
	w.raw("3.2/update_group_properties", `{"group_id":{{sales}},"properties":{"`+appOne+`":{"tier":"tin"}}}`)
	w.raw("3.1/register_webhook", `{"action":"thread_closed","url":"https://hooks.shop.example/closed","secret_key":"closed-key","description":"Archive"}`)
	w.raw("3.2/register_webhook", `{"action":"chat_access_granted","url":"https://hooks.shop.example/access","secret_key":"access-key"}`)
	w.raw("3.2/register_webhook", `{"action":"chat_access_revoked","url":"https://hooks.shop.example/access","secret_key":"access-key"}`)
	w.raw("3.2/register_webhook", `{"action":"incoming_event","url":"https://hooks.shop.example/said","secret_key":"said-key","filters":{"author_type":"agent","chat_member_ids":{"agents_any":["ada@shop.example"]}}}`)
}

// legacySecrets are the secrets that no version shows.
const legacySecrets = `webhooks/` + appOne + `/chat_deactivated/18b9879a: closed-key
webhooks/` + appOne + `/chat_access_updated/37e25769: access-key
webhooks/` + appOne + `/incoming_event/21781747: said-key
`

// legacyWorld is a license that was set up so, with the secrets in a file.
func legacyWorld(t testing.TB, o sandbox.Options) *world {
	w := newWorld(t, o)
	w.seedLegacy()
	w.settle()
	if err := os.WriteFile(filepath.Join(w.dir, "secrets.yaml"), []byte(legacySecrets), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// rawly returns raw reads of a license by method, with seed names in place of
// ids, and without ids of webhooks.
func (w *world) rawly(reads map[string]string) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for method, body := range reads {
		v := w.raw(method, body)
		if list, ok := v.([]any); ok && strings.Contains(method, "webhooks") {
			for _, hook := range list {
				delete(hook.(map[string]any), "id")
			}
			slices.SortFunc(list, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
		withoutDefaults(v)
		text := text(v)
		for name, id := range w.ids {
			b, _ := json.Marshal(id)
			text = strings.ReplaceAll(text, string(b), `"@`+name+`"`)
		}
		out[method] = accountID.ReplaceAllString(text, "")
	}
	return out
}

// withoutDefaults removes the values of properties of the platform, which every
// license has, from a raw response.
func withoutDefaults(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			withoutDefaults(e)
		}
	case map[string]any:
		for name, e := range v {
			if _, is := e.(map[string]any); is && resource.DefaultNamespace(name) {
				delete(v, name)
			} else if name == "properties" {
				withoutDefaults(e)
			}
		}
	}
}

var accountID = regexp.MustCompile(`"account_id":"[^"]*",`)

// TestMigrateLive migrates a license that was set up through 3.1 and 3.2 alone,
// and reads both sides raw.
func TestMigrateLive(t *testing.T) {
	w := legacyWorld(t, sandbox.Options{})
	if code, stdout, stderr := w.lcsync("migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml"); code != 0 {
		t.Fatalf("exit code %d:\n%s%s", code, stdout, stderr)
	}
	want := map[string]string{}
	for name, v := range liveAfter {
		var o any
		if err := json.Unmarshal([]byte(v), &o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want[name] = text(o)
	}
	got := w.rawly(map[string]string{
		"list_agents":                  `{"fields":["work_scheduler","groups","job_title","max_chats_count","notifications","email_subscriptions"]}`,
		"list_bots":                    `{"all":true,"fields":["work_scheduler","groups","job_title","max_chats_count"]}`,
		"list_routing_statuses":        `{}`,
		"list_groups":                  `{"fields":["agent_priorities"]}`,
		"list_properties":              `{` + clients + `}`,
		"list_license_properties":      `{}`,
		"list_groups_properties":       `{"group_ids":[]}`,
		"list_webhooks":                `{` + clients + `}`,
		"3.2/list_registered_webhooks": `{}`,
		"3.2/get_bot":                  `{"bot_agent_id":{{Parcel}}}`,
		"3.1/get_bot_agent_details":    `{"bot_agent_id":{{Owl}}}`,
	})
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}

	var hooks []struct{ URL, Secret string }
	if err := json.Unmarshal([]byte(strings.ReplaceAll(w.state()["webhooks"], `"secret_key"`, `"secret"`)), &hooks); err != nil {
		t.Fatal(err)
	}
	for _, h := range hooks {
		if want := h.URL[strings.LastIndex(h.URL, "/")+1:] + "-key"; h.Secret != want {
			t.Errorf("the webhook to %s has the secret %q, want %q", h.URL, h.Secret, want)
		}
	}
}

// TestMigrateLiveOddly gets the same result on servers that behave in other
// ways that the vendor's pages allow, with concurrent calls and with one call
// at a time.
func TestMigrateLiveOddly(t *testing.T) {
	want := ""
	for _, tt := range []struct {
		why  string
		o    sandbox.Options
		args []string
		runs int // that may be incomplete
	}{
		{"plain", sandbox.Options{}, nil, 0},
		{"one call at a time", sandbox.Options{}, []string{"--concurrency", "1"}, 0},
		{"many at once", sandbox.Options{}, []string{"--concurrency", "64"}, 0},
		{"lists in any order", sandbox.Options{Shuffle: true}, nil, 0},
		{"fields that nobody knows", sandbox.Options{UnknownFields: true}, nil, 0},
		{"reads lag", sandbox.Options{StaleReads: 7 * time.Second}, nil, 0},
		{"reads lag for longer than they are waited for", sandbox.Options{StaleReads: time.Minute}, nil, 1},
		{"lists are merged", sandbox.Options{MergeLists: true}, nil, 0},
	} {
		t.Run(tt.why, func(t *testing.T) {
			w := legacyWorld(t, tt.o)
			for n := 0; ; n++ {
				code, stdout, stderr := w.lcsync(append([]string{"migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml"}, tt.args...)...)
				if code == 0 {
					break
				}
				if code != 3 || n == tt.runs {
					t.Fatalf("exit code %d:\n%s%s", code, stdout, stderr)
				}
			}
			got := text(w.meaning())
			if want == "" {
				want = got
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("not what it is plainly (-plain +this):\n%s", d)
			}
			w.settle()
			if code, stdout, stderr := w.lcsync("migrate-live", "--dry-run"); code != 0 {
				t.Errorf("again: exit code %d:\n%s%s", code, stdout, stderr)
			}
		})
	}
}

// TestInterruptedMigrateLive: an interrupt between two removals ends the run,
// and the same command goes on.
func TestInterruptedMigrateLive(t *testing.T) {
	w := legacyWorld(t, sandbox.Options{})
	ctx := w.interruptedAt("unregister_webhook")
	code, stdout, stderr := w.run(ctx, nil, "migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml")
	if code != int(session.Interrupted) || !strings.Contains(stdout, "skipped    3.2/webhooks/") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if left := strings.Count(w.state()["legacy"], `"webhook_id"`); left != 3 {
		t.Errorf("%d of the license's 4 webhooks are left", left)
	}
	if code, stdout, stderr := w.run(context.Background(), nil, "migrate-live", "--yes", "--max-delete", "100%"); code != 0 {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if left := w.state()["legacy"]; left != "" {
		t.Errorf("left: %s", left)
	}
}

// TestMigrateLiveLooksAgain: if a removal took long, migrate-live reads again
// whether successors are sent.
func TestMigrateLiveLooksAgain(t *testing.T) {
	w := legacyWorld(t, sandbox.Options{StaleReads: 40 * time.Second})
	w.server.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/update_bot") { // of the first bot: its removal shows 40 s later
			w.raw("disable_license_webhooks", `{`+clients+`}`)
		}
		w.license.ServeHTTP(rw, r)
	})
	code, stdout, stderr := w.lcsync("migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml")
	if said := strings.Join(strings.Fields(stdout), " "); code != int(session.Incomplete) || !strings.Contains(said, "7 done, 5 skipped.") ||
		!strings.Contains(said, "the license webhooks of "+appOne+" are not enabled") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if left := strings.Count(w.state()["legacy"], `"webhook_id"`); left != 4 {
		t.Errorf("%d of the license's 4 webhooks are left", left)
	}
}

// TestMigrateLiveDoesNotWaitInVain: migrate-live does not wait for changes that
// are not in the plan, and these do not delay others.
func TestMigrateLiveDoesNotWaitInVain(t *testing.T) {
	w := legacyWorld(t, sandbox.Options{ClientIDs: []string{appOne}})
	var all map[string]any
	if err := json.Unmarshal(w.license.State(), &all); err != nil {
		t.Fatal(err)
	}
	old := all["legacy"].(map[string]any)
	old["webhooks"] = append(old["webhooks"].([]any), map[string]any{
		"owner_client_id": "theirs", "action": "incoming_chat", "url": "https://hooks.theirs.example/"})
	if err := w.license.Load([]byte(text(all))); err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, "LCSYNC_CLIENT_IDS="+appOne)
	code, stdout, stderr := w.lcsync("migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml")
	if code != int(session.Incomplete) || !strings.Contains(stdout, "12 done, 1 blocked") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if slept := w.clock.Slept(); slices.Contains(slept, runs.Pause) {
		t.Errorf("it waited: %v", slept)
	}
}

// TestMigrateLiveOneByOne migrates two licenses with a common application: the
// webhooks that the first migration registers also serve the second license.
func TestMigrateLiveOneByOne(t *testing.T) {
	apps := sandbox.NewApplications()
	first, second := legacyWorld(t, sandbox.Options{Apps: apps}), newWorld(t, sandbox.Options{Apps: apps, Seed: 9})
	second.raw("3.1/register_webhook", `{"action":"thread_closed","url":"https://hooks.shop.example/closed","secret_key":"closed-key","description":"Archive"}`)
	run := func(w *world, says string, args ...string) {
		t.Helper()
		code, stdout, stderr := w.lcsync(append([]string{"migrate-live", "--yes", "--max-delete", "100%"}, args...)...)
		if code != 0 || !strings.Contains(stdout, says) {
			t.Fatalf("exit code %d, want 0 and %q: %s%s", code, says, stdout, stderr)
		}
	}
	run(first, "6 to create, 6 to delete, 0 unchanged", "--secrets", "secrets.yaml")
	hooks := first.state()["webhooks"]
	run(second, "\n1 to delete, 0 unchanged") // and no secret is needed
	if left := second.state()["legacy"]; left != "" {
		t.Errorf("left: %s", left)
	}
	if d := cmp.Diff(hooks, first.state()["webhooks"]); d != "" {
		t.Errorf("the application's webhooks have changed:\n%s", d)
	}
}

// liveAfter is the license in both versions after the migration.
var liveAfter = map[string]string{
	"list_agents": `[
		{"avatar_path":"","groups":[{"id":0,"priority":"normal"}],"id":"owner@example.com","job_title":"","login_status":"not accepting chats","max_chats_count":6,"name":"Owner","notifications":[],"role":"owner","summaries":[],"work_scheduler":{"schedule":[],"timezone":""}},
		{"avatar_path":"","groups":[{"id":"@sales","priority":"normal"}],"id":"ada@shop.example","job_title":"Lead","login_status":"not accepting chats","max_chats_count":4,"name":"Ada","notifications":["new_visitor"],"role":"administrator","summaries":["daily_summary"],"work_scheduler":{"schedule":[
			{"day":"monday","enabled":true,"end":"16:00","start":"08:00"},{"day":"friday","enabled":true,"end":"14:00","start":"09:30"}],"timezone":""}},
		{"avatar_path":"","groups":[],"id":"bob@shop.example","job_title":"","login_status":"not accepting chats","max_chats_count":6,"name":"Bob","notifications":[],"role":"normal","summaries":[],"work_scheduler":{"schedule":[],"timezone":""}}]`,
	"list_bots": `[
		{"avatar":"","groups":[{"id":"@sales","priority":"first"}],"id":"@Parcel","job_title":"","max_chats_count":6,"name":"Parcel","work_scheduler":{"schedule":[]}},
		{"avatar":"","groups":[],"id":"@Owl","job_title":"Night watch","max_chats_count":9,"name":"Owl","work_scheduler":{"schedule":[
			{"day":"monday","enabled":true,"end":"16:00","start":"08:00"},{"day":"friday","enabled":true,"end":"14:00","start":"09:30"}]}},
		{"avatar":"","groups":[],"id":"@Mole","job_title":"","max_chats_count":6,"name":"Mole","work_scheduler":{"schedule":[]}}]`,
	"list_routing_statuses": `[
		{"agent_id":"owner@example.com","status":"not_accepting_chats"},{"agent_id":"ada@shop.example","status":"not_accepting_chats"},
		{"agent_id":"bob@shop.example","status":"not_accepting_chats"},{"agent_id":"@Parcel","status":"accepting_chats"},
		{"agent_id":"@Owl","status":"not_accepting_chats"},{"agent_id":"@Mole","status":"offline"}]`,
	"list_groups": `[
		{"agent_priorities":{"owner@example.com":"normal"},"id":0,"language_code":"en","name":"General","routing_status":"offline"},
		{"agent_priorities":{"ada@shop.example":"normal"},"id":"@sales","language_code":"de","name":"Sales","routing_status":"offline"}]`,
	"list_properties": `{
		"ticket":{"access":{"chat":{"agent":["read","write"],"customer":["read"]}},"description":"","type":"string"},
		"tier":{"access":{"group":{"agent":["read","write"]},"license":{"agent":["read","write"]}},"description":"Tier","domain":["gold","tin"],"type":"string"}}`,
	"list_license_properties": `{"` + appOne + `":{"tier":"gold"}}`,
	"list_groups_properties":  `[{"id":0,"properties":{}},{"id":"@sales","properties":{"` + appOne + `":{"tier":"tin"}}}]`,
	"list_webhooks": `[
		{"action":"chat_access_updated","description":"",` + clients + `,"type":"license","url":"https://hooks.shop.example/access"},
		{"action":"chat_deactivated","description":"Archive",` + clients + `,"type":"license","url":"https://hooks.shop.example/closed"},
		{"action":"incoming_chat","description":"",` + clients + `,"type":"bot","url":"https://bots.shop.example/parcel"},
		{"action":"incoming_event","additional_data":["chat_properties"],"description":"","filters":{"author_type":"customer"},` + clients + `,"type":"bot","url":"https://bots.shop.example/parcel"},
		{"action":"incoming_event","description":"","filters":{"author_type":"agent","chat_presence":{"user_ids":{"values":["ada@shop.example"]}}},` + clients + `,"type":"license","url":"https://hooks.shop.example/said"},
		{"action":"user_added_to_chat","description":"",` + clients + `,"type":"bot","url":"https://bots.shop.example/owl"}]`,
	"3.2/list_registered_webhooks": `[]`,
	"3.2/get_bot":                  `{"bot_agent":{"application":{"client_id":"` + appOne + `"},"avatar":"","groups":[{"id":"@sales","priority":"first"}],"id":"@Parcel","max_chats_count":6,"name":"Parcel","status":"accepting chats"}}`,
	"3.1/get_bot_agent_details":    `{"bot_agent":{"application":{"client_id":"` + appOne + `"},"avatar":"","groups":[],"id":"@Owl","max_chats_count":9,"name":"Owl","status":"not accepting chats"}}`,
}
