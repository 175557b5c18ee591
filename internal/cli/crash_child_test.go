package cli

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/wire/wiretest"
)

// The environment variables that make the test binary run lcsync instead of
// tests.
const (
	childEnv = "LCSYNC_TEST_CHILD" // the directory that it runs in
	stepEnv  = "LCSYNC_TEST_STEP"  // before which step of writing files it kills itself, 0 for none
	timeEnv  = "LCSYNC_TEST_TIME"  // what its clock shows at first, in nanoseconds
)

// childArgs is the command line of a child.
var childArgs []string

func TestMain(m *testing.M) {
	if os.Getenv(mainEnv) != "" {
		os.Exit(Main(os.Args, os.Stdin, os.Stdout, os.Stderr))
	}
	if os.Getenv(childEnv) != "" {
		childArgs, os.Args = os.Args, []string{os.Args[0], "-test.run=^TestChild$"}
	}
	os.Exit(m.Run())
}

// TestChild is lcsync in another process. Time passes there as in tests: only
// when every goroutine waits, and then at once.
func TestChild(t *testing.T) {
	if childArgs == nil {
		t.Skip("this is not the child")
	}
	n, _ := strconv.Atoi(os.Getenv(stepEnv))
	clock := wiretest.NewClock(timeOf(os.Getenv(timeEnv)))
	code := 0
	clock.Run(t, func() {
		code = Run(context.Background(), &session.Env{
			Args: childArgs, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
			Environ: os.Environ(), Dir: os.Getenv(childEnv), Clock: clock, Step: suicidal(clock, n),
			// The process would wait for a kept connection.
			Transport: timeTransport{clock, &http.Transport{DisableKeepAlives: true}},
		})
	})
	os.Exit(code)
}

// stamp writes a time in the form that processes exchange.
func stamp(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func timeOf(stamp string) time.Time {
	n, _ := strconv.ParseInt(stamp, 10, 64)
	return time.Unix(0, n).UTC()
}

// timeHeader is the header with the time of the process that sends a request.
const timeHeader = "X-Test-Time"

// timeTransport sends the time with each request.
type timeTransport struct {
	clock *wiretest.Clock
	next  http.RoundTripper
}

func (t timeTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(timeHeader, stamp(t.clock.Now()))
	return t.next.RoundTrip(r)
}

// listen has a handler serve the world on a network, so that processes can
// reach it.
func (w *world) listen(h http.Handler) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.clock.Reach(timeOf(r.Header.Get(timeHeader)))
		h.ServeHTTP(rw, r)
	}))
	w.t.Cleanup(server.Close)
	w.server = &wiretest.Server{URL: server.URL, Handler: h}
}

// stepMark starts the line on stderr that names a step, after its time.
const stepMark = "step: "

// suicidal returns a hook that names each step and kills the process before the
// n-th one.
func suicidal(clock *wiretest.Clock, n int) func(string) {
	var mu sync.Mutex
	return func(step string) {
		mu.Lock() // the killed process never unlocks it
		fmt.Fprintln(os.Stderr, stepMark+stamp(clock.Now()), step)
		if n--; n == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		mu.Unlock()
	}
}

// process is lcsync as a process of its own.
type process struct {
	world          *world
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
}

// process returns a process that runs a command line on the license, and
// kills itself before a step of writing files unless that is 0.
func (w *world) process(step int, args ...string) *process {
	p := &process{world: w, cmd: exec.Command(os.Args[0], append(args, w.global...)...)}
	p.cmd.Env = append(w.environ(), childEnv+"="+w.dir, stepEnv+"="+strconv.Itoa(step), timeEnv+"="+stamp(w.clock.Now()), "GOMAXPROCS=2", "GORACE=atexit_sleep_ms=0")
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	return p
}

// end is how a process ended.
type end struct {
	code           int // -1 if it was killed
	stdout, stderr string
	steps          []string
}

// wait waits for the process. Then the clock of its world moves to the time of
// the process.
func (p *process) wait() end {
	_ = p.cmd.Wait() // the exit code is checked below
	e := end{code: p.cmd.ProcessState.ExitCode(), stdout: p.stdout.String()}
	var rest []string
	for _, line := range strings.SplitAfter(p.stderr.String(), "\n") {
		if step, ok := strings.CutPrefix(line, stepMark); ok {
			at, name, _ := strings.Cut(strings.TrimSpace(step), " ")
			p.world.clock.Reach(timeOf(at))
			e.steps = append(e.steps, name)
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
	return append([]string{"HOME=" + w.dir, "LCSYNC_URL=" + w.server.URL, "LCSYNC_TOKEN=dal:sandbox", "LCSYNC_CLIENT_IDS=" + appOne + "," + appTwo}, w.env...)
}
