package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
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
