package apply

import (
	"errors"
	"fmt"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// finish ends a task and lets those that wait for it go on.
func (r *run) finish(t *task, status Status, detail string) {
	if t.state == ended {
		return
	}
	if r.scheduler != nil {
		r.scheduler.queues.forget(t)
	}
	t.state, t.ended = ended, r.o.Clock.Now()
	t.result.Status = status
	if detail != "" {
		t.result.note(detail)
	}
	if r.counting {
		r.done++
		r.o.Progress(r.done, r.total, t.change.ID)
	}
	if r.scheduler != nil {
		r.scheduler.ended(t)
	}
}

// conclude applies the verdict on one step to its task.
func (r *run) conclude(it *item, method string, v verdict) {
	t, s := it.task, it.step
	switch {
	case v.err == errNoID:
		t.result.Method = method
		r.finish(t, Unknown, errNoID.Error())
		return
	case v.status != Done:
		r.refused(t, s, method, v)
		return
	case v.err != nil && t.change.Action == diff.Delete:
		t.result.note("was already gone")
	}
	if s.does == creating {
		r.reveal(t, v.id)
		if v.secret != nil {
			r.tellSaved(t, v.unsaved)
		}
	}
	r.advance(t)
}

// advance goes on to the next step of a task, or ends it after the last one.
func (r *run) advance(t *task) {
	t.next++
	if t.next < len(t.steps) {
		r.scheduler.queues.add(t)
		t.state = ready
		return
	}
	r.finish(t, Done, "")
}

// reveal gives a task the identity of the object that it created.
func (r *run) reveal(t *task, id resource.Value) {
	t.id = id
	if row, _, err := r.mapped(t.kind, t.change.After); err == nil {
		t.row = row
	}
	if t.id != nil {
		t.result.ServerID = resource.Text(t.id)
	}
}

// refused ends a task one of whose calls did not succeed.
func (r *run) refused(t *task, s *step, method string, v verdict) {
	t.result.Error, t.result.Method = v.err.Error(), method
	var e *wire.Error
	if errors.As(v.err, &e) {
		t.result.ErrorType = e.Type
		if e.Method != "" {
			t.result.Method = e.Method
		}
	}
	r.finish(t, v.status, t.halfway(s, v.status))
	if v.status == Unknown && s.does == creating && len(s.op.Reveals) > 1 {
		t.result.note("if it was made, its secret is lost; have a new one made")
	}
}

// unsendable ends a task one of whose calls could not be put together.
func (r *run) unsendable(t *task, err error) {
	t.result.Error = err.Error()
	r.finish(t, Failed, t.halfway(&t.steps[t.next], Failed))
}

// halfway says how far a task got whose step did not succeed, "" if nothing
// had been done before it.
func (t *task) halfway(s *step, status Status) string {
	open := status == Unknown
	if t.change.Action == diff.Replace {
		return t.halfReplaced(s, open)
	}
	switch {
	case s.does == updating && t.change.Interim != nil:
		return t.halfCreated(open)
	case s.does == starting:
		return t.halfStarted(open)
	case s.does == publishing && t.next > 0 && open:
		return "it was " + past(t.change.Action) + "; whether it was published is not known"
	case s.does == publishing && t.next > 0:
		return "it was " + past(t.change.Action) + ", but not published"
	}
	return ""
}

func (t *task) halfReplaced(s *step, open bool) string {
	first := t.deleteFirst()
	switch {
	case s.does == deleting && first && open:
		return "whether the old one was deleted is not known; the new one was not created"
	case s.does == deleting && first:
		return "nothing was changed"
	case s.does == creating && first && open:
		return "THE OLD ONE WAS DELETED, AND WHETHER IT WAS CREATED AGAIN IS NOT KNOWN"
	case s.does == creating && first && t.next > 0:
		return "DELETED BUT NOT CREATED AGAIN"
	case s.does == creating && open:
		return "whether the new one was created is not known; the old one was not deleted"
	case s.does == creating:
		return "the old one was not deleted"
	case s.does == deleting && open:
		return fmt.Sprintf("the new one was created as %s; whether the old one was deleted is not known", t.result.ServerID)
	case s.does == deleting:
		return fmt.Sprintf("the new one was created as %s, but the old one was not deleted: both exist now", t.result.ServerID)
	case first:
		return "it was replaced, but not published"
	}
	return fmt.Sprintf("the new one was created as %s, but not published; the old one was not deleted: both exist now", t.result.ServerID)
}

// succeeded tells whether others may build on what a task did.
func (t *task) succeeded() bool {
	switch t.result.Status {
	case Done, Kept, Unverified:
		return true
	}
	return false
}

func past(a diff.Action) string { return strings.TrimSuffix(string(a), "e") + "ed" }

// verb returns a status as the end of a sentence: "x, which failed".
func verb(s Status) string {
	switch s {
	case Failed:
		return "failed"
	case Skipped:
		return "was skipped"
	case Unknown:
		return "has an unknown outcome"
	case Blocked:
		return "is blocked"
	}
	return "was not made"
}

// listed joins names for a message, the first few of them.
func listed(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
