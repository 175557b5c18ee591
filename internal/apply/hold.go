package apply

import (
	"slices"

	"lcsync/internal/resource"
)

// withheld is a call of which some changes are not to be begun (Options.Hold).
type withheld struct {
	call *call
	why  map[*item]string
	err  error // why that is not known
}

// held returns what finds out, outside of the scheduler, whether a call is
// withheld: nil if all of its changes may be made.
func (r *run) held(c *call) func() event {
	if r.o.Hold == nil {
		return func() event { return nil }
	}
	made := make([]map[string]resource.Value, len(c.items))
	for i, it := range c.items {
		made[i] = it.task.dependencies()
	}
	return func() event {
		w := withheld{call: c, why: map[*item]string{}}
		for i, it := range c.items {
			if made[i] == nil {
				continue
			}
			why, err := r.o.Hold(r.counted(r.ctx), it.task.change, made[i])
			switch {
			case r.ctx.Err() != nil:
				return unsent{c, r.ctx.Err()}
			case err != nil:
				w.why[it], w.err = err.Error(), err
			case why != "":
				w.why[it] = why
			}
		}
		if len(w.why) == 0 {
			return nil
		}
		return w
	}
}

// dependencies returns the ids of what a change depends on, nil if the change
// was begun.
func (t *task) dependencies() map[string]resource.Value {
	if t.next > 0 {
		return nil
	}
	ids := map[string]resource.Value{}
	for _, need := range t.needs {
		ids[need.change.ID] = need.id
	}
	return ids
}

func (w withheld) happen(s *scheduler) {
	s.inflight--
	c := w.call
	for _, it := range c.items {
		s.r.claims.answered(it, verdict{status: Failed})
		s.queues.free(it.task)
		it.task.state = ready
		if why := w.why[it]; why != "" {
			s.r.finish(it.task, Skipped, why)
		}
	}
	if c.trial != nil {
		defer s.nextPart(c.trial)
	}
	if rest := slices.DeleteFunc(slices.Clone(c.items), func(it *item) bool { return w.why[it] != "" }); len(rest) > 0 {
		s.queues.push(&call{items: rest, part: c.part})
	}
	s.heed(w.err)
}
