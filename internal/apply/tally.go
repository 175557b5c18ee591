package apply

import (
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// tallies tell, by method and namespace, what became of items that may be sent
// together. If two of a namespace were refused alike and none was accepted, the
// rest need not be sent. The items of a batch are objects of their own: what is wrong
// with two of them is not wrong with the others, apart from a scope that is missing.
type tallies map[string]map[string]*tally

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

func (a tallies) of(it *item) *tally {
	method, ns := it.step.op.Method, namespace(it)
	if a[method] == nil {
		a[method] = map[string]*tally{}
	}
	if a[method][ns] == nil {
		a[method][ns] = &tally{}
	}
	return a[method][ns]
}

// alike returns a refusal of the same type as an earlier one, nil if there is
// none.
func (t *tally) alike() *wire.Error {
	for i, e := range t.alone {
		if slices.ContainsFunc(t.alone[:i], func(o *wire.Error) bool { return o.Type == e.Type }) {
			return e
		}
	}
	return nil
}

// given returns why an item need not be sent, nil if it has to be: its namespace
// is refused, or so many that the method is.
func (a tallies) given(it *item) *wire.Error {
	if at := a.of(it); at.given != nil {
		return at.given
	}
	type reason struct{ kind, message string }
	seen := map[reason]int{}
	var given *wire.Error
	for _, at := range a[it.step.op.Method] {
		if at.accepted {
			return nil
		}
		if len(at.alone) == 0 || at.alone[0].Class != wire.RefusedScope {
			continue
		}
		e := at.alone[0]
		if seen[reason{e.Type, e.Message}]++; seen[reason{e.Type, e.Message}] == probed {
			given = e
		}
	}
	return given
}

// telling returns a call with some of the items that are left which shows whether
// others would be refused alike, nil if none does: for a scope, while nothing of
// the method was accepted, a lone item of another namespace; of a namespace that
// had a refusal and nothing accepted, a second lone item, and if that was refused
// alike all that is left.
func (a tallies) telling(left []*item, scope bool) *call {
	tried, accepted := 0, false
	for _, at := range a[left[0].step.op.Method] {
		accepted = accepted || at.accepted
		if len(at.alone) > 0 {
			tried++
		}
	}
	for _, it := range left {
		if len(a.of(it).alone) == 0 && scope && tried < probed && !accepted {
			return &call{items: []*item{it}}
		}
	}
	for _, it := range left {
		at := a.of(it)
		if at.accepted || at.rested || len(at.alone) == 0 {
			continue
		}
		same := slices.DeleteFunc(slices.Clone(left), func(o *item) bool { return a.of(o) != at })
		if at.alike() == nil {
			return &call{items: []*item{same[len(same)/2]}}
		}
		at.rested = true
		return &call{items: same, rest: true}
	}
	return nil
}

// count takes in what became of a call whose items may be sent together.
func (a tallies) count(c answerEvent) {
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
			common := !c.call.step().batch || e.Class == wire.RefusedScope
			if common && c.call.trial == nil && !at.accepted && at.given == nil {
				at.given = at.alike()
			}
		}
	}
}
