package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lcsync/internal/sandbox"
)

// TestKilledWhileAFileIsWritten: whenever the process is killed, a file that it
// replaces is either the old one or the new one, and the next run writes it.
func TestKilledWhileAFileIsWritten(t *testing.T) {
	n := 0
	for _, c := range []struct {
		name string
		args []string
		code int
		old  func(w *world) string
	}{
		{"export", []string{"export", "--with-routing-statuses", "-o", "out"}, 0, func(w *world) string { return w.read("before.yaml") }},
		{"export to a new file", []string{"export", "--with-routing-statuses", "-o", "out"}, 0, nil},
		{"plan", []string{"plan", "before.yaml", "-o", "out"}, 2, func(w *world) string { return `{"lcsync_plan": 1}` }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, sandbox.Options{})
			w.listen(w.license)
			w.seed()
			if err := w.export("before.yaml"); err != nil {
				t.Fatal(err)
			}
			w.calls([]call{{"update_group", `{"id":{{sales}},"name":"Shop"}`}})
			out := filepath.Join(w.dir, "out")
			restore := func() (old string) {
				_ = os.Remove(out)
				if c.old != nil {
					if old = c.old(w); os.WriteFile(out, []byte(old), 0o600) != nil {
						t.Fatal("cannot write")
					}
				}
				return old
			}
			restore()
			whole := w.runs(0, c.args...)
			if whole.code != c.code || len(whole.steps) < 4 {
				t.Fatalf("steps %q: %s", whole.steps, whole)
			}
			next := w.read("out")
			for step := range whole.steps {
				old := restore()
				if e := w.runs(step+1, c.args...); e.code != -1 {
					t.Fatalf("not killed at step %d: %s", step+1, e)
				}
				n++
				data, err := os.ReadFile(out)
				if err != nil && c.old != nil {
					t.Fatal(err)
				}
				if got := undated(string(data)); got != undated(old) && got != undated(next) {
					t.Errorf("killed before %s: neither the old file nor the new one:\n%s", whole.steps[step], data)
				}
				if e := w.runs(0, c.args...); e.code != c.code || undated(w.read("out")) != undated(next) {
					t.Errorf("after being killed before %s: %s", whole.steps[step], e)
				}
			}
		})
	}
	t.Logf("killed %d times", n)
}

// undated returns a file without the line with its date.
func undated(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), `"made"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
