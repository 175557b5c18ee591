// Package runs carries plans out on a license so that nothing is lost and
// nothing is done twice, wherever the process is killed.
//
// A License is what a command works on: the API, the state directory, the
// clock, and whom to ask. A plan goes through three stages, as the files do:
//
//	prepare   lock the license, bring to an end what earlier runs left
//	          unfinished (finish), and plan again if the license has changed
//	ready     everything is there that sending will need, and the user agrees
//	execute   journal the plan and the license as it was, send, and say whether
//	          the run has ended
//
// A run that has not ended is finished by the next command on its license:
// the license is read until it is certain what the run has done, and what is
// left of it and could not be planned anew is a run of its own, which continues
// the first (Meta.Continues). Undo puts back what a run and those that
// continued it did.
//
// The package knows no terminal: what it shows, asks and tells goes through the
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
	// Process is this one, for those who find the license locked; Command and
	// Version say what it runs.
	Process journal.Holder
	Command []string
	Version string
	// Concurrency is how many calls are made at once.
	Concurrency int
	// Step is called before each step of keeping a secret; tests end the process
	// there.
	Step func(name string)

	// Hold is asked before a change is begun. Without it nothing of an older version
	// is deleted: only where both versions are looked at it is known that others do
	// its work.
	Hold apply.Hold

	Options
	Terminal
	Reader

	looked time.Time // when what is unfinished was first looked at
	left   []leftover
}

// Options say how plans are carried out.
type Options struct {
	BatchSize int
	// Settle is how long to look for what became of a call whose answer was
	// lost, Propagation how long what was written may not show.
	Settle, Propagation  time.Duration
	NoVerify             bool
	MaxDelete, MaxChange diff.Limit
	Skips                bool // the command has --skip
}

// Terminal is whom a command works for.
type Terminal struct {
	// Notice tells something.
	Notice func(text string)
	// Show shows a plan that the user has not seen yet; what cannot be shown is
	// not carried out.
	Show func(*diff.Plan) error
	// Ask asks whether to carry out a plan that was shown.
	Ask func(context.Context, *diff.Plan) (bool, error)
	// Sending is called before a plan is carried out. It returns whom to tell how
	// far it is, and what to call at the end.
	Sending func(context.Context) (progress func(done, total int, what string), end func())
}

// Reader reads a license.
type Reader struct {
	// Read reads kinds, and what belongs to some client ids of them.
	Read func(ctx context.Context, kinds, clientIDs []string) (*resource.License, error)
	// Reread reads kinds again, of the client ids that were read last, and tells
	// nobody.
	Reread func(ctx context.Context, kinds []string) (*resource.License, error)
}

func (l *License) noticef(format string, args ...any) { l.Notice(fmt.Sprintf(format, args...)) }
