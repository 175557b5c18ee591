package apply

import "lcsync/internal/resource"

// decided is what Options.Hold says of a change that is about to be begun.
type decided struct {
	task *task
	why  string // it is not to be made
	err  error  // why that is not known
}

// decide asks whether a change may be made, outside of the scheduler.
func (s *scheduler) decide(t *task) {
	made := map[string]resource.Value{}
	for _, need := range t.needs {
		made[need.change.ID] = need.id
	}
	s.inflight++
	s.work(func() event {
		why, err := s.r.o.Hold(s.r.counted(s.r.ctx), t.change, made)
		return decided{t, why, err}
	})
}

func (d decided) happen(s *scheduler) {
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
