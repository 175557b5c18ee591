package session

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
	"lcsync/internal/wire"
)

// Console is the standard streams and the output flags. Notices and logs go to
// stderr; results go to stdout.
type Console struct {
	manner
	in       io.Reader
	Out, Err *screen.Stream
	Watched  Terminal // which of the streams are terminals
	Clock    wire.Clock
	Style    screen.Paint // of stdout
	Log      *slog.Logger
}

// manner is the output flags.
type manner struct {
	JSON, Quiet bool
	Color       string // one of the constants below
	LogLevel    slog.Level
	LogFormat   string
}

// When there are colours on stdout.
const (
	colorAuto   = "auto" // on a terminal
	colorAlways = "always"
	colorNever  = "never"
)

// NewTerminal returns the terminal of a run, before the output flags are known.
func NewTerminal(env *Env) *Console {
	t := &Console{in: env.Stdin, Out: screen.NewStream(env.Stdout), Err: screen.NewStream(env.Stderr), Watched: env.Terminal, Clock: env.Clock}
	t.answer(manner{})
	return t
}

// answer sets the output flags.
func (t *Console) answer(m manner) {
	t.manner = m
	// Log lines use the clock of the run, as notices do.
	opts := &slog.HandlerOptions{Level: m.LogLevel, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			a.Value = slog.TimeValue(t.Clock.Now())
		}
		return a
	}}
	var h slog.Handler = slog.NewTextHandler(t.Err, opts)
	if t.LinesAreJSON() {
		h = slog.NewJSONHandler(t.Err, opts)
	}
	t.Log = slog.New(h)
	t.Style = screen.Paint((t.Watched.Out && m.Color != colorNever || m.Color == colorAlways) && !m.JSON)
}

// LinesAreJSON tells whether each line of stderr is an object with time, level
// and msg.
func (t *Console) LinesAreJSON() bool { return t.LogFormat == "json" }

// Say writes one line to stderr, at any log level. Text lines begin with the
// prefix; JSON lines do not.
func (t *Console) Say(level slog.Level, prefix, text string) {
	text = screen.OneLine(resource.MaskURLs(text))
	if !t.LinesAreJSON() {
		fmt.Fprintln(t.Err, prefix+text)
		return
	}
	// The stream keeps write errors.
	_ = t.Log.Handler().Handle(context.Background(), slog.NewRecord(t.Clock.Now(), level, text, 0))
}

// Noticef prints a notice, which is not an error. --quiet drops it.
func (t *Console) Noticef(format string, args ...any) {
	if !t.Quiet {
		t.Notice(fmt.Sprintf(format, args...))
	}
}

// Notice prints a notice, also with --quiet.
func (t *Console) Notice(text string) { t.Say(slog.LevelInfo, "lcsync: notice: ", text) }

// NoticeAll prints several notices.
func (t *Console) NoticeAll(texts []string) {
	for _, text := range texts {
		t.Noticef("%s", text)
	}
}

// EndLine ends a line of stderr that a prompt or a progress bar began.
func (t *Console) EndLine() {
	if !t.LinesAreJSON() {
		fmt.Fprintln(t.Err)
	}
}
