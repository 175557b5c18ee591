package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lcsync/internal/cli/session"
	"lcsync/internal/sandbox"
)

// receiver is a webhook that may refuse what it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	refuse bool
	lose   bool // take it, and answer that something failed
	got    []string
	keys   []string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.refuse {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		r.got = append(r.got, string(body))
		r.keys = append(r.keys, req.Header.Get("Idempotency-Key"))
		if r.lose {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, "{}") // some services read it
	}))
	t.Cleanup(r.Close)
	return r
}

// all is what it got, taken out.
func (r *receiver) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.Join(r.got, "\n---\n")
	r.got = nil
	return text
}

// check runs a command line on the network, where no clock is held.
func (w *world) check(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = Run(context.Background(), &session.Env{Args: append(append([]string{"lcsync"}, args...), w.global...), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Environ: w.environ(), Dir: w.dir, Clock: w.clock, Transport: w.server})
	return code, out.String(), errs.String()
}

// Each destination is told of each difference once, and once more when it is
// gone, however often telling fails in between.
func TestDriftNotifies(t *testing.T) {
	w := newWorld(t, sandbox.Options{}, "--client-id", appOne, "--propagation", "0s")
	w.seed()
	w.global = nil
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	w.global = []string{"--client-id", appOne, "--propagation", "0s", "-q"}
	steady, shaky := newReceiver(t), newReceiver(t)
	drift := func(want int, more ...string) string {
		t.Helper()
		code, _, stderr := w.check(append([]string{"drift", "acme.yaml", "--notify", steady.URL + "/steady", "--notify", shaky.URL + "/s3cr3tpath"}, more...)...)
		if code != want || strings.Contains(stderr, "s3cr3t") {
			t.Fatalf("exit code %d, want %d: %s", code, want, stderr)
		}
		return stderr
	}
	drift(0)
	if got := steady.all() + shaky.all(); got != "" {
		t.Errorf("without a difference it tells %s", got)
	}
	w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`)
	shaky.refuse = true
	if stderr := drift(2); !strings.Contains(stderr, "warning: tell ") || !strings.Contains(stderr, "the next check tries again") {
		t.Errorf("no warning: %s", stderr)
	}
	if got := steady.all(); !strings.HasSuffix(got, ": 1 new difference, 0 no longer\nagent bob@shop.example: job_title changed") || !strings.HasPrefix(got, "lcsync drift: acme.yaml, the license of ") {
		t.Errorf("told %q", got)
	}
	w.raw("create_tag", `{"name":"spare","group_ids":[0]}`)
	drift(2)
	drift(2)
	if got := steady.all(); !strings.HasSuffix(got, ": 1 new difference, 0 no longer\nadded by hand: tag spare") {
		t.Errorf("told %q", got)
	}
	shaky.refuse = false
	drift(2)
	if got := shaky.all(); !strings.HasSuffix(got, ": 2 new differences, 0 no longer\nagent bob@shop.example: job_title changed\nadded by hand: tag spare") {
		t.Errorf("told %q", got)
	}
	w.raw("delete_tag", `{"name":"spare"}`)
	w.raw("update_agent", `{"id":"cyn@shop.example","job_title":"Boss"}`)
	drift(2, "--notify-values")
	drift(2)
	for _, r := range []*receiver{steady, shaky} {
		if got := r.all(); !strings.HasSuffix(got, ": 1 new difference, 1 no longer\nagent cyn@shop.example: job_title was \"Adviser 2\", is now Boss\nno longer: added by hand: tag spare") {
			t.Errorf("told %q", got)
		}
	}
}

// URLs with credentials are neither arguments nor in a file that came with the
// working directory, and are never shown.
func TestDriftNotifyCredentials(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.seed()
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	r := newReceiver(t)
	secret := strings.Replace(r.URL, "http://", "http://me:hushhush@", 1) + "/hook"
	config := "profiles: {acme: {url: \"" + w.server.URL + "\", token_env: LCSYNC_TOKEN, client_ids: [], notify: [\"" + secret + "\"]}}"
	if err := os.WriteFile(filepath.Join(w.dir, "own.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "lcsync.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		why  string
		args []string
		env  []string
		code int
		text string
	}{
		{"as an argument", []string{"--notify", secret}, nil, 5, "--notify: a URL of 127.0.0.1"},
		{"of a service", []string{"--notify", "discord://hushhush@123456789012345678"}, nil, 5, "--notify: a URL of discord may hold credentials"},
		{"that is none", nil, []string{"LCSYNC_NOTIFY=nowhere://hushhush@x"}, 5, "LCSYNC_NOTIFY: "},
		{"in a file of the working directory", []string{"--profile", "acme", "--url", w.server.URL}, nil, 5, "the profile acme: a URL of 127.0.0.1"},
		{"in a file of the user", []string{"--profile", "acme", "--config", "own.yaml"}, nil, 0, ""},
		{"in the environment", nil, []string{"LCSYNC_NOTIFY=" + secret + " " + r.URL + "/other"}, 0, ""},
	} {
		w.env = tt.env
		code, stdout, stderr := w.check(append([]string{"drift", "acme.yaml"}, tt.args...)...)
		if code != tt.code || !strings.Contains(stderr, tt.text) || strings.Contains(stdout+stderr, "hushhush") {
			t.Errorf("%s: exit code %d: %s", tt.why, code, stderr)
		}
	}
}

// What may have arrived is sent again before anything else, as it was: to a webhook
// with the same key, to other services with a line that says so.
func TestDriftTellsAgain(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.seed()
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	hook, push := newReceiver(t), newReceiver(t)
	w.env = []string{"LCSYNC_NOTIFY=" + hook.URL + "/hook ntfy://" + strings.TrimPrefix(push.URL, "http://") + "/topic?scheme=http"}
	drift := func(warnings int) {
		t.Helper()
		code, _, stderr := w.check("drift", "-q", "acme.yaml", "--propagation", "0s")
		if code != 2 || strings.Count(stderr, "; the next check tries again") != warnings {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
	}
	w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`)
	hook.lose, push.lose = true, true
	drift(2)
	w.raw("create_tag", `{"name":"spare","group_ids":[0]}`)
	drift(2)
	hook.lose, push.lose = false, false
	w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Adviser 1"}`)
	drift(0)
	drift(0)
	const bob, beyond = "\nagent bob@shop.example: job_title changed", ": 1 new difference, 1 no longer\nadded by hand: tag spare\nno longer: agent bob@shop.example: job_title changed"
	const line = "\nThis may have been sent before: the check of 2026-03-02 09:00 UTC was stopped or got no answer."
	for _, tt := range []struct {
		to   *receiver
		more string
	}{{hook, ""}, {push, line}} {
		got := tt.to.got
		if len(got) != 4 || !strings.HasSuffix(got[0], bob) || got[1] != got[0]+tt.more || got[2] != got[1] || !strings.HasSuffix(got[3], beyond) {
			t.Errorf("told %q", got)
		}
	}
	if k := hook.keys; len(k) != 4 || k[0] == "" || k[1] != k[0] || k[2] != k[0] || k[3] == k[0] || k[3] == "" {
		t.Errorf("the keys are %q", k)
	}
}

// What was found is printed, and the exit code is that of it, also if what is told
// cannot be kept.
func TestDriftTellsWithoutAPlace(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.seed()
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(w.stateDir(), "drift")
	tells, away := 0, false
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if tells++; away {
			_ = os.Rename(place, place+".away")
			_ = os.WriteFile(place, nil, 0o600)
		}
	}))
	defer hook.Close()
	check := func(text string) {
		t.Helper()
		code, stdout, stderr := w.check("drift", "--only-new", "acme.yaml", "--propagation", "0s", "--notify", hook.URL+"/one", "--notify", hook.URL+"/two")
		if code != 2 || !strings.Contains(stdout, text) || strings.Contains(stderr, "warning: ") != away || strings.Contains(stderr, "error") {
			t.Errorf("it tells nothing of %q: %s", text, inProcess(code, stdout, stderr))
		}
	}
	away = true
	w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`)
	check("agent bob@shop.example: job_title was ")
	if tells != 1 {
		t.Errorf("%d messages were sent, of which one could be kept", tells)
	}
	if err := os.Remove(place); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(place+".away", place); err != nil {
		t.Fatal(err)
	}
	away = false
	check("")
	if tells != 3 {
		t.Errorf("%d messages were sent in the end", tells)
	}
}
