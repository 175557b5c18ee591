package files

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestTargetThroughALink: a link to a file that does not exist yet is a target, a
// link into a directory that does not exist is none.
func TestTargetThroughALink(t *testing.T) {
	dir := t.TempDir()
	for name, to := range map[string]string{"ok.yaml": "new.yaml", "unmounted.yaml": "none/a.yaml", "circle.yaml": "circle.yaml"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"ok.yaml":        "",
		"unmounted.yaml": "unmounted.yaml is a link into a directory that does not exist",
		"circle.yaml":    "cannot write circle.yaml: too many levels of symbolic links",
		"none/a.yaml":    "the directory of none/a.yaml does not exist",
	} {
		got := ""
		info, err := File{filepath.Join(dir, name), name}.Target()
		if err != nil {
			got = err.Error()
		}
		if got != want || info != nil {
			t.Errorf("%s: %q %v, want %q", name, got, info, want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 3 {
		t.Errorf("something was left behind: %v %v", left, err)
	}
}

// TestWhoIsToBlame: what fails while a file is written, and a full or broken disk
// before that, is a failure of the machine; a name that cannot be written to is
// not.
func TestWhoIsToBlame(t *testing.T) {
	machine := func(err error) bool {
		var e *Error
		return errors.As(err, &e) && e.Machine
	}
	dir := filepath.Join(t.TempDir(), "dir")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f := File{filepath.Join(dir, "a.yaml"), "a.yaml"}
	err := f.Write([]byte("a"), func(step string) {
		if step == "file:rename" {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
	})
	if !machine(err) {
		t.Errorf("writing: %v", err)
	}
	if _, err := f.Target(); err == nil || machine(err) {
		t.Errorf("no directory: %v", err)
	}
	for cause, want := range map[error]bool{syscall.ENOSPC: true, syscall.EDQUOT: true, syscall.EIO: true, syscall.EACCES: false, syscall.EROFS: false} {
		if err := f.refused(&os.PathError{Op: "open", Path: f.Path, Err: cause}); machine(err) != want {
			t.Errorf("%v before the work: %t, want %t", cause, !want, want)
		}
	}
}
