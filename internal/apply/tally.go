package apply

import (
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// tallies tell, of items that are sent together, what became of those that were
// sent alone: by method, and by namespace where they have one. If two of a
// namespace were refused alike and none was accepted, the rest need not be sent.
type tallies struct {
	at map[string]map[string]*tally // method → namespace
	no map[string]*wire.Error       // methods that are refused for every namespace
}

// tally is what became of the items of one namespace.
type tally struct {
	accepted bool
	alone    []*wire.Error // refusals of items that were sent alone
	rested   bool          // what was left was sent whole
	given    *wire.Error   // why the rest is not sent
}

// probed is how many namespaces have to be refused alike for the method as such
// to be refused.
const probed = 4

// namespace returns the namespace that a value belongs to, "" for anything else.
func namespace(it *item) string {
	v := it.task.kind.Values
	if v == nil {
		return ""
	}
	return resource.Text(it.task.rowFor(it.step.does).Get(v.Namespace))
}

func (a *tallies) of(it *item) *tally {
	method, ns := it.step.op.Method, namespace(it)
	if a.at == nil {
		a.at, a.no = map[string]map[string]*tally{}, map[string]*wire.Error{}
	}
	if a.at[method] == nil {
		a.at[method] = map[string]*tally{}
	}
	if a.at[method][ns] == nil {
		a.at[method][ns] = &tally{}
	}
	return a.at[method][ns]
}

// alike returns the later of two refusals of the same type, nil if there are
// none.
func (t *tally) alike() *wire.Error {
	seen := map[string]bool{}
	for _, e := range t.alone {
		if seen[e.Type] {
			return e
		}
		seen[e.Type] = true
	}
	return nil
}

// given returns why an item need not be sent, nil if it has to be.
func (a *tallies) given(it *item) *wire.Error {
	if at := a.of(it); at.given != nil {
		return at.given
	}
	return a.no[it.step.op.Method]
}

// untried tells whether a lone item would show something new of its namespace,
// with nothing accepted of the method yet.
func (a *tallies) untried(it *item) bool {
	here := a.of(it)
	tried := 0
	for _, at := range a.at[it.step.op.Method] {
		if at.accepted {
			return false
		}
		if len(at.alone) > 0 {
			tried++
		}
	}
	return len(here.alone) == 0 && tried < probed
}

// count takes in what became of a call whose items may be sent together.
func (a *tallies) count(c answered) {
	if c.call.step().queue == "" {
		return
	}
	for i, it := range c.call.items {
		at := a.of(it)
		if c.verdicts[i].err == nil {
			at.accepted = true
		}
		if e := refusal(c.whole); e != nil && len(c.call.items) == 1 {
			at.alone = append(at.alone, e)
			a.giveUp(c.call, at, e)
		}
	}
}

// giveUp gives up what the refusal of a lone item settles.
func (a *tallies) giveUp(c *call, at *tally, e *wire.Error) {
	if c.trial != nil {
		c.trial.bad = true
	} else if !at.accepted && at.given == nil {
		at.given = at.alike()
	}
	refused := 0
	for _, other := range a.at[c.step().op.Method] {
		if other.accepted {
			return
		}
		for _, o := range other.alone {
			if e.Class == wire.RefusedScope && o.Type == e.Type && o.Message == e.Message {
				refused++
				break
			}
		}
	}
	if refused >= probed {
		a.no[c.step().op.Method] = e
	}
}
