package journal

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPrune(t *testing.T) {
	s := openStore(t, Options{})
	for i, id := range []string{"f1", "f2", "f3", "f4"} {
		finished(t, s, id, start.Add(time.Duration(i)*time.Hour))
	}
	check(t, begin(t, s, "open").Close())
	check(t, begin(t, s, "damaged").Close())
	writeLog(t, s, "damaged", []byte("garbage\n"))
	check(t, os.Mkdir(filepath.Join(s.runsDir(), beginAs+"1"), 0o700))
	check(t, os.Mkdir(filepath.Join(s.runsDir(), goneAs+"x"), 0o700))

	if _, err := s.Prune(-1); err == nil {
		t.Error("a negative number was taken")
	}
	removed, err := s.Prune(2)
	check(t, err)
	if want := []string{"f2", "f1"}; !slices.Equal(removed, want) {
		t.Errorf("removed %q, want %q", removed, want)
	}
	if d := cmp.Diff([]string{guardFile, "host-1", "damaged", "f3", "f4", "open"}, append(namesIn(t, s.runsDir()), namesIn(t, s.runDir("."))...)); d != "" {
		t.Errorf("left (-want +got):\n%s", d)
	}
	removed, err = s.Prune(0)
	check(t, err)
	if want := []string{"f4", "f3"}; !slices.Equal(removed, want) {
		t.Errorf("removed %q, want %q", removed, want)
	}
}

// TestPruneWhileBegun: what looks like the rest of a killed process is left
// alone while a run is being made.
func TestPruneWhileBegun(t *testing.T) {
	var s *Store
	pruned := 0
	s = openStore(t, Options{Before: func(step string) {
		if step == "begin:rename" {
			pruned++
			_, err := s.Prune(0)
			check(t, err)
		}
	}})
	check(t, begin(t, s, "a").Close())
	if _, err := s.Load("a"); err != nil || pruned != 1 {
		t.Errorf("pruned %d times: %v", pruned, err)
	}
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestPruneChain: a run that did not finish ended with the one that went on
// with it, and does not outlive that: it would seem to be left to finish.
func TestPruneChain(t *testing.T) {
	s := copyRecorded(t, "continued")
	removed, err := s.Prune(2)
	check(t, err)
	if d := cmp.Diff([]string{"20260302T090000Z-c827", "20260302T090000Z-1d86"}, removed); d != "" {
		t.Errorf("removed (-want +got):\n%s", d)
	}
	s = copyRecorded(t, "continued-killed")
	if removed, err = s.Prune(0); err != nil || removed != nil {
		t.Errorf("of a chain that has not ended: removed %q, %v", removed, err)
	}
}

// TestPruneLicense: with its last run a license's directory goes, and comes
// back with the next.
func TestPruneLicense(t *testing.T) {
	s := openStore(t, Options{})
	finished(t, s, "a", start)
	_, err := s.Prune(0)
	check(t, err)
	if got := namesIn(t, s.runsDir()); !slices.Equal(got, []string{guardFile}) {
		t.Errorf("left: %q", got)
	}
	finished(t, s, "b", start)
}
