package journal

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRoundTrip(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "")
	check(t, r.Intent(intent(1)))
	check(t, r.Intent(intent(2)))
	check(t, r.Outcome(outcome(1, "unknown")))
	check(t, r.Outcome(outcome(1, "done")))
	check(t, r.Finish("incomplete", start.Add(time.Minute)))
	check(t, r.Close())

	got, err := s.Load(r.ID())
	check(t, err)
	in1, in2, unknown, done := intent(1), intent(2), outcome(1, "unknown"), outcome(1, "done")
	want := &Record{
		Head: Head{Meta: sampleMeta(r.ID()), Finished: "incomplete", FinishedAt: start.Add(time.Minute), Dir: s.runDir(r.ID())},
		Plan: json.RawMessage(`{"changes":[]}`), Preimage: json.RawMessage(`{"groups":[]}`),
		Entries: []Entry{{Intent: &in1}, {Intent: &in2}, {Outcome: &unknown}, {Outcome: &done},
			{Finish: &Finish{"incomplete", start.Add(time.Minute)}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the record (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]Intent{in2}, got.Open()); d != "" {
		t.Errorf("open (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]Result{"groups/1": done.Results[0]}, got.Results()); d != "" {
		t.Errorf("results, the last of each change (-want +got):\n%s", d)
	}
}

func TestGeneratedIDs(t *testing.T) {
	s := openStore(t, Options{})
	seen := map[string]bool{}
	for range 50 { // in one second
		r := begin(t, s, "")
		check(t, r.Close())
		if !strings.HasPrefix(r.ID(), "20261120T224501Z-") || len(r.ID()) != len("20261120T224501Z-3fa9") {
			t.Fatalf("id %q", r.ID())
		}
		seen[r.ID()] = true
	}
	if len(seen) != 50 {
		t.Errorf("%d ids for 50 runs", len(seen))
	}
}

func TestBeginRefuses(t *testing.T) {
	s := openStore(t, Options{})
	check(t, begin(t, s, "taken").Close())
	bad := func(change func(*Meta)) Meta {
		m := sampleMeta("new")
		change(&m)
		return m
	}
	for _, c := range []struct {
		name           string
		meta           Meta
		plan, preimage string
		want           string
	}{
		{"no time", bad(func(m *Meta) { m.Started = time.Time{} }), "{}", "{}", "the start time is missing"},
		{"an id that leaves the directory", bad(func(m *Meta) { m.ID = "../x" }), "{}", "{}", "invalid run id"},
		{"a hidden id", bad(func(m *Meta) { m.ID = ".begin-1" }), "{}", "{}", "invalid run id"},
		{"an id that is taken", bad(func(m *Meta) { m.ID = "taken" }), "{}", "{}", "run taken: file already exists"},
		{"a plan cut short", sampleMeta("new"), "{", "{}", "the plan is not JSON"},
		{"a pre-image cut short", sampleMeta("new"), "{}", "{", "the pre-image is not JSON"},
	} {
		_, err := s.Begin(c.meta, []byte(c.plan), []byte(c.preimage))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), s.Dir()) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	names, err := os.ReadDir(s.runsDir())
	check(t, err)
	if len(names) != 2 { // the run and the guard
		t.Errorf("failed runs left something: %v", names)
	}
}

func TestCallsOnlyOnce(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "a")
	check(t, r.Intent(intent(7)))
	check(t, r.Intent(intent(7))) // it is sent again
	check(t, r.Intent(intent(6)))
	check(t, r.Outcome(outcome(6, "done")))
	if err := r.Intent(intent(6)); err == nil {
		t.Error("an intent for a call with an outcome was taken")
	}
	if err := r.Outcome(outcome(8, "done")); err == nil {
		t.Error("an outcome without intent was taken")
	}
	if err := r.Intent(Intent{Call: 9, Args: json.RawMessage(`{`)}); err == nil {
		t.Error("arguments that are not JSON were taken")
	}
	check(t, r.Close())

	r, err := s.Resume("a")
	check(t, err)
	if err := r.Intent(intent(7)); err == nil {
		t.Error("a call of the process before was taken again")
	}
	check(t, r.Outcome(outcome(7, "done"))) // which is what resuming is for
	check(t, r.Intent(intent(9)))
	check(t, r.Close())
	if got := lines(t, s, "a"); len(got) != 6 {
		t.Errorf("the journal has %d lines, want 6: %q", len(got), got)
	}
}

func TestFinishAndGoOn(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "a")
	check(t, r.Finish("incomplete", start))
	check(t, r.Intent(intent(1)))
	state := func() string {
		rec, err := s.Load("a")
		check(t, err)
		return rec.Finished
	}
	if got := state(); got != "" {
		t.Errorf("a run that goes on is %q", got)
	}
	check(t, r.Finish("done", start))
	check(t, r.Outcome(outcome(1, "done"))) // found out later
	if got := state(); got != "done" {
		t.Errorf("the run is %q, want done", got)
	}
	check(t, r.Finish("undone", start))
	if got := state(); got != "undone" {
		t.Errorf("the run is %q, want undone", got)
	}
	if err := r.Finish("", start); err == nil {
		t.Error("a finish without status was taken")
	}
	check(t, r.Close())
	check(t, r.Close())
	if err := r.Intent(intent(2)); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("an intent of a closed run: %v, want fs.ErrClosed", err)
	}
}

func TestOneWriter(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "a")
	var held *Held
	if _, err := s.Resume("a"); !errors.As(err, &held) {
		t.Errorf("resuming an open run: %v, want *Held", err)
	}
	check(t, r.Finish("done", start))
	if removed, err := s.Prune(0); err != nil || removed != nil {
		t.Errorf("pruning an open run: %v, %v", removed, err)
	}
	check(t, r.Close())
	r, err := s.Resume("a")
	check(t, err)
	check(t, r.Close())
}

func TestPermissions(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "a")
	defer r.Close()
	check(t, r.Intent(intent(1)))
	l, err := s.Lock([]string{"license d24f"}, Holder{PID: 1})
	check(t, err)
	defer l.Unlock()

	files := 0
	check(t, filepath.WalkDir(filepath.Dir(s.Dir()), func(path string, d fs.DirEntry, err error) error {
		check(t, err)
		info, err := d.Info()
		check(t, err)
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %v, want %v", path, got, want)
		}
		return nil
	}))
	if files != 6 { // four of the run, the guard, the lock
		t.Errorf("%d files, want 6", files)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	check(t, os.WriteFile(file, nil, 0o600))
	for _, c := range []struct {
		name, dir string
		want      error
	}{
		{"no name", "", fs.ErrInvalid},
		{"a file", file, errNotDir},
		{"under a file", filepath.Join(file, "state"), errNotDir},
	} {
		_, err := Open(c.dir)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.dir) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}

	s, err := Open(filepath.Join(dir, "new"))
	check(t, err)
	runs, err := s.Runs()
	if err != nil || runs != nil {
		t.Errorf("Runs of a new store: %v, %v", runs, err)
	}
	removed, err := s.Prune(3)
	if err != nil || removed != nil {
		t.Errorf("Prune of a new store: %v, %v", removed, err)
	}
	if _, err := os.Stat(s.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("looking made the directory: %v", err)
	}

	// What cannot be written says so, whatever is in the way.
	check(t, os.WriteFile(s.Dir(), nil, 0o600))
	if _, err := s.Begin(sampleMeta(""), []byte(`{}`), nil); !errors.Is(err, errNotDir) || !strings.Contains(err.Error(), s.Dir()) {
		t.Errorf("Begin: %v", err)
	}
	if _, err := s.Lock([]string{"k"}, Holder{}); !errors.Is(err, errNotDir) || !strings.Contains(err.Error(), s.Dir()) {
		t.Errorf("Lock: %v", err)
	}
}
