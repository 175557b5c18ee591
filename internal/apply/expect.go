package apply

import (
	"slices"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// position is the path of a difference of place, as in a plan: which object
// follows, and which should.
const position = "position"

// presence is the path of a difference that is about the object as a whole.
const presence = "(object)"

// stillThere is what an object is called that should be gone.
const stillThere = "still there"

// expectation is what a task should read back as.
type expectation struct {
	task  *task
	want  *resource.Object // fields that count; nil if it should be gone
	next  resource.Value   // what it should come before, if it was moved
	atEnd map[string]bool  // server ids that may follow it, if it was moved to the end
	moved bool

	written  time.Time          // reads may lag behind
	differs  []diff.FieldChange // at the last read
	read     bool
	changed  bool // since the read before
	stubborn bool // the last read showed the value of before
	repaired bool
	deferred *resource.Object // lists that were sent incomplete, as they are to be
}

// due is when a read shows what was written, or never will.
func (e *expectation) due(propagation time.Duration) time.Time {
	return e.written.Add(max(propagation, 0))
}

// expectations returns what everything that was done should read back as.
func (r *run) expectations() []*expectation {
	ends := map[string]map[string]bool{}
	var out []*expectation
	for _, t := range r.todo {
		if t.result.Status != Done {
			continue
		}
		e := &expectation{task: t, written: t.ended}
		if t.change.Action != diff.Delete {
			row, _, _ := r.mapped(t.kind, t.change.After) // what it refers to is there, as it is done
			e.want = t.expected(row)
		}
		if t.change.Move != nil && t.id != nil {
			e.moved = true
			if e.next, _ = r.place(t); e.next == "" {
				if ends[t.kind.Name] == nil {
					ends[t.kind.Name] = map[string]bool{}
				}
				e.atEnd = ends[t.kind.Name]
				e.atEnd[resource.Text(t.id)] = true
			}
		}
		out = append(out, e)
	}
	return out
}

// look compares what was read with what is expected.
func (e *expectation) look(live *resource.Index) {
	t := e.task
	row := t.in(live)
	e.stubborn = false
	var out []diff.FieldChange
	switch {
	case e.want == nil:
		if row != nil && !t.unset(row) {
			out = append(out, diff.FieldChange{Path: presence, Before: stillThere})
		}
	case row == nil:
		out = append(out, diff.FieldChange{Path: presence, After: "there"})
	default:
		out = diff.Compare(t.kind, row, e.want, live.Unreadable[t.kind.Name])
		out = append(out, t.misranked(row)...)
		e.stubborn = e.resists(row, out, live)
		if e.moved {
			out = append(out, e.misplaced(live.Order(t.kind))...)
		}
	}
	if t.leftover(live) != nil {
		out = append(out, diff.FieldChange{Path: presence, Before: "the old one is " + stillThere})
	}
	e.changed = e.read && !slices.EqualFunc(e.differs, out, func(a, b diff.FieldChange) bool {
		return a.Path == b.Path && resource.Equal(a.Before, b.Before)
	})
	e.differs, e.read = out, true
}

// unset tells that a deleted value is still listed, but as something else: a
// listing gives the default of what is not set.
func (t *task) unset(row *resource.Object) bool {
	v := t.kind.Values
	return v != nil && !resource.Equal(row.Get(v.Value), t.change.Before.Get(v.Value))
}

// resists tells whether a row still shows the value of before, where the vendor
// leaves open whether values are overwritten.
func (e *expectation) resists(row *resource.Object, differs []diff.FieldChange, live *resource.Index) bool {
	t := e.task
	before := t.change.Before
	if len(differs) == 0 || len(t.steps) == 0 || !t.steps[len(t.steps)-1].op.MayIgnoreUpdate {
		return false
	}
	if before == nil {
		return true
	}
	was := &resource.Object{}
	for name := range e.want.All() {
		if v, ok := before.Lookup(name); ok {
			was.Set(name, v)
		}
	}
	return len(diff.Compare(t.kind, row, was, live.Unreadable[t.kind.Name])) == 0
}

// misplaced tells where an object stands that should stand elsewhere.
func (e *expectation) misplaced(order []string) []diff.FieldChange {
	mine, next := resource.Text(e.task.id), resource.Text(e.next)
	place := slices.Index(order, mine)
	wrong := false
	if e.atEnd != nil {
		for _, id := range order[place+1:] {
			wrong = wrong || !e.atEnd[id]
		}
	} else if behind := slices.Index(order, next); behind >= 0 {
		wrong = place > behind
	}
	if !wrong {
		return nil
	}
	follows := ""
	if place+1 < len(order) {
		follows = order[place+1]
	}
	return []diff.FieldChange{{Path: position, Before: follows, After: e.next}}
}

// keep says that the server has something else than what was sent.
func (e *expectation) keep() {
	e.task.result.Status = Kept
	e.task.result.Kept = e.differs
	if steps := e.task.steps; len(steps) > 0 && steps[len(steps)-1].op.ByHand != "" {
		e.task.result.note("left to be done by hand: " + steps[len(steps)-1].op.ByHand)
	}
	if e.changed {
		e.task.result.note("it was still changing when the time was up")
	}
}
