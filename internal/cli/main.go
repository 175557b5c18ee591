// Package cli is the command line of lcsync. It parses the line, runs one command
// and prints its result. The commands are in snapshots, plans and checks, those
// about lcsync itself are here, and session has what they share. Only these
// packages read the environment, use the terminal and exit the process.
package cli

import (
	"cmp"
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"lcsync/internal/cli/session"
	"lcsync/internal/wire"
)

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
	return Run(ctx, &session.Env{
		Args: args, Stdin: stdin, Stdout: stdout, Stderr: stderr,
		Environ: os.Environ(), Dir: dir, Clock: wire.System{},
		Terminal: session.Terminal{In: isTerminal(stdin), Out: isTerminal(stdout), Err: isTerminal(stderr), Width: cmp.Or(width(stdout), width(stderr))},
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
