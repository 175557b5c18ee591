package apply

import (
	"context"
	"errors"
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// completion is a call that came back, or was not sent, or whose items were
// looked for.
type completion struct {
	call       *call
	answers    []answer
	whole      error
	found      []finding // set if the items of the call were looked for
	unsent     error     // why the call was not sent
	unrecorded error     // why its outcome is not in the journal
	panicked   *wire.Panic
}

// carry makes one call, with its intent before and its outcome after it in the
// journal. It runs outside of the scheduler.
func (r *run) carry(c *call) (done completion) {
	done.call = c
	if done.unsent = r.intend(c); done.unsent != nil {
		return done
	}
	r.claims.begin(c)
	done.answers, done.whole = send(r.calls, r.api, c)
	r.claims.end(c, done.answers)
	r.keep(c, done.answers)
	done.unrecorded = r.record(c, r.resultsOf(c, done.answers))
	return done
}

// errNoID is the error of an answer that should reveal the new object's id.
var errNoID = errors.New("it was accepted, but the answer has no id")

// judge tells what an answer means for an item: done, failed or unknown, and
// the object's server id as far as it is known.
func judge(it *item, a answer) (Status, resource.Value) {
	switch {
	case a.err == nil && it.step.does == creating && slices.Contains(it.step.op.Reveals, it.task.kind.ServerID):
		o, _ := a.value.(*resource.Object)
		id := o.Get(it.task.kind.ServerID)
		if id == nil {
			return Unknown, nil
		}
		return Done, id
	case a.err == nil, it.step.does == deleting && isGone(a.err):
		return Done, it.id
	case isLost(a.err):
		return Unknown, it.id
	}
	return Failed, it.id
}

// isLost tells that an error leaves open whether the call took effect.
func isLost(err error) bool {
	var e *wire.Error
	if errors.As(err, &e) {
		return e.Class == wire.Ambiguous
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// keep saves the secrets that the answers to a call reveal, all at once: a
// process may be killed at any time.
func (r *run) keep(c *call, answers []answer) {
	var secrets []NewSecret
	for i, it := range c.items {
		status, id := judge(it, answers[i])
		if it.step.does != creating || status != Done {
			continue
		}
		o, _ := answers[i].value.(*resource.Object)
		for _, name := range it.step.op.Reveals {
			if secret := o.String(name); name != it.task.kind.ServerID && secret != "" {
				r.secrets.hide(secret)
				answers[i].revealed = true
				secrets = append(secrets, NewSecret{secretName(it.task.kind, id), secret})
			}
		}
	}
	if secrets == nil {
		return
	}
	unsaved := r.save(secrets)
	for i := range answers {
		if answers[i].revealed {
			answers[i].unsaved = unsaved
		}
	}
}
