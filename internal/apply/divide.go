package apply

import (
	"errors"
	"net/http"
	"slices"

	"lcsync/internal/wire"
)

// trial holds the items of refused calls of a queue. They are sent again in parts, one
// after the other, until every refused item was sent alone.
type trial struct {
	queue string
	scope bool // for want of a scope
	parts [][]*item
}

// refusal returns the error of a call that was refused as a whole, perhaps because of
// one item; nil for any other error.
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

// outsize tells that a batch may have been refused because of its size.
func outsize(e *wire.Error) bool {
	switch e.Type {
	case "validation", "entity_too_large":
		return true
	case "":
		return e.Status == http.StatusRequestEntityTooLarge || e.Status == http.StatusBadRequest
	}
	return false
}

// divide sends a refused call again in parts.
func (s *scheduler) divide(c *call, whole error) {
	for _, it := range c.items {
		it.task.state = ready
	}
	e, at, queue := refusal(whole), s.r.tallies.of(c.items[0]), c.step().queue
	n := len(c.items) / 2
	first, second := c.items[:n:n], c.items[n:]
	switch t := s.trials[queue]; {
	case c.step().batch && outsize(e):
		s.queues.push(&call{items: first, part: true})
		s.queues.push(&call{items: second, part: true})
	case c.rest && e.Type == at.alike().Type:
		at.given = e
		for _, it := range c.items {
			s.spare(it)
		}
	case t != nil: // which goes on by itself
		t.parts = append([][]*item{first, second}, t.parts...)
	default:
		s.trials[queue] = &trial{queue, e.Class == wire.RefusedScope, [][]*item{first, second}}
		s.nextPart(s.trials[queue])
	}
}

// nextPart sends the next part of a trial: what shows that a whole namespace is
// refused, if there is such a thing, or else the first one.
func (s *scheduler) nextPart(t *trial) {
	if len(t.parts) == 0 {
		delete(s.trials, t.queue)
		return
	}
	c := s.r.tallies.telling(slices.Concat(t.parts...), t.scope)
	if c == nil {
		c = &call{items: t.parts[0]}
	}
	for i := range t.parts {
		t.parts[i] = slices.DeleteFunc(slices.Clone(t.parts[i]), func(it *item) bool { return slices.Contains(c.items, it) })
	}
	t.parts = slices.DeleteFunc(t.parts, func(part []*item) bool { return len(part) == 0 })
	c.trial = t
	s.queues.push(c)
}

// spare fails an item without a call if the call would be refused like earlier ones.
// It tells whether it did.
func (s *scheduler) spare(it *item) bool {
	given := s.r.tallies.given(it)
	if given == nil {
		return false
	}
	t, others := it.task, "others"
	if ns := namespace(it); ns != "" {
		others += " of " + ns
	}
	s.r.fail(t, Failed, it.step.op.Method, given)
	t.result.note("not sent: " + others + " were refused with the same error")
	return true
}
