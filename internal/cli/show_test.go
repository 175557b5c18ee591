package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	acme "lcsync/examples"
)

// TestShowFitsAScreen: what is in an ordinary file, and what changed in it, fits
// into 24 lines of 80 columns.
func TestShowFitsAScreen(t *testing.T) {
	w := acmeWorld(t)
	w.columns = 80
	edited := filepath.Join(w.dir, "edited.yaml")
	if err := os.WriteFile(edited, acme.AcmeEdited, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"before.yaml"}, {"edited.yaml", "--since", "before.yaml"}, {"before.yaml", "--since", "edited.yaml"}} {
		code, stdout, stderr := w.lcsync(append([]string{"show", "--color", "never"}, args...)...)
		lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
		if code != 0 || len(lines) > 24 || len(lines) < 8 {
			t.Errorf("%v: exit code %d, %d lines\n%s%s", args, code, len(lines), stdout, stderr)
		}
		for _, line := range lines {
			if utf8.RuneCountInString(line) > 80 {
				t.Errorf("%v: too wide: %s", args, line)
			}
		}
	}
}
