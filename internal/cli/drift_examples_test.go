package cli

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestDriftExamples: the command lines of the examples are ones that lcsync takes,
// and their YAML is YAML.
func TestDriftExamples(t *testing.T) {
	line := regexp.MustCompile(`(?m)(?:^|[ /])lcsync (drift [^#\n]*)$`)
	for _, name := range []string{"drift.cron", "lcsync-drift.service", "drift-workflow.yaml", "drift-cronjob.yaml"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if strings.HasSuffix(name, ".yaml") {
			for d := yaml.NewDecoder(strings.NewReader(text)); ; {
				var document map[string]any
				if err := d.Decode(&document); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if document == nil {
					t.Errorf("%s has an empty document", name)
				}
			}
		}
		lines := line.FindAllStringSubmatch(text, -1)
		if args := regexp.MustCompile(`args: \[(.*)\]`).FindStringSubmatch(text); args != nil {
			lines = append(lines, []string{"", strings.ReplaceAll(args[1], ",", "")})
		}
		if len(lines) == 0 {
			t.Errorf("%s has no command", name)
		}
		for _, c := range lines {
			checkExample(t, commands(), "lcsync "+c[1])
		}
		if !strings.Contains(text, "\n# Tried: ") {
			t.Errorf("%s does not say what was tried", name)
		}
	}
}
