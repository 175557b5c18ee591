package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/sandbox"
)

// deaths are the calls at which a command and the command that continues it are
// killed.
type deaths struct {
	first, second int
	when          moment
}

func (d deaths) String() string {
	return fmt.Sprintf("calls %d and %d %s", d.first, d.second, d.when)
}

// TestKilledAgain kills an apply of a saved plan, and the command that
// continues it. The plan deletes nothing without replacing it, so that
// duplicates stay visible.
func TestKilledAgain(t *testing.T) {
	d := ravage(t).sparing(t)
	flags := slices.Clone(d.args[2:]) // without apply and the file
	planned := func(t *testing.T, o sandbox.Options) (*world, *deadly, []string) {
		w, s := d.deadlyWorld(t, o)
		only := slices.DeleteFunc(slices.Clone(flags), func(f string) bool {
			return slices.Contains([]string{"--yes", "--secrets", "secrets.yaml", "--max-delete", "100%"}, f)
		})
		if code, stdout, stderr := w.lcsync(append([]string{"plan", "before.yaml", "-o", "plan.json"}, only...)...); code != 2 {
			t.Fatalf("plan: exit code %d: %s%s", code, stdout, stderr)
		}
		return w, s, []string{"apply", "plan.json", "--yes", "--secrets", "secrets.yaml", "--max-delete", "100%", "--concurrency", "1"}
	}
	calm, s, args := planned(t, sandbox.Options{})
	if e := s.runs(calm, never, 0, args...); e.code != 0 {
		t.Fatalf("without a kill: %s", e)
	}
	var all []deaths
	for n := 1; n < s.count-15; n++ {
		for i, m := range []int{13, 31} {
			all = append(all, deaths{first: n, second: m + n%18, when: []moment{beforeAnswer, beforeEffect}[(n+i)%2]})
		}
	}
	tried := sampled(all)
	side(t, tried, func(t *testing.T, at deaths) {
		w, s, args := planned(t, sandbox.Options{})
		said := []string{s.runs(w, at.when, at.first, args...).String()}
		again := s.runs(w, at.when, at.second, append(slices.Clone(args), "--propagation", "0s")...)
		said = append(said, again.String())
		if again.code != -1 && again.code != 0 {
			t.Fatal(strings.Join(said, "\n"))
		}
		for n := 1; again.code == -1; n++ {
			code, stdout, stderr := w.lcsync(args...)
			said = append(said, inProcess(code, stdout, stderr).String())
			if code == 0 {
				break
			}
			if code != 3 || n == 4 {
				t.Fatal(strings.Join(said, "\n"))
			}
		}
		if diff := cmp.Diff(d.want, w.meaning()); diff != "" {
			t.Errorf("the license is not as planned (-want +got):\n%s\n%s", diff, strings.Join(said, "\n"))
		}
	})
	t.Logf("killed twice in %d of %d ways", len(tried), len(all))
}
