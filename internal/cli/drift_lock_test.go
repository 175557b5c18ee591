package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lcsync/internal/cli/checks"
	"lcsync/internal/journal"
	"lcsync/internal/sandbox"
)

// TestDriftLock: one check of a file runs at a time. Apply waits for no check, and no
// check for apply.
func TestDriftLock(t *testing.T) {
	w := newWorld(t, sandbox.Options{}, "--client-id", appOne)
	w.seed()
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	w.lcsync("export", "-o", "other.yaml")
	state := filepath.Join(w.dir, "state")
	w.global = append(w.global, "--state-dir", state)
	if code, _, stderr := w.lcsync("drift", "acme.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	store, err := journal.Open(state)
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(w.server.URL, "http://")
	lock, err := store.Lock([]string{checks.DriftLock(filepath.Join(w.dir, "acme.yaml"), host)}, journal.Holder{PID: 1, Command: "lcsync drift"})
	if err != nil {
		t.Fatal(err)
	}
	began := w.clock.Now()
	code, _, stderr := w.lcsync("drift", "acme.yaml", "--lock-wait", "5s")
	if code != 1 || !strings.Contains(stderr, "is locked by process 1 (lcsync drift)") || !strings.Contains(stderr, "--lock-wait") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if waited := w.clock.Now().Sub(began); waited < 5*time.Second || waited > 6*time.Second {
		t.Errorf("it waited for %s", waited)
	}
	for flag, want := range map[string]int{"--since": 0, "--prune-history": 1} {
		if code, _, stderr := w.lcsync("drift", "history", "acme.yaml", flag, "1d", "--lock-wait", "1s"); code != want {
			t.Errorf("history %s: exit code %d: %s", flag, code, stderr)
		}
	}
	if code, _, stderr := w.lcsync("drift", "other.yaml", "--lock-wait", "0s"); code != 0 {
		t.Errorf("another file: exit code %d: %s", code, stderr)
	}
	if code, _, stderr := w.lcsync("apply", "--yes", "acme.yaml"); code != 0 {
		t.Errorf("apply: exit code %d: %s", code, stderr)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := w.lcsync("drift", "acme.yaml", "--lock-wait", "0s"); code != 0 {
		t.Errorf("afterwards: exit code %d: %s", code, stderr)
	}
	if info, err := os.Stat(filepath.Join(state, "drift")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the history's directory: %v, %v", info, err)
	}
}
