package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBashCompletion completes lines in a real bash.
func TestBashCompletion(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "lcsync")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"want.yaml", "a b.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shell := exec.Command("bash", "-c", `
		source <(lcsync completion bash)
		try() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _lcsync; printf '[%s]' "${COMPREPLY[@]}"; echo; }
		try lcsync ex
		try lcsync export --ti
		try lcsync export --color = al
		try lcsync export --color =
		try lcsync diff --match ""
		try lcsync diff --only groups,ta
		try lcsync diff a
		try lcsync diff wa`)
	shell.Dir = dir
	shell.Env = []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + dir, mainEnv + "=1"}
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := `[export]
[--timeout]
[always]
[auto][always][never]
[auto][id][name]
[groups,tags]
[a b.yaml]
[want.yaml]
`
	if string(out) != want {
		t.Errorf("got %s, want %s", out, want)
	}
}
