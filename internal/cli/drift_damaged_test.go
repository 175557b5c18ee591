package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lcsync/internal/sandbox"
)

// TestDriftDamaged: what the last check knew and cannot be read fails the checks of
// that file alone, and says what to do. It is never taken for a first check, which
// would tell everything again.
func TestDriftDamaged(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.seed()
	for _, name := range []string{"acme.yaml", "other.yaml"} {
		if err := w.export(name); err != nil {
			t.Fatal(err)
		}
		w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`)
		if code, stdout, stderr := w.lcsync("drift", name); code != 0 && code != 2 {
			t.Fatal(inProcess(code, stdout, stderr))
		}
	}
	dirs, _ := filepath.Glob(filepath.Join(w.stateDir(), "drift", "*", "*", "*acme.yaml"))
	if len(dirs) != 1 {
		t.Fatalf("histories of acme.yaml: %q", dirs)
	}
	known, log := filepath.Join(dirs[0], "watch.json"), filepath.Join(dirs[0], "history.jsonl")
	good, err := os.ReadFile(known)
	if err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for why, text := range map[string]string{
		"empty": "", "cut": string(good[:len(good)/2]), "of a newer version": strings.Replace(string(good), `"known":{"format_version":1`, `"known":{"format_version":9`, 1),
	} {
		write(known, text)
		for _, args := range [][]string{{"drift", "acme.yaml"}, {"drift", "--only-new", "acme.yaml"}, {"drift", "history", "acme.yaml"}, {"drift", "history"}} {
			code, stdout, stderr := w.lcsync(args...)
			if code != 1 || stdout != "" || !strings.Contains(strings.Join(strings.Fields(stderr), " "), "or move "+dirs[0]+" away: then the next check begins a new history") {
				t.Errorf("%s: %q: %s", why, args, inProcess(code, stdout, stderr))
			}
		}
		for _, args := range [][]string{{"drift", "other.yaml"}, {"drift", "history", "other.yaml"}} {
			if code, stdout, stderr := w.lcsync(args...); code != 0 {
				t.Errorf("%s: %q: %s", why, args, inProcess(code, stdout, stderr))
			}
		}
	}
	// A history is read as far as it can be.
	write(known, string(good))
	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	write(log, "{"+string(lines[1:len(lines)-9])+strings.Repeat("x", 8)+"\n")
	code, stdout, stderr := w.lcsync("drift", "history", "acme.yaml")
	if code != 0 || !strings.Contains(stderr, "has 1 damaged line that cannot be read") || strings.Contains(stdout, "appeared") {
		t.Errorf("a damaged line: %s", inProcess(code, stdout, stderr))
	}
	if code, stdout, stderr := w.lcsync("drift", "--only-new", "acme.yaml"); code != 2 || stdout+stderr != "" {
		t.Errorf("a check after it: %s", inProcess(code, stdout, stderr))
	}
}
