package cli

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/journal"
	"lcsync/internal/sandbox"
)

// interruptedAt returns a context that ends once a method has taken effect.
func (w *world) interruptedAt(method string) context.Context {
	ctx, interrupt := context.WithCancel(context.Background())
	w.server.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.license.ServeHTTP(rw, r)
		if strings.HasSuffix(r.URL.Path, "/"+method) {
			interrupt()
		}
	})
	return ctx
}

const manyTags = `lcsync: 1
api_version: "3.5"
license: {owner: owner@example.com}
tags:
  - {name: a, group_ids: [0]}
  - {name: b, group_ids: [0]}
  - {name: c, group_ids: [0]}
  - {name: d, group_ids: [0]}
`

// After an interrupt, lcsync starts no more work, and the same command
// continues.
func TestInterruptedApply(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	if err := os.WriteFile(w.dir+"/wanted.yaml", []byte(manyTags), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := w.interruptedAt("create_tag")
	code, _, stderr := w.run(ctx, nil, "apply", "--yes", "--concurrency", "1", "wanted.yaml")
	if code != int(session.Interrupted) || !strings.Contains(stderr, "lcsync apply --resume ") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	made := strings.Count(w.state()["tags"], `"name"`)
	if made != 1 {
		t.Errorf("%d tags were made before the interrupt was noticed", made)
	}
	if _, stdout, _ := w.run(context.Background(), nil, "runs"); !strings.Contains(stdout, "1 done, 3 skipped") {
		t.Errorf("runs does not say what apply said: %s", stdout)
	}
	if code, stdout, stderr := w.run(context.Background(), nil, "apply", "--yes", "wanted.yaml"); code != 0 {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if made := strings.Count(w.state()["tags"], `"name"`); made != 4 {
		t.Errorf("%d tags in the end", made)
	}
}

// Only migrate-live continues with the old version, and no other command claims
// to. Undo says what cannot come back, and what it needs.
func TestOldSideGoesOnAlone(t *testing.T) {
	w := legacyWorld(t, sandbox.Options{})
	ctx := w.interruptedAt("unregister_webhook")
	says := func(ctx context.Context, want session.ExitCode, text string, args ...string) {
		t.Helper()
		code, stdout, stderr := w.run(ctx, nil, args...)
		if code != int(want) || !strings.Contains(stdout+stderr, text) {
			t.Fatalf("%s: exit code %d, want %d and %q\n%s%s", args, code, want, text, stdout, stderr)
		}
	}
	live := []string{"migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml"}
	says(ctx, session.Interrupted, "hint: run the same command again to continue", live...)
	store, err := journal.OpenWith(w.stateDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := store.Runs()
	var runs []string
	for _, r := range all {
		if r.Finished == "" {
			runs = append(runs, r.ID)
		}
	}
	if err != nil || len(runs) != 1 {
		t.Fatalf("unfinished: %s, %v", runs, err)
	}
	says(t.Context(), session.BadInput, "hint: continue with lcsync migrate-live", "apply", "--yes", "--resume", runs[0])
	says(t.Context(), 0, "3 done.", live...)
	says(t.Context(), session.BadInput, "cannot be restored: 3.2/bot_webhooks/", "undo", "--yes", runs[0])
	says(t.Context(), 0, "none to delete", live...)
}

// slowTypist agrees after a while.
type slowTypist struct {
	w      *world
	after  time.Duration
	during func()
	said   bool
}

func (s *slowTypist) Read(p []byte) (int, error) {
	if s.said {
		return 0, io.EOF
	}
	s.said = true
	_ = s.w.clock.Sleep(context.Background(), s.after)
	s.during()
	return copy(p, "yes\n"), nil
}

// If the prompt waited long, apply compares the plan with the license again
// before it makes the changes.
func TestPromptThatStoodOpen(t *testing.T) {
	for _, tt := range []struct {
		why   string
		after time.Duration
		want  session.ExitCode
	}{
		{"answered at once: what was read is fresh enough", 5 * time.Second, session.Incomplete},
		{"answered after a minute: read again, and refused", time.Minute, session.Changed},
	} {
		w := newWorld(t, sandbox.Options{})
		if err := os.WriteFile(w.dir+"/wanted.yaml", []byte(manyTags), 0o600); err != nil {
			t.Fatal(err)
		}
		typist := &slowTypist{w: w, after: tt.after, during: func() { w.raw("create_tag", `{"name":"c","group_ids":[]}`) }}
		code, stdout, stderr := w.run(context.Background(), typist, "apply", "wanted.yaml")
		if code != int(tt.want) {
			t.Errorf("%s: exit code %d\n%s%s", tt.why, code, stdout, stderr)
		}
		if made := strings.Contains(w.state()["tags"], `"a"`); made != (tt.want == session.Incomplete) {
			t.Errorf("%s: whether something was sent: %v", tt.why, made)
		}
	}
}

// The next run does not create again what an earlier run created and did not
// see: reads may lag longer than a run waits.
func TestWhatTurnsUpLate(t *testing.T) {
	w := newWorld(t, sandbox.Options{StaleReads: time.Minute})
	w.raw("3.2/register_webhook", `{"action":"incoming_chat","url":"https://hooks.example/chat","secret_key":"s"}`)
	w.settle()
	_, _, stderr := w.lcsync("migrate-live", "--yes", "--max-delete", "100%")
	_, name, _ := strings.Cut(stderr, "missing: ")
	name, _, _ = strings.Cut(name, "\n")
	if err := os.WriteFile(w.dir+"/secrets.yaml", []byte(name+": s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for n, want := range []int{int(session.Incomplete), 0} {
		propagation := []string{"20s", "2m"}[n]
		if code, stdout, stderr := w.lcsync("migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml", "--propagation", propagation); code != want {
			t.Errorf("run %d: exit code %d, want %d\n%s%s", n+1, code, want, stdout, stderr)
		}
	}
	if state := w.state(); strings.Count(state["webhooks"], `"incoming_chat"`) != 1 || strings.Contains(state["legacy"], "incoming_chat") {
		t.Errorf("webhooks %s, legacy %s", state["webhooks"], state["legacy"])
	}
}
