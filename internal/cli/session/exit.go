package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"lcsync/internal/cli/argv"
	"lcsync/internal/files"
	"lcsync/internal/resource"
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

// ExitCodes says what each exit code means.
var ExitCodes = []struct {
	Code    ExitCode
	Meaning string
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
	for _, e := range ExitCodes {
		if e.Code == c {
			return e.Meaning
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

// Error returns the text.
func (f *Failure) Error() string { return f.Text }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Exit returns an error that only sets the exit code, nil for Done.
func Exit(code ExitCode) error {
	if code == Done {
		return nil
	}
	return &Failure{Code: code}
}

// Usagef is an error in the command line.
func Usagef(hint, format string, args ...any) error {
	return &Failure{Code: Usage, Text: fmt.Sprintf(format, args...), Hint: hint}
}

// Inputf is an error in the input of the user, found before anything was sent.
func Inputf(hint, format string, args ...any) error {
	return Detailedf(nil, hint, format, args...)
}

// Detailedf is inputf with the lines that say what is wrong.
func Detailedf(details []string, hint, format string, args ...any) error {
	return &Failure{Code: BadInput, Text: fmt.Sprintf(format, args...), Hint: hint, Details: details}
}

// Detailed is how many findings are listed by commands other than validate.
const Detailed = 20

// Details lists findings if there are several. A single one is in the text of
// the error.
func Details[T fmt.Stringer](wrong []T, most int) []string {
	if len(wrong) < 2 {
		return nil
	}
	var lines []string
	for _, w := range wrong[:min(most, len(wrong))] {
		lines = append(lines, w.String())
	}
	return lines
}

// Verdict is an error with its exit code and hint, as the user sees it.
type Verdict struct {
	Failure
	API *wire.Error // the call that failed, if one did
}

// VerdictOf decides the exit code and the hint of an error. Nothing else
// decides exit codes. ctx is the context of the run, which only a signal ends.
func VerdictOf(ctx context.Context, err error) (v Verdict) {
	if err == nil {
		return v
	}
	var (
		failure *Failure
		line    *argv.Error
		refused *secret.Error
		file    *files.Error
		stopped *runs.Error
		changed *runs.StalePlan
	)
	var several runs.Obstacles
	v.Code, v.Text = Failed, err.Error()
	errors.As(err, &v.API)
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
	case errors.As(err, &file):
		v.Hint = file.Hint
		if !file.Machine {
			v.Code = BadInput
		}
	case errors.As(err, &refused): // also of config and yamlfile
		v.Code, v.Hint = BadInput, refused.Hint
	case errors.As(err, &stopped):
		v.Code, v.Hint = stoppedCodes[stopped.Reason], stopped.Hint
	case errors.As(err, &changed):
		v.Code, v.Hint, v.Findings = Changed, "nothing was sent; check what changed and make a new plan", changed.Conflicts
		if changed.Run != "" {
			v.Hint = "nothing was sent; see lcsync runs show " + changed.Run
		}
		v.Details = Details(changed.Conflicts, len(changed.Conflicts))
	case v.API != nil:
		v.Code, v.Hint = callFailure(v.API)
		if v.API.Status == 0 && v.API.Host != "" && !strings.Contains(v.Text, v.API.Host) {
			v.Text = v.API.Host + ": " + v.Text
		}
	}
	return v
}

// failureOfAll joins all errors that prevent a plan. The first one decides the
// exit code.
func failureOfAll(ctx context.Context, all runs.Obstacles) Failure {
	f := Failure{Text: Count(len(all), "problem") + " must be solved before anything is sent"}
	var reasons []JSONError
	for i, err := range all {
		v := VerdictOf(ctx, err)
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
		if resource.OtherReason(e.Message) {
			return Unauthorized, "if the reason above is not the cause, give the token the missing scope"
		}
		return Unauthorized, "give the token the missing scope"
	}
	if e.Status == 0 {
		return Failed, "check the url, the network and --timeout"
	}
	return Failed, ""
}

// Explainer is a result that can say why the exit code is not 0.
type Explainer interface{ Reasons() []string }

// TellVerdict prints the error on stderr. With --json the document has the
// error, so that stderr gets it only with --quiet or JSON log lines.
func (t *Console) TellVerdict(v Verdict, res Result) {
	if t.JSON && !t.Quiet && !t.LinesAreJSON() {
		return
	}
	for _, line := range v.Details {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		t.Say(slog.LevelError, indent, line)
	}
	if v.Text != "" {
		t.Say(slog.LevelError, "lcsync: error: ", v.Text)
	}
	if v.Hint != "" {
		t.Say(slog.LevelError, "lcsync: hint: ", v.Hint)
	}
	if t.Quiet && v.Text == "" && v.Code != Done {
		t.tellReasons(v.Code, res)
	}
}

// ReasonsTold is how many reasons a quiet run prints.
const ReasonsTold = 20

// tellReasons says why the exit code is not 0 if --quiet dropped the notices
// that say so.
func (t *Console) tellReasons(code ExitCode, res Result) {
	var why []string
	if r, ok := res.(Explainer); ok {
		why = r.Reasons()
	}
	for _, text := range why[:min(len(why), ReasonsTold)] {
		t.Notice(text)
	}
	if more := len(why) - ReasonsTold; more > 0 {
		t.Notice(fmt.Sprintf("and %d more", more))
	}
	if why == nil { // the result has said nothing, and is not one that says nothing again
		t.Notice(code.meaning())
	}
}
