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

// ExitCode is what the process ends with.
type ExitCode int

// The exit codes. Incomplete beats Different; the JSON document tells both.
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

// exitCodes says what each exit code stands for.
var exitCodes = []struct {
	code    ExitCode
	meaning string
}{
	{Done, "done; in sync"},
	{Failed, "failed"},
	{Different, "differences found"},
	{Incomplete, "incomplete: something could not be read or changed"},
	{Unauthorized, "authentication refused, or nothing could be read"},
	{BadInput, "input invalid, or a decision is needed; nothing was sent"},
	{Changed, "the license changed since the plan was made"},
	{Usage, "the command line is wrong"},
	{Panicked, "lcsync crashed"},
	{Interrupted, "interrupted"},
}

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
	Text string // one line
	Hint string
	// Details are lines that come before the text, Findings the same and more
	// for the JSON document.
	Details  []string
	Findings any
	Err      error // the cause below, if any; its text is not repeated
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
	return detailedf(nil, hint, format, args...)
}

// detailedf is inputf with the lines that say what is wrong.
func detailedf(details []string, hint, format string, args ...any) error {
	return &Failure{Code: BadInput, Text: fmt.Sprintf(format, args...), Hint: hint, Details: details}
}

// detailed is how many of the things that are wrong are listed where something
// else was asked for.
const detailed = 20

// details lists things that are wrong, if there are several: a single one is in
// the error's text.
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

// verdict is what an error means to whoever runs the program.
type verdict struct {
	Failure
	api *wire.Error // the call that failed, if one did
}

// judge is the one place that decides exit codes. ctx is the context of the
// run, which only a signal ends.
func judge(ctx context.Context, err error) (v verdict) {
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
		changed *runs.Changed
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
		v.Failure = judgeTogether(ctx, several)
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
		v.Code, v.Hint, v.Findings = Changed, "nothing was sent; look at what changed and make the plan again", changed.Conflicts
		if changed.Run != "" {
			v.Hint = "nothing was sent; lcsync runs show " + changed.Run + " says what became of it"
		}
		v.Details = details(changed.Conflicts, len(changed.Conflicts))
	case v.api != nil:
		v.Code, v.Hint = judgeCall(v.api)
		if v.api.Status == 0 && v.api.Host != "" && !strings.Contains(v.Text, v.api.Host) {
			v.Text = v.api.Host + ": " + v.Text
		}
	}
	return v
}

// judgeTogether says all that keeps a plan from being carried out. The first
// reason decides on the exit code.
func judgeTogether(ctx context.Context, all runs.Obstacles) Failure {
	f := Failure{Text: count(len(all), "thing") + " would have to be settled before anything is sent"}
	var reasons []jsonError
	for i, err := range all {
		v := judge(ctx, err)
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

// stoppedCodes are what the reasons of refusals lead to.
var stoppedCodes = map[runs.Reason]ExitCode{runs.Failed: Failed, runs.Invalid: BadInput, runs.Incomplete: Incomplete}

// judgeCall judges a failed call that a command could not go on without.
func judgeCall(e *wire.Error) (ExitCode, string) {
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

// reasoned is a result that knows why the exit code is not 0.
type reasoned interface{ reasons() []string }

// tellVerdict says on stderr what went wrong. The JSON document says it, too,
// which is enough unless stderr is all that somebody looks at.
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

// reasonsTold is how many reasons a quiet run gives.
const reasonsTold = 20

// tellReasons says why the exit code is not 0 where notices that said so were
// dropped.
func (t *terminal) tellReasons(code ExitCode, res result) {
	var why []string
	if r, ok := res.(reasoned); ok {
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
