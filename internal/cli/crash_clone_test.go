package cli

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/sandbox"
)

// TestKilledCloning kills what takes a whole license over to another one, at each
// call and each write of a file, and runs the same command again: the target is
// what it is without the kill, with nothing twice.
func TestKilledCloning(t *testing.T) {
	c := newClones(t)
	args := []string{"apply", "--yes", "--map", "map.yaml", "--create-agents", "--keep-shadowed", "--allow-application", "--secrets", "secrets.yaml", "before.yaml", "--concurrency", "1"}
	_, preflight, _ := c.run("clone", "--from", "acme", "--to", "staging", "--map", "map.yaml", "--create-agents", "--keep-shadowed", "--dry-run")
	c.secretsOf(preflight)
	d := &disorder{state: c.target.license.State(), file: c.read("before.yaml"), secrets: c.read("secrets.yaml"), mapping: stagingMap, args: args}
	calm, s := d.deadlyWorld(t, sandbox.Options{TokenClientID: "stagingapp"})
	whole := s.runs(calm, never, 0, args...)
	if whole.code != 0 {
		t.Fatalf("without a kill: %s", whole)
	}
	d.want = calm.meaning()
	if !strings.Contains(d.want["bots"], "Order tracker") || !strings.Contains(d.want["groups"], "Kundendienst") {
		t.Fatalf("without a kill the target has %s", d.want)
	}
	calls := s.count
	all := instants(calls, len(whole.steps))
	var killed atomic.Int64
	side(t, sampled(all), func(t *testing.T, at death) {
		o := sandbox.Options{TokenClientID: "stagingapp"}
		if at.late {
			o.StaleReads = 5 * time.Second
		}
		w, s := d.deadlyWorld(t, o)
		first := end{}
		if at.step > 0 {
			first = w.runs(at.step, args...)
		} else {
			first = s.runs(w, at.when, at.call, args...)
		}
		if first.code == -1 {
			killed.Add(1)
		}
		said := []string{fmt.Sprint("killed at ", s.struck, first.steps[max(0, len(first.steps)-1):], ": ", first)}
		if at.next > 0 {
			said = append(said, s.runs(w, beforeEffect, at.next, args...).String())
		}
		said = w.untilDone(t, said, args...)
		if diff := cmp.Diff(d.want, w.meaning()); diff != "" {
			t.Errorf("the target is not what it is without a kill (-without +with):\n%s\n%s", diff, strings.Join(said, "\n"))
		}
	})
	t.Logf("killed at %d of %d instants; there are %d calls and %d steps", killed.Load(), len(all), calls, len(whole.steps))
}
