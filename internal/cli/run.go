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
	"lcsync/internal/wire"
)

// Run runs one command line, prints the result and returns the exit code. A
// panic has its own exit code, so that nobody takes a crash for a difference.
func Run(ctx context.Context, env *Env) int { return run(ctx, env, commands()) }

func run(ctx context.Context, env *Env, all []*command) (code int) {
	t := newTerminal(env)
	s := &session{env: env, terminal: t, places: placesOf(ctx, env, t), commands: all, version: build().Version}
	defer func() {
		if p := recover(); p != nil {
			code = int(s.panicked(p))
		}
	}()
	res, err := s.dispatch(ctx)
	code = int(s.finish(ctx, res, err))
	return code
}

// dispatch parses the command line and runs its command. urfave/cli only makes
// the context of the flags: it gets no word of the line.
func (s *session) dispatch(ctx context.Context) (res result, err error) {
	global := globalFlags(s)
	line, wrong := argv.Parse(s.env.Args[min(1, len(s.env.Args)):], global, s.choose)
	app := &ucli.App{
		Name: "lcsync", Flags: line.Flags, HideHelp: true, HideVersion: true, DisableSliceFlagSeparator: true,
		Reader: s.env.Stdin, Writer: io.Discard, ErrWriter: io.Discard, ExitErrHandler: func(*ucli.Context, error) {},
		Action: func(c *ucli.Context) error {
			bad := s.readSettings(c, line, global)
			switch {
			case wrong != nil:
				err = wrong
			case c.Bool("help"), line.Command == "" && !c.Bool("version"):
				res = helpFor(s.command, s.commands)
			case c.Bool("version"):
				res = build()
			default:
				s.args = line.Args
				if err = cmp.Or(bad, s.command.checkArgs(s.args), s.checkVersion(s.command)); err == nil {
					res, err = s.command.action(ctx, s, c)
				}
			}
			return err
		},
	}
	return res, cmp.Or(app.RunContext(ctx, []string{"lcsync"}), err)
}

// panicked reports a panic in one line, and its stack at log level debug.
func (s *session) panicked(p any) ExitCode {
	stack := debug.Stack()
	if below, ok := p.(*wire.Panic); ok {
		stack = below.Stack
	}
	if !s.linesAreJSON() && s.log.Enabled(context.Background(), slog.LevelDebug) {
		fmt.Fprintf(s.err, "%v\n%s\n", p, stack)
	} else {
		s.log.Debug(fmt.Sprint(p), slog.String("stack", string(stack)))
	}
	failure := &Failure{Code: Panicked, Text: "lcsync crashed; this is a bug",
		Hint: "run it again with --log-level debug and report what it prints", Err: fmt.Errorf("%v", p)}
	return s.finish(context.Background(), nil, failure)
}

// finish prints a result and an error, as text or as one JSON document, and
// returns the exit code.
func (s *session) finish(ctx context.Context, res result, err error) ExitCode {
	s.maskConflicts(err)
	v := verdictOf(ctx, err)
	if v.api != nil && v.api.Class == wire.RefusedScope && s.canSkip() {
		v.Hint += ", or exclude the kind with --skip"
	}
	switch {
	case s.JSON && !s.streamed:
		s.printJSON(v, res)
		s.streamed = true
	case res != nil:
		s.print(res.Text)
	}
	s.tellVerdict(v, res)
	if failed := errors.Join(s.out.Err(), s.err.Err()); failed != nil && v.Code < Usage {
		s.say(slog.LevelError, "lcsync: error: ", "cannot write the output: "+failed.Error())
		return Failed
	}
	return v.Code
}

// printJSON prints the one JSON document of a run.
func (s *session) printJSON(v verdict, res result) {
	head := envelope{FormatVersion: FormatVersion, Command: "lcsync", ExitCode: v.Code}
	if s.command != nil {
		head.Command = s.command.name
	}
	if _, itself := res.(*planResult); !itself && s.conn != nil {
		head.License = &s.conn.license
	}
	doc, failed := document(head, v, res)
	if failed != nil {
		head.ExitCode = Panicked
		doc, _ = document(head, verdict{Failure: Failure{Text: failed.Error()}}, nil)
	}
	s.out.Write(doc)
}
