package apply

import (
	"fmt"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// effect is what one call does to an object.
type effect int

const (
	creating effect = iota
	updating
	publishing
	starting // bringing a new object into service (Kind.ActivatedBy)
	deleting
)

func (e effect) String() string {
	return [...]string{"creating", "updating", "publishing", "starting", "deleting"}[e]
}

// step is one call of a change.
type step struct {
	op   *resource.Op
	does effect
	// queue names the steps that may be sent together with this one, "" if
	// none; batch tells that they go as a batch and are not merged.
	queue string
	batch bool
}

type state int

const (
	waiting state = iota // for other changes
	ready                // in a queue or in a call not yet sent
	flying               // in a call that was sent
	ended
)

// task is a change on its way. The scheduler owns it.
type task struct {
	index  int
	change *diff.Change
	kind   *resource.Kind
	result *Result
	lane   string // tasks of one lane are sent one at a time, "" if free

	steps []step
	next  int // the step to be sent
	state state

	ended  time.Time // when it ended: its last call was answered before
	needs  []*task   // must have succeeded
	after  []*task   // tasks that wait for this one
	open   int       // tasks waited for that have not ended
	height int       // tasks on the longest way from here to the end

	id       resource.Value   // server id, once known
	row      *resource.Object // with its natural key, references resolved, once known
	soft     []string         // fields sent without elements that did not exist yet
	needless bool             // nothing was sent: all that it says has to wait for other objects
	interim  *diff.Interim    // the member that is created with another priority than its own, if one is
}

// newTask makes the task of a change. If it cannot be sent at all the text
// says why.
func newTask(c *diff.Change, result *Result) (*task, string) {
	k := resource.LookupAny(c.Kind)
	if k == nil {
		return nil, "there is no kind " + c.Kind
	}
	t := &task{change: c, kind: k, result: result, interim: c.Interim}
	if k.Order == resource.Linked {
		t.lane = k.Name
	}
	if c.Before != nil && c.Action != diff.Replace {
		t.id, t.row = k.IdentityOf(c.Before), c.Before
	}
	return t, t.plan()
}

// plan lays out the steps of a change.
func (t *task) plan() string {
	action, replaces := t.change.Action, t.change.Action == diff.Replace
	var does []effect
	add := func(e effect, when bool) {
		if when {
			does = append(does, e)
		}
	}
	add(deleting, action == diff.Delete || replaces && t.deleteFirst())
	add(creating, action == diff.Create || replaces)
	add(updating, action == diff.Create && t.interim != nil || action == diff.Update && (len(t.updates()) > 0 || t.change.Move != nil))
	add(publishing, t.kind.Publish != nil && t.publishes())
	add(starting, t.starts())
	add(deleting, replaces && !t.deleteFirst())
	return t.lay(does...)
}

// lay makes steps of effects, in that order.
func (t *task) lay(effects ...effect) string {
	t.steps = make([]step, len(effects))
	possible := len(effects) > 0
	for i, does := range effects {
		s := &t.steps[i]
		s.op, s.does = does.op(t.kind), does
		switch {
		case s.op == nil:
			possible = false
		case resource.BatchMethod(s.op.Method) != "":
			s.queue, s.batch = s.op.Method, true
		case s.op.Merge != nil:
			s.queue = s.op.Method + mergeKey(s.op, t.rowFor(does))
		}
	}
	if !possible {
		return fmt.Sprintf("the API has no way to %s a %s", t.change.Action, t.kind.Singular)
	}
	return ""
}

// op is the call that has an effect, nil if the API has none.
func (e effect) op(k *resource.Kind) *resource.Op {
	if e == starting {
		k = resource.Lookup(k.ActivatedBy.Kind)
	}
	return [...]*resource.Op{k.Create, k.Update, k.Publish, k.Create, k.Delete}[e]
}

// deleteFirst tells that the old object has to go before the new one can come.
func (t *task) deleteFirst() bool { return t.change.DeleteFirst || t.kind.ServerID == "" }

// writes returns the top-level fields that an update sends.
func (t *task) writes() []string {
	switch {
	case t.change.Interim != nil:
		return []string{t.kind.Members.Field}
	case len(t.change.Write) > 0:
		return t.change.Write
	}
	var roots []string
	seen := map[string]bool{}
	for _, f := range t.change.Fields {
		if r := f.Root(); !seen[r] {
			seen[r] = true
			roots = append(roots, r)
		}
	}
	return roots
}

// updates returns the fields of writes that the kind's update sends.
func (t *task) updates() []string {
	var out []string
	for _, name := range t.writes() {
		if f := t.kind.Field(name); f == nil || f.OnChange != resource.ByPublish && f.OnChange != resource.ByStart {
			out = append(out, name)
		}
	}
	return out
}

// publishes tells whether the change has something to publish.
func (t *task) publishes() bool {
	names := t.writes()
	if t.change.Action != diff.Update {
		names = t.change.After.Names()
	}
	for _, name := range names {
		f := t.kind.Field(name)
		if f != nil && f.OnChange == resource.ByPublish && len(t.change.After.List(name)) > 0 {
			return true
		}
	}
	return false
}

// rowFor returns the row that an effect is about: the object as it is for a
// deletion, and as it is to be for everything else.
func (t *task) rowFor(does effect) *resource.Object {
	if does == deleting && t.change.Before != nil {
		return t.change.Before
	}
	if does == creating || t.change.Before == nil {
		return t.change.After
	}
	row := t.change.Before.Clone()
	for name, v := range t.change.After.All() {
		row.Set(name, v)
	}
	return row
}
