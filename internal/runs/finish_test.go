package runs

import (
	"testing"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// A clock that was a day ahead when a run was killed makes nobody wait for
// longer than effects may lag behind.
func TestClockThatWasAhead(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.ahead = 24 * time.Hour
	w.killed("bots", []*resource.Object{bot("Guide")}, "creating bots/Guide")
	w.ahead = 0
	began := w.clock.Now()
	if out := w.apply("bots", bot("Guide")); out.err != nil || out.text != "" {
		t.Fatalf("%+v %v", out, out.err)
	}
	if took := w.clock.Now().Sub(began); took > 3*time.Minute || !w.told("waiting up to 2m0s for ") {
		t.Errorf("it took %s: %q", took, w.notices)
	}
	w.has("bots", "Guide")
}

// A run that was not read back has ended. Whoever comes while what it made may
// not show yet waits for it; later nobody does.
func TestUnverified(t *testing.T) {
	for _, tt := range []struct {
		why          string
		after        time.Duration
		end          string
		least, limit time.Duration
	}{
		{"at once", 0, "done", 55 * time.Second, 70 * time.Second},
		{"when it shows", 90 * time.Second, "done", 0, 10 * time.Second},
		{"when it would show", 2 * time.Minute, unverified, 0, 10 * time.Second},
	} {
		w := newWorld(t, sandbox.Options{StaleReads: time.Minute})
		w.options.NoVerify = true
		first := w.apply("bots", bot("Guide"))
		if first.err != nil || first.text != "" {
			t.Fatalf("%+v %v", first, first.err)
		}
		w.options.NoVerify = false
		w.ends(first.run, unverified)
		w.clock.Reach(w.clock.Now().Add(tt.after))
		began := w.clock.Now()
		if out := w.apply("bots", bot("Guide")); out.err != nil || out.run != "" {
			t.Errorf("%s: %+v %v", tt.why, out, out.err)
		}
		if took := w.clock.Now().Sub(began); took < tt.least || took > tt.limit || w.told("waiting up to ") != (tt.least > 0) {
			t.Errorf("%s: it took %s: %q", tt.why, took, w.notices)
		}
		w.has("bots", "Guide")
		w.ends(first.run, tt.end)
		if out := w.undo(first.run, true); out.err != nil || out.text != "" {
			t.Errorf("%s: %+v %v", tt.why, out, out.err)
		}
		w.has("bots", "")
	}
}
