package apply

import (
	"fmt"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// settle writes the memberships that were sent without groups that did not
// exist yet. Creating the groups will have set most of them, so the members
// are read again once, and only those that still differ are written.
func (r *run) settle() {
	open := r.unsettled()
	if len(open) == 0 || r.rehearsal {
		return
	}
	if r.stopped {
		for _, t := range open {
			r.incomplete(t, "the run was stopped")
		}
		return
	}
	if r.o.Read == nil {
		for _, t := range open {
			r.notice("%s was sent without %s that did not exist yet, and not read again", t.change.ID, listed(t.soft))
		}
		return
	}
	r.stage("settling memberships")
	live, err := r.o.Read(r.ctx, kindsOf(open))
	if err != nil {
		if r.broken(err) {
			for _, t := range open {
				r.incomplete(t, "the run was stopped")
			}
			return
		}
		live = &resource.License{} // what cannot be read is written in any case
	}
	r.write(open, newIndex(live))
}

// unsettled returns the tasks that were done without part of a list.
func (r *run) unsettled() []*task {
	var open []*task
	for _, t := range r.todo {
		if len(t.soft) > 0 && t.result.Status == Done {
			open = append(open, t)
		}
	}
	return open
}

// write sends the lists of the tasks that differ from what was read.
func (r *run) write(open []*task, live *index) {
	var again []*task
	of := map[*task]*task{}
	for _, t := range open {
		want, err := r.softRow(t)
		if err != nil {
			r.incomplete(t, err.Error())
			continue
		}
		if t.settled && t.result.Detail != "" && sameSoft(t, want) {
			t.result.Status = Skipped // all that it was to add is missing
			continue
		}
		row := live.find(t)
		if row != nil && len(diff.Compare(t.kind, row, want, live.license.Unreadable[t.kind.Name])) == 0 {
			continue
		}
		before := t.change.Before
		if before == nil {
			before = want
		}
		u, problem := newTask(&diff.Change{ID: t.change.ID, Kind: t.change.Kind, Key: t.change.Key, Action: diff.Update,
			Before: before, After: want, Write: t.soft}, &Result{})
		if problem != "" {
			r.incomplete(t, problem)
			continue
		}
		u.index, u.id = t.index, t.id
		of[u] = t
		again = append(again, u)
	}
	r.execute(again)
	for _, u := range again {
		of[u].ended = u.ended
		if u.result.Status != Done {
			r.inherit(of[u], u, fmt.Sprintf("its %s were not written", listed(of[u].soft)))
		}
	}
}

// sameSoft tells whether the soft lists are to be as they were.
func sameSoft(t *task, want *resource.Object) bool {
	before := &resource.Object{}
	for _, name := range t.soft {
		before.Set(name, t.change.Before.Get(name))
	}
	return len(diff.Compare(t.kind, before, want, nil)) == 0
}

// softRow returns the identity of a task's object and its soft lists as they
// are to be, without what failed, which the result then says.
func (r *run) softRow(t *task) (*resource.Object, error) {
	row, missing, err := r.mapped(t.kind, t.change.After)
	if err != nil {
		return nil, err
	}
	want := &resource.Object{}
	if op := t.kind.Update; op != nil {
		for _, name := range op.ID {
			if v, ok := row.Lookup(name); ok {
				want.Set(name, v)
			}
		}
	}
	if t.kind.ServerID != "" {
		want.Set(t.kind.ServerID, t.id)
	}
	for _, name := range t.soft {
		want.Set(name, row.Get(name))
	}
	if len(missing) > 0 {
		t.result.note("without " + listed(r.lost(t)))
	}
	return want, nil
}

// lost names the objects that a task refers to and that were not made.
func (r *run) lost(t *task) []string {
	var out []string
	t.kind.MapRefs(t.change.After, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if ref, ok := v.(resource.Ref); ok {
			switch target := r.tasks[refID(ref)]; {
			case target == nil:
				out = append(out, refID(ref)+", which "+r.whyAbsent(refID(ref)))
			case !target.exists():
				out = append(out, refID(ref)+", which "+verb(target.result.Status))
			}
		}
		return v
	})
	return out
}

// incomplete marks a task as failed of which only a first part was written.
func (r *run) incomplete(t *task, why string) {
	t.result.Status = Failed
	t.result.note(fmt.Sprintf("it was %s, but its %s were not written: %s", past(t.change.Action), listed(t.soft), why))
}

// inherit gives a result the outcome of a call that was made for it later.
func (r *run) inherit(t, later *task, detail string) {
	from := later.result
	t.result.Status, t.result.Error, t.result.ErrorType, t.result.Method = from.Status, from.Error, from.ErrorType, from.Method
	if from.Status == Skipped {
		t.result.Status = Failed // a part of it was done
	}
	t.result.note(detail)
	if from.Detail != "" {
		t.result.note(from.Detail)
	}
}
