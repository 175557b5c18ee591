package journal

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func idsOf(runs []Summary) []string {
	var ids []string
	for _, r := range runs {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestRuns(t *testing.T) {
	s := openStore(t, Options{})
	finished(t, s, "z-old", start.Add(-time.Hour))
	story(t, s, "middle")
	finished(t, s, "a-new", start.Add(time.Hour))
	damaged := "20261120T230000Z-dddd" // between middle and a-new by its id
	check(t, begin(t, s, damaged).Close())
	check(t, os.WriteFile(filepath.Join(s.runDir(damaged), metaFile), []byte("{"), 0o600))
	check(t, os.WriteFile(filepath.Join(s.runsDir(), "a-file"), nil, 0o600)) // not a run

	runs, err := s.Runs()
	check(t, err)
	want := []string{"a-new", damaged, "middle", "z-old"}
	if d := cmp.Diff(want, idsOf(runs)); d != "" {
		t.Fatalf("runs (-want +got):\n%s", d)
	}
	if err := runs[1].Err; err == nil || !strings.Contains(err.Error(), damaged) || !strings.Contains(err.Error(), metaFile) {
		t.Errorf("the damaged run's error is %v", err)
	}
	middle := Summary{Meta: sampleMeta("middle"), Calls: 3, Open: 1, Results: map[string]int{"done": 1, "failed": 1}}
	if d := cmp.Diff(middle, runs[2]); d != "" {
		t.Errorf("summary (-want +got):\n%s", d)
	}
	if r := runs[3]; r.Finished != "done" || !r.FinishedAt.Equal(start.Add(-59*time.Minute)) {
		t.Errorf("finished %q at %v", r.Finished, r.FinishedAt)
	}
}

func TestUnfinished(t *testing.T) {
	s := openStore(t, Options{})
	finished(t, s, "done", start)
	check(t, begin(t, s, "open-1").Close())
	check(t, begin(t, s, "open-2").Close())
	other := sampleMeta("other")
	other.Digest = "xyz"
	r, err := s.Begin(other, []byte(`{}`), nil)
	check(t, err)
	check(t, r.Close())

	same := func(m Meta) bool { return m.Digest == "abc" }
	ids, err := s.Unfinished(same)
	check(t, err)
	if want := []string{"open-2", "open-1"}; !slices.Equal(ids, want) {
		t.Errorf("got %q, want %q", ids, want)
	}

	// A damaged run of another digest is none of our business; one of ours is,
	// and one of which nothing is known.
	writeLog(t, s, "other", []byte("garbage\n"))
	if ids, err = s.Unfinished(same); err != nil || len(ids) != 2 {
		t.Errorf("with another's run damaged: %q, %v", ids, err)
	}
	writeLog(t, s, "open-1", []byte("garbage\n"))
	ids, err = s.Unfinished(same)
	if err == nil || !strings.Contains(err.Error(), "run open-1") || !slices.Equal(ids, []string{"open-2"}) {
		t.Errorf("with one of ours damaged: %q, %v", ids, err)
	}
	check(t, os.WriteFile(filepath.Join(s.runDir("other"), metaFile), nil, 0o600))
	if _, err = s.Unfinished(same); err == nil || !strings.Contains(err.Error(), "run other") {
		t.Errorf("with an unknown run damaged: %v", err)
	}
}

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
	names, err := filepath.Glob(filepath.Join(s.runsDir(), "*"))
	check(t, err)
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	if d := cmp.Diff([]string{guard, "damaged", "f3", "f4", "open"}, names); d != "" {
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
