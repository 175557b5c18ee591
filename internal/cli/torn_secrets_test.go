package cli

import (
	"os"
	"path/filepath"
	"testing"

	"lcsync/internal/sandbox"
)

// TestTornSecrets: a file of secrets that a crash has torn is used as far as it
// is whole, and that is said.
func TestTornSecrets(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	for name, text := range map[string]string{"wanted.yaml": manyTags, "secrets.yaml": "\"bots/1\": \"hush-hush\"\n\"bots/2\": \"hu"} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.says(Done, "notice: secrets.yaml:2: a crash damaged the last entry; add that secret again",
		"apply", "wanted.yaml", "--yes", "--secrets", "secrets.yaml")
}
