package journal

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
)

var errNotDir = syscall.ENOTDIR

// TestGroupCommit lets the first intent wait in its fsync until all the others
// have come: they share the second one.
func TestGroupCommit(t *testing.T) {
	const n = 100
	var seen steps
	var s *Store
	var r *Run
	first := make(chan struct{})
	release := make(chan struct{})
	s = openStore(t, Options{Before: func(step string) {
		seen.before(step)
		if step == "sync" && seen.count("sync") == 1 {
			close(first)
			<-release
		}
	}})
	r = begin(t, s, "a")
	var all sync.WaitGroup
	send := func(call int64) {
		all.Go(func() {
			if err := r.Intent(intent(call)); err != nil {
				t.Error(err)
			}
			rec, err := s.Load("a")
			if err != nil || !hasIntent(rec, call) {
				t.Errorf("call %d is not on disk after Intent: %v", call, err)
			}
			if err := r.Outcome(outcome(call, "done")); err != nil {
				t.Error(err)
			}
		})
	}
	send(1)
	<-first
	for call := int64(2); call <= n; call++ {
		send(call)
	}
	waitForLines(r.to, n-1)
	close(release)
	all.Wait()
	check(t, r.Finish("done", start))
	check(t, r.Close())

	// One for the first intent, one for the other 99, one for the finish;
	// outcomes share as it happens.
	if got := seen.count("sync"); got > n+3 {
		t.Errorf("%d fsyncs for %d intents and %d outcomes", got, n, n)
	}
	rec, err := s.Load("a")
	check(t, err)
	if len(rec.Entries) != 2*n+1 || len(rec.Open()) != 0 || rec.Finished != "done" {
		t.Errorf("%d entries, %d open, finished %q", len(rec.Entries), len(rec.Open()), rec.Finished)
	}
}

// TestIntentsShareOneSync is the same for intents alone, exactly: the first
// has an fsync of its own, the 99 that come meanwhile have one.
func TestIntentsShareOneSync(t *testing.T) {
	var seen steps
	first := make(chan struct{})
	release := make(chan struct{})
	s := openStore(t, Options{Before: func(step string) {
		seen.before(step)
		if step == "append" && seen.count("append") == 1 {
			close(first)
			<-release
		}
	}})
	r := begin(t, s, "a")
	var all sync.WaitGroup
	for call := int64(1); call <= 100; call++ {
		all.Go(func() {
			if err := r.Intent(intent(call)); err != nil {
				t.Error(err)
			}
		})
		if call == 1 {
			<-first
		}
	}
	waitForLines(r.to, 99)
	close(release)
	all.Wait()
	check(t, r.Close())
	if got := seen.count("sync"); got != 2 {
		t.Errorf("%d fsyncs, want 2", got)
	}
	if got := len(lines(t, s, "a")); got != 100 {
		t.Errorf("%d lines, want 100", got)
	}
}

// waitForLines returns when a batch of n lines has gathered.
func waitForLines(a *appender, n int) {
	for {
		a.gathering.Lock()
		gathered := strings.Count(string(a.next.lines), "\n") == n
		a.gathering.Unlock()
		if gathered {
			return
		}
		runtime.Gosched()
	}
}

func hasIntent(rec *Record, call int64) bool {
	for _, e := range rec.Entries {
		if e.Intent != nil && e.Intent.Call == call {
			return true
		}
	}
	return false
}

// TestFailedWrite: after a write has failed nobody knows what the file ends
// with, so nothing is promised any more.
func TestFailedWrite(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "a")
	check(t, r.Intent(intent(1)))
	file, err := os.Open(s.logPath("a")) // which cannot be written to
	check(t, err)
	good := r.to.file
	r.to.file = file
	if err := r.Intent(intent(2)); !errors.Is(err, syscall.EBADF) || !strings.Contains(err.Error(), s.Dir()) {
		t.Fatalf("writing to a file that cannot be: %v", err)
	}
	check(t, file.Close())
	r.to.file = good
	for name, err := range map[string]error{
		"Intent": r.Intent(intent(3)), "Outcome": r.Outcome(outcome(1, "done")), "Finish": r.Finish("done", start),
	} {
		if !errors.Is(err, syscall.EBADF) {
			t.Errorf("%s after a failure: %v, want the failure", name, err)
		}
	}
	check(t, r.Close())
	if got := lines(t, s, "a"); len(got) != 1 {
		t.Errorf("the journal has %d lines, want 1", len(got))
	}
}

// TestPanicInWriter: those that wait for a writer that panics are told.
func TestPanicInWriter(t *testing.T) {
	reached := make(chan struct{})
	die := make(chan struct{})
	s := openStore(t, Options{Before: func(step string) {
		if step == "append" {
			close(reached)
			<-die
			panic("killed")
		}
	}})
	r := begin(t, s, "a")
	var all sync.WaitGroup
	all.Go(func() {
		defer func() { _ = recover() }()
		_ = r.Intent(intent(1))
		t.Error("the writer went on")
	})
	<-reached
	for call := int64(2); call <= 4; call++ {
		all.Go(func() {
			if err := r.Intent(intent(call)); !errors.Is(err, errBrokenOff) {
				t.Errorf("call %d: %v", call, err)
			}
		})
	}
	waitForLines(r.to, 3)
	close(die)
	all.Wait()
	check(t, r.Close())
}
