package runs

import (
	"encoding/json"
	"errors"
	"fmt"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Removal is a run that removes objects from an older version of the API. They
// are in no plan: which are left shows from both versions.
type Removal struct {
	run   *journal.Run
	clock wire.Clock
	calls int64
	end   string
}

// BeginRemoval opens the run of a removal. plan is for the same license, before
// what the older version shows.
func (l *License) BeginRemoval(plan *diff.Plan, before *resource.License) (*Removal, error) {
	nothing := &diff.Plan{FormatVersion: diff.FormatVersion, License: plan.License, SameLicense: true}
	run, err := l.begin(l.about(plan, ""), nothing, before)
	if err != nil {
		return nil, unopened("unregistered", err)
	}
	return &Removal{run: run, clock: l.Clock, end: "done"}, nil
}

// Remove makes a call that removes an object. Without its intent on disk the
// call is not made.
func (r *Removal) Remove(object, method string, args *resource.Object, step string, call func() (apply.Status, string, error)) error {
	data, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("write the intent: %w", err)
	}
	r.calls++
	in := journal.Intent{Call: r.calls, Time: r.clock.Now(), Method: method, Changes: []string{object}, Args: data, Step: step}
	if err := r.run.Intent(in); err != nil {
		r.end = "incomplete"
		return err
	}
	status, why, err := call()
	if status != apply.Done {
		r.end = "incomplete"
	}
	return errors.Join(err, r.run.Outcome(journal.Outcome{Call: r.calls, Time: r.clock.Now(),
		Results: []journal.Result{{Change: object, Status: string(status), Error: why}}}))
}

// Finish says that nothing more is removed.
func (r *Removal) Finish() error { return r.run.Finish(r.end, r.clock.Now()) }

// Close lets other processes look at the run.
func (r *Removal) Close() { _ = r.run.Close() } // what was journalled is on disk
