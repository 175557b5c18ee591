package cli

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	acme "lcsync/examples"
	"lcsync/internal/sandbox"
)

// nights is a license and the directory where the scripts of examples keep
// backups.
type nights struct {
	*world
	bin, home, url, token string
}

// newNights serves the example license on this machine, for scripts that run
// the test binary as lcsync.
func newNights(t *testing.T) *nights {
	t.Helper()
	w := newWorld(t, sandbox.Options{TokenClientID: acmeClient})
	seed(t, w, acme.Acme)
	server := httptest.NewServer(w.license)
	t.Cleanup(server.Close)
	n := &nights{world: w, bin: t.TempDir(), home: t.TempDir(), url: server.URL, token: "dal:sandbox"}
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(n.bin, "lcsync")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(n.bin, "date"), []byte("#!/bin/sh\necho \"$TODAY\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return n
}

// run runs a script on a day and checks its exit code. With exit code 0 it must
// print nothing.
func (n *nights) run(day string, want int, script string, args ...string) string {
	n.t.Helper()
	path, err := filepath.Abs("../../examples/" + script)
	if err != nil {
		n.t.Fatal(err)
	}
	out, code := n.shell(append([]string{path}, args...), "TODAY="+day)
	if code != want || want == 0 && out != "" {
		n.t.Fatalf("%s: %s: exit code %d, want %d\n%s", day, script, code, want, out)
	}
	return out
}

func (n *nights) shell(args []string, env ...string) (string, int) {
	cmd := exec.Command("sh", args...)
	cmd.Dir = n.dir
	cmd.Env = append([]string{"PATH=" + n.bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + n.home, mainEnv + "=1",
		"LCSYNC_URL=" + n.url, "LCSYNC_TOKEN=" + n.token, "LCSYNC_CLIENT_IDS=" + acmeClient,
		"GIT_AUTHOR_NAME=Ops", "GIT_AUTHOR_EMAIL=ops@acme.example", "GIT_COMMITTER_NAME=Ops", "GIT_COMMITTER_EMAIL=ops@acme.example"}, env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		n.t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// files lists a directory.
func (n *nights) files() []string {
	n.t.Helper()
	entries, err := os.ReadDir(n.dir)
	if err != nil {
		n.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func (n *nights) has(names ...string) {
	n.t.Helper()
	if d := cmp.Diff(names, n.files()); d != "" {
		n.t.Fatalf("the directory (-want +got):\n%s", d)
	}
}

// TestBackupScript keeps three nights of a license through a bad week.
func TestBackupScript(t *testing.T) {
	n := newNights(t)
	backup := func(day string, code int) string { return n.run(day, code, "backup.sh", n.dir, "3") }

	for _, day := range []string{"2026-03-02", "2026-03-03", "2026-03-04"} {
		backup(day, 0)
		n.raw("update_agent", fmt.Sprintf(`{"id":"ben@acme.example","job_title":%q}`, "since "+day))
	}
	n.has("license-2026-03-02.yaml", "license-2026-03-03.yaml", "license-2026-03-04.yaml")
	if info, err := os.Stat(filepath.Join(n.dir, "license-2026-03-02.yaml")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}

	// A night without the service leaves everything as it was.
	n.token = "dal:wrong"
	if out := backup("2026-03-05", 4); !strings.Contains(out, "lcsync: error: ") {
		t.Errorf("printed %q", out)
	}
	backup("2026-03-04", 4)
	n.has("license-2026-03-02.yaml", "license-2026-03-03.yaml", "license-2026-03-04.yaml")

	// So does a night on which the license has something that cannot be
	// restored.
	n.token = "dal:sandbox"
	state := n.license.State()
	if err := n.license.LoadUnchecked([]byte(strings.Replace(string(state), `"tags": [`, `"tags": [{"name": "lost", "group_ids": [99]},`, 1))); err != nil {
		t.Fatal(err)
	}
	if out := backup("2026-03-06", 2); !strings.Contains(out, "tags/lost: ") {
		t.Errorf("printed %q", out)
	}
	n.has("license-2026-03-02.yaml", "license-2026-03-03.yaml", "license-2026-03-04.yaml", "license-2026-03-06.yaml.bad")

	// The next good night replaces the oldest one. A second run on one day
	// counts as the same night.
	n.raw("delete_tag", `{"name":"lost"}`)
	backup("2026-03-06", 0)
	backup("2026-03-06", 0)
	n.has("license-2026-03-03.yaml", "license-2026-03-04.yaml", "license-2026-03-06.yaml")
	backup("2026-03-07", 0)
	n.has("license-2026-03-04.yaml", "license-2026-03-06.yaml", "license-2026-03-07.yaml")

	// Each file holds the license of its night.
	for day, title := range map[string]string{"2026-03-04": "since 2026-03-03", "2026-03-07": "since 2026-03-04"} {
		if text := n.read("license-" + day + ".yaml"); !strings.Contains(text, "job_title: "+title+"\n") {
			t.Errorf("%s does not have %q", day, title)
		}
	}
}

// TestBackupUsage: without arguments the scripts exit as lcsync does for a wrong
// command line. Other exit codes say how the backup went.
func TestBackupUsage(t *testing.T) {
	n := newNights(t)
	for _, script := range []string{"backup.sh", "backup-git.sh"} {
		if out := n.run("2026-03-02", 64, script); !strings.HasPrefix(out, "usage: "+script+" DIRECTORY") {
			t.Errorf("%s printed %q", script, out)
		}
	}
	n.has()
}

// TestBackupGitScript keeps a license in a repository.
func TestBackupGitScript(t *testing.T) {
	n := newNights(t)
	git := func(args string) string {
		out, code := n.shell([]string{"-c", "git " + args})
		if code != 0 {
			t.Fatalf("git %s: %s", args, out)
		}
		return out
	}
	git("init --quiet .")
	backup := func(day string, code int) { n.run(day, code, "backup-git.sh", n.dir) }

	backup("2026-03-02", 0)
	backup("2026-03-03", 0) // nothing changed
	n.raw("update_agent", `{"id":"ben@acme.example","job_title":"Chief"}`)
	n.raw("delete_tag", `{"name":"old-catalogue"}`)
	backup("2026-03-04", 0)
	n.token = "dal:wrong"
	backup("2026-03-05", 4)
	want := `License on 2026-03-04

1 agent changed, 1 tag removed
  ~ agents/ben@acme.example: job_title
  - tags/old-catalogue

License on 2026-03-02

first export
`
	if d := cmp.Diff(want, git("log --format=%B")[:len(want)]); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if out := git("status --porcelain"); out != "" {
		t.Errorf("left behind: %s", out)
	}
	if out := git("show HEAD~1:license.yaml"); !strings.Contains(out, "old-catalogue") {
		t.Error("the first night is not whole")
	}
}

// TestSystemdUnits checks the units with systemd, if systemd is installed.
// Otherwise it checks that the files that they name exist.
func TestSystemdUnits(t *testing.T) {
	for unit, program := range map[string]string{"lcsync-backup": "/usr/local/bin/backup.sh", "lcsync-drift": "/usr/local/bin/lcsync"} {
		t.Run(unit, func(t *testing.T) { checkUnit(t, unit, program) })
	}
}

func checkUnit(t *testing.T, unit, program string) {
	dir := t.TempDir()
	var files []string
	for _, name := range []string{unit + ".service", unit + ".timer"} {
		text := readDocument(t, "examples/"+name)
		if strings.HasSuffix(name, "service") && !strings.Contains(text, "ExecStart="+program+" ") {
			t.Fatalf("%s does not run %s", name, program)
		}
		text = strings.Replace(text, "ExecStart="+program, "ExecStart=/bin/sh", 1) // it is not installed here
		files = append(files, filepath.Join(dir, name))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("systemd-analyze is not there: the units were not checked by it")
		return
	}
	out, err := exec.Command(analyze, append([]string{"verify", "--man=no"}, files...)...).CombinedOutput()
	if err != nil || strings.Contains(string(out), unit) {
		t.Errorf("%v: %s", err, out)
	}
}

// TestBackupCrontab: each line of the crontab runs a script of the examples.
func TestBackupCrontab(t *testing.T) {
	ran := 0
	for _, line := range strings.Split(readDocument(t, "examples/backup.cron"), "\n") {
		words := strings.Fields(line)
		if len(words) < 7 || strings.HasPrefix(line, "#") {
			continue
		}
		ran++
		if _, err := os.Stat("../../examples/" + words[6]); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		for _, field := range words[:5] {
			if strings.Trim(field, "*/,-0123456789") != "" {
				t.Errorf("%s: %q is no time", line, field)
			}
		}
	}
	if ran < 2 {
		t.Errorf("only %d lines run something", ran)
	}
}
