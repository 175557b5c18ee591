package journal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAbandon: whatever is wrong with a run, giving it up ends it, and keeps
// all of it that was there.
func TestAbandon(t *testing.T) {
	for _, c := range []struct {
		why   string
		spoil func(t *testing.T, s *Store)
		calls int // that are known afterwards
	}{
		{"nothing", func(*testing.T, *Store) {}, 3},
		{"a torn line", func(t *testing.T, s *Store) { addTo(t, s, `{"intent":{"ca`) }, 3},
		{"blocks that were never written", func(t *testing.T, s *Store) { addTo(t, s, "\x00\x00") }, 3},
		{"garbage at the end", func(t *testing.T, s *Store) { addTo(t, s, "garbage\n") }, 3},
		{"garbage at the start", func(t *testing.T, s *Store) {
			log := readLogFile(t, s, "a")
			writeLog(t, s, "a", append([]byte("garbage"), log...))
		}, 2},
		{"no journal", func(t *testing.T, s *Store) { check(t, os.Remove(s.logPath("a"))) }, 0},
		{"a damaged meta", func(t *testing.T, s *Store) { spoil(t, s, "a", metaFile) }, 3},
		{"no meta", func(t *testing.T, s *Store) { check(t, os.Remove(filepath.Join(s.runDir("a"), metaFile))) }, 3},
		{"the layout of before", func(t *testing.T, s *Store) { flatten(t, s, "a") }, 3},
		{"a damaged meta of before", func(t *testing.T, s *Store) { flatten(t, s, "a"); spoil(t, s, "a", metaFile) }, 3},
	} {
		s := openStore(t, Options{})
		story(t, s, "a")
		c.spoil(t, s)
		had, _ := os.ReadFile(s.logPath("a"))
		check(t, s.Abandon("a", start))
		check(t, s.Abandon("a", start)) // once is enough
		if got := string(readLogFile(t, s, "a")); !strings.HasPrefix(got, string(had)) || strings.Count(got, Abandoned) != 1 {
			t.Errorf("%s: the journal was %q, is %q", c.why, had, got)
		}
		wantUnfinished(t, s, c.why, sampleLicense, "", "")
		if _, err := s.Resume("a"); err == nil || !strings.HasSuffix(err.Error(), "the run was abandoned") {
			t.Errorf("%s: Resume: %v", c.why, err)
		}
		rec, err := s.Load("a")
		check(t, err)
		if rec.Finished != Abandoned || !rec.FinishedAt.Equal(start) || rec.Err != nil {
			t.Errorf("%s: finished %q, %v", c.why, rec.Finished, rec.Err)
		}
		runs, err := s.Runs()
		check(t, err)
		if len(runs) != 1 || runs[0].ID != "a" || runs[0].Finished != Abandoned || runs[0].Err != nil || calls(runs[0]) != c.calls {
			t.Errorf("%s: listed as %+v", c.why, runs)
		}
		if removed, err := s.Prune(0); err != nil || len(removed) != 1 {
			t.Errorf("%s: pruning it: %q, %v", c.why, removed, err)
		}
	}
}

func addTo(t *testing.T, s *Store, text string) {
	t.Helper()
	writeLog(t, s, "a", append(readLogFile(t, s, "a"), text...))
}

func TestAbandonRefuses(t *testing.T) {
	s := openStore(t, Options{})
	finished(t, s, "done", start)
	if err := s.Abandon("done", start); err == nil || !strings.HasSuffix(err.Error(), ": the run has finished: done") {
		t.Errorf("a run that has finished: %v", err)
	}
	r := begin(t, s, "open")
	var held *Held
	if err := s.Abandon("open", start); !errors.As(err, &held) {
		t.Errorf("an open run: %v", err)
	}
	check(t, r.Close())
	var no *NotFound
	if err := s.Abandon("none", start); !errors.As(err, &no) {
		t.Errorf("no run: %v", err)
	}
}

// TestAbandonContinued: who gives up a run gives up what it went on with.
func TestAbandonContinued(t *testing.T) {
	s := copyRecorded(t, "continued-killed")
	recordedLicense := License{Host: "127.0.0.1:7001", Owner: "owner@example.com"}
	wantUnfinished(t, s, "before", recordedLicense, "20260302T090000Z-c827", "")
	check(t, s.Abandon("20260302T090000Z-c827", start))
	wantUnfinished(t, s, "afterwards", recordedLicense, "", "")
	removed, err := s.Prune(0)
	check(t, err)
	if d := cmp.Diff([]string{"20260302T090000Z-c827", "20260302T090000Z-1d86"}, removed); d != "" {
		t.Errorf("removed (-want +got):\n%s", d)
	}
}
