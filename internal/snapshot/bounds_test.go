package snapshot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// Aliases of aliases would stand for 9^9 texts, brackets for a tree as deep as
// the file is long: both end early, and what was read before stays.
func TestDecodeBounds(t *testing.T) {
	laughs := header + "tags:\n  - name: a\n    x_made_up_0: &l0 ha\n"
	for i := range 9 {
		laughs += fmt.Sprintf("    x_made_up_%d: &l%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d, ", i), 9), ", "))
	}
	deep := header + "tags:\n  - name: a\n    x_made_up: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "\n"
	for name, text := range map[string]string{"wide": laughs, "deep": deep} {
		t.Run(name, func(t *testing.T) {
			_, findings := Decode([]byte(text), "f")
			var errors []string
			for _, f := range findings {
				if f.Severity == resource.Error {
					errors = append(errors, f.Message)
				}
			}
			want := []string{"tags is nested too deeply, or its aliases expand to too much"}
			if diff := cmp.Diff(want, errors); diff != "" {
				t.Error(diff)
			}
		})
	}
}
