package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// childEnv names what the test binary does instead of testing when it is run
// as another process: "<what> <directory> <number>".
const childEnv = "LCSYNC_JOURNAL_TEST_CHILD"

func TestMain(m *testing.M) {
	if what, args, ok := strings.Cut(os.Getenv(childEnv), " "); ok {
		dir, number, _ := strings.Cut(args, " ")
		n, err := strconv.Atoi(number)
		if err == nil {
			err = map[string]func(string, int) error{"hold": hold, "live": live, "flood": flood}[what](dir, n)
		}
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child runs the test binary as another process.
func child(t *testing.T, what, dir string, n int) (cmd *exec.Cmd, out *bufio.Scanner) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %d", childEnv, what, dir, n))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // ends with this process, so that the child does too
	check(t, err)
	t.Cleanup(func() { _ = stdin.Close() })
	stdout, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	return cmd, bufio.NewScanner(stdout)
}

// hold takes locks until its parent ends or kills it.
func hold(dir string, _ int) error {
	s, err := Open(dir)
	if err != nil {
		return err
	}
	l, err := s.Lock([]string{"license d24f", "client asXd"},
		Holder{PID: os.Getpid(), Host: "host-2", Since: start, Command: "lcsync apply want.yaml"})
	if err != nil {
		return err
	}
	fmt.Println("held")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return l.Unlock()
}

func TestLockOfAnotherProcess(t *testing.T) {
	s := openStore(t, Options{})
	cmd, out := child(t, "hold", s.Dir(), 0)
	if !out.Scan() || out.Text() != "held" {
		t.Fatalf("the child said %q", out.Text())
	}
	_, err := s.Lock([]string{"license other", "license d24f"}, Holder{PID: 1})
	want := fmt.Sprintf("license d24f is locked by process %d on host-2 (lcsync apply want.yaml), since 2026-11-20T22:45:01Z",
		cmd.Process.Pid)
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	check(t, cmd.Process.Kill())
	_ = cmd.Wait()
	l, err := s.Lock([]string{"license d24f", "client asXd"}, Holder{PID: 1})
	if err != nil {
		t.Fatalf("the lock of a dead process: %v", err)
	}
	check(t, l.Unlock())
}

// live does everything that a store can do, says what was promised to it, and
// kills itself before the n-th step.
func live(dir string, n int) error {
	var mu sync.Mutex
	s, err := OpenWith(dir, Options{Before: func(step string) {
		mu.Lock()
		defer mu.Unlock()
		if n--; n == 0 {
			fmt.Println("killed before", step)
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	if err != nil {
		return err
	}
	l, err := s.Lock([]string{"a", "b"}, Holder{PID: os.Getpid()})
	if err != nil {
		return err
	}
	if err := liveRuns(s); err != nil {
		return err
	}
	return l.Unlock()
}

func liveRuns(s *Store) error {
	for i, id := range []string{"first", "second"} {
		m := sampleMeta(id)
		m.Started = start.Add(time.Duration(i) * time.Hour)
		r, err := s.Begin(m, []byte(`{}`), []byte(`{}`))
		if err != nil {
			return err
		}
		fmt.Println("begun", id)
		if err := r.Intent(intent(1)); err != nil {
			return err
		}
		fmt.Println("intent", id)
		if err := r.Close(); err != nil {
			return err
		}
		if r, err = s.Resume(id); err != nil {
			return err
		}
		if err := r.Outcome(outcome(1, "done")); err != nil {
			return err
		}
		fmt.Println("outcome", id)
		if err := r.Finish("done", start); err != nil {
			return err
		}
		fmt.Println("finished", id)
		if err := r.Close(); err != nil {
			return err
		}
	}
	if err := giveUp(s, "third"); err != nil {
		return err
	}
	fmt.Println("pruning first")
	_, err := s.Prune(2)
	return err
}

// giveUp gives up a run that has lost its journal.
func giveUp(s *Store, id string) error {
	m := sampleMeta(id)
	m.Started = start.Add(time.Hour)
	r, err := s.Begin(m, []byte(`{}`), []byte(`{}`))
	if err != nil {
		return err
	}
	fmt.Println("begun", id)
	if err := errors.Join(r.Close(), os.Remove(r.head.file(logFile)), s.Abandon(id, start)); err != nil {
		return err
	}
	fmt.Println("abandoned", id)
	return nil
}

// TestKilledAtEveryStep: a process that is killed before any write, fsync,
// rename or removal leaves whole runs that hold all that was promised, and
// what it leaves is no hindrance to the next process.
func TestKilledAtEveryStep(t *testing.T) {
	var places []string
	for n := 1; ; n++ {
		dir := filepath.Join(t.TempDir(), "state")
		cmd, out := child(t, "live", dir, n)
		said, place := map[string]bool{}, ""
		for out.Scan() {
			said[out.Text()] = true
			if rest, ok := strings.CutPrefix(out.Text(), "killed before "); ok {
				place = rest
			}
		}
		err := cmd.Wait()
		if place == "" {
			check(t, err)
			break
		}
		places = append(places, place)
		s, err := Open(dir)
		check(t, err)
		place = fmt.Sprintf("killed before step %d, %s", n, place)
		checkPromises(t, s, place, said)
		checkGoesOn(t, s, place)
	}
	for _, want := range []string{"mkdir", "sync:dir", "begin:preimage", "begin:plan", "begin:meta", "begin:journal", "begin:sync",
		"begin:rename", "append", "sync", "finish", "resume:sync", "lock:holder", "lock:clear", "prune:rename", "prune:remove"} {
		if !strings.Contains(" "+strings.Join(places, " ")+" ", " "+want+" ") {
			t.Errorf("there was no step %q in %q", want, places)
		}
	}
	t.Logf("killed at %d steps", len(places))
}

func checkPromises(t *testing.T, s *Store, place string, said map[string]bool) {
	t.Helper()
	runs, err := s.Runs()
	check(t, err)
	have := map[string]*Record{}
	for _, r := range runs {
		have[r.ID] = r
		if _, err := s.Load(r.ID); (err != nil || r.Err != nil) && r.ID != "third" {
			t.Errorf("%s: run %s cannot be read: %v, %v", place, r.ID, err, r.Err)
		}
	}
	for _, id := range []string{"first", "second", "third"} {
		r, there := have[id]
		if !there && id == "first" && said["pruning first"] {
			continue
		}
		if said["begun "+id] && !there || said["intent "+id] && calls(r) != 1 ||
			said["outcome "+id] && results(r)["done"] != 1 || said["finished "+id] && r.Finished != "done" || said["abandoned "+id] && r.Finished != Abandoned {
			t.Errorf("%s: run %s is %+v; promised: %v", place, id, r, said)
		}
	}
}

func checkGoesOn(t *testing.T, s *Store, place string) {
	t.Helper()
	l, err := s.Lock([]string{"a", "b"}, Holder{PID: os.Getpid()})
	if err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	defer func() { check(t, l.Unlock()) }()
	own, maybe, err := unfinished(s, sampleLicense)
	check(t, err)
	if len(maybe) > 0 {
		t.Errorf("%s: runs of nobody: %v", place, maybe)
	}
	for _, h := range own {
		if h.Err != nil {
			check(t, s.Abandon(h.ID, start))
			continue
		}
		r, err := s.Resume(h.ID)
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		check(t, r.Finish("done", start))
		check(t, r.Close())
	}
	check(t, begin(t, s, "next").Close())
	if _, err := s.Prune(0); err != nil {
		t.Errorf("%s: %v", place, err)
	}
	left, err := os.ReadDir(s.runsDir())
	check(t, err)
	if len(left) != 2 { // the next run and the guard
		t.Errorf("%s: left after pruning: %v", place, left)
	}
}

// flood journals intents from several goroutines until it is killed, and says
// which were promised.
func flood(dir string, _ int) error {
	s, err := Open(dir)
	if err != nil {
		return err
	}
	r, err := s.Begin(sampleMeta("flood"), []byte(`{}`), nil)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for g := range int64(8) {
		all.Go(func() {
			for call := g; r.Intent(intent(call)) == nil; call += 8 {
				fmt.Println(call)
			}
		})
	}
	all.Wait()
	return nil
}

func TestKilledInFlood(t *testing.T) {
	s := openStore(t, Options{})
	cmd, out := child(t, "flood", s.Dir(), 0)
	promised := map[string]bool{}
	for out.Scan() {
		promised[out.Text()] = true
		if len(promised) == 200 {
			check(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait()
	rec, err := s.Load("flood")
	check(t, err)
	for _, in := range rec.Open() {
		delete(promised, fmt.Sprint(in.Call))
		if want := intent(in.Call); in.Method != want.Method || string(in.Args) != string(want.Args) || !json.Valid(in.Args) {
			t.Errorf("call %d is %+v", in.Call, in)
		}
	}
	for text := range promised {
		if _, err := strconv.Atoi(text); err == nil {
			t.Errorf("call %s was promised, but is not there", text)
		}
	}
}
