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
