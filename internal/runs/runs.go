// Package runs carries plans out on a license. If the process is killed at any time, the
// next command loses nothing and does nothing twice.
//
// A License is what a command works on: the API, the state directory, the clock and the
// terminal. A plan goes through three stages, one file each:
//
//	prepare   lock the license, finish what earlier runs began (finish), and
//	          plan again if the license has changed
//	ready     check everything that sending needs, and ask the user
//	execute   journal the plan and the license as it was, send, and record
//	          whether the run has ended
//
// The next command on the license finishes a run that has not ended: it reads the
// license until it is certain what the run has done, and carries out what is left and
// cannot be planned anew as a run of its own, which continues the first
// (Meta.Continues). Undo puts back what a run and those that continued it did.
//
// The package does not use the terminal itself: it shows, asks and reports through the
// functions of Terminal.
package runs

import (
	"context"
	"fmt"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
	"lcsync/internal/wire"
)

// License is a license that plans are carried out on. Its fields are set once,
// before its methods are called, one at a time.
type License struct {
	API   wire.API
	Host  string // that answers for the license
	Token string // stands for its credentials (TokenDigest)

	Store   *journal.Store
	Secrets *secret.Store
	Clock   wire.Clock
	// Process identifies this process to others that find the license locked; Command
	// and Version say what it runs.
	Process journal.Holder
	Command []string
	Version string
	// Concurrency is how many calls are made at once.
	Concurrency int
	// Step is called before each step of saving a secret; tests kill the process there.
	Step func(name string)

	// Hold is asked before a change is begun. Without it nothing of an older version is
	// deleted, because nothing checks the successors.
	Hold apply.Hold

	Options
	Terminal
	Reader

	looked time.Time // when the license was first read to finish a run
	left   []leftover
}

// Options say how plans are carried out.
type Options struct {
	BatchSize int
	// Settle is how long to search for the effect of a call without a response,
	// Propagation how long after a write it may be missing from reads.
	Settle, Propagation  time.Duration
	NoVerify             bool
	MaxDelete, MaxChange diff.Limit
	Skips                bool // the command has --skip
}

// Terminal is whom a command works for.
type Terminal struct {
	// Notice tells something.
	Notice func(text string)
	// Show shows a plan that the user has not seen yet. A plan that cannot be shown is
	// not carried out.
	Show func(*diff.Plan) error
	// Ask asks whether to carry out a plan that was shown.
	Ask func(context.Context, *diff.Plan) (bool, error)
	// Sending is called before a plan is carried out. It returns a function to report
	// progress to, and one to call at the end.
	Sending func(context.Context) (progress func(done, total int, what string), end func())
}

// Reader reads a license.
type Reader struct {
	// Read reads kinds, and what belongs to some client ids of them.
	Read func(ctx context.Context, kinds, clientIDs []string) (*resource.License, error)
	// Reread reads kinds again, of the client ids that were read last, without
	// progress or notices.
	Reread func(ctx context.Context, kinds []string) (*resource.License, error)
}

func (l *License) noticef(format string, args ...any) { l.Notice(fmt.Sprintf(format, args...)) }
