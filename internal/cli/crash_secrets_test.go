package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lcsync/internal/sandbox"
	"lcsync/internal/secret"
)

const hooked = `lcsync: 1
api_version: "3.5"
license:
  owner: ann@acme.example
webhooks:
  - {action: incoming_chat, owner_client_id: c, type: license, url: "https://a.example", secret_key: !secret a}
  - {action: incoming_event, owner_client_id: c, type: license, url: "https://b.example", secret_key: !secret b}
`

// TestKilledGenerating kills the making of secrets before each write, into a new
// file and into one with a secret: the file is as it was or has all of them, and
// the same command ends with all of them and what was there.
func TestKilledGenerating(t *testing.T) {
	args := []string{"secrets", "generate", "wanted.yaml", "-o", "secrets.yaml"}
	for _, before := range []string{"", "# mine\nmine: hush-hush\n"} {
		for step := 1; ; step++ {
			w := newWorld(t, sandbox.Options{})
			path := filepath.Join(w.dir, "secrets.yaml")
			for name, text := range map[string]string{"wanted.yaml": hooked, "secrets.yaml": before} {
				if text == "" {
					continue
				}
				if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			killed := w.runs(step, args...)
			if got, _ := os.ReadFile(path); string(got) != before && !whole(t, path) {
				t.Errorf("killed before step %d: there is %q\n%s", step, got, killed)
			}
			if code, stdout, stderr := w.lcsync(args...); code != 0 || !whole(t, path) {
				t.Errorf("killed before step %d, and again: exit code %d\n%s%s", step, code, stdout, stderr)
			}
			if got := w.read("secrets.yaml"); !strings.HasPrefix(got, before) {
				t.Errorf("killed before step %d: what was there has gone: %q", step, got)
			}
			if killed.code == 0 {
				if step < 4 {
					t.Errorf("there are only %d steps", step-1)
				}
				break
			}
		}
	}
}

// whole tells whether a file of secrets has the two that are wanted.
func whole(t *testing.T, path string) bool {
	t.Helper()
	s, err := secret.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, a := s.Lookup("a")
	_, b := s.Lookup("b")
	return a && b && s.Torn() == ""
}
