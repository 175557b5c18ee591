package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/cli/session"
	"lcsync/internal/sandbox"
)

// olderWorld is a license with two webhooks of 3.2 and a bot that has one
// inside, and the secrets of all in a file.
func olderWorld(t *testing.T) *world {
	w := newWorld(t, sandbox.Options{})
	bot, _ := w.raw("3.2/create_bot", `{"name":"Owl","webhooks":{"url":"https://bots.shop.example/owl","secret_key":"owl-key","actions":[{"name":"incoming_event","filters":{"author_type":"customer"}}]}}`).(map[string]any)
	id, _ := bot["bot_agent_id"].(string)
	w.raw("3.1/update_bot_agent", `{"id":"`+id+`","status":"accepting chats"}`)
	w.raw("3.2/register_webhook", `{"action":"chat_deactivated","url":"https://hooks.shop.example/closed","secret_key":"closed-key","description":"Archive"}`)
	w.raw("3.2/register_webhook", `{"action":"chat_deactivated","url":"https://hooks.shop.example/more","secret_key":"closed-key"}`)
	secrets := "webhooks/" + appOne + "/chat_deactivated/18b9879a: closed-key\nwebhooks/" + appOne + "/chat_deactivated/e8b65d45: closed-key\nbots/" + id + "/webhooks: owl-key\n"
	if err := os.WriteFile(filepath.Join(w.dir, "secrets.yaml"), []byte(secrets), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

var webhookID = regexp.MustCompile(`"webhook_id": *"[^"]*"`)

// runOf returns the run in a command's JSON document.
func runOf(t *testing.T, stdout string) string {
	t.Helper()
	var doc struct{ Run string }
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil || doc.Run == "" {
		t.Fatalf("no run in %s", stdout)
	}
	return doc.Run
}

// TestUndoMigrateLive: undo registers the old webhooks again, through their own
// version and with their secrets, before it removes their successors.
func TestUndoMigrateLive(t *testing.T) {
	w := olderWorld(t)
	before := w.state()
	code, stdout, stderr := w.lcsync("migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml", "--json")
	if code != 0 || w.state()["legacy"] != "" {
		t.Fatalf("exit code %d, old: %s\n%s%s", code, w.state()["legacy"], stdout, stderr)
	}
	run := runOf(t, stdout)
	if n := strings.Count(strings.ReplaceAll(stdout, `": "`, `":"`), `"kind":"3.2/webhooks"`); n != 4 { // in the plan and in the report
		t.Errorf("%d times 3.2/webhooks in %s", n, stdout)
	}

	w.says(session.BadInput, "secrets missing: bots/", "undo", run, "--yes")
	if _, said, _ := w.lcsync("undo", run, "--yes"); strings.Contains(said, "its id") || !strings.Contains(said, "its webhook_id") {
		t.Errorf("bots keep their ids, and webhooks do not: %s", said)
	}
	w.server.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if old := w.state()["legacy"]; strings.HasSuffix(r.URL.Path, "/v3.5/configuration/action/unregister_webhook") && strings.Count(old, "secret_key") != 3 {
			t.Errorf("a successor goes while the old side is %s", old)
		}
		w.license.ServeHTTP(rw, r)
	})
	code, stdout, stderr = w.lcsync("undo", run, "--yes", "--concurrency", "1", "--prune", "--allow-application", "--max-delete", "100%", "--secrets", "secrets.yaml", "--json")
	if code != 0 || !strings.Contains(stdout, `"done": 6,`) {
		t.Fatalf("exit code %d:\n%s%s", code, stdout, stderr)
	}
	undone := runOf(t, stdout)
	after := w.state()
	for kind := range before {
		was, is := webhookID.ReplaceAllString(before[kind], ""), webhookID.ReplaceAllString(after[kind], "")
		if d := cmp.Diff(was, is); d != "" {
			t.Errorf("%s: -before +undone:\n%s", kind, d)
		}
	}
	if after["legacy"] == before["legacy"] {
		t.Error("the webhooks have the ids of then")
	}

	// migrate-live removes again what undo registered; undo does not.
	w.says(session.BadInput, "it exists again; lcsync migrate-live deletes it when", "undo", undone, "--yes")
	w.says(session.Done, "3 to create, 3 to delete", "migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml")
	if old := w.state()["legacy"]; old != "" {
		t.Errorf("left: %s", old)
	}
}

// TestUndoFindsWhatWasRegistered: if the registration of an old webhook gets no
// response, undo finds the webhook and does not register it twice.
func TestUndoFindsWhatWasRegistered(t *testing.T) {
	w := olderWorld(t)
	_, stdout, _ := w.lcsync("migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml", "--json")
	var lost atomic.Bool
	w.server.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/v3.2/configuration/action/register_webhook") && lost.CompareAndSwap(false, true) {
			w.license.ServeHTTP(httptest.NewRecorder(), r)
			rw.WriteHeader(http.StatusGatewayTimeout)
			return
		}
		w.license.ServeHTTP(rw, r)
	})
	w.says(session.Incomplete, "no response received", "undo", runOf(t, stdout), "--yes", "--secrets", "secrets.yaml")
	if n := strings.Count(w.state()["legacy"], `"webhook_id"`); n != 2 || !lost.Load() {
		t.Errorf("%d webhooks in 3.2, an answer was lost: %v: %s", n, lost.Load(), w.state()["legacy"])
	}
}

// TestOnlyMigrateLiveDeletesOlder: only migrate-live, which sees both versions,
// continues a run that deletes webhooks of an older version.
func TestOnlyMigrateLiveDeletesOlder(t *testing.T) {
	w := olderWorld(t)
	ctx := w.interruptedAt("unregister_webhook")
	code, stdout, stderr := w.run(ctx, nil, "migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml", "--json")
	if code != int(session.Interrupted) || strings.Contains(stderr, "--resume") {
		t.Fatalf("exit code %d:\n%s%s", code, stdout, stderr)
	}
	w.server.Handler = w.license
	if err := os.WriteFile(filepath.Join(w.dir, "tags.yaml"), []byte(manyTags), 0o600); err != nil {
		t.Fatal(err)
	}
	left := w.state()["legacy"]
	if n := strings.Count(left, "secret_key"); n != 1 {
		t.Fatalf("%d are left: %s", n, left)
	}
	run := runOf(t, stdout)
	w.says(session.BadInput, "continue with lcsync migrate-live", "apply", "--yes", "--resume", run)
	plans, err := filepath.Glob(filepath.Join(w.stateDir(), "runs", "*", "*", run, "plan.json"))
	if err != nil || len(plans) != 1 {
		t.Fatalf("plans of run %s: %v, %v", run, plans, err)
	}
	plan, err := os.ReadFile(plans[0])
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, plan); err != nil {
		t.Fatal(err)
	}
	saved := fmt.Sprintf(`{"lcsync_plan":2,"plan":%s,"digest":"%x"}`, plan, sha256.Sum256(compact.Bytes()))
	w.server.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/v3.2/") {
			t.Errorf("apply calls %s", r.URL.Path)
		}
		w.license.ServeHTTP(rw, r)
	})
	w.says(session.Done, "did not finish", "apply", "--yes", "tags.yaml") // this does not continue the run
	w.server.Handler = w.license
	if d := cmp.Diff(left, w.state()["legacy"]); d != "" {
		t.Errorf("apply changed the old side:\n%s", d)
	}
	other := olderWorld(t)
	if err := os.WriteFile(filepath.Join(other.dir, "saved.json"), []byte(saved), 0o600); err != nil {
		t.Fatal(err)
	}
	was := other.state()
	other.says(session.BadInput, "continue with lcsync migrate-live", "apply", "--yes", "--secrets", "secrets.yaml", "--max-delete", "100%", "saved.json")
	if d := cmp.Diff(was, other.state()); d != "" {
		t.Errorf("something was sent:\n%s", d)
	}
	w.says(session.Done, "1 to delete", "migrate-live", "--yes", "--max-delete", "100%")
	if old := w.state()["legacy"]; old != "" {
		t.Errorf("left: %s", old)
	}
}
