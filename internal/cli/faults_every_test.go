package cli

import (
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/sandbox"
)

// oddity is a way in which a server misbehaves all the time.
type oddity struct {
	name    string
	sparing bool // nothing is deleted, so that duplicates stay visible
	options sandbox.Options
	// keeps tells that the server ignores some deletions or updates. A run can
	// then only report that.
	keeps bool
}

func oddities() []oddity {
	return []oddity{
		{name: "plain"},
		{name: "plain, sparing", sparing: true},
		{name: "stale reads", options: sandbox.Options{StaleReads: 5 * time.Second}},
		{name: "stale reads, sparing", sparing: true, options: sandbox.Options{StaleReads: 5 * time.Second}},
		{name: "merged lists", options: sandbox.Options{MergeLists: true}, keeps: true},
		{name: "normalised avatars", options: sandbox.Options{Normalise: []string{"avatar"}}, keeps: true},
	}
}

// faultyRun is an apply on a server with faults.
type faultyRun struct {
	oddity
	of     *disorder
	want   map[string]string // the license without faults
	faults []string
	seed   int64
}

func (f faultyRun) String() string {
	return fmt.Sprint(f.name, " ", strings.Join(f.faults, " "), " ", f.seed)
}

// without returns the license of an odd server without faults, and the number
// of calls.
func (d *disorder) without(t *testing.T, o oddity) (want map[string]string, calls int) {
	w := d.worldOf(t, o.options)
	code, stdout, stderr := d.apply(w)
	if code != 0 && !(o.keeps && onlyKept(code, stdout+stderr)) {
		t.Fatalf("%s, without faults: exit code %d:\n%s%s", o.name, code, stdout, stderr)
	}
	calls = len(w.license.Calls())
	w.settle()
	if code != 0 { // the server kept values; everything else is done
		if code, stdout, stderr = d.apply(w); !onlyKept(code, stdout+stderr) {
			t.Fatalf("%s, again without faults: exit code %d:\n%s%s", o.name, code, stdout, stderr)
		}
	}
	return w.meaning(), calls
}

// given returns the disorder for a command that may delete, or may not.
func (d *disorder) given(t *testing.T, o oddity) *disorder {
	if o.sparing {
		return d.sparing(t)
	}
	return d
}

var unsettled = regexp.MustCompile(`[0-9]+ (failed|unknown|skipped|not verified|unverified)`)

// onlyKept tells whether a run did everything that the server allows.
func onlyKept(code int, said string) bool {
	return code == 3 && strings.Contains(said, "server kept") && !unsettled.MatchString(said)
}

// TestFaultsAtEveryCall injects each kind of fault at each call of an apply, on
// several odd servers.
func TestFaultsAtEveryCall(t *testing.T) {
	whole := ravage(t)
	var all []faultyRun
	for i, o := range oddities() {
		d := whole.given(t, o)
		want, calls := d.without(t, o)
		for j, what := range []string{"drop-before", "drop-after", "truncate", "500", "503", "429", "item-429", "502-after", "503-after", "403-html", "error-text"} {
			for n := 1; n <= calls; n++ {
				if i == 0 || (n+j)%6 == 0 {
					all = append(all, faultyRun{oddity: o, of: d, want: want, faults: []string{fmt.Sprintf("*=%s@%d", what, n)}})
				}
			}
		}
	}
	endureAll(t, all)
}

// TestFaultsAtRandom injects random mixtures of all faults.
func TestFaultsAtRandom(t *testing.T) {
	whole := ravage(t)
	var all []faultyRun
	for i, o := range oddities() {
		d := whole.given(t, o)
		want, _ := d.without(t, o)
		for seed := range int64(40) {
			if i == 0 || seed%4 == 0 {
				p := 1 + seed%5
				all = append(all, faultyRun{oddity: o, of: d, want: want, seed: seed, faults: []string{
					fmt.Sprintf("*=drop-before%%%d", p), fmt.Sprintf("*=drop-after%%%d", p), fmt.Sprintf("*=truncate%%%d", p),
					fmt.Sprintf("*=500%%%d", p), fmt.Sprintf("*=503%%%d", p), fmt.Sprintf("*=429%%%d", p), fmt.Sprintf("*=item-429%%%d", 4*p),
					fmt.Sprintf("*=502-after%%%d", p), fmt.Sprintf("*=503-after%%%d", p)}})
			}
		}
	}
	endureAll(t, all)
}

func endureAll(t *testing.T, all []faultyRun) {
	var runs atomic.Int64
	tried := sampled(all)
	side(t, tried, func(t *testing.T, f faultyRun) {
		n, err := f.of.enduresOn(t, f)
		if err != nil {
			t.Error(err)
		}
		runs.Add(int64(n))
	})
	t.Logf("%d of %d cases, %d runs", len(tried), len(all), runs.Load())
}

// enduresOn applies until a run has done everything that the server allows.
func (d *disorder) enduresOn(t *testing.T, f faultyRun) (int, error) {
	o := f.options
	o.Faults, o.FaultSeed = f.faults, f.seed
	w := d.worldOf(t, o)
	var said []string
	n := 1
	for ; ; n++ {
		code, stdout, stderr := d.apply(w)
		said = append(said, fmt.Sprintf("run %d: exit code %d:\n%s%s", n, code, stdout, stderr))
		if code == 0 || f.keeps && onlyKept(code, stdout+stderr) && cmp.Equal(f.want, w.meaning()) {
			break
		}
		if code != 3 && !(code == 4 && strings.Contains(stderr, "reading the license")) || n == 12 {
			return n, fmt.Errorf("it does not get there:\n%s", strings.Join(said, "\n"))
		}
	}
	if diff := cmp.Diff(f.want, w.meaning()); diff != "" {
		return n, fmt.Errorf("the license is not what it is without faults (-without +with):\n%s\n%s", diff, strings.Join(said, "\n"))
	}
	if err := d.keptSecrets(w, strings.Join(said, "\n"), true); err != nil {
		return n, fmt.Errorf("%w\n%s", err, strings.Join(said, "\n"))
	}
	w.settle()
	return n, nil
}
