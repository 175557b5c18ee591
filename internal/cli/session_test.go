package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
)

// inSession runs a function in a command.
func inSession(t *testing.T, env *session.Env, do func(ctx context.Context, s *session.Session)) int {
	t.Helper()
	return run(t.Context(), env, doing(func(ctx context.Context, s *session.Session) (session.Result, error) {
		do(ctx, s)
		return nil, nil
	}))
}

func TestConfirm(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  bool
	}{{"yes\n", true}, {" Y \n", true}, {"no\n", false}, {"\n", false}, {"", false}, {"yes please\n", false}} {
		env, _, stderr := testEnv(t, "do")
		env.Stdin, env.Terminal = strings.NewReader(tt.typed), session.Terminal{In: true, Err: true}
		inSession(t, env, func(ctx context.Context, s *session.Session) {
			got, err := s.Confirm(ctx, "plan", "Delete it?")
			if err != nil || got != tt.want {
				t.Errorf("%q: got %t, %v", tt.typed, got, err)
			}
		})
		if stderr.String() != `Delete it? Type yes to continue: ` {
			t.Errorf("asked %q", stderr)
		}
	}
}

func TestConfirmNobodyThere(t *testing.T) {
	for _, terminal := range []session.Terminal{{}, {In: true, Out: true}, {Err: true, Out: true}} {
		env, _, stderr := testEnv(t, "do")
		env.Stdin, env.Terminal = strings.NewReader("yes\n"), terminal
		inSession(t, env, func(ctx context.Context, s *session.Session) {
			_, err := s.Confirm(ctx, "plan", "Delete it?")
			if v := session.VerdictOf(ctx, err); v.Code != session.BadInput || !strings.Contains(v.Hint, "--yes") {
				t.Errorf("%+v: got %+v", terminal, v)
			}
		})
		if stderr.Len() > 0 {
			t.Errorf("asked nobody: %q", stderr)
		}
	}
}

func TestConfirmInterrupted(t *testing.T) {
	env, _, _ := testEnv(t, "do")
	never, w := io.Pipe()
	defer w.Close()
	env.Stdin, env.Terminal = never, session.Terminal{In: true, Err: true}
	inSession(t, env, func(ctx context.Context, s *session.Session) {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := s.Confirm(ctx, "plan", "Delete it?"); err != context.Canceled {
			t.Errorf("got %v", err)
		}
	})
}

func TestProgress(t *testing.T) {
	for _, tt := range []struct {
		name     string
		args     []string
		terminal bool
		want     bool
	}{
		{"terminal", nil, true, true},
		{"no terminal", nil, false, false},
		{"quiet", []string{"--quiet"}, true, false},
		{"json", []string{"--json"}, true, false},
	} {
		env, stdout, stderr := testEnv(t, append([]string{"do"}, tt.args...)...)
		env.Terminal.Err = tt.terminal
		inSession(t, env, func(_ context.Context, s *session.Session) {
			report, finish := s.Progress("reading")
			report(0, 0, "")
			report(1, 4, "")
			report(4, 4, "")
			report(5, 9, "")
			report(9, 9, "")
			report(9, 9, "settling")
			report(9, 9, "checking")
			finish()
		})
		if got := strings.Contains(stderr.String(), "reading"); got != tt.want {
			t.Errorf("%s: stderr %q", tt.name, stderr)
		}
		if strings.Contains(stdout.String(), "reading") {
			t.Errorf("%s: progress on stdout", tt.name)
		}
	}
}

// TestProgressOnce: each report draws the bar once, also if the total changes.
func TestProgressOnce(t *testing.T) {
	env, _, stderr := testEnv(t, "do")
	env.Terminal.Err = true
	inSession(t, env, func(_ context.Context, s *session.Session) {
		report, finish := s.Progress("reading")
		for i, step := range [][2]int{{1, 4}, {2, 4}, {2, 9}, {3, 12}, {3, 12}} {
			stderr.Reset()
			report(step[0], step[1], "")
			if n := strings.Count(stderr.String(), "reading"); n != 1 {
				t.Errorf("report %d draws %d bars: %q", i, n, stderr)
			}
			if want := fmt.Sprintf("(%d/%d)", step[0], step[1]); !strings.Contains(stderr.String(), want) {
				t.Errorf("report %d: no %s in %q", i, want, stderr)
			}
		}
		stderr.Reset()
		finish()
		if left := strings.Trim(stderr.String(), " \r"); left != "" || stderr.Len() == 0 {
			t.Errorf("the end leaves %q of %q", left, stderr)
		}
	})
}

func TestColours(t *testing.T) {
	for _, tt := range []struct {
		name     string
		args     []string
		terminal bool
		environ  string
		want     string
	}{
		{"terminal", nil, true, "", "\x1b[31mred\x1b[0m"},
		{"no terminal", nil, false, "", "red"},
		{"flag", []string{"--no-color"}, true, "", "red"},
		{"NO_COLOR", nil, true, "NO_COLOR=1", "red"},
		{"LCSYNC_NO_COLOR", nil, true, "LCSYNC_NO_COLOR=true", "red"},
	} {
		env, _, _ := testEnv(t, append([]string{"do"}, tt.args...)...)
		env.Terminal.Out = tt.terminal
		env.Environ = append(env.Environ, tt.environ)
		inSession(t, env, func(_ context.Context, s *session.Session) {
			if got := s.Style.Red("red"); got != tt.want {
				t.Errorf("%s: got %q", tt.name, got)
			}
		})
	}
}

func TestLogging(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "level=WARN msg=careful"},
		{[]string{"--log-level", "error"}, ""},
		{[]string{"--log-format", "json"}, `"level":"WARN","msg":"careful"`},
	} {
		env, _, stderr := testEnv(t, append([]string{"do"}, tt.args...)...)
		inSession(t, env, func(_ context.Context, s *session.Session) {
			s.Log.Info("chatty")
			s.Log.Warn("careful")
		})
		if !strings.Contains(stderr.String(), tt.want) || tt.want == "" && stderr.Len() > 0 || strings.Contains(stderr.String(), "chatty") {
			t.Errorf("%v: %q", tt.args, stderr)
		}
	}
}

// TestSettings checks flags and their environment variables.
func TestSettings(t *testing.T) {
	env, _, stderr := testEnv(t, "do", "--concurrency=2", "--client-id", "a", "--client-id=b")
	env.Environ = append(env.Environ, "LCSYNC_CONCURRENCY=3", "LCSYNC_RATE=1.5", "LCSYNC_QUIET=1", "LCSYNC_STATE_DIR=state", "LCSYNC_URL=ignored here")
	inSession(t, env, func(_ context.Context, s *session.Session) {
		if s.Concurrency != 2 || s.Rate != 1.5 || !s.Quiet || s.URL != "" {
			t.Errorf("got %+v", s.Settings)
		}
		if d := cmp.Diff([]string{"a", "b"}, s.ClientIDs); d != "" {
			t.Error(d)
		}
		dir, err := s.StateDir()
		if err != nil || dir != filepath.Join(env.Dir, "state") {
			t.Errorf("state directory %q, %v", dir, err)
		}
		s.Noticef("quiet")
	})
	if stderr.Len() > 0 {
		t.Errorf("--quiet talks: %q", stderr)
	}
}

func TestStateDir(t *testing.T) {
	env, _, _ := testEnv(t, "do")
	env.Environ = nil
	inSession(t, env, func(ctx context.Context, s *session.Session) {
		if _, err := s.StateDir(); session.VerdictOf(ctx, err).Code != session.BadInput {
			t.Errorf("without a home: %v", err)
		}
	})
	env.Environ = []string{"XDG_STATE_HOME=/state"}
	inSession(t, env, func(_ context.Context, s *session.Session) {
		if dir, err := s.StateDir(); err != nil || dir != "/state/lcsync" {
			t.Errorf("got %q, %v", dir, err)
		}
	})
}

func TestSelectKinds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		args  []string
		skip  []string
		optIn bool
		has   string
		hasNo string
	}{
		{"default", nil, nil, false, "agents", "routing_statuses"},
		{"opt-in", nil, nil, true, "routing_statuses", ""},
		{"opt-in by name", []string{"--only=routing_statuses"}, nil, false, "routing_statuses", "agents"},
		{"profile", nil, []string{"tags"}, false, "agents", "tags"},
		{"asked for beats profile", []string{"--only=tags"}, []string{"tags"}, false, "tags", "agents"},
		{"skip beats only", []string{"--only=tags,bots", "--skip=tags"}, nil, false, "bots", "tags"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env, _, _ := testEnv(t, append([]string{"do"}, tt.args...)...)
			act := doing(nil)
			act[0].Flags = session.SelectionFlags()
			act[0].Action = func(_ context.Context, _ *session.Session, c *ucli.Context) (session.Result, error) {
				kinds, err := session.SelectKinds(c, "", tt.skip, tt.optIn)
				names := " " + strings.Join(session.KindNames(kinds), " ") + " "
				if err != nil || !strings.Contains(names, " "+tt.has+" ") || tt.hasNo != "" && strings.Contains(names, " "+tt.hasNo+" ") {
					t.Errorf("got %s, %v", names, err)
				}
				return nil, nil
			}
			run(t.Context(), env, act)
		})
	}
}
