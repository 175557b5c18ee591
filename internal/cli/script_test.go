package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"lcsync/internal/cli/session"
	"lcsync/internal/wire/wiretest"
)

var update = flag.Bool("update", false, "rewrite the goldens inside the scripts")

// TestScripts runs the sessions in testdata/script. Besides testscript's own
// commands they have:
//
//	lcsync ARG… [<FILE]     run lcsync in process; <FILE is its standard input.
//	                        An exit code other than 0 must be checked by the
//	                        next line, or expected with "! lcsync".
//	status N                the exit code of the last lcsync
//	terminal [ANSWER]       the next lcsync has somebody in front of it who
//	                        types ANSWER when asked
//	secret NAME=VALUE       a variable of the environment from here on
//	sandbox NAME FLAG…      start an embedded license; sets LCSYNC_URL and
//	                        LCSYNC_TOKEN, and NAME_URL and NAME_TOKEN
//	sandbox-calls NAME      print its call log, a line each
//	sandbox-call NAME METHOD JSON   make a raw call and print the answer;
//	                        VERSION/METHOD is one of an older version
//	sandbox-state NAME      print its raw state
//	sandbox-answer NAME METHOD STATUS FILE   from here on the method, or METHOD/ID
//	                        for one owner_client_id or id, is answered with
//	                        what FILE holds; STATUS 0 takes that back
//	columns N               stdout of the next lcsync is a terminal N columns wide
//	masked                  print the last stdout again with RUN for ids of runs
//	chmod-of FILE…          print the modes of files
//	profile URL             write an lcsync.yaml with the profile acme
//	profiles NAME…          write an lcsync.yaml with the sandboxes as profiles, and
//	                        take them out of the environment
func TestScripts(t *testing.T) {
	testscript.RunT(scriptTest{t}, testscript.Params{
		Dir:                filepath.Join("..", "..", "testdata", "script"),
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup:              setupScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"lcsync":         scriptLcsync,
			"status":         scriptStatus,
			"terminal":       scriptTerminal,
			"secret":         scriptSecret,
			"sandbox":        scriptSandbox,
			"sandbox-calls":  scriptSandboxCalls,
			"sandbox-call":   scriptSandboxCall,
			"sandbox-state":  scriptSandboxState,
			"sandbox-answer": scriptSandboxAnswer,
			"chmod-of":       scriptMode,
			"masked":         scriptMasked,
			"columns":        scriptColumns,
			"profile":        scriptProfile,
			"profiles":       scriptProfiles,
		},
	})
}

// scriptTest is the test of one script or of all scripts.
type scriptTest struct{ *testing.T }

func (t scriptTest) Run(name string, f func(testscript.T)) {
	t.T.Run(name, func(t *testing.T) { f(scriptTest{t}) })
}

func (t scriptTest) Verbose() bool { return testing.Verbose() }

// script is what the commands of one script share.
type script struct {
	t         *testing.T
	clock     *wiretest.Clock
	sandboxes map[string]*scriptLicense
	secrets   []string  // variables
	typed     io.Reader // on the terminal of the next lcsync, if it has one
	columns   int       // of stdout of the next lcsync, 0 if it is no terminal
	last      int
	unchecked string // the last lcsync that failed, until its exit code is checked
}

type scriptKey struct{}

func setupScript(env *testscript.Env) error {
	s := &script{t: env.T().(scriptTest).T, clock: newClock(), sandboxes: map[string]*scriptLicense{}}
	env.Values[scriptKey{}] = s
	env.Defer(func() {
		if s.unchecked != "" {
			env.T().Log(fmt.Sprintf("exit code %d of %q was never checked", s.last, s.unchecked))
			env.T().FailNow()
		}
	})
	// Scripts must not see the configuration of the machine.
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	return os.MkdirAll(filepath.Join(env.WorkDir, "home"), 0o755)
}

// RoundTrip sends a request to the sandbox with its address. Other addresses
// refuse connections.
func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	for _, box := range s.sandboxes {
		if "http://"+r.URL.Host == box.URL {
			return box.RoundTrip(r)
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

func scriptOf(ts *testscript.TestScript) *script { return ts.Value(scriptKey{}).(*script) }

func scriptLcsync(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts)
	s.check(ts)
	line := strings.Join(args, " ")
	var stdin io.Reader = strings.NewReader("")
	if n := len(args); n > 0 && strings.HasPrefix(args[n-1], "<") {
		stdin = strings.NewReader(ts.ReadFile(args[n-1][1:]))
		args = args[:n-1]
	}
	var terminal session.Terminal
	if s.typed != nil {
		stdin, s.typed, terminal = s.typed, nil, session.Terminal{In: true, Err: true}
	}
	if s.columns > 0 {
		terminal.Out, terminal.Width, s.columns = true, s.columns, 0
	}
	var stdout, stderr bytes.Buffer
	run := func() {
		s.last = Run(context.Background(), &session.Env{
			Args: append([]string{"lcsync"}, args...), Stdin: stdin, Stdout: &stdout, Stderr: &stderr,
			Environ: append(scriptEnviron(ts), s.secrets...), Dir: ts.MkAbs("."), Clock: s.clock, Transport: s, Terminal: terminal,
		})
	}
	if slices.Contains(args, "demo") { // it serves its license on a network
		run()
	} else {
		s.clock.Run(s.t, run)
	}
	fmt.Fprint(ts.Stdout(), stdout.String())
	fmt.Fprint(ts.Stderr(), stderr.String())
	s.leaks(ts, stdout.String()+stderr.String())
	switch {
	case neg && s.last == 0:
		ts.Fatalf("unexpected success")
	case !neg && s.last != 0:
		s.unchecked = line
	}
}

// leaks fails a script whose output has a token or a stack trace in it.
func (s *script) leaks(ts *testscript.TestScript, out string) {
	token, account := ts.Getenv("LCSYNC_TOKEN"), ts.Getenv("LCSYNC_ACCOUNT_ID")
	for _, token := range []string{token, ts.Getenv("TOKEN"), base64.StdEncoding.EncodeToString([]byte(account + ":" + token))} {
		if len(token) > 3 && strings.Contains(out, token) {
			ts.Fatalf("the token is in the output:\n%s", out)
		}
	}
	if strings.Contains(out, "goroutine ") || strings.Contains(out, "panic:") {
		ts.Fatalf("a stack trace is in the output:\n%s", out)
	}
}

// check fails if the exit code of the previous command was not checked.
func (s *script) check(ts *testscript.TestScript) {
	if s.unchecked != "" {
		line := s.unchecked
		s.unchecked = ""
		ts.Fatalf("lcsync %s: unexpected exit code %d", line, s.last)
	}
}

func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts)
	s.unchecked = ""
	want, err := strconv.Atoi(strings.Join(args, " "))
	if err != nil || neg {
		ts.Fatalf("usage: status N")
	}
	if s.last != want {
		ts.Fatalf("exit code %d, want %d", s.last, want)
	}
}

// scriptTerminal gives the next lcsync a terminal with input.
func scriptTerminal(ts *testscript.TestScript, _ bool, args []string) {
	scriptOf(ts).typed = strings.NewReader(strings.Join(args, " ") + "\n")
}

// scriptColumns makes stdout of the next lcsync a terminal.
func scriptColumns(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(strings.Join(args, " "))
	ts.Check(err)
	scriptOf(ts).columns = n
}

// scriptSecret sets a variable that may have any name.
func scriptSecret(ts *testscript.TestScript, _ bool, args []string) {
	s := scriptOf(ts)
	s.secrets = append(s.secrets, args...)
}

var runID = regexp.MustCompile(`\b\d{8}T\d{6}Z-[0-9a-f]+`)

// scriptMasked prints the last stdout again, with RUN in place of ids.
func scriptMasked(ts *testscript.TestScript, _ bool, _ []string) {
	fmt.Fprint(ts.Stdout(), runID.ReplaceAllString(ts.ReadFile("stdout"), "RUN"))
}

// scriptMode prints the mode of files: chmod-of FILE…
func scriptMode(ts *testscript.TestScript, _ bool, args []string) {
	for _, a := range args {
		info, err := os.Stat(ts.MkAbs(a))
		ts.Check(err)
		fmt.Fprintf(ts.Stdout(), "%04o\n", info.Mode().Perm())
	}
}

// scriptProfile writes an lcsync.yaml whose profile acme has the given url and
// the token of the variable TOKEN.
func scriptProfile(ts *testscript.TestScript, _ bool, args []string) {
	more := []string{"skip: [tags]"}
	if len(args) > 1 {
		more = args[1:]
	}
	text := "profiles:\n  acme:\n    url: " + args[0] + "\n    token_env: TOKEN\n    " + strings.Join(more, "\n    ") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs("lcsync.yaml"), []byte(text), 0o644))
}

// scriptProfiles writes an lcsync.yaml with a profile for each sandbox named, or
// for NAME=LINE, which adds a line to it.
func scriptProfiles(ts *testscript.TestScript, _ bool, args []string) {
	text := "profiles:\n"
	for _, arg := range args {
		name, line, more := strings.Cut(arg, "=")
		box := sandboxNamed(ts, []string{name})
		text += "  " + name + ":\n    url: " + box.URL + "\n    token: " + box.token + "\n"
		if more {
			text += "    " + line + "\n"
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("lcsync.yaml"), []byte(text), 0o600))
	ts.Setenv("LCSYNC_URL", "")
	ts.Setenv("LCSYNC_TOKEN", "")
}

// scriptEnviron returns the variables that lcsync looks at; testscript keeps
// the rest of its environment to itself.
func scriptEnviron(ts *testscript.TestScript) []string {
	names := []string{"HOME", "NO_COLOR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "TOKEN", "LCSYNC_TOKEN",
		"LCSYNC_PROFILE", "LCSYNC_ACCOUNT_ID", "LCSYNC_URL", "LCSYNC_TOKEN_FILE", "LCSYNC_REGION", "LCSYNC_CLIENT_IDS"}
	for _, f := range session.GlobalFlags(&session.Session{}) {
		names = append(names, session.Variable(f.Names()[0]))
	}
	var environ []string
	for _, n := range names {
		if v := ts.Getenv(n); v != "" {
			environ = append(environ, n+"="+v)
		}
	}
	return environ
}
