package cli

import (
	"os"
	"path/filepath"
	"testing"

	"lcsync/internal/cli/session"
	"lcsync/internal/sandbox"
)

// TestTornSecrets: lcsync uses the complete entries of a secrets file that a
// crash has torn, and says so.
func TestTornSecrets(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	for name, text := range map[string]string{"wanted.yaml": manyTags, "secrets.yaml": "\"bots/1\": \"hush-hush\"\n\"bots/2\": \"hu"} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.says(session.Done, "notice: secrets.yaml:2: a crash damaged the last entry; add that secret again",
		"apply", "wanted.yaml", "--yes", "--secrets", "secrets.yaml")
}
