package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/sandbox"
)

// TestMigrateFlags reads flags whose values have parts.
func TestMigrateFlags(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	for _, tt := range []struct {
		why  string
		args []string
		want int
	}{
		{"a kind is missing", []string{"x.json", "-o", "-", "--as", "x.json"}, 64},
		{"two zones for all bots", []string{"x.json", "-o", "-", "--timezone", "Europe/Rome", "--timezone", "Europe/Oslo"}, 64},
		{"two clients", []string{"x.json", "-o", "-", "--client-id", "a", "--client-id", "b"}, 64},
		{"an unknown kind", []string{"-", "-o", "-", "--as", "-=bot"}, 5},
		{"no such file", []string{"none.json", "-o", "-"}, 5},
		{"no such answers", []string{"x.json", "-o", "-", "--decisions", "none.yaml"}, 5},
		{"no such directory", []string{"none.json", "-o", "none/out.yaml"}, 5},
	} {
		code, _, stderr := w.lcsync(append([]string{"migrate"}, tt.args...)...)
		if diff := cmp.Diff(tt.want, code); diff != "" {
			t.Errorf("%s: exit code (-want +got)\n%s%s", tt.why, diff, stderr)
		}
	}
}
