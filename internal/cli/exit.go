package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"lcsync/internal/cli/argv"
	"lcsync/internal/config"
	"lcsync/internal/files"
	"lcsync/internal/runs"
	"lcsync/internal/secret"
	"lcsync/internal/wire"
)

// ExitCode is the exit code of the process.
type ExitCode int

// The exit codes. Incomplete beats Different; the JSON document shows both.
const (
	Done         ExitCode = 0
	Failed       ExitCode = 1
	Different    ExitCode = 2
	Incomplete   ExitCode = 3
	Unauthorized ExitCode = 4
	BadInput     ExitCode = 5
	Changed      ExitCode = 6
	Usage        ExitCode = 64
	Panicked     ExitCode = 70
	Interrupted  ExitCode = 130
)

// exitCodes says what each exit code means.
var exitCodes = []struct {
	code    ExitCode
	meaning string
}{
	{Done, "success; no differences"},
	{Failed, "failed"},
	{Different, "differences found"},
	{Incomplete, "incomplete: something could not be read or changed"},
	{Unauthorized, "authentication failed, or nothing could be read"},
	{BadInput, "invalid input, or a decision is needed; nothing was sent"},
	{Changed, "the license changed since the plan was made"},
	{Usage, "wrong command line"},
	{Panicked, "lcsync crashed"},
	{Interrupted, "interrupted"},
}

// meaning says what an exit code means.
func (c ExitCode) meaning() string {
	for _, e := range exitCodes {
		if e.code == c {
			return e.meaning
		}
	}
	return "unknown"
}

// Failure is an error with the exit code it leads to and what to do about it.
// Without a text it only sets the exit code: the result says the rest.
type Failure struct {
	Code ExitCode
	Text string // one line
	Hint string
	// Details are lines to print before the text. Findings are the same for the
	// JSON document, with more members.
	Details  []string
	Findings any
	Err      error // the cause, if any; its text is not printed
}

func (f *Failure) Error() string { return f.Text }

// Unwrap returns the cause.
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

// inputf is an error in the input of the user, found before anything was sent.
func inputf(hint, format string, args ...any) error {
	return detailedf(nil, hint, format, args...)
}

// detailedf is inputf with the lines that say what is wrong.
func detailedf(details []string, hint, format string, args ...any) error {
	return &Failure{Code: BadInput, Text: fmt.Sprintf(format, args...), Hint: hint, Details: details}
}

// detailed is how many findings are listed by commands other than validate.
const detailed = 20

// details lists findings if there are several. A single one is in the text of
// the error.
func details[T fmt.Stringer](wrong []T, most int) []string {
	if len(wrong) < 2 {
		return nil
	}
	var lines []string
	for _, w := range wrong[:min(most, len(wrong))] {
		lines = append(lines, w.String())
	}
	return lines
}

// verdict is an error with its exit code and hint, as the user sees it.
type verdict struct {
	Failure
	api *wire.Error // the call that failed, if one did
}

// verdictOf decides the exit code and the hint of an error. Nothing else
// decides exit codes. ctx is the context of the run, which only a signal ends.
func verdictOf(ctx context.Context, err error) (v verdict) {
	if err == nil {
		return v
	}
	var (
		failure *Failure
		line    *argv.Error
		refused *config.Error
		hidden  *secret.Error
		file    *files.Error
		stopped *runs.Error
		changed *runs.StalePlan
	)
	var several runs.Obstacles
	v.Code, v.Text = Failed, err.Error()
	errors.As(err, &v.api)
	switch {
	case ctx.Err() != nil:
		v.Code, v.Text = Interrupted, "interrupted"
		if errors.As(err, &failure) && failure.Code == Interrupted {
			v.Hint = failure.Hint
		}
	case errors.As(err, &several):
		v.Failure = failureOfAll(ctx, several)
	case errors.As(err, &failure):
		v.Failure = *failure
		if failure.Text != "" {
			v.Text = err.Error()
		}
	case errors.As(err, &line):
		v.Code, v.Hint = Usage, line.Hint
	case errors.As(err, &refused):
		v.Code, v.Hint = BadInput, refused.Hint
	case errors.As(err, &file):
		v.Code, v.Hint = BadInput, file.Hint
	case errors.As(err, &hidden):
		v.Code, v.Hint = BadInput, hidden.Hint
	case errors.As(err, &stopped):
		v.Code, v.Hint = stoppedCodes[stopped.Reason], stopped.Hint
	case errors.As(err, &changed):
		v.Code, v.Hint, v.Findings = Changed, "nothing was sent; check what changed and make a new plan", changed.Conflicts
		if changed.Run != "" {
			v.Hint = "nothing was sent; see lcsync runs show " + changed.Run
		}
		v.Details = details(changed.Conflicts, len(changed.Conflicts))
	case v.api != nil:
		v.Code, v.Hint = callFailure(v.api)
		if v.api.Status == 0 && v.api.Host != "" && !strings.Contains(v.Text, v.api.Host) {
			v.Text = v.api.Host + ": " + v.Text
		}
	}
	return v
}

// failureOfAll joins all errors that prevent a plan. The first one decides the
// exit code.
func failureOfAll(ctx context.Context, all runs.Obstacles) Failure {
	f := Failure{Text: count(len(all), "problem") + " must be solved before anything is sent"}
	var reasons []jsonError
	for i, err := range all {
		v := verdictOf(ctx, err)
		if i == 0 {
			f.Code = v.Code
		}
		f.Details = append(append(f.Details, v.Details...), v.Text)
		if v.Hint != "" {
			f.Details = append(f.Details, "    "+v.Hint)
		}
		reasons = append(reasons, v.json())
	}
	f.Findings = reasons
	return f
}

// stoppedCodes are the exit codes of the reasons for which runs stops.
var stoppedCodes = map[runs.Reason]ExitCode{runs.Failed: Failed, runs.Invalid: BadInput, runs.Incomplete: Incomplete}

// callFailure returns exit code and hint of a failed call without which the
// command cannot continue.
func callFailure(e *wire.Error) (ExitCode, string) {
	switch e.Class {
	case wire.Authentication:
		return Unauthorized, "check the token; a personal access token also needs its account id (LCSYNC_ACCOUNT_ID or account_id)"
	case wire.RefusedScope:
		return Unauthorized, "give the token the missing scope"
	}
	if e.Status == 0 {
		return Failed, "check the url, the network and --timeout"
	}
	return Failed, ""
}

// explainer is a result that can say why the exit code is not 0.
type explainer interface{ reasons() []string }

// tellVerdict prints the error on stderr. With --json the document has the
// error, so that stderr gets it only with --quiet or JSON log lines.
func (t *terminal) tellVerdict(v verdict, res result) {
	if t.JSON && !t.Quiet && !t.linesAreJSON() {
		return
	}
	for _, line := range v.Details {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		t.say(slog.LevelError, indent, line)
	}
	if v.Text != "" {
		t.say(slog.LevelError, "lcsync: error: ", v.Text)
	}
	if v.Hint != "" {
		t.say(slog.LevelError, "lcsync: hint: ", v.Hint)
	}
	if t.Quiet && v.Text == "" && v.Code != Done {
		t.tellReasons(v.Code, res)
	}
}

// reasonsTold is how many reasons a quiet run prints.
const reasonsTold = 20

// tellReasons says why the exit code is not 0 if --quiet dropped the notices
// that say so.
func (t *terminal) tellReasons(code ExitCode, res result) {
	var why []string
	if r, ok := res.(explainer); ok {
		why = r.reasons()
	}
	for _, text := range why[:min(len(why), reasonsTold)] {
		t.notice(text)
	}
	if more := len(why) - reasonsTold; more > 0 {
		t.notice(fmt.Sprintf("and %d more", more))
	}
	if why == nil { // the result has said nothing, and is not one that says nothing again
		t.notice(code.meaning())
	}
}
