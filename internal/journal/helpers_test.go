package journal

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 20, 22, 45, 1, 0, time.UTC)

func openStore(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := OpenWith(filepath.Join(t.TempDir(), "state", "lcsync"), o)
	check(t, err)
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var sampleLicense = License{Host: "host-1", Owner: "owner@example.com", AccountID: "d24f"}

func sampleMeta(id string) Meta {
	return Meta{ID: id, Started: start, License: sampleLicense, ClientIDs: []string{"asXd"}, Digest: "abc", Command: []string{"lcsync", "apply", "want.yaml"}, Version: "1.2.3", Blocked: 1}
}

func begin(t *testing.T, s *Store, id string) *Run {
	t.Helper()
	r, err := s.Begin(sampleMeta(id), []byte(`{"changes":[]}`), []byte(`{"groups":[]}`))
	check(t, err)
	return r
}

// finished makes a run that started at a time and ended.
func finished(t *testing.T, s *Store, id string, at time.Time) {
	t.Helper()
	m := sampleMeta(id)
	m.Started = at
	r, err := s.Begin(m, []byte(`{}`), nil)
	check(t, err)
	check(t, r.Finish("done", at.Add(time.Minute)))
	check(t, r.Close())
}

func intent(call int64) Intent {
	return Intent{Call: call, Time: start.Add(time.Second), Method: "create_group",
		Changes: []string{fmt.Sprintf("groups/%d", call)}, Args: json.RawMessage(`{"name":"<A & B>"}`), Step: "ü"}
}

func outcome(call int64, status string) Outcome {
	return Outcome{Call: call, Time: start.Add(2 * time.Second),
		Results: []Result{{Change: fmt.Sprintf("groups/%d", call), Status: status, ServerID: fmt.Sprint(call + 100)}}}
}

// steps is a hook that counts.
type steps struct {
	mu    sync.Mutex
	names []string
}

func (s *steps) before(step string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names = append(s.names, step)
}

func (s *steps) count(step string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, name := range s.names {
		if name == step {
			n++
		}
	}
	return n
}

// runDir returns the directory of a run, or of one that would have the id.
func (s *Store) runDir(id string) string {
	if p, err := s.find(id); err == nil {
		return p.Dir
	}
	return filepath.Join(s.runsDir(), sampleLicense.path(), id)
}

func (s *Store) logPath(id string) string { return filepath.Join(s.runDir(id), logFile) }

func idsOf(runs []Head) []string {
	ids := []string{}
	for _, r := range runs {
		ids = append(ids, r.ID)
	}
	return ids
}

// unfinished returns the runs that are left of a license, and those that may be
// its.
func unfinished(s *Store, l License) (own, maybe []Head, err error) {
	own, maybe, err = s.Of(l)
	return slices.DeleteFunc(own, Head.Ended), maybe, err
}

// calls counts the calls of a run.
func calls(rec *Record) int {
	numbers := map[int64]bool{}
	for _, e := range rec.Entries {
		if e.Intent != nil {
			numbers[e.Intent.Call] = true
		}
	}
	return len(numbers)
}

// openCalls counts the calls of a run that have no outcome.
func openCalls(rec *Record) int {
	numbers := map[int64]bool{}
	for _, in := range rec.Open() {
		numbers[in.Call] = true
	}
	return len(numbers)
}

// results counts the changes of a run by what became of them.
func results(rec *Record) map[string]int {
	counts := map[string]int{}
	for _, r := range rec.Results() {
		counts[r.Status]++
	}
	return counts
}

// lines returns a journal as it is on disk, as texts without their ends.
func lines(t *testing.T, s *Store, id string) []string {
	t.Helper()
	return slices.Collect(strings.Lines(string(readLogFile(t, s, id))))
}

func readLogFile(t *testing.T, s *Store, id string) []byte {
	t.Helper()
	data, err := os.ReadFile(s.logPath(id))
	check(t, err)
	return data
}

func writeLog(t *testing.T, s *Store, id string, data []byte) {
	t.Helper()
	check(t, os.WriteFile(s.logPath(id), data, 0o600))
}
