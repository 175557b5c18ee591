package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
	"lcsync/internal/wire"
)

// terminal is the standard streams and the output flags. Notices and logs go to
// stderr; results go to stdout.
type terminal struct {
	manner
	in       io.Reader
	out, err *screen.Stream
	watched  Terminal // which of the streams are terminals
	clock    wire.Clock
	style    screen.Paint // of stdout
	log      *slog.Logger
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

func newTerminal(env *Env) *terminal {
	t := &terminal{in: env.Stdin, out: screen.NewStream(env.Stdout), err: screen.NewStream(env.Stderr), watched: env.Terminal, clock: env.Clock}
	t.answer(manner{})
	return t
}

// answer sets the output flags.
func (t *terminal) answer(m manner) {
	t.manner = m
	// Log lines use the clock of the run, as notices do.
	opts := &slog.HandlerOptions{Level: m.LogLevel, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			a.Value = slog.TimeValue(t.clock.Now())
		}
		return a
	}}
	var h slog.Handler = slog.NewTextHandler(t.err, opts)
	if t.linesAreJSON() {
		h = slog.NewJSONHandler(t.err, opts)
	}
	t.log = slog.New(h)
	t.style = screen.Paint((t.watched.Out && m.Color != colorNever || m.Color == colorAlways) && !m.JSON)
}

// linesAreJSON tells whether each line of stderr is an object with time, level
// and msg.
func (t *terminal) linesAreJSON() bool { return t.LogFormat == "json" }

// say writes one line to stderr, at any log level. Text lines begin with the
// prefix; JSON lines do not.
func (t *terminal) say(level slog.Level, prefix, text string) {
	text = screen.OneLine(resource.MaskURLs(text))
	if !t.linesAreJSON() {
		fmt.Fprintln(t.err, prefix+text)
		return
	}
	// The stream keeps write errors.
	_ = t.log.Handler().Handle(context.Background(), slog.NewRecord(t.clock.Now(), level, text, 0))
}

// noticef prints a notice, which is not an error. --quiet drops it.
func (t *terminal) noticef(format string, args ...any) {
	if !t.Quiet {
		t.notice(fmt.Sprintf(format, args...))
	}
}

func (t *terminal) notice(text string) { t.say(slog.LevelInfo, "lcsync: notice: ", text) }

// noticeAll prints several notices.
func (t *terminal) noticeAll(texts []string) {
	for _, text := range texts {
		t.noticef("%s", text)
	}
}

// endLine ends a line of stderr that a prompt or a progress bar began.
func (t *terminal) endLine() {
	if !t.linesAreJSON() {
		fmt.Fprintln(t.err)
	}
}
