package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	acme "lcsync/examples"
	"lcsync/internal/sandbox"
)

// TestReadme runs the commands of README.md, in order, on the embedded license
// that its values are of. Only make is not run again: its targets must exist.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, sandbox.Options{})
	seed(t, w, acme.Acme)
	ran := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			switch words := strings.Fields(line); words[0] {
			case "make":
				if !regexp.MustCompile(`(?m)^` + words[1] + `:`).Match(makefile) {
					t.Errorf("README: %s: there is no such target", line)
				}
			case "export":
				w.env = append(w.env, words[1])
			case "lcsync":
				ran++
				if code, stdout, stderr := w.lcsync(words[1:]...); code != 0 {
					t.Errorf("README: %s: exit code %d\n%s%s", line, code, stdout, stderr)
				}
			default:
				t.Errorf("README: the test does not know how to run %q", line)
			}
		}
	}
	if ran < 5 {
		t.Errorf("README has %d commands of lcsync", ran)
	}
}

// seed loads a snapshot into the world's license.
func seed(t *testing.T, w *world, data []byte) {
	t.Helper()
	from, err := seedSandbox(newTerminal(&Env{Stdout: os.Stderr, Stderr: os.Stderr}), data, "acme.yaml", sandbox.Options{Clock: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.license.Load(from.State()); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeSnapshot checks that the snapshot shown in README.md is valid.
func TestReadmeSnapshot(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(lcsync: 1.*?)```").FindStringSubmatch(string(readme))
	if block == nil {
		t.Fatal("README shows no snapshot")
	}
	w := newWorld(t, sandbox.Options{})
	if err := os.WriteFile(w.dir+"/shown.yaml", []byte(block[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := w.lcsync("validate", "shown.yaml"); code != 0 {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
