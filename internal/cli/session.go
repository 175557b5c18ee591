package cli

import (
	"bufio"
	"context"
	"io"
	"log/slog"

	"lcsync/internal/config"
	"lcsync/internal/screen"
)

// session is one run of one command: its settings, its streams and where it
// looks for things. Commands get it and nothing else of the outside.
type session struct {
	settings
	env      *Env
	out, err *output
	command  *command
	args     []string
	log      *slog.Logger
	tell     *teller
	style    style // of stdout
	streamed bool  // the command has printed its JSON document itself

	license     *licenseInfo // that the command works on, nil if on none
	toldLicense string       // which license was said to be changed
}

// prepare sets up what depends on the settings.
func (s *session) prepare() {
	opts := &slog.HandlerOptions{Level: s.LogLevel}
	var h slog.Handler = slog.NewTextHandler(s.err, opts)
	if s.LogFormat == "json" {
		h = slog.NewJSONHandler(s.err, opts)
	}
	s.log = slog.New(clocked{h, s.env.Clock.Now})
	s.tell = newTeller(s.err, s.env.Clock, s.LogFormat)
	s.style = style(s.env.Terminal.Out && !s.NoColor && !s.JSON)
}

func discardLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// places is where configuration is looked for.
func (s *session) places() config.Places {
	return config.Places{Dir: s.env.Dir, Environ: s.env.Environ, File: s.Config}
}

// abs resolves a path that the user gave.
func (s *session) abs(path string) string { return s.places().Abs(path) }

// stateDir returns the directory for what must outlive a run. It need not
// exist yet.
func (s *session) stateDir() (string, error) {
	if s.StateDir != "" {
		return s.abs(s.StateDir), nil
	}
	if dir := s.places().StateDir(); dir != "" {
		return dir, nil
	}
	return "", inputf("give --state-dir DIR", "there is no home directory to keep state in")
}

// printText prints a result on stdout, and returns the verdict with what went
// wrong on the way.
func (s *session) printText(v verdict, res result) verdict {
	if res != nil {
		w := bufio.NewWriter(s.out)
		err := res.Text(w, s.style)
		if e := w.Flush(); err == nil {
			err = e
		}
		if err != nil && s.out.err() == nil && v.code == Done {
			v = judge(context.Background(), err)
		}
	}
	return v
}

// style colours words where colours are wanted.
type style = screen.Paint

// textFunc is a result that has only a text form.
type textFunc func(w io.Writer, st style) error

func (f textFunc) Text(w io.Writer, st style) error { return f(w, st) }
