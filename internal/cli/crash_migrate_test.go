package cli

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/sandbox"
)

// TestKilledMigratingLive kills the migration of a license at each call and
// each write of a file, and runs the same command again: nothing is lost on the
// newer side, nothing is there twice, and the old side goes as it does without
// the kill. At no instant is there an event that neither side is told of.
func TestKilledMigratingLive(t *testing.T) {
	seeded := newWorld(t, sandbox.Options{})
	seeded.seedLegacy()
	d := &disorder{state: seeded.license.State(), secrets: legacySecrets,
		args: []string{"migrate-live", "--yes", "--max-delete", "100%", "--secrets", "secrets.yaml", "--concurrency", "1"}}
	calm, s := d.deadlyWorld(t, sandbox.Options{})
	whole := s.runs(calm, never, 0, d.args...)
	if whole.code != 0 {
		t.Fatalf("without a kill: %s", whole)
	}
	d.want = calm.meaning()
	if old := d.want["legacy"]; old != "" || !strings.Contains(seeded.state()["legacy"], "thread_closed") {
		t.Fatalf("without a kill the old side keeps %s", old)
	}
	calls := s.count
	all := instants(calls, len(whole.steps))
	var killed atomic.Int64
	side(t, sampled(all), func(t *testing.T, at death) {
		o := sandbox.Options{}
		if at.late {
			o.StaleReads = 5 * time.Second
		}
		w, s := d.deadlyWorld(t, o)
		var said []string
		first := end{}
		if at.step > 0 {
			first = w.runs(at.step, d.args...)
		} else {
			first = s.runs(w, at.when, at.call, d.args...)
		}
		said = append(said, fmt.Sprint("killed at ", s.struck, first.steps[max(0, len(first.steps)-1):], ": ", first))
		if first.code == -1 {
			killed.Add(1)
		}
		unheard(t, w, said)
		if at.next > 0 {
			said = append(said, s.runs(w, beforeEffect, at.next, d.args...).String())
			unheard(t, w, said)
		}
		said = w.untilDone(t, said, d.args...)
		if diff := cmp.Diff(d.want, w.meaning()); diff != "" {
			t.Errorf("the license is not what it is without a kill (-without +with):\n%s\n%s", diff, strings.Join(said, "\n"))
		}
	})
	t.Logf("killed at %d of %d instants; there are %d calls and %d steps", killed.Load(), len(all), calls, len(whole.steps))
}

// unheard fails if neither side is told of an event that one was told of
// before.
func unheard(t *testing.T, w *world, said []string) {
	state := w.state()
	for _, told := range [][]string{
		{`"incoming_chat_thread"`, `"incoming_chat"`}, {`"user_added_to_chat"`}, {`"thread_closed"`, `"chat_deactivated"`},
		{`"chat_access_granted"`, `"chat_access_updated"`}, {`"chat_access_revoked"`, `"chat_access_updated"`},
	} {
		if !slices.ContainsFunc(told, func(action string) bool {
			return strings.Contains(state["webhooks"], action) || strings.Contains(state["legacy"], action)
		}) {
			t.Errorf("nobody is told of %s:\n%s", told[0], strings.Join(said, "\n"))
		}
	}
}
