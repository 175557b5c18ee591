package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/runs"
	"lcsync/internal/secret"
	"lcsync/internal/wire"
)

// testEnv is an empty environment.
func testEnv(t *testing.T, args ...string) (env *session.Env, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return &session.Env{
		Args: append([]string{"lcsync"}, args...), Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr,
		Environ: []string{"HOME=" + t.TempDir()}, Dir: t.TempDir(), Clock: newClock(),
	}, stdout, stderr
}

// doing is a command that calls a function of the test.
func doing(action func(ctx context.Context, s *session.Session) (session.Result, error)) []*session.Command {
	return []*session.Command{{
		Name: "do", Args: "[ARG…]", Flags: []ucli.Flag{
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "to `FILE`"},
			&ucli.BoolFlag{Name: "dry-run", Usage: "only look"},
		},
		Action: func(ctx context.Context, s *session.Session, _ *ucli.Context) (session.Result, error) {
			return action(ctx, s)
		},
	}}
}

type answer struct {
	Answer int `json:"answer"`
}

func (a answer) Text(p *session.Page) { p.Printf("answer: %d\n", a.Answer) }

func TestExitCodes(t *testing.T) {
	refused := &wire.Error{Method: "list_agents", Host: "api.example", Status: 403, Type: "authorization", Class: wire.RefusedScope, Scopes: []string{"agents--all:ro"}}
	tests := []struct {
		name, why string
		err       error
		want      session.ExitCode
		stderr    string // part of it
	}{
		{"nothing wrong", "", nil, session.Done, ""},
		{"plain", "what nobody classified is a failure", errors.New("Boom\nbang"), session.Failed, "lcsync: error: Boom bang\n"},
		{"only a code", "the result has said the rest", session.Exit(session.Different), session.Different, ""},
		{"wrapped", "wrapping must not lose the code", fmt.Errorf("doing: %w", session.Exit(session.Incomplete)), session.Incomplete, ""},
		{"usage", "", session.Usagef("try this", "no"), session.Usage, "lcsync: error: no\nlcsync: hint: try this\n"},
		{"input", "", session.Inputf("", "no"), session.BadInput, "lcsync: error: no\n"},
		{"config", "", fmt.Errorf("x: %w", &config.Error{Text: "no", Hint: "do"}), session.BadInput, "lcsync: hint: do\n"},
		{"secret", "", &secret.Error{Text: "no", Hint: "run: chmod 600 f"}, session.BadInput, "lcsync: hint: run: chmod 600 f\n"},
		{"a run", "what runs refuses", &runs.Error{Reason: runs.Invalid, Text: "no", Hint: "do"}, session.BadInput, "lcsync: hint: do\n"},
		{"a run, and no more to say", "", &runs.Error{Reason: runs.Incomplete}, session.Incomplete, ""},
		{"a run, in the way", "", fmt.Errorf("x: %w", &runs.Error{Text: "no"}), session.Failed, "lcsync: error: x: no\n"},
		{"a changed license", "", &runs.StalePlan{Conflicts: []diff.Conflict{{Kind: "tags", Key: "a", Reason: "it no longer exists"}}}, session.Changed, "tags a: it no longer exists\nlcsync: hint: nothing was sent"},
		{"token", "", fmt.Errorf("read: %w", &wire.Error{Method: "m", Status: 401, Class: wire.Authentication}), session.Unauthorized, "hint: check the token"},
		{"scope", "", refused, session.Unauthorized, "needs the scope agents--all:ro"},
		{"network", "the host is named", &wire.Error{Method: "m", Host: "api.example", Message: "refused", Class: wire.Retryable}, session.Failed, "api.example: m: refused"},
		{"server", "", &wire.Error{Method: "m", Status: 500, Type: "internal", Class: wire.Ambiguous}, session.Failed, "m: internal"},
		{"deadline", "a timeout is no interruption", context.DeadlineExceeded, session.Failed, "deadline exceeded"},
		{"controls", "a terminal must not obey a server", errors.New("a\x1b[2Jb"), session.Failed, "a�[2Jb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env, stdout, stderr := testEnv(t, "do")
			act := doing(func(context.Context, *session.Session) (session.Result, error) { return answer{7}, tt.err })
			if got := run(t.Context(), env, act); got != int(tt.want) {
				t.Errorf("exit code %d, want %d (%s)", got, tt.want, tt.why)
			}
			if !strings.Contains(stderr.String(), tt.stderr) || tt.stderr == "" && stderr.Len() > 0 {
				t.Errorf("stderr %q, want %q in it", stderr, tt.stderr)
			}
			if stdout.String() != "answer: 7\n" {
				t.Errorf("a result must be shown beside an error, got %q", stdout)
			}
			testOneDocument(t, tt.err, tt.want)
		})
	}
}

// testOneDocument checks that --json prints one document with the promised
// members.
func testOneDocument(t *testing.T, failure error, want session.ExitCode) {
	env, stdout, stderr := testEnv(t, "do", "--json")
	run(t.Context(), env, doing(func(context.Context, *session.Session) (session.Result, error) { return answer{7}, failure }))
	var doc struct {
		FormatVersion int                `json:"format_version"`
		Command       string             `json:"command"`
		ExitCode      session.ExitCode   `json:"exit_code"`
		Answer        int                `json:"answer"`
		Error         *session.JSONError `json:"error"`
	}
	d := json.NewDecoder(stdout)
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Error("there is more than one document on stdout")
	}
	if doc.FormatVersion != 2 || doc.Command != "do" || doc.ExitCode != want || doc.Answer != 7 {
		t.Errorf("got %+v", doc)
	}
	if silent := failure == nil || strings.HasSuffix(failure.Error(), ": ") || failure.Error() == ""; silent != (doc.Error == nil) {
		t.Errorf("error %+v for %v", doc.Error, failure)
	}
	if stderr.Len() > 0 {
		t.Errorf("with --json errors are in the document, not on stderr: %q", stderr)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	env, _, stderr := testEnv(t, "do")
	code := run(ctx, env, doing(func(ctx context.Context, _ *session.Session) (session.Result, error) {
		cancel()
		return nil, fmt.Errorf("read: %w", ctx.Err())
	}))
	if code != 130 || stderr.String() != "lcsync: error: interrupted\n" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}

func TestPanic(t *testing.T) {
	crash := doing(func(context.Context, *session.Session) (session.Result, error) { panic("dal:hush") })
	for _, args := range [][]string{{"do"}, {"do", "--json"}} {
		env, stdout, stderr := testEnv(t, args...)
		if code := run(t.Context(), env, crash); code != 70 {
			t.Errorf("exit code %d", code)
		}
		all := stdout.String() + stderr.String()
		if !strings.Contains(all, "lcsync crashed; this is a bug") || strings.Contains(all, "goroutine") || strings.Contains(all, "hush") {
			t.Errorf("output %q", all)
		}
	}
	env, _, stderr := testEnv(t, "do", "--log-level=debug")
	run(t.Context(), env, crash)
	if !strings.Contains(stderr.String(), "run_test.go") {
		t.Errorf("those who debug want the stack, got %q", stderr)
	}
}

// brokenWriter fails after some bytes.
type brokenWriter struct {
	left int
	err  error
}

func (b *brokenWriter) Write(p []byte) (int, error) {
	if len(p) > b.left {
		return 0, b.err
	}
	b.left -= len(p)
	return len(p), nil
}

func TestBrokenOutput(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want session.ExitCode
		say  string
	}{
		{"the reader went away", &os.PathError{Op: "write", Err: syscall.EPIPE}, session.Different, ""},
		{"the disk is full", &os.PathError{Op: "write", Path: "out", Err: syscall.ENOSPC}, session.Failed, "lcsync: error: cannot write the output: write out: no space left on device\n"},
	} {
		env, _, stderr := testEnv(t, "do")
		env.Stdout = &brokenWriter{2, tt.err}
		code := run(t.Context(), env, doing(func(context.Context, *session.Session) (session.Result, error) {
			return answer{7}, session.Exit(session.Different)
		}))
		if code != int(tt.want) || stderr.String() != tt.say {
			t.Errorf("%s: exit code %d, stderr %q", tt.name, code, stderr)
		}
	}
}

// TestErrorsAsAsked checks that errors in a command line are printed as the
// flags of that line demand.
func TestErrorsAsAsked(t *testing.T) {
	for _, tt := range []struct {
		line         string
		json, logged bool // on stdout, and on stderr
	}{
		{"nosuch", false, false},
		{"nosuch --json", true, false},
		{"--json nosuch", true, false},
		{"do --bogus x -json", true, false},
		{"do --json=false --bogus", false, false},
		{"nosuch -- --json", false, false},
		{"do --bogus --log-format json", false, true},
		{"do --log-format=text --bogus --log-format=json", false, true},
	} {
		env, stdout, stderr := testEnv(t, strings.Fields(tt.line)...)
		if code := run(t.Context(), env, doing(nil)); code != int(session.Usage) {
			t.Errorf("%s: exit code %d", tt.line, code)
		}
		if stdout.Len() > 0 != tt.json || strings.Contains(stdout.String(), `"exit_code": 64`) != tt.json {
			t.Errorf("%s: stdout %q", tt.line, stdout)
		}
		if strings.HasPrefix(stderr.String(), `{"time"`) != tt.logged || stderr.Len() > 0 == tt.json {
			t.Errorf("%s: stderr %q", tt.line, stderr)
		}
	}
}
