package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var acme = License{Host: "api.example", Owner: "ann@acme.example", AccountID: "acc", Token: "t1"}

func logged(t *testing.T, w *Watch) string {
	t.Helper()
	events, err := w.Events()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range events {
		out = append(out, string(e))
	}
	return strings.Join(out, " ")
}

func mustWatch(t *testing.T, s *Store, l License, file string) *Watch {
	t.Helper()
	w, err := s.Watch(l, file)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func mustAdd(t *testing.T, w *Watch, known any, events ...any) {
	t.Helper()
	if err := w.Add(events, known); err != nil {
		t.Fatal(err)
	}
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	w := mustWatch(t, s, acme, "/w/acme.yaml")
	if known, err := w.Known(); known != nil || err != nil || logged(t, w) != "" {
		t.Errorf("a watch that is new knows %s, %v", known, err)
	}
	mustAdd(t, w, 1, "a", "b")
	mustAdd(t, w, 2)
	mustAdd(t, w, 3, "c")
	again := mustWatch(t, s, acme, "/w/acme.yaml")
	known, err := again.Known()
	if d := cmp.Diff(`3 "a" "b" "c"`, string(known)+" "+logged(t, again)); d != "" || err != nil {
		t.Errorf("%s, %v", d, err)
	}
	// Nobody else may read it.
	_ = filepath.Walk(filepath.Join(dir, "drift"), func(path string, info os.FileInfo, _ error) error {
		if want := map[bool]os.FileMode{true: 0o700, false: 0o600}[info.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has the mode %s", path, info.Mode())
		}
		return nil
	})
	if n, err := w.Prune(func(e json.RawMessage) bool { return string(e) != `"b"` }); n != 2 || err != nil {
		t.Errorf("pruned %d, %v", n, err)
	}
	mustAdd(t, w, 4, "d")
	if got := logged(t, w); got != `"b" "d"` {
		t.Errorf("after pruning: %s", got)
	}
}

// A watch is found by owner, and by credentials where the owner could not be
// read; other licenses and files have their own.
func TestWatchOfWhom(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	mustAdd(t, mustWatch(t, s, acme, "/w/acme.yaml"), "acme")
	for _, tt := range []struct {
		why  string
		l    License
		file string
		want string
	}{
		{"other credentials", License{Host: "api.example", Owner: "ann@acme.example", Token: "t2"}, "/w/acme.yaml", `"acme"`},
		{"an owner that could not be read", License{Host: "api.example", Token: "t1"}, "/w/acme.yaml", `"acme"`},
		{"of other credentials", License{Host: "api.example", Token: "t3"}, "/w/acme.yaml", ""},
		{"another file", acme, "/w/other.yaml", ""},
		{"another owner with these credentials", License{Host: "api.example", Owner: "eve@x", AccountID: "eve", Token: "t1"}, "/w/acme.yaml", ""},
		{"another host", License{Host: "other.example", Owner: "ann@acme.example"}, "/w/acme.yaml", ""},
	} {
		known, err := mustWatch(t, s, tt.l, tt.file).Known()
		if string(known) != tt.want || err != nil {
			t.Errorf("%s: knows %s, %v", tt.why, known, err)
		}
	}
	// The owner is kept where a later check could not read it.
	mustAdd(t, mustWatch(t, s, License{Host: "api.example", Token: "t1"}, "/w/acme.yaml"), "again")
	if known, _ := mustWatch(t, s, License{Host: "api.example", Owner: "ann@acme.example", AccountID: "acc"}, "/w/acme.yaml").Known(); string(known) != `"again"` {
		t.Errorf("the watch has lost its owner: %s", known)
	}
}

// Tokens that live for an hour do not make the file grow for a year.
func TestWatchOfManyTokens(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	size := func() int64 {
		info, err := os.Stat(mustWatch(t, s, acme, "f").path(watchFile))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	day := int64(0)
	for n := range 100 {
		l := acme
		l.Token = fmt.Sprintf("token %02d", n)
		mustAdd(t, mustWatch(t, s, l, "f"), 1)
		if steady := (License{Host: acme.Host, Token: "token 00"}); n < 50 {
			mustAdd(t, mustWatch(t, s, steady, "f"), 1)
		}
		if n == 23 {
			day = size()
		}
	}
	if got := size(); got > day {
		t.Errorf("it has %d bytes, after a day %d", got, day)
	}
	for token, want := range map[string]string{"token 99": "1", "token 91": "1", "token 20": ""} {
		if known, err := mustWatch(t, s, License{Host: acme.Host, Token: token}, "f").Known(); string(known) != want || err != nil {
			t.Errorf("%s: knows %s, %v", token, known, err)
		}
	}
}

// killed is what a step that kills the process does.
type killed struct{}

// What a process that was killed has written, in part or as a whole, without
// telling what it knows never was.
func TestWatchKilled(t *testing.T) {
	for _, step := range []string{"watch:log", "watch:known"} {
		dir := t.TempDir()
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		mustAdd(t, mustWatch(t, s, acme, "f"), 1, "a")
		dying, err := OpenWith(dir, Options{Before: func(at string) {
			if at == step {
				panic(killed{})
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if recover() != (killed{}) {
					t.Errorf("%s: it was not killed", step)
				}
			}()
			_ = mustWatch(t, dying, acme, "f").Add([]any{"lost", "b"}, 2)
		}()
		w := mustWatch(t, s, acme, "f")
		if known, err := w.Known(); string(known) != "1" || err != nil || logged(t, w) != `"a"` {
			t.Errorf("%s: knows %s and %s, %v", step, known, logged(t, w), err)
		}
		mustAdd(t, w, 2, "b")
		if got := logged(t, w); got != `"a" "b"` {
			t.Errorf("%s: afterwards %s", step, got)
		}
	}
}

// What is damaged is told for what it is of, and for nothing else. It is never
// taken for a watch that is new.
func TestWatchDamaged(t *testing.T) {
	for what, text := range map[string]string{"empty": "", "cut": `{"format_version":1,"lic`, "of a newer version": `{"format_version":2}`} {
		s, err := Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		mustAdd(t, mustWatch(t, s, acme, "/w/good.yaml"), 1, "a")
		bad := mustWatch(t, s, acme, "/w/bad.yaml")
		mustAdd(t, bad, 1, "a")
		if err := os.WriteFile(filepath.Join(bad.Dir(), "watch.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var damaged *Damaged
		if _, err := s.Watch(acme, "/w/bad.yaml"); !errors.As(err, &damaged) || damaged.Dir != bad.Dir() {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := s.Watches("", ""); !errors.As(err, &damaged) {
			t.Errorf("%s, among all: %v", what, err)
		}
		if _, err := s.Watch(License{Host: "eu.example", Owner: acme.Owner}, "/w/bad.yaml"); err != nil {
			t.Errorf("%s, of another host: %v", what, err)
		}
		if all, err := s.Watches("", "/w/good.yaml"); err != nil || len(all) != 1 || logged(t, mustWatch(t, s, acme, "/w/good.yaml")) != `"a"` {
			t.Errorf("%s, for another file: %v, %v", what, all, err)
		}
	}
}

// Whenever Prune is killed, and Add after it, no event is lost or there twice.
func TestWatchKilledInPrune(t *testing.T) {
	for first := 1; first <= 3; first++ {
		for second := 1; second <= 6; second++ {
			dir := t.TempDir()
			s, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			mustAdd(t, mustWatch(t, s, acme, "f"), 1, strings.Repeat("a", 99), "b")
			dies := func(n int, do func(w *Watch)) {
				dying, err := OpenWith(dir, Options{Before: func(string) {
					if n--; n == 0 {
						panic(killed{})
					}
				}})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = recover() }()
				do(mustWatch(t, dying, acme, "f"))
			}
			prune := func(w *Watch) {
				if _, err := w.Prune(func(e json.RawMessage) bool { return len(e) > 50 }); err != nil {
					t.Error(err)
				}
			}
			dies(first, prune)
			dies(second, func(w *Watch) { mustAdd(t, w, 2, "c") })
			w := mustWatch(t, s, acme, "f")
			if known, err := w.Known(); err != nil {
				t.Fatal(err)
			} else if string(known) == "1" {
				mustAdd(t, w, 2, "c")
			}
			prune(w)
			if got := logged(t, w); got != `"b" "c"` {
				t.Errorf("killed at step %d, then at step %d: %s", first, second, got)
			}
		}
	}
}
