// Package apply executes a plan: it turns changes into calls, sends them in
// the order they need, as few and as many at once as it may, and reports what
// became of each. It knows the API as an interface of two methods.
//
// A plan goes through the stages that the files are named after: graph (who
// waits for whom), queue (what is sent together), scheduler (what is sent when),
// encode and merge (changes as parameters), carry (journal, request, journal),
// verdict and outcome (what an answer means), divide and tally (a refused call in
// parts), lost (an answer that did not come), verify and repair (does the license
// read back as planned), report and render; interim and start are about new
// objects that take two calls, and seen finds objects in what was read. Reconcile
// says what is left of a run that was stopped: facts (what its journal tells) and
// claims (whose a live object is, and what a call did that was not answered, here
// as in a run under way).
package apply

import (
	"cmp"
	"context"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Options says how a plan is executed. The zero Options is usable.
type Options struct {
	Concurrency int // calls at once, over everything; 8 if 0
	BatchSize   int // items a batch or a merged call at most; 100 if 0
	Clock       wire.Clock

	// Secret returns the value of a secret by the name a plan has for it.
	Secret func(name string) (string, bool)
	// SaveSecrets keeps the secrets that one answer revealed and that are never
	// shown again. It is called before their changes count as done and before
	// the journal says so, never concurrently, and not from the goroutine that
	// called Run.
	SaveSecrets func([]NewSecret) error
	// Read reads kinds of the live license again; it may be called
	// concurrently. Without it memberships are not settled, unknown outcomes
	// are not looked for and nothing is verified.
	Read func(ctx context.Context, kinds []string) (*resource.License, error)

	// Hold is asked before a change is begun, once all that it waits for has ended;
	// nil holds nothing.
	Hold Hold

	// Before is the live license that the plan was made from. Without it the
	// object that a create with an unknown outcome made cannot be looked for.
	Before *resource.License
	// Settle is how long to look for what became of a call whose answer was
	// lost; 10 s if 0, not at all if negative.
	Settle time.Duration

	// Journal is told of every call that writes; nil means none.
	Journal Journal

	NoVerify bool
	// Propagation is how long after a write it may be missing from what is read;
	// 2 minutes if 0, no time if negative. Before it is over nothing is concluded
	// from a difference, and nothing is written again.
	Propagation time.Duration

	// Progress is told of each change that ended, and of the stages after the
	// last one with done equal to total. It is never called concurrently.
	Progress func(done, total int, what string)
}

// Hold returns why a change is not to be made after all, "" if it may be; an
// error is such a reason, too. made are the ids of what the change depends on, by
// change. It may be called concurrently, and may wait.
type Hold func(ctx context.Context, ch *diff.Change, made map[string]resource.Value) (why string, err error)

// NewSecret is the secret of a new object, under the name kind/id.
type NewSecret struct{ Name, Value string }

func (o Options) withDefaults() Options {
	if o.Concurrency <= 0 {
		o.Concurrency = 8
	}
	if o.BatchSize <= 0 {
		o.BatchSize = 100
	}
	if o.Clock == nil {
		o.Clock = wire.System{}
	}
	o.Settle, o.Propagation = cmp.Or(o.Settle, 10*time.Second), cmp.Or(o.Propagation, 2*time.Minute)
	if o.Secret == nil {
		o.Secret = func(string) (string, bool) { return "", false }
	}
	if o.Progress == nil {
		o.Progress = func(int, int, string) {}
	}
	return o
}
