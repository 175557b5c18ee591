package cli

import (
	"cmp"
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
	s := &session{env: env, terminal: newTerminal(env), places: placesOf(env)}
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
	inv, err := parseArgs(s.env.Args[min(1, len(s.env.Args)):], all)
	global := func(flag string) string { return cmp.Or(inv.global(flag), s.Environ.Get(variable(flag))) }
	// An error in the command line, too, is told as the user wants to be answered.
	asJSON, _ := strconv.ParseBool(global("json"))
	s.answer(manner{JSON: asJSON, LogFormat: global("log-format")})
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
				if err = s.readSettings(c); err != nil {
					return err
				}
				if err = s.checkVersion(inv.command); err != nil {
					return err
				}
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
	stack := debug.Stack()
	if below, ok := p.(*wire.Panic); ok {
		stack = below.Stack
	}
	if !s.linesAreJSON() && s.log.Enabled(context.Background(), slog.LevelDebug) {
		fmt.Fprintf(s.err, "%v\n%s\n", p, stack)
	} else {
		s.log.Debug(fmt.Sprint(p), slog.String("stack", string(stack)))
	}
	failure := &Failure{Code: Panicked, Text: "lcsync crashed; this is a bug in it",
		Hint: "repeat with --log-level debug and report what it prints", Err: fmt.Errorf("%v", p)}
	return s.finish(context.Background(), nil, failure)
}

// finish prints a result and an error, as text or as one JSON document, and
// returns the exit code.
func (s *session) finish(ctx context.Context, res result, err error) ExitCode {
	v := judge(ctx, err)
	switch {
	case s.JSON && !s.streamed:
		s.printJSON(v, res)
		s.streamed = true
	case res != nil:
		s.print(res.Text)
	}
	s.tellVerdict(v, res)
	if failed := errors.Join(s.out.err(), s.err.err()); failed != nil && v.Code < Usage {
		s.say(slog.LevelError, "lcsync: error: ", "cannot write the output: "+failed.Error())
		return Failed
	}
	return v.Code
}
