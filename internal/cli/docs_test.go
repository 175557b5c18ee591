package cli

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mainEnv makes the test binary run as lcsync, for shells that call it.
const mainEnv = "LCSYNC_TEST_MAIN"

// docsAddresses are where the documents serve embedded licenses.
var docsAddresses = []string{"127.0.0.1:8080", "127.0.0.1:8081"}

// TestDocs runs the sessions in the documents like a user who copies them line
// by line into a shell. Each document runs in an empty directory. A session is
// a block of the language console: lines after "$ " (continued after "> ") are
// commands, and the other lines are the output of the command before them.
// There … stands for anything, and a line of … for any number of lines. A
// command exits with 0 unless a comment of its line says "exit code N".
func TestDocs(t *testing.T) {
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	if raceEnabled { // each command is a process of its own
		documents = nil
	}
	for _, document := range append([]string{"../../README.md"}, documents...) {
		t.Run(filepath.Base(document), func(t *testing.T) {
			text, err := os.ReadFile(document)
			if err != nil {
				t.Fatal(err)
			}
			blocks := console.FindAllStringSubmatchIndex(string(text), -1)
			if len(blocks) == 0 {
				return
			}
			var steps []*docStep
			for _, b := range blocks {
				steps = append(steps, stepsOf(t, string(text[b[2]:b[3]]), b[2])...)
			}
			runSteps(t, steps)
			fresh := checkSteps(t, string(text), steps)
			if *update && fresh != string(text) {
				if err := os.WriteFile(document, []byte(fresh), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

var console = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

// docStep is one command of a document.
type docStep struct {
	command string // with its continuation lines
	want    string // what the document says that it prints
	at, end int    // its position in the document
	code    int

	got     string
	gotCode int
}

var exitComment = regexp.MustCompile(`#.*exit code (\d+)`)

// stepsOf returns the commands of a block at an offset of its document.
func stepsOf(t *testing.T, block string, offset int) []*docStep {
	t.Helper()
	var steps []*docStep
	for _, line := range strings.SplitAfter(block, "\n") {
		start := offset
		offset += len(line)
		switch command, isCommand := strings.CutPrefix(line, "$ "); {
		case line == "":
		case isCommand:
			step := &docStep{command: command, at: offset, end: offset}
			if m := exitComment.FindStringSubmatch(command); m != nil {
				fmt.Sscan(m[1], &step.code)
			}
			steps = append(steps, step)
		case len(steps) == 0:
			t.Fatalf("a block starts with what no command prints: %q at %d", line, start)
		case strings.HasPrefix(line, "> ") && steps[len(steps)-1].want == "":
			last := steps[len(steps)-1]
			last.command += line[2:]
			last.at, last.end = offset, offset
		default:
			last := steps[len(steps)-1]
			last.want += line
			last.end = offset
		}
	}
	return steps
}

// mark ends the output of a command.
const mark = "\x01"

// runSteps runs the commands in one shell.
func runSteps(t *testing.T, steps []*docStep) {
	t.Helper()
	bin, dir, home := t.TempDir(), t.TempDir(), t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "lcsync")); err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, s := range steps {
		// Keep the exit code for a command that reads it.
		fmt.Fprintf(&script, "%s__code=$?; printf '%s%%s%s' $__code; (exit $__code)\n", s.command, mark, mark)
	}
	var there, back []string
	for _, shown := range docsAddresses {
		address := freeAddress(t)
		there, back = append(there, shown, address), append(back, address, shown)
	}
	shell := exec.Command("sh")
	shell.Dir = dir
	shell.Env = []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + home, "TZ=UTC", "LANG=C.UTF-8", mainEnv + "=1"}
	shell.Stdin = strings.NewReader(strings.NewReplacer(there...).Replace(script.String()))
	var out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &out
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.WaitDelay = time.Second // processes in the background keep the output open
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	_ = shell.Wait() // the exit code is that of the last command
	_ = syscall.Kill(-shell.Process.Pid, syscall.SIGKILL)
	parts := strings.Split(strings.NewReplacer(back...).Replace(out.String()), mark)
	if len(parts) != 2*len(steps)+1 {
		t.Fatalf("%d commands, but the shell printed\n%s", len(steps), out.String())
	}
	for i, s := range steps {
		s.got = parts[2*i]
		fmt.Sscan(parts[2*i+1], &s.gotCode)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// checkSteps compares the output with the document, and returns the document
// with the actual output in the places that differ.
func checkSteps(t *testing.T, text string, steps []*docStep) string {
	t.Helper()
	var fresh strings.Builder
	last := 0
	for _, s := range steps {
		if s.gotCode != s.code {
			t.Errorf("%sexit code %d, want %d\n%s", s.command, s.gotCode, s.code, s.got)
		}
		fresh.WriteString(text[last:s.at])
		last = s.end
		if shows(s.want, s.got) {
			fresh.WriteString(s.want)
			continue
		}
		t.Errorf("%sprints\n%s\nand not\n%s", s.command, s.got, s.want)
		fresh.WriteString(s.got)
	}
	return fresh.String() + text[last:]
}

// shows tells whether a text matches what a document shows.
func shows(want, got string) bool {
	pattern := regexp.QuoteMeta(want)
	pattern = regexp.MustCompile(`(?m)^…\n`).ReplaceAllString(pattern, `(?:.*\n)*?`)
	pattern = strings.ReplaceAll(pattern, "…", `.*?`)
	return regexp.MustCompile(`^` + pattern + `$`).MatchString(got)
}
