package apply

import (
	"context"
	"encoding/json"
	"fmt"

	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Journal keeps what a run is about to send and what became of it, so that
// after a kill at any instant it is known what may have been done. Both
// methods may be called concurrently, so that the intents of several calls can
// reach the disk together. If one of them fails the run starts nothing more.
// *journal.Run is one.
type Journal interface {
	// Intent returns once the intent is on disk. It is called when the turn of a
	// request has come and before it is sent, each time that it is sent; if it
	// fails the request is not sent.
	Intent(journal.Intent) error
	// Outcome is called after the answer, when the secrets that it revealed
	// were saved, and before the call's changes count as ended. A call has a
	// second outcome for those of its changes that were found on the license
	// because no answer said what became of them; the later result of a change
	// counts.
	Outcome(journal.Outcome) error
}

// carry makes one call: turn, intent, request, as often as it is sent, and then
// secrets, outcome. It runs outside of the scheduler.
func (r *run) carry(c *call) event {
	var stopped error // why it was not sent, or not again
	sent := false
	ctx := wire.OnSend(r.calls, func(items []int) error {
		if stopped = r.ctx.Err(); stopped == nil || c.halfway {
			stopped = r.intend(c, items)
		}
		if stopped == nil {
			sent = true
			r.requests.Add(1)
		}
		return stopped
	})
	verdicts, whole := send(ctx, r.api, c)
	if !sent && stopped != nil {
		return unsentEvent{c, stopped}
	}
	r.saveSecrets(verdicts)
	var unrecorded error
	if sent {
		unrecorded = r.record(c, verdicts)
	}
	if isInterrupted(whole) || whole != nil && isInterrupted(stopped) && !isAmbiguous(whole) {
		return unsentEvent{c, context.Canceled}
	}
	return answerEvent{c, verdicts, whole, unrecorded}
}

// send makes a call and returns one verdict an item; whole is the error of the
// call as such.
func send(ctx context.Context, w wire.API, c *call) (verdicts []verdict, whole error) {
	verdicts = make([]verdict, len(c.items))
	if !c.step().batch {
		v, err := w.Call(ctx, c.method, merged(c.args))
		for i, it := range c.items {
			verdicts[i] = verdictOf(it, v, err)
		}
		return verdicts, err
	}
	outcomes, err := w.Batch(ctx, c.method, c.args)
	if err == nil && len(outcomes) != len(c.items) {
		err = &wire.Error{Method: c.method, Class: wire.Ambiguous, Message: "the response does not have one result per item"}
	}
	for i, it := range c.items {
		switch {
		case err != nil:
			verdicts[i] = verdictOf(it, nil, err)
		case outcomes[i].Err != nil:
			verdicts[i] = verdictOf(it, nil, outcomes[i].Err)
		default:
			verdicts[i] = verdictOf(it, outcomes[i].Answer, nil)
		}
	}
	return verdicts, err
}

// saveSecrets saves the secrets that the answers to a call reveal, all at once:
// a process may be killed at any time.
func (r *run) saveSecrets(verdicts []verdict) {
	var secrets []NewSecret
	for _, v := range verdicts {
		if v.secret != nil {
			r.secrets.hide(v.secret.Value)
			secrets = append(secrets, *v.secret)
		}
	}
	if secrets == nil {
		return
	}
	unsaved := r.save(secrets)
	for i := range verdicts {
		verdicts[i].unsaved = unsaved
	}
}

// intend journals that those items of a call are about to be sent whose
// positions are given, nil for all.
func (r *run) intend(c *call, items []int) error {
	if r.o.Journal == nil {
		return nil
	}
	changes, sealed := c.changes(), c.sealed
	if items != nil {
		changes, sealed = at(changes, items), at(sealed, items)
	}
	args, err := json.Marshal(sealed)
	if err == nil {
		err = r.o.Journal.Intent(journal.Intent{Call: c.number, Time: r.o.Clock.Now(), Method: c.method, Step: c.step().does.String(),
			Changes: changes, Args: args})
	}
	return unwritable(err)
}

func at[T any](all []T, items []int) []T {
	out := make([]T, len(items))
	for i, n := range items {
		out[i] = all[n]
	}
	return out
}

// record journals what became of a call.
func (r *run) record(c *call, verdicts []verdict) error {
	if r.o.Journal == nil {
		return nil
	}
	results := make([]journal.Result, len(c.items))
	for i, it := range c.items {
		v := verdicts[i]
		results[i] = journal.Result{Change: it.task.change.ID, Status: string(v.status), ServerID: resource.Text(v.id)}
		if v.status != Done {
			results[i].Error = r.secrets.redact(v.err.Error())
		}
	}
	return r.recordResults(c.number, results)
}

func (r *run) recordResults(call int64, results []journal.Result) error {
	if r.o.Journal == nil {
		return nil
	}
	return unwritable(r.o.Journal.Outcome(journal.Outcome{Call: call, Time: r.o.Clock.Now(), Results: results}))
}

func unwritable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the journal cannot be written: %w", err)
}
