package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"lcsync/internal/screen"
	"lcsync/internal/wire"
)

// teller writes to stderr what there is to say beside the result: a line each,
// or with --log-format json an object a line with time, level and msg.
type teller struct {
	w     io.Writer
	clock wire.Clock
	json  slog.Handler // nil means lines of text
}

func newTeller(w io.Writer, clock wire.Clock, format string) *teller {
	t := &teller{w: w, clock: clock}
	if format == "json" {
		t.json = slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})
	}
	return t
}

// say writes one line. The prefix stands before it where lines are text.
func (t *teller) say(level slog.Level, prefix, text string) {
	if t.json == nil {
		fmt.Fprintln(t.w, prefix+screen.OneLine(text))
		return
	}
	// A failed write is kept by the stream.
	_ = t.json.Handle(context.Background(), slog.NewRecord(t.clock.Now(), level, screen.OneLine(text), 0))
}

// clocked gives log lines the time of the run's clock, so that they fit what is
// told beside them.
type clocked struct {
	slog.Handler
	now func() time.Time
}

func (h clocked) Handle(ctx context.Context, r slog.Record) error {
	r.Time = h.now()
	return h.Handler.Handle(ctx, r)
}

func (h clocked) WithAttrs(attrs []slog.Attr) slog.Handler {
	return clocked{h.Handler.WithAttrs(attrs), h.now}
}

func (h clocked) WithGroup(name string) slog.Handler {
	return clocked{h.Handler.WithGroup(name), h.now}
}

// noticef tells something on stderr that is no error. --quiet drops it.
func (s *session) noticef(format string, args ...any) {
	if !s.Quiet {
		s.notice(fmt.Sprintf(format, args...))
	}
}

func (s *session) notice(text string) { s.tell.say(slog.LevelInfo, "lcsync: notice: ", text) }

// detail tells a part of an error on stderr; the JSON document has it already.
func (s *session) detail(format string, args ...any) {
	if s.JSON {
		return
	}
	indent := ""
	if strings.HasPrefix(format, "    ") {
		indent = "    "
	}
	s.tell.say(slog.LevelError, indent, fmt.Sprintf(format, args...))
}

// reasoned is a result that knows why the exit code is not 0.
type reasoned interface{ reasons() []string }

// tellVerdict says on stderr what went wrong. The JSON document says it, too,
// which is enough unless stderr is all that somebody looks at.
func (s *session) tellVerdict(v verdict, res result) {
	if s.JSON && !s.Quiet && s.tell.json == nil {
		return
	}
	for _, line := range v.more {
		s.tell.say(slog.LevelError, "", line)
	}
	if v.text != "" {
		s.tell.say(slog.LevelError, "lcsync: error: ", v.text)
	}
	if v.hint != "" {
		s.tell.say(slog.LevelError, "lcsync: hint: ", v.hint)
	}
	if s.Quiet && v.text == "" {
		s.tellReasons(v.code, res)
	}
}

// reasonsTold is how many reasons a quiet run gives.
const reasonsTold = 20

// tellReasons says why the exit code is not 0 where notices that said so were
// dropped.
func (s *session) tellReasons(code ExitCode, res result) {
	if code == Done {
		return
	}
	var why []string
	if r, ok := res.(reasoned); ok {
		why = r.reasons()
	}
	for _, text := range why[:min(len(why), reasonsTold)] {
		s.notice(text)
	}
	if more := len(why) - reasonsTold; more > 0 {
		s.notice(fmt.Sprintf("and %d more", more))
	}
	if len(why) == 0 {
		s.notice(code.meaning())
	}
}

// wantsJSONLog tells whether a command line that may not be taken apart asks for
// JSON on stderr.
func wantsJSONLog(line []string, fallback string) bool {
	for i, arg := range line {
		name, value, has := strings.Cut(arg, "=")
		switch {
		case arg == "--":
			return fallback == "json"
		case name != "--log-format" && name != "-log-format":
		case has:
			fallback = value
		case i+1 < len(line):
			fallback = line[i+1]
		}
	}
	return fallback == "json"
}
