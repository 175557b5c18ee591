package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"lcsync/internal/sandbox"
	"lcsync/internal/secret"
)

// death is an instant at which an apply is killed.
type death struct {
	call int    // the number of a call, or
	when moment //   at that call, or
	step int    // the number of a step of writing files
	lost bool   // the state directory is lost as well
	wide bool   // with eight calls at once instead of one
	late bool   // what was done shows only 5 s later, and nothing is deleted
	next int    // the number of a call of the second run at which that is killed, too
}

func (d death) String() string {
	name := fmt.Sprintf("step %d", d.step)
	if d.when != never {
		name = fmt.Sprintf("call %d %s", d.call, d.when)
	}
	if d.lost {
		name += ", without the state directory"
	}
	if d.late {
		name += ", reads lag"
	}
	if d.next > 0 {
		name += fmt.Sprintf(", then call %d", d.next)
	}
	if d.wide {
		name += ", 8 calls at once"
	}
	return name
}

// TestKilledAtEveryInstant kills an apply that does everything there is to do
// to every kind, at each call and each write of a file, and runs the same
// command again until it succeeds: the license is then as it is without the
// kill, with nothing twice, and every secret that reached lcsync is kept.
func TestKilledAtEveryInstant(t *testing.T) {
	d := ravage(t)
	sparing := d.sparing(t)
	calm, s := d.deadlyWorld(t, sandbox.Options{})
	whole := s.runs(calm, never, 0, d.narrow(false)...)
	if whole.code != 0 {
		t.Fatalf("without a kill: %s", whole)
	}
	var all []death
	for n := 1; n <= s.count; n++ {
		all = append(all, death{call: n, when: beforeEffect}, death{call: n, when: beforeAnswer})
		all = append(all, death{call: n, when: []moment{beforeEffect, beforeAnswer}[n%2], wide: true})
		if n%2 == 0 {
			all = append(all, death{call: n, when: beforeAnswer, lost: true})
			all = append(all, death{call: n, when: beforeAnswer, next: 20 + n*7%50})
		}
		if n < s.count-15 { // the others wait for what does not show
			all = append(all, death{call: n, when: []moment{beforeEffect, beforeAnswer}[n%2], late: true})
		}
	}
	for n := range len(whole.steps) {
		all = append(all, death{step: n + 1})
		if n%4 == 0 {
			all = append(all, death{step: n + 1, wide: true})
		}
		if n%9 == 0 {
			all = append(all, death{step: n + 1, lost: true})
		}
	}
	tried := sampled(all)
	var killed atomic.Int64
	side(t, tried, func(t *testing.T, at death) {
		d, o := d, sandbox.Options{}
		if at.late {
			d, o.StaleReads = sparing, 5*time.Second
		}
		w, s := d.deadlyWorld(t, o)
		died, err := d.survives(w, s, at)
		if err != nil {
			t.Error(err)
		}
		if died {
			killed.Add(1)
		}
	})
	t.Logf("killed at %d of %d instants; there are %d calls and %d steps", killed.Load(), len(all), s.count, len(whole.steps))
}

// side tries cases side by side, more of them than there are processors: they
// mostly wait for disks.
func side[T fmt.Stringer](t *testing.T, cases []T, try func(*testing.T, T)) {
	var all errgroup.Group
	all.SetLimit(8)
	for _, c := range cases {
		all.Go(func() error {
			t.Run(c.String(), func(t *testing.T) { try(t, c) })
			return nil
		})
	}
	_ = all.Wait() // cases fail their own tests
}

// sampled returns all cases, or every so manieth where each takes long.
func sampled[T any](all []T) []T {
	every := 1
	if raceEnabled {
		every = 60
	}
	if testing.Short() {
		every = 40
	}
	var out []T
	for i := 0; i < len(all); i += every {
		out = append(out, all[i])
	}
	return out
}

// instants are those at which a run of so many calls and steps of writing files is
// killed once or twice.
func instants(calls, steps int) []death {
	var all []death
	for n := 1; n <= calls; n++ {
		all = append(all, death{call: n, when: beforeEffect}, death{call: n, when: beforeAnswer},
			death{call: n, when: beforeAnswer, next: 10 + n*7%40}, death{call: n, when: []moment{beforeEffect, beforeAnswer}[n%2], late: true})
	}
	for n := range steps {
		all = append(all, death{step: n + 1})
	}
	return all
}

// untilDone repeats a command line until its exit code is 0, at most three times
// while something is left to do, and returns what was said.
func (w *world) untilDone(t *testing.T, said []string, args ...string) []string {
	t.Helper()
	for n := 1; ; n++ {
		code, stdout, stderr := w.lcsync(args...)
		said = append(said, inProcess(code, stdout, stderr).String())
		switch {
		case code == 0:
			return said
		case code != 3 || n == 3:
			t.Fatal(strings.Join(said, "\n"))
		}
	}
}

// narrow is the command line with one call at a time, so that calls have
// numbers, or with eight.
func (d *disorder) narrow(wide bool) []string {
	if wide {
		return append(slices.Clone(d.args), "--concurrency", "8")
	}
	return append(slices.Clone(d.args), "--concurrency", "1")
}

// survives kills an apply, and repeats it until it is through.
func (d *disorder) survives(w *world, s *deadly, at death) (died bool, err error) {
	first := end{}
	if at.step > 0 {
		first = w.runs(at.step, d.narrow(at.wide)...)
	} else {
		first = s.runs(w, at.when, at.call, d.narrow(at.wide)...)
	}
	died = first.code == -1
	if !died && !at.wide {
		return died, fmt.Errorf("it was not killed: %s", first)
	}
	said := []string{fmt.Sprint("killed at ", s.struck, first.steps[max(0, len(first.steps)-1):], ": ", first)}
	if at.next > 0 {
		second := s.runs(w, beforeAnswer, at.next, d.narrow(at.wide)...)
		said = append(said, fmt.Sprint("then killed at ", s.struck, ": ", second))
	}
	if at.lost {
		if err := os.RemoveAll(w.stateDir()); err != nil {
			return died, err
		}
	}
	for n := 1; ; n++ {
		code, stdout, stderr := w.lcsync(d.narrow(at.wide)...)
		said = append(said, fmt.Sprintf("run %d: exit code %d:\n%s%s", n, code, stdout, stderr))
		if code == 0 {
			break
		}
		if at.lost && (code == 3 || code == 5) {
			return died, twice(d.want, w)
		}
		if code != 3 || n == 3 {
			return died, fmt.Errorf("%s", strings.Join(said, "\n"))
		}
	}
	err = d.fulfilled(w)
	if err == nil && !at.lost {
		err = d.keptSecrets(w, strings.Join(said, "\n"), at.mayLose(s, first))
	}
	if err != nil {
		return died, fmt.Errorf("%w\n%s", err, strings.Join(said, "\n"))
	}
	return died, nil
}

func (w *world) stateDir() string { return filepath.Join(w.dir, ".local", "state", "lcsync") }

// mayLose tells whether a secret cannot have been kept: its answer never
// arrived, or was not on disk yet.
func (at death) mayLose(s *deadly, killed end) bool {
	if at.wide || at.next > 0 {
		return true
	}
	if at.step > 0 {
		return strings.HasPrefix(killed.steps[len(killed.steps)-1], "secret:")
	}
	return at.when == beforeAnswer && strings.Contains(s.struck, "create_bot")
}

// fulfilled checks that a license came to what is wanted.
func (d *disorder) fulfilled(w *world) error {
	if diff := cmp.Diff(d.want, w.meaning()); diff != "" {
		return fmt.Errorf("the license is not what it is without a kill (-without +with):\n%s", diff)
	}
	w.settle()
	flags := []string{"diff", "before.yaml", "--full-scopes", "--allow-application"}
	for _, f := range []string{"--prune", "--match"} {
		if at := slices.Index(d.args, f); at > 0 {
			flags = append(flags, d.args[at])
			if f == "--match" {
				flags = append(flags, d.args[at+1])
			}
		}
	}
	if code, stdout, stderr := w.lcsync(flags...); code != 0 {
		return fmt.Errorf("diff afterwards: exit code %d:\n%s%s", code, stdout, stderr)
	}
	return nil
}

// secretive is an object with a secret.
type secretive struct{ ID, Secret string }

// secretives returns the objects of a state that have secrets, by the names
// under which lcsync keeps them.
func secretives(state []byte) (map[string]secretive, error) {
	var all struct {
		Bots      []secretive
		Templates []secretive `json:"bot_templates"`
	}
	if err := json.Unmarshal(state, &all); err != nil {
		return nil, err
	}
	out := map[string]secretive{}
	for _, b := range all.Bots {
		out["bots/"+b.ID] = b
	}
	for _, b := range all.Templates {
		out["bot_templates/"+b.ID] = b
	}
	return out, nil
}

// keptSecrets checks that the secret of every new object is kept, or that the
// call was named that makes a new one.
func (d *disorder) keptSecrets(w *world, said string, mayLose bool) error {
	before, err := secretives(d.state)
	if err != nil {
		return err
	}
	after, err := secretives(w.license.State())
	if err != nil {
		return err
	}
	kept, err := secret.Load(filepath.Join(w.stateDir(), "secrets.yaml"), nil)
	if err != nil && !mayLose {
		return err
	}
	said = strings.Join(strings.Fields(said), " ") // lines are broken to fit
	for name, o := range after {
		if _, old := before[name]; old {
			continue
		}
		value := ""
		if kept != nil {
			value, _ = kept.Lookup(name)
		}
		reset := regexp.MustCompile(`reset_bot(_template)?_secret \{[^}]*` + regexp.QuoteMeta(o.ID))
		switch {
		case value == o.Secret, mayLose && reset.MatchString(said):
		case !mayLose:
			return fmt.Errorf("the secret of %s reached lcsync, but is lost: kept %q, is %q", name, value, o.Secret)
		default:
			return fmt.Errorf("the secret of %s is lost, and nothing says so", name)
		}
	}
	return nil
}

// twice returns an error if a license has something more often than wanted.
func twice(want map[string]string, w *world) error {
	for kind, text := range w.meaning() {
		seen := map[string]int{}
		for _, key := range namesIn(text) {
			seen[key]++
		}
		wanted := map[string]int{}
		for _, key := range namesIn(want[kind]) {
			wanted[key]++
		}
		for key, n := range seen {
			if n > max(1, wanted[key]) {
				return fmt.Errorf("there are %d of %s %s", n, kind, key)
			}
		}
	}
	return nil
}

// namesIn returns what the objects of a kind are called, a line each.
func namesIn(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		var o struct {
			Name, Description, URL, Action string
			Owner                          string `json:"owner_client_id"`
		}
		if json.Unmarshal([]byte(line), &o) == nil {
			out = append(out, strings.Join([]string{o.Owner, o.Name, o.Description, o.Action, o.URL}, " "))
		}
	}
	slices.Sort(out)
	return out
}
