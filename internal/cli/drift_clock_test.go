package cli

import (
	"context"
	"strings"
	"testing"
	"time"

	"lcsync/internal/sandbox"
)

// TestDriftClockGoesBack: what was written while the clock was a year ahead hides
// nothing when it is right again: no change is settling for a year, and no details
// are reused for a year.
func TestDriftClockGoesBack(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.seed()
	if err := w.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	right := newClock()
	_ = w.clock.Sleep(context.Background(), 365*24*time.Hour)
	w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`)
	for _, args := range [][]string{{"drift", "acme.yaml"}, {"apply", "--yes", "acme.yaml"}} {
		if code, stdout, stderr := w.lcsync(args...); code != map[string]int{"drift": 2, "apply": 0}[args[0]] {
			t.Fatal(inProcess(code, stdout, stderr))
		}
	}
	w.clock = right
	w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Chief"}`)
	w.raw("update_bot", `{"id":{{Greeter}},"default_group_priority":"last"}`)
	code, stdout, stderr := w.lcsync("drift", "acme.yaml")
	if code != 2 || strings.Contains(stdout, "settling") || !strings.Contains(stdout, "agent bob@shop.example: job_title was \"Adviser 1\", is now Chief\n") ||
		!strings.Contains(stdout, "bot Greeter: default_group_priority was first, is now last\n") {
		t.Errorf("after the clock went back: %s", inProcess(code, stdout, stderr))
	}
}
