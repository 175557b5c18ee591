package apply

import (
	"errors"
	"net/http"
	"slices"

	"lcsync/internal/wire"
)

// trial is a call that was refused and is sent again in parts, one after the
// other, until each refusal stands alone. Other calls of its queue that are
// refused meanwhile join it.
type trial struct {
	queue string
	parts [][]*item // what is left to be sent, the next part last
	// probing tells that the first part is all that was refused for want of a
	// scope: before it is divided, lone items show whether it was for all of them.
	probing bool
	bad     bool // a lone item was refused
}

// refusal returns the error of a call that was refused, and of which nothing was
// done, as it may have been for one of its items; nil for any other error.
func refusal(err error) *wire.Error {
	var e *wire.Error
	if !errors.As(err, &e) || e.Type == "license_expired" || e.Type == "unsupported_version" {
		return nil
	}
	if e.Class == wire.Permanent || e.Class == wire.RefusedScope {
		return e
	}
	return nil
}

// divisible tells whether a refused call is worth sending again in parts: one
// of its items or its size may be to blame.
func divisible(c *call, whole error) bool {
	e := refusal(whole)
	return len(c.items) > 1 && e != nil && (!c.step().batch || e.Type != "" || e.Class == wire.RefusedScope || outsize(e))
}

// outsize tells that a batch may have been refused for its size, which is to be
// learned.
func outsize(e *wire.Error) bool {
	switch e.Type {
	case "validation", "entity_too_large":
		return true
	case "":
		return e.Status == http.StatusRequestEntityTooLarge || e.Status == http.StatusBadRequest
	}
	return false
}

// halves returns items as two parts.
func halves(items []*item) (first, second []*item) {
	n := len(items) / 2
	return items[:n:n], items[n:]
}

// divide sends a refused call again in parts. Those of a trial go on with it when
// the call is complete.
func (s *scheduler) divide(c *call, whole error) {
	for _, it := range c.items {
		it.task.state = ready
	}
	e, t := refusal(whole), c.trial
	first, second := halves(c.items)
	switch {
	case c.step().batch && outsize(e):
		s.queues.push(&call{items: first, part: true})
		s.queues.push(&call{items: second, part: true})
		return
	case c.rest && e.Type == s.r.tallies.of(c.items[0]).alike().Type:
		s.r.tallies.of(c.items[0]).given = e
		t.parts = append(t.parts, c.items)
	case t == nil && s.trials[c.step().queue] != nil:
		t = s.trials[c.step().queue]
		t.parts = append(t.parts, c.items)
	case t == nil && e.Class == wire.RefusedScope:
		s.try(&trial{queue: c.step().queue, parts: [][]*item{c.items}, probing: true})
	case t == nil:
		s.try(&trial{queue: c.step().queue, parts: [][]*item{second, first}})
	default:
		t.parts = append(t.parts, second, first)
	}
}

// try begins a trial.
func (s *scheduler) try(t *trial) {
	s.trials[t.queue] = t
	s.nextPart(t)
}

// nextPart sends the next part of a trial: lone items where they can show that a
// whole namespace is refused, then what else there is of such a namespace, then
// the parts.
func (s *scheduler) nextPart(t *trial) {
	s.purge(t)
	tallies := &s.r.tallies
	left := slices.Concat(t.parts...)
	if t.probing {
		for _, it := range left {
			if tallies.untried(it) {
				t.take(it)
				s.queues.push(&call{items: []*item{it}, trial: t})
				return
			}
		}
	}
	for _, it := range left {
		at := tallies.of(it)
		if at.accepted || at.rested || len(at.alone) == 0 {
			continue
		}
		same := slices.DeleteFunc(slices.Clone(left), func(o *item) bool { return tallies.of(o) != at })
		c := &call{items: same, trial: t, rest: true}
		if at.alike() == nil {
			c.items, c.rest = []*item{same[len(same)/2]}, false
		}
		at.rested = c.rest
		t.take(c.items...)
		s.queues.push(c)
		return
	}
	if len(t.parts) == 0 {
		delete(s.trials, t.queue)
		return
	}
	part := t.parts[len(t.parts)-1]
	t.parts = t.parts[:len(t.parts)-1]
	if t.probing && !t.bad && len(part) > 1 { // one of these it must be
		first, second := halves(part)
		t.parts = append(t.parts, second)
		part = first
	}
	t.probing = false
	s.queues.push(&call{items: part, trial: t})
}

// purge takes out of a trial what has ended, and what would be refused like
// others.
func (s *scheduler) purge(t *trial) {
	for _, part := range t.parts {
		for _, it := range part {
			if it.task.state != ended {
				s.spare(it)
			}
		}
	}
	t.drop(func(it *item) bool { return it.task.state == ended })
}

// take takes items out of what is left.
func (t *trial) take(items ...*item) {
	t.drop(func(it *item) bool { return slices.Contains(items, it) })
}

func (t *trial) drop(gone func(*item) bool) {
	for i := range t.parts {
		t.parts[i] = slices.DeleteFunc(slices.Clone(t.parts[i]), gone)
	}
	t.parts = slices.DeleteFunc(t.parts, func(part []*item) bool { return len(part) == 0 })
}

// spare ends an item that would be refused like others, and tells whether it
// did.
func (s *scheduler) spare(it *item) bool {
	given := s.r.tallies.given(it)
	if given == nil {
		return false
	}
	t, of := it.task, "others"
	if ns := namespace(it); ns != "" {
		of += " of " + ns
	}
	s.r.refused(t, it.step, it.step.op.Method, verdict{status: Failed, err: given})
	t.result.note("not sent, as " + of + " were refused alike")
	return true
}
