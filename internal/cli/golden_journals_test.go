package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/cli/session"
	"lcsync/internal/journal"
	"lcsync/internal/sandbox"
)

// recordedWorld serves a license as a recorded run left it (see
// testdata/journals), with the state directory and the files of that run.
func recordedWorld(t *testing.T, name string) *world {
	t.Helper()
	w := newWorld(t, sandbox.Options{Seed: 9}) // new ids differ from the recorded ones
	w.server.URL = "http://127.0.0.1:7001"
	w.clock.Reach(time.Date(2026, 3, 2, 9, 10, 0, 0, time.UTC))
	from := filepath.Join("..", "..", "testdata", "journals", name)
	license, err := os.ReadFile(filepath.Join(from, "license.json"))
	if err == nil {
		err = w.license.Load(license)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.copy(from, "*.yaml", w.dir)
	for _, files := range []string{"*.yaml", "runs/*/*"} {
		w.copy(filepath.Join(from, "state"), files, w.stateDir())
	}
	return w
}

// copy copies files and makes them unreadable for other users.
func (w *world) copy(from, pattern, to string) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(from, pattern))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range files {
		rel, err := filepath.Rel(from, f)
		if err != nil {
			w.t.Fatal(err)
		}
		data, err := os.ReadFile(f)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, rel), data, 0o600)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// says runs a command line, which must end with a code and print a text.
func (w *world) says(want session.ExitCode, text string, args ...string) {
	w.t.Helper()
	code, stdout, stderr := w.lcsync(args...)
	if code != int(want) || !strings.Contains(stdout+stderr, text) {
		w.t.Fatalf("%s: exit code %d, want %d and %q\n%s%s", args, code, want, text, stdout, stderr)
	}
}

var recordedFlags = append([]string{"--secrets", "secrets.yaml", "--max-delete", "100%"}, everything...)

// once checks that a license equals before.yaml, with nothing twice.
func (w *world) once(t *testing.T) {
	t.Helper()
	w.says(session.Done, "no differences", "diff", "before.yaml", "--full-scopes")
	for kind, name := range map[string]string{"bots": "Greeter", "groups": "Care", "tags": "praise"} {
		if n := strings.Count(w.state()[kind], `"`+name+`"`); n != 1 {
			t.Errorf("%d of %s %s", n, kind, name)
		}
	}
}

// TestRecordedRunsAreFinished: runs that an earlier lcsync left unfinished are
// finished by the command that began them, and by --resume.
func TestRecordedRunsAreFinished(t *testing.T) {
	for _, c := range []struct{ name, run, goneOnWith string }{
		{"create-killed", "20260302T090000Z-6a61", ""},
		{"replacement-killed", "20260302T090000Z-c0a3", ""},
		{"torn", "20260302T090000Z-4e29", ""},
		{"continued-killed", "20260302T090000Z-c827", "20260302T090000Z-1d86"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := recordedWorld(t, c.name)
			w.says(session.Done, "run "+c.run+" of 2026-03-02 09:00:00 UTC did not finish", append([]string{"apply", "before.yaml"}, recordedFlags...)...)
			w.once(t)
			w.says(session.Done, "no differences", append([]string{"apply", "before.yaml"}, recordedFlags...)...)

			w = recordedWorld(t, c.name)
			if c.goneOnWith != "" {
				w.says(session.BadInput, "was continued by run "+c.run, append([]string{"apply", "--resume", c.goneOnWith}, recordedFlags...)...)
			}
			w.says(session.Done, "done.", append([]string{"apply", "--resume", c.run}, recordedFlags...)...)
			w.says(session.BadInput, "run "+c.run+" has finished", append([]string{"apply", "--resume", c.run}, recordedFlags...)...)
			w.says(session.Done, "", append([]string{"apply", "before.yaml"}, recordedFlags...)...)
			w.once(t)
		})
	}
}

// TestRecordedRunsAreThrough: finished runs of an earlier lcsync are listed,
// and do not affect other commands.
func TestRecordedRunsAreThrough(t *testing.T) {
	for name, want := range map[string]string{
		"finished":  "20260302T090000Z-896c  2026-03-02 09:00  apply    before.yaml  owner@example.com  16 done",
		"continued": "20260302T090200Z-7c2b  2026-03-02 09:02  apply    before.yaml  owner@example.com  13 done",
	} {
		w := recordedWorld(t, name)
		w.says(session.Done, want, "runs")
		was := w.state()
		w.says(session.Done, "no differences", append([]string{"apply", "before.yaml"}, recordedFlags...)...)
		if d := cmp.Diff(was, w.state()); d != "" {
			t.Errorf("%s: a run changed something (-before +after):\n%s", name, d)
		}
	}
}

// TestRecordedRunIsUndone undoes a run of an earlier lcsync.
func TestRecordedRunIsUndone(t *testing.T) {
	w := recordedWorld(t, "finished")
	w.says(session.Done, "done.", append([]string{"undo", "20260302T090000Z-896c", "--prune"}, recordedFlags...)...)
	w.says(session.Done, "no differences", "diff", "then.yaml", "--full-scopes")
}

// TestAbandoned: an abandoned run, also one with unreadable meta data, stops no
// command, and no command finishes it. Its recorded changes can be undone.
func TestAbandoned(t *testing.T) {
	for _, damaged := range []bool{false, true} {
		w := recordedWorld(t, "torn") // a property is replaced, a group perhaps made
		run := "20260302T090000Z-4e29"
		if damaged {
			if err := os.WriteFile(filepath.Join(w.stateDir(), "runs", run, "meta.json"), []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
			w.says(session.BadInput, "run "+run+" in ", append([]string{"apply", "before.yaml"}, recordedFlags...)...)
		}
		store, err := journal.OpenWith(w.stateDir(), journal.Options{})
		if err == nil {
			err = store.Abandon(run, w.clock.Now())
		}
		if err != nil {
			t.Fatal(err)
		}
		w.says(session.BadInput, "run "+run+" has finished", append([]string{"apply", "--resume", run}, recordedFlags...)...)
		w.says(session.Done, "abandoned", "runs")
		w.says(session.Incomplete, "groups Care: lcsync cannot tell whether the run created it", append([]string{"undo", run}, recordedFlags...)...)
		if got := w.state()["properties"]; !strings.Contains(got, `"Odd"`) {
			t.Errorf("the properties are %s", got)
		}
		code, stdout, stderr := w.lcsync(append([]string{"apply", "before.yaml"}, recordedFlags...)...)
		if code != 0 || strings.Contains(stderr, "did not finish") {
			t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
		}
	}
}

// TestRecordedRemovalGoesOn: if an earlier lcsync did not finish the removal of
// old webhooks, only migrate-live continues it.
func TestRecordedRemovalGoesOn(t *testing.T) {
	w := recordedWorld(t, "migrate-live-killed")
	run := "20260302T090000Z-9ebb"
	w.says(session.BadInput, "hint: continue with lcsync migrate-live", "apply", "--yes", "--resume", run)
	if old := w.state()["legacy"]; !strings.Contains(old, "thread_closed") {
		t.Fatalf("there is nothing left to remove: %s", old)
	}
	w.says(session.Done, "1 done.", "migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml")
	if old := w.state()["legacy"]; strings.Contains(old, "thread_closed") {
		t.Errorf("left: %s", old)
	}
	w.says(session.Done, run, "runs")
}
