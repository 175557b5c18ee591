package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lcsync/internal/cli/session"
)

// TestInterruptedReading: the first interrupt ends a read from a pipe without
// input, and a migration, which then has written nothing.
func TestInterruptedReading(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"validate", "-"}, {"validate", "fifo"}, {"diff", "fifo"}, {"apply", "--yes", "-"}, {"show", "fifo"},
		{"migrate", "-", "-o", "out.yaml"}, {"migrate", "fifo", "-o", "out.yaml"}, {"sandbox", "--seed", "fifo"},
	} {
		env, stdout, stderr := testEnv(t, args...)
		env.Dir = dir
		never, w := io.Pipe()
		defer w.Close()
		ctx, interrupt := context.WithCancel(t.Context())
		env.Stdin = readerFunc(func(p []byte) (int, error) {
			interrupt()
			return never.Read(p)
		})
		if args[1] != "-" {
			go interrupt() // nobody opens the other end of the pipe
		}
		if code := Run(ctx, env); code != int(session.Interrupted) {
			t.Errorf("%s: exit code %d: %s%s", args, code, stdout, stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, "out.yaml")); err == nil {
			t.Errorf("%s: a file was written", args)
		}
		interrupt()
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestInterruptedMigration: an interrupt after the read of the payloads ends
// the migration.
func TestInterruptedMigration(t *testing.T) {
	env, _, stderr := testEnv(t, "migrate", "-", "-o", "out.yaml")
	ctx, interrupt := context.WithCancel(t.Context())
	text := []byte(`[{"id": 0, "name": "General", "routing_status": "offline"}]`)
	env.Stdin = readerFunc(func(p []byte) (int, error) {
		if text == nil {
			interrupt()
			return 0, io.EOF
		}
		n := copy(p, text)
		text = nil
		return n, nil
	})
	if code := Run(ctx, env); code != int(session.Interrupted) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if _, err := os.Stat(filepath.Join(env.Dir, "out.yaml")); err == nil {
		t.Error("a file was written")
	}
}

// TestFailedWrites: a write that fails is a failure of the machine, and not an
// input that is invalid.
func TestFailedWrites(t *testing.T) {
	const payload, want = `[{"id": 0, "name": "General", "routing_status": "offline"}]`, `{lcsync: 1, api_version: "3.5", webhooks: [{action: incoming_chat, owner_client_id: a, secret_key: !secret hook, type: license, url: "https://a.example"}]}`
	for _, args := range [][]string{
		{"export", "-o", "out/file"}, {"plan", "want.yaml", "-o", "out/file"}, {"secrets", "generate", "want.yaml", "-o", "out/file"},
		{"migrate", "old.json", "-o", "out/file"}, {"migrate", "old.json", "-o", "out.yaml", "--report", "out/file"},
	} {
		env, stdout, stderr := exportEnv(t)
		env.Args = append([]string{"lcsync"}, args...)
		out := filepath.Join(env.Dir, "out")
		err := errors.Join(os.Mkdir(out, 0o700), os.WriteFile(filepath.Join(env.Dir, "old.json"), []byte(payload), 0o600),
			os.WriteFile(filepath.Join(env.Dir, "want.yaml"), []byte(want), 0o600))
		if err != nil {
			t.Fatal(err)
		}
		env.Step = func(step string) { // the disk is lost
			if step == "file:rename" {
				_ = os.RemoveAll(out)
			}
		}
		if code := Run(t.Context(), env); code != int(session.Failed) || !strings.Contains(stderr.String(), "cannot write out/file: ") {
			t.Errorf("%s: exit code %d: %s%s", args, code, stdout, stderr)
		}
	}
}
