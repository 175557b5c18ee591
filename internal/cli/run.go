package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/wire"
)

// Run runs one command line and returns the exit code. It prints everything
// there is to say; a panic below it becomes an exit code of its own, so that a
// crash is never taken for a difference.
func Run(ctx context.Context, env *Env) int { return run(ctx, env, commands()) }

func run(ctx context.Context, env *Env, all []*command) (code int) {
	s := &session{
		env: env, out: &output{w: env.Stdout}, err: &output{w: env.Stderr},
		log: discardLog(), tell: newTeller(env.Stderr, env.Clock, "text"),
	}
	defer func() {
		if p := recover(); p != nil {
			code = int(s.panicked(p))
		}
	}()
	res, err := s.dispatch(ctx, all)
	code = int(s.finish(ctx, res, err))
	return code
}

// dispatch takes the command line apart and runs its command.
func (s *session) dispatch(ctx context.Context, all []*command) (result, error) {
	line := s.env.Args[min(1, len(s.env.Args)):]
	s.JSON = wantsJSON(line)
	if on, err := strconv.ParseBool(s.env.Environ.Get(variable("json"))); err == nil && on {
		s.JSON = true
	}
	if wantsJSONLog(line, s.env.Environ.Get(variable("log-format"))) {
		s.tell = newTeller(s.err, s.env.Clock, "json")
	}
	inv, err := parseArgs(line, all)
	if err != nil {
		return nil, err
	}
	if inv.help {
		return helpFor(inv.command, all), nil
	}
	s.command, s.args = inv.command, inv.args
	return s.parseAndRun(ctx, inv)
}

// parseAndRun lets urfave/cli read the values of the flags and runs the
// command's action. Arguments go past it: it would take some for commands.
func (s *session) parseAndRun(ctx context.Context, inv *invocation) (res result, err error) {
	usage := func(_ *ucli.Context, err error, _ bool) error {
		return usagef("run lcsync help "+inv.command.name+" for what it takes", "%s", flagError(err))
	}
	app := &ucli.App{
		Name: "lcsync", Flags: globalFlags(), HideHelp: true, HideVersion: true,
		Reader: s.env.Stdin, Writer: io.Discard, ErrWriter: io.Discard,
		ExitErrHandler: func(*ucli.Context, error) {}, OnUsageError: usage,
		DisableSliceFlagSeparator: true,
		Commands: []*ucli.Command{{
			Name: inv.command.name, Flags: inv.command.flags, HideHelp: true, OnUsageError: usage,
			Action: func(c *ucli.Context) error {
				if s.settings, err = readSettings(c, s.env); err != nil {
					return err
				}
				if err = s.checkVersion(inv.command); err != nil {
					return err
				}
				s.prepare()
				res, err = inv.command.action(ctx, s, c)
				return err
			},
		}},
	}
	argv := append([]string{"lcsync"}, inv.globals...)
	argv = append(append(argv, inv.command.name), inv.flags...)
	return res, app.RunContext(ctx, argv)
}

// flagError rewords what package flag says: its flags have one dash.
func flagError(err error) string {
	return strings.Replace(strings.TrimSuffix(err.Error(), ": parse error"), "for flag -", "for --", 1)
}

// panicked reports a panic in one line, with its stack only for those who
// debug.
func (s *session) panicked(p any) ExitCode {
	if s.log.Enabled(context.Background(), slog.LevelDebug) {
		stack := debug.Stack()
		if below, ok := p.(*wire.Panic); ok {
			stack = below.Stack
		}
		s.tellStack(p, stack)
	}
	failure := &Failure{Code: Panicked, Text: "lcsync crashed; this is a bug in it",
		Hint: "repeat with --log-level debug and report what it prints", Err: fmt.Errorf("%v", p)}
	return s.finish(context.Background(), nil, failure)
}

// tellStack prints what a panic said and where it was.
func (s *session) tellStack(p any, stack []byte) {
	if s.tell.json != nil {
		s.log.Debug(fmt.Sprint(p), slog.String("stack", string(stack)))
		return
	}
	fmt.Fprintf(s.err, "%v\n%s\n", p, stack)
}

// finish prints a result and an error, as text or as one JSON document, and
// returns the exit code.
func (s *session) finish(ctx context.Context, res result, err error) ExitCode {
	v := judge(ctx, err)
	if s.JSON && !s.streamed {
		s.printJSON(v, res, err)
		s.streamed = true
	} else {
		v = s.printText(v, res)
	}
	s.tellVerdict(v, res)
	if failed := errors.Join(s.out.err(), s.err.err()); failed != nil && v.code < Usage {
		s.tell.say(slog.LevelError, "lcsync: error: ", "cannot write the output: "+failed.Error())
		return Failed
	}
	return v.code
}
