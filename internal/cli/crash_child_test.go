package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lcsync/internal/wire"
)

// The environment of a test binary that is to be lcsync instead of testing.
const (
	childEnv = "LCSYNC_TEST_CHILD" // the directory that it runs in
	stepEnv  = "LCSYNC_TEST_STEP"  // before which step of writing files it kills itself, 0 for none
)

func TestMain(m *testing.M) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	n, _ := strconv.Atoi(os.Getenv(stepEnv))
	os.Exit(Run(context.Background(), &Env{
		Args: os.Args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Environ: os.Environ(), Dir: dir, Clock: wire.System{}, Step: suicidal(n),
	}))
}

// stepMark starts the line on stderr that names a step.
const stepMark = "step: "

// suicidal returns a hook that names each step and, before the n-th one, kills
// the process so that nothing of it runs on.
func suicidal(n int) func(string) {
	var mu sync.Mutex
	return func(step string) {
		mu.Lock() // held for good by whoever is killed
		fmt.Fprintln(os.Stderr, stepMark+step)
		if n--; n == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		mu.Unlock()
	}
}

// process is lcsync as a process of its own.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
}

// process returns a process that runs a command line on the license, and
// kills itself before a step of writing files unless that is 0.
func (w *world) process(step int, args ...string) *process {
	p := &process{cmd: exec.Command(os.Args[0], append(args, w.global...)...)}
	p.cmd.Env = append(w.environ(), childEnv+"="+w.dir, stepEnv+"="+strconv.Itoa(step), "GOMAXPROCS=2", "GORACE=atexit_sleep_ms=0")
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	return p
}

// end is how a process ended.
type end struct {
	code           int // -1 if it was killed
	stdout, stderr string
	steps          []string
}

// wait waits for the process.
func (p *process) wait() end {
	_ = p.cmd.Wait() // the exit code tells
	e := end{code: p.cmd.ProcessState.ExitCode(), stdout: p.stdout.String()}
	var rest []string
	for _, line := range strings.SplitAfter(p.stderr.String(), "\n") {
		if step, ok := strings.CutPrefix(line, stepMark); ok {
			e.steps = append(e.steps, strings.TrimSpace(step))
		} else {
			rest = append(rest, line)
		}
	}
	e.stderr = strings.Join(rest, "")
	return e
}

func (e end) String() string {
	return fmt.Sprintf("exit code %d:\n%s%s", e.code, e.stdout, e.stderr)
}

// runs starts a process and waits for it.
func (w *world) runs(step int, args ...string) end {
	w.t.Helper()
	p := w.process(step, args...)
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	return p.wait()
}

// environ is the environment of lcsync on the license.
func (w *world) environ() []string {
	return append([]string{"HOME=" + w.dir, "LCSYNC_URL=" + w.url, "LCSYNC_TOKEN=dal:sandbox", "LCSYNC_CLIENT_IDS=" + appOne + "," + appTwo}, w.env...)
}

// today sets the license's clock to the real time, in which processes live.
func (w *world) today() { w.clock.Reach(time.Now()) }
