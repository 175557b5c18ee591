package apply

import (
	"time"

	"lcsync/internal/resource"
)

// Trail is what a journal tells of a run that did not finish, call by call.
type Trail []TrailCall

// TrailCall is one call: what it was about to send, and the last that is known
// of each of its changes. Without a result its outcome is open.
type TrailCall struct {
	Intent  Intent
	Results map[string]CallResult
}

// facts are what the trail tells of one change, by step.
type facts struct {
	steps map[string]fact
}

type fact struct {
	status Status // Done, Failed, Unknown; open calls are Unknown
	since  time.Time
	id     resource.Value
}

func (f *facts) step(e effect) fact {
	if f == nil {
		return fact{}
	}
	return f.steps[e.String()]
}

func (f *facts) begun() bool { return f != nil }

func (t Trail) facts() map[string]*facts {
	out := map[string]*facts{}
	for _, c := range t {
		for _, id := range c.Intent.Changes {
			if out[id] == nil {
				out[id] = &facts{map[string]fact{}}
			}
			res, known := c.Results[id]
			f := fact{status: Unknown, since: c.Intent.Time}
			if known {
				f.status, f.id = res.Status, res.ServerID
			}
			if f.status == Done || out[id].steps[c.Intent.Step].status != Done {
				out[id].steps[c.Intent.Step] = f
			}
		}
	}
	return out
}
