package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/rehearsal"
	"lcsync/internal/resource/resourcetest"
	"lcsync/internal/sandbox"
)

// TestOddLicenses: a license may have any values that other tools, other
// versions or people left. It can be exported, the export is valid, and a
// comparison finds no difference and sends nothing. Other changes apply, and
// exports of the same license have the same bytes.
func TestOddLicenses(t *testing.T) {
	lawful := resourcetest.Draw{Seed: 1, Writable: true, Lawful: true}
	draws(t, 25, func(rt *rapid.T) {
		state, err := rehearsal.StateOf(resourcetest.Odd(rt, lawful.License(rt, 2)))
		if err != nil {
			rt.Fatal(err)
		}
		w := newWorld(drawing{t, rt}, sandbox.Options{}, "--client-id", "clientA", "--client-id", "clientB")
		if err := w.license.LoadUnchecked(state); err != nil {
			rt.Skip(err) // another draw: what the sandbox cannot store, such as a list whose elements are no objects
		}
		do := func(args ...string) string {
			code, stdout, stderr := w.lcsync(args...)
			if code != 0 {
				rt.Fatalf("%s: exit code %d\n%s%s\n%s", strings.Join(args, " "), code, stdout, stderr, state)
			}
			return stdout
		}
		do("export", "-o", "odd.yaml")
		do("validate", "odd.yaml")
		do("diff", "odd.yaml")
		before := string(w.license.State())
		do("apply", "--yes", "odd.yaml")
		if string(w.license.State()) != before {
			rt.Fatalf("an apply of the export changed the license\n%s", state)
		}
		do("export", "-o", "again.yaml")
		if w.read("again.yaml") != w.read("odd.yaml") {
			rt.Fatalf("two exports differ\n%s\n%s", w.read("odd.yaml"), w.read("again.yaml"))
		}
		change := strings.Replace(w.read("odd.yaml"), "\nagents:\n", "\ntags:\n  - name: unrelated\nagents:\n", 1)
		change = change[:strings.Index(change, "\nagents:\n")] + "\n"
		if err := os.WriteFile(filepath.Join(w.dir, "change.yaml"), []byte(change), 0o600); err != nil {
			rt.Fatal(err)
		}
		do("apply", "--yes", "--only", "tags", "change.yaml")
		if !strings.Contains(string(w.license.State()), `"unrelated"`) {
			rt.Fatal("the change did not arrive")
		}
	})
}
