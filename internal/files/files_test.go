package files

import (
	"os"
	"path/filepath"
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
