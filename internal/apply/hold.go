package apply

import "lcsync/internal/resource"

// holdEvent is what Options.Hold says about a change before its first call.
type holdEvent struct {
	task *task
	why  string // it is not to be made
	err  error  // why that is not known
}

// askHold asks whether a change may be made, outside of the scheduler.
func (s *scheduler) askHold(t *task) {
	made := map[string]resource.Value{}
	for _, need := range t.needs {
		made[need.change.ID] = need.id
	}
	s.inflight++
	s.work(func() event {
		why, err := s.r.o.Hold(s.r.counted(s.r.ctx), t.change, made)
		return holdEvent{t, why, err}
	})
}

func (d holdEvent) happen(s *scheduler) {
	s.inflight--
	switch {
	case d.task.state == ended: // the run was stopped meanwhile
	case s.r.ctx.Err() != nil:
		s.r.finish(d.task, Skipped, errInterrupted.Error())
	case d.err != nil:
		s.r.finish(d.task, Skipped, d.err.Error())
		s.heed(d.err)
	case d.why != "":
		s.r.finish(d.task, Skipped, d.why)
	default:
		s.begin(d.task)
	}
}
