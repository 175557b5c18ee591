package apply

import (
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// facts are what a journal tells of one change, by step; nil if no call of it was
// begun.
type facts map[string]fact

// fact is the last that is known of a step.
type fact struct {
	status Status // Done, Failed, Unknown; of calls without an outcome Unknown
	since  time.Time
	call   int64
	id     resource.Value
}

func (f facts) of(e effect) fact { return f[e.String()] }

// factsOf goes through a journal. What was done once is done.
func factsOf(p *diff.Plan, entries []journal.Entry) map[string]facts {
	kinds := map[string]*resource.Kind{}
	for _, ch := range p.Changes {
		kinds[ch.ID] = resource.LookupAny(ch.Kind)
	}
	out := map[string]facts{}
	steps := map[int64]string{}
	note := func(change, step string, now fact) {
		if out[change] == nil {
			out[change] = facts{}
		}
		if now.status == Done || out[change][step].status != Done {
			out[change][step] = now
		}
	}
	for _, e := range entries {
		switch {
		case e.Intent != nil:
			steps[e.Intent.Call] = e.Intent.Step
			for _, id := range e.Intent.Changes {
				note(id, e.Intent.Step, fact{status: Unknown, since: e.Intent.Time, call: e.Intent.Call})
			}
		case e.Outcome != nil:
			for _, r := range e.Outcome.Results {
				step := steps[e.Outcome.Call]
				now := fact{status: Status(r.Status), since: out[r.Change][step].since, call: e.Outcome.Call}
				if k := kinds[r.Change]; k != nil {
					now.id = k.ReadID(r.ServerID)
				}
				note(r.Change, step, now)
			}
		}
	}
	return out
}

// Made returns the changes of a run, by id, of which anything was done or may have
// been, with the server id of the object that each made: nil if it made none or
// nobody knows, true if its key is all there is to it.
func Made(p *diff.Plan, entries []journal.Entry) map[string]resource.Value {
	out := map[string]resource.Value{}
	for change, steps := range factsOf(p, entries) {
		for _, f := range steps {
			if f.status != Failed {
				out[change] = nil
			}
		}
		if made := steps.of(creating); made.status == Done {
			if out[change] = made.id; made.id == nil {
				out[change] = true
			}
		}
	}
	return out
}
