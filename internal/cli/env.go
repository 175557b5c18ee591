// Package cli is the command line of lcsync: commands, flags, profiles,
// progress, colours and exit codes. Only this package reads the environment,
// uses the terminal and exits the process; the packages below take values and
// return values.
package cli

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

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

// Main runs the program in the process's own environment and returns its exit
// code. The first SIGINT or SIGTERM ends the context of the run; the second one
// kills the process.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	// If the reader of a pipe exits, the run must go on: writes then fail with
	// EPIPE, which screen.Stream ignores.
	signal.Ignore(syscall.SIGPIPE)

	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return Run(ctx, &Env{
		Args: args, Stdin: stdin, Stdout: stdout, Stderr: stderr,
		Environ: os.Environ(), Dir: dir, Clock: wire.System{},
		Terminal: Terminal{In: isTerminal(stdin), Out: isTerminal(stdout), Err: isTerminal(stderr), Width: cmp.Or(width(stdout), width(stderr))},
	})
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

func width(stream any) int {
	f, ok := stream.(*os.File)
	if !ok {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}
