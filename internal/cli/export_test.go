package cli

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lcsync/internal/cli/session"
	"lcsync/internal/sandbox"
	"lcsync/internal/secret"
	"lcsync/internal/wire/wiretest"
)

// twister changes responses.
type twister struct {
	http.RoundTripper
	change func(*http.Response)
}

func (tw twister) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := tw.RoundTripper.RoundTrip(r)
	if err == nil {
		tw.change(answer)
	}
	return answer, err
}

// exportEnv is an environment with a sandbox filled from testdata/seed.yaml.
func exportEnv(t *testing.T, args ...string) (env *session.Env, stdout, stderr *bytes.Buffer) {
	t.Helper()
	env, stdout, stderr = testEnv(t, append([]string{"export"}, args...)...)
	seed, err := filepath.Abs(filepath.Join("testdata", "seed.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	license, err := newSandbox(session.NewTerminal(env), session.PlacesOf(t.Context(), env, nil), sandboxOptions{Seed: seed, License: sandbox.Options{Clock: env.Clock}})
	if err != nil {
		t.Fatal(err)
	}
	server := wiretest.Serve(license)
	env.Transport = server
	env.Environ = append(env.Environ, "LCSYNC_URL="+server.URL, "LCSYNC_TOKEN=dal:sandbox")
	return env, stdout, stderr
}

// TestExportTellsLifecycle: the fake clock starts on 2026-03-02.
func TestExportTellsLifecycle(t *testing.T) {
	for _, tt := range []struct{ header, date, want string }{
		{"Legacy", "2027-06-30", `"legacy" until 2027-06-30: 485 days left`},
		{"Deprecation", "2026-03-03", `"deprecation" until 2026-03-03: 1 day left`},
		{"Deprecation", "2026-03-02", `"deprecation" until 2026-03-02: 0 days left`},
		{"Deprecation", "2026-03-01", `"deprecation" until 2026-03-01, which has passed`},
		{"Deprecation", "true", `"deprecation"`},
	} {
		env, _, stderr := exportEnv(t)
		env.Transport = twister{env.Transport, func(a *http.Response) { a.Header.Set(tt.header, tt.date) }}
		if code := Run(t.Context(), env); code != 0 {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		if want := "lcsync: notice: API version 3.5 is in the stage " + tt.want + "\n"; strings.Count(stderr.String(), want) != 1 {
			t.Errorf("stderr %q, want %q once", stderr, want)
		}
	}
}

// TestExportSecrets checks that a secret in a response goes only to the secrets
// file.
func TestExportSecrets(t *testing.T) {
	reveal := func(a *http.Response) {
		if !strings.HasSuffix(a.Request.URL.Path, "/list_webhooks") {
			return
		}
		body, _ := io.ReadAll(a.Body)
		body = bytes.ReplaceAll(body, []byte(`"action"`), []byte(`"secret_key":"hush-hush","action"`))
		a.Body, a.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		a.Header.Del("Content-Length")
	}
	for _, args := range [][]string{
		{"--secrets-out", "secrets.yaml"},
		{"--secrets-out", "secrets.yaml", "--json", "--log-level", "debug"},
		{"--secrets-out", "secrets.yaml", "-o", "out.yaml"},
	} {
		env, stdout, stderr := exportEnv(t, args...)
		env.Transport = twister{env.Transport, reveal}
		if code := Run(t.Context(), env); code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
		written, _ := os.ReadFile(filepath.Join(env.Dir, "out.yaml"))
		all := stdout.String() + stderr.String() + string(written)
		if strings.Contains(all, "hush") || !strings.Contains(all, "!secret webhooks/") {
			t.Errorf("%v: the secret shows, or its name does not: %s", args, all)
		}
		store, err := secret.Load(filepath.Join(env.Dir, "secrets.yaml"), nil)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.Fields(all[strings.Index(all, "!secret ")+8:])[0]
		name, _, _ = strings.Cut(name, `\n`)
		if v, _ := store.Lookup(name); v != "hush-hush" {
			t.Errorf("%v: the secrets file has %q for %q", args, v, name)
		}
	}
}

// TestFailedExportLeavesNothing checks that a failed export creates no file.
func TestFailedExportLeavesNothing(t *testing.T) {
	env, stdout, _ := exportEnv(t, "-o", "out.yaml", "--secrets-out", "secrets.yaml")
	env.Transport = twister{env.Transport, func(a *http.Response) { a.StatusCode = http.StatusUnauthorized }}
	if code := Run(t.Context(), env); code != int(session.Unauthorized) {
		t.Errorf("exit code %d", code)
	}
	left, err := os.ReadDir(env.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 || stdout.Len() > 0 {
		t.Errorf("left %v and printed %q", left, stdout)
	}
}

// TestExportSeesLateEdits: an edit that is saved while the license is read is
// not lost.
func TestExportSeesLateEdits(t *testing.T) {
	env, _, stderr := exportEnv(t, "-o", "out.yaml")
	file := filepath.Join(env.Dir, "out.yaml")
	if code := Run(t.Context(), env); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	edited := append([]byte("# mine\n"), written...)
	env.Transport = twister{env.Transport, func(*http.Response) {
		if err := os.WriteFile(file, edited, 0o600); err != nil {
			t.Error(err)
		}
	}}
	if code := Run(t.Context(), env); code != int(session.BadInput) || !strings.Contains(stderr.String(), "out.yaml changed while the license was read: it is not replaced") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if now, _ := os.ReadFile(file); !bytes.Equal(now, edited) {
		t.Errorf("the edit is gone: %s", now)
	}
	if code := Run(t.Context(), env); code != 0 {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
