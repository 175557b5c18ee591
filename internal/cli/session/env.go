package session

import (
	"io"
	"net/http"

	"lcsync/internal/config"
	"lcsync/internal/wire"
)

// Env is the environment of a run. Tests pass their own, so they can run
// several commands at once in one process.
type Env struct {
	Args           []string // with the program's name first
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environ        config.Environ
	Dir            string // relative paths are resolved against it
	Clock          wire.Clock
	Transport      http.RoundTripper // nil means the api package's own
	Terminal       Terminal
	// Step is called before each step of writing a run to disk. Tests end the
	// process there. It may be nil.
	Step func(name string)
}

// Terminal tells which of the standard streams are terminals.
type Terminal struct {
	In, Out, Err bool
	Width        int // columns; 0 means 80
}
