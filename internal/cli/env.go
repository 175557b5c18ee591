// Package cli is the command line of lcsync: commands, flags, profiles,
// progress, colours and exit codes. It is the only package that knows the
// environment, the terminal and the process; everything below it takes values
// and returns values.
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

// Env is everything outside of a run. Tests bring their own, and can so run
// any number of commands side by side in one process.
type Env struct {
	Args           []string // with the program's name first
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environ        config.Environ
	Dir            string // relative paths are resolved against it
	Clock          wire.Clock
	Transport      http.RoundTripper // nil means the api package's own
	Terminal       Terminal
	// Step is called before each step of writing a run to disk; tests end the
	// process there. Nil means that nobody looks.
	Step func(name string)
}

// Terminal tells which of the standard streams are terminals.
type Terminal struct {
	In, Out, Err bool
	Width        int // columns; 0 means 80
}

// Main runs the program in the process's own environment and returns its exit
// code. SIGINT and SIGTERM end the run's context; a second one kills.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	// A reader that went away must not kill a run halfway: writes fail with
	// EPIPE instead, and output.Write lets that pass.
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
