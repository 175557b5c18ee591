package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/plans"
	"lcsync/internal/cli/session"
	"lcsync/internal/wire"
)

// Run runs one command line, prints the result and returns the exit code. A
// panic has its own exit code, so that nobody takes a crash for a difference.
func Run(ctx context.Context, env *session.Env) int { return run(ctx, env, commands()) }

func run(ctx context.Context, env *session.Env, all []*session.Command) (code int) {
	t := session.NewTerminal(env)
	s := &session.Session{Env: env, Console: t, Places: session.PlacesOf(ctx, env, t), Commands: all, Version: build().Version}
	defer func() {
		if p := recover(); p != nil {
			code = int(panicked(s, p))
		}
	}()
	res, err := dispatch(ctx, s)
	code = int(finish(ctx, s, res, err))
	return code
}

// dispatch parses the command line and runs its command. urfave/cli only makes
// the context of the flags: it gets no word of the line.
func dispatch(ctx context.Context, s *session.Session) (res session.Result, err error) {
	global := session.GlobalFlags(s)
	line, wrong := argv.Parse(s.Env.Args[min(1, len(s.Env.Args)):], global, s.Choose)
	app := &ucli.App{
		Name: "lcsync", Flags: line.Flags, HideHelp: true, HideVersion: true, DisableSliceFlagSeparator: true,
		Reader: s.Env.Stdin, Writer: io.Discard, ErrWriter: io.Discard, ExitErrHandler: func(*ucli.Context, error) {},
		Action: func(c *ucli.Context) error {
			bad := s.ReadSettings(c, line, global)
			switch {
			case wrong != nil:
				err = wrong
			case c.Bool("help"), line.Command == "" && !c.Bool("version"):
				res = helpFor(s.Command, s.Commands)
			case c.Bool("version"):
				res = build()
			default:
				s.Args = line.Args
				if err = cmp.Or(bad, s.Command.CheckArgs(s.Args), s.CheckVersion(s.Command)); err == nil {
					res, err = s.Command.Action(ctx, s, c)
				}
			}
			return err
		},
	}
	return res, cmp.Or(app.RunContext(ctx, []string{"lcsync"}), err)
}

// panicked reports a panic in one line, and its stack at log level debug.
func panicked(s *session.Session, p any) session.ExitCode {
	stack := debug.Stack()
	if below, ok := p.(*wire.Panic); ok {
		stack = below.Stack
	}
	if !s.LinesAreJSON() && s.Log.Enabled(context.Background(), slog.LevelDebug) {
		fmt.Fprintf(s.Err, "%v\n%s\n", p, stack)
	} else {
		s.Log.Debug(fmt.Sprint(p), slog.String("stack", string(stack)))
	}
	failure := &session.Failure{Code: session.Panicked, Text: "lcsync crashed; this is a bug",
		Hint: "run it again with --log-level debug and report what it prints", Err: fmt.Errorf("%v", p)}
	ctx := context.Background() // a panic has its own exit code, also after a signal
	return finish(ctx, s, nil, failure)
}

// finish prints a result and an error, as text or as one JSON document, and
// returns the exit code.
func finish(ctx context.Context, s *session.Session, res session.Result, err error) session.ExitCode {
	s.MaskConflicts(err)
	v := session.VerdictOf(ctx, err)
	if v.API != nil && v.API.Class == wire.RefusedScope && s.CanSkip() {
		v.Hint += ", or exclude the kind with --skip"
	}
	switch {
	case s.JSON && !s.Streamed:
		printJSON(s, v, res)
		s.Streamed = true
	case res != nil:
		s.Print(res.Text)
	}
	s.TellVerdict(v, res)
	if failed := errors.Join(s.Out.Err(), s.Err.Err()); failed != nil && v.Code < session.Usage {
		s.Say(slog.LevelError, "lcsync: error: ", "cannot write the output: "+failed.Error())
		return session.Failed
	}
	return v.Code
}

// printJSON prints the one JSON document of a run.
func printJSON(s *session.Session, v session.Verdict, res session.Result) {
	head := session.Envelope{FormatVersion: session.FormatVersion, Command: "lcsync", ExitCode: v.Code}
	if s.Command != nil {
		head.Command = s.Command.Name
	}
	if _, itself := res.(*plans.PlanResult); !itself && s.Conn != nil {
		head.License = &s.Conn.License
	}
	doc, failed := session.Document(head, v, res)
	if failed != nil {
		head.ExitCode = session.Panicked
		doc, _ = session.Document(head, session.Verdict{Failure: session.Failure{Text: failed.Error()}}, nil)
	}
	s.Out.Write(doc)
}
