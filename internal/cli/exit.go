package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lcsync/internal/config"
	"lcsync/internal/runs"
	"lcsync/internal/secret"
	"lcsync/internal/wire"
)

// ExitCode is what the process ends with.
type ExitCode int

// The exit codes. Incomplete beats Different; the JSON document tells both.
const (
	Done         ExitCode = 0   // done; in sync
	Failed       ExitCode = 1   // failed
	Different    ExitCode = 2   // differences found
	Incomplete   ExitCode = 3   // something could not be read or changed
	Unauthorized ExitCode = 4   // authentication refused, or nothing could be read
	BadInput     ExitCode = 5   // input invalid, or a decision is needed; nothing was sent
	Changed      ExitCode = 6   // the live license changed since the plan was made
	Usage        ExitCode = 64  // the command line is wrong
	Panicked     ExitCode = 70  // a panic, caught
	Interrupted  ExitCode = 130 // a signal
)

// meaning says what an exit code stands for.
func (c ExitCode) meaning() string {
	for _, e := range exitCodes {
		if e.code == c {
			return e.meaning
		}
	}
	return "unknown"
}

// Failure is an error with the exit code it leads to and what to do about it.
// Without a text it only sets the exit code: the result has said the rest.
type Failure struct {
	Code ExitCode
	Text string
	Hint string
	Err  error // the cause below, if any; its text is not repeated
}

func (f *Failure) Error() string { return f.Text }

// Unwrap returns the cause below.
func (f *Failure) Unwrap() error { return f.Err }

// exit returns an error that only sets the exit code, nil for Done.
func exit(code ExitCode) error {
	if code == Done {
		return nil
	}
	return &Failure{Code: code}
}

// usagef is an error in the command line.
func usagef(hint, format string, args ...any) error {
	return &Failure{Code: Usage, Text: fmt.Sprintf(format, args...), Hint: hint}
}

// inputf is an error in what the user gave, found before anything was sent.
func inputf(hint, format string, args ...any) error {
	return &Failure{Code: BadInput, Text: fmt.Sprintf(format, args...), Hint: hint}
}

// verdict is what an error means to whoever runs the program.
type verdict struct {
	code ExitCode
	text string // one line; "" if there is nothing to say
	hint string
	more []string    // lines that come before text
	api  *wire.Error // the call that failed, if one did
}

// judge is the one place that decides exit codes. ctx is the context of the
// run, which only a signal ends.
func judge(ctx context.Context, err error) verdict {
	if err == nil {
		return verdict{code: Done}
	}
	v := verdict{code: Failed, text: err.Error()}
	var (
		failure *Failure
		refused *config.Error
		hidden  *secret.Error
		invalid *invalidFile
		broken  *refusedValues
		stopped *runs.Error
		changed *runs.Changed
	)
	switch {
	case ctx.Err() != nil:
		v.code, v.text = Interrupted, "interrupted"
		if errors.As(err, &failure) && failure.Code == Interrupted {
			v.hint = failure.Hint
		}
	case errors.As(err, &failure):
		v.code, v.hint = failure.Code, failure.Hint
		if failure.Text == "" {
			v.text = ""
		}
	case errors.As(err, &refused):
		v.code, v.hint = BadInput, refused.Hint
	case errors.As(err, &hidden):
		v.code, v.hint = BadInput, hidden.Hint
	case errors.As(err, &invalid):
		v.code, v.hint, v.more = BadInput, invalid.hint(), invalid.details()
	case errors.As(err, &broken):
		v.code, v.hint, v.more = BadInput, broken.hint(), broken.details()
	case errors.As(err, &stopped):
		v.code, v.hint = stoppedCodes[stopped.Reason], stopped.Hint
	case errors.As(err, &changed):
		v.code, v.hint, v.more = Changed, "nothing was sent; look at what changed and make the plan again", conflictLines(changed)
	case errors.As(err, &v.api):
		v.code, v.hint = judgeCall(v.api)
		if v.api.Status == 0 && v.api.Host != "" && !strings.Contains(v.text, v.api.Host) {
			v.text = v.api.Host + ": " + v.text
		}
	}
	errors.As(err, &v.api)
	return v
}

// stoppedCodes are what the reasons of refusals lead to.
var stoppedCodes = map[runs.Reason]ExitCode{runs.Failed: Failed, runs.Invalid: BadInput, runs.Incomplete: Incomplete}

// conflictLines lists conflicts where there are several.
func conflictLines(e *runs.Changed) []string {
	if len(e.Conflicts) < 2 {
		return nil // the error says it
	}
	var lines []string
	for _, c := range e.Conflicts {
		lines = append(lines, c.String())
	}
	return lines
}

// judgeCall judges a failed call that a command could not go on without.
func judgeCall(e *wire.Error) (ExitCode, string) {
	switch e.Class {
	case wire.Authentication:
		return Unauthorized, "check the token; a personal access token also needs its account id (LCSYNC_ACCOUNT_ID or account_id)"
	case wire.RefusedScope:
		return Unauthorized, "give the token the missing scope, or leave the kind out with --skip"
	}
	if e.Status == 0 {
		return Failed, "check the url, the network and --timeout"
	}
	return Failed, ""
}
