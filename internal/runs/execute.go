package runs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// Execute carries out a plan under the journal. It returns what became of it
// and the id of the run, which is there even if something failed on the way.
func (l *License) Execute(ctx context.Context, p *Prepared) (*apply.Report, string, error) {
	return l.execute(ctx, p.Plan, p.Live, p.Digest, "")
}

// execute carries out a plan. live is the license as the plan found it.
func (l *License) execute(ctx context.Context, plan *diff.Plan, live *resource.License, digest, continues string) (r *apply.Report, id string, err error) {
	l.noteService(ctx, plan)
	meta := l.about(plan, digest)
	meta.Continues = continues
	run, err := l.begin(meta, plan, live)
	if err != nil {
		return nil, "", unopened("sent", err)
	}
	defer run.Close()
	progress, end := l.Sending(ctx)
	defer end()
	var lost atomic.Bool // a secret that could not be saved
	r, err = apply.Run(ctx, plan, l.API, apply.Options{
		Concurrency: l.Concurrency, BatchSize: l.BatchSize, Clock: l.Clock, NoVerify: l.NoVerify, Settle: l.Settle,
		Propagation: cmp.Or(l.Propagation, -1),
		Journal:     run, Before: live, Hold: l.Hold,
		Secret: l.Secrets.Lookup, SaveSecrets: l.saveSecrets(&lost), Read: l.Reread, Progress: progress,
	})
	if r != nil && (err == nil || r.Interrupted) {
		err = cmp.Or(err, l.conclude(run, plan, r, continues != ""))
	}
	if err == nil && lost.Load() {
		err = &Error{Reason: Incomplete}
	}
	return r, run.ID(), err
}

func unopened(what string, err error) error {
	return &Error{Text: "nothing was " + what + ": " + err.Error(), Hint: "give --state-dir DIR", Err: err}
}

func (l *License) begin(meta journal.Meta, plan *diff.Plan, before *resource.License) (*journal.Run, error) {
	planned, err := json.Marshal(plan)
	if err != nil {
		return nil, fmt.Errorf("write the plan: %w", err)
	}
	preimage, err := json.Marshal(before)
	if err != nil {
		return nil, fmt.Errorf("write the pre-image: %w", err)
	}
	return l.Store.Begin(meta, planned, preimage)
}

// unverified is the end of a run that made objects that did not show, or that
// was not to look whether they do. For as long as that may be because reads lag
// behind, whoever plans next waits for them (await).
const unverified = "unverified"

// conclude journals what became of a run, and that it has ended if it has.
func (l *License) conclude(run *journal.Run, plan *diff.Plan, r *apply.Report, continued bool) error {
	verdicts := make([]journal.Result, len(r.Results))
	for i, res := range r.Results {
		verdicts[i] = journal.Result{Change: res.ID, Status: string(res.Status), ServerID: res.ServerID, Error: res.Error, Note: res.Detail}
	}
	now := l.Clock.Now()
	if err := run.RecordVerdicts(verdicts, now); err != nil {
		return err
	}
	switch {
	case !ended(plan, r, continued):
		return nil
	case l.unseen(plan, r):
		return run.Finish(unverified, now)
	}
	return run.Finish(through(r.OK()), now)
}

// through is the end of a run that nobody has to go on with.
func through(ok bool) string {
	if ok {
		return "done"
	}
	return "incomplete"
}

// unseen tells whether a run made objects that did not show, or was not to look
// whether they do.
func (l *License) unseen(plan *diff.Plan, r *apply.Report) bool {
	made := func(ch *diff.Change) bool { return ch.Action != diff.Update }
	return r.Counts.Unverified > 0 || slices.ContainsFunc(r.Results, apply.Result.Missing) ||
		l.NoVerify && slices.ContainsFunc(plan.Todo(), made)
}

// ended tells whether nobody has to go on with a run: it is known what became
// of it. What it leaves undone of a replacement cannot be planned anew, for
// values that went away with the old one are only in its plan; nor can what a
// run leaves that went on with another.
func ended(plan *diff.Plan, r *apply.Report, continued bool) bool {
	if r.Interrupted || r.Counts.Unknown > 0 || continued && r.Counts.Failed+r.Counts.Skipped > 0 {
		return false
	}
	replaces, returns := map[string]bool{}, map[string]bool{}
	for _, ch := range plan.Changes {
		replaces[ch.ID] = ch.Action == diff.Replace
	}
	for _, ch := range plan.Changes {
		returns[ch.ID] = ch.Action == diff.Create && slices.ContainsFunc(ch.DependsOn, func(id string) bool { return replaces[id] })
	}
	return !slices.ContainsFunc(r.Results, func(res apply.Result) bool {
		return (replaces[res.ID] || returns[res.ID]) && (res.Status == apply.Failed || res.Status == apply.Skipped)
	})
}

// saveSecrets keeps secrets of new objects in the state directory.
func (l *License) saveSecrets(lost *atomic.Bool) func([]apply.NewSecret) error {
	return func(secrets []apply.NewSecret) error {
		entries := make([]secret.Entry, len(secrets))
		for i, s := range secrets {
			entries[i] = secret.Entry(s)
		}
		err := secret.AppendWith(l.secretsFile(), l.Step, entries...)
		if err != nil {
			lost.Store(true)
		}
		return err
	}
}

// keptSecret tells whether the secret of an object is in the state directory.
func (l *License) keptSecret(name string) bool {
	store, err := secret.Load(l.secretsFile(), nil)
	if err != nil {
		return false
	}
	_, ok := store.Lookup(name)
	return ok
}
