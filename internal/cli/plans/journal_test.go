package plans

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"lcsync/internal/cli/session"
)

// TestNoJournal: a directory that cannot be used is for the user to change, a full
// disk is a failure.
func TestNoJournal(t *testing.T) {
	for cause, want := range map[error]session.ExitCode{
		syscall.EACCES: session.BadInput, syscall.ENOTDIR: session.BadInput,
		syscall.ENOSPC: session.Failed, syscall.EIO: session.Failed,
	} {
		err := noJournal(fmt.Errorf("state: %w", &os.PathError{Op: "mkdir", Path: "/state", Err: cause}))
		v := session.VerdictOf(t.Context(), err)
		if v.Code != want || v.Hint != "pass --state-dir DIR" || v.Text != "cannot keep a journal of runs: state: mkdir /state: "+cause.Error() {
			t.Errorf("%v: %d %q, hint %q", cause, v.Code, v.Text, v.Hint)
		}
	}
}
