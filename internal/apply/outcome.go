package apply

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// finish ends a task and releases the tasks that wait for it.
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
	case v.status != Done:
		r.fail(t, v.status, method, v.err)
		return
	case v.err != nil && t.change.Action == diff.Delete:
		t.result.note("was deleted already")
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

// reveal records the id of the object that a task created.
func (r *run) reveal(t *task, id resource.Value) {
	t.id = id
	if row, _, err := r.mapped(t.kind, t.change.After); err == nil {
		t.row = row
	}
	if t.id != nil {
		t.result.ServerID = resource.Text(t.id)
	}
}

// fail ends a task one of whose calls did not succeed, or could not be sent.
func (r *run) fail(t *task, status Status, method string, err error) {
	s := t.steps[t.next]
	t.result.Error, t.result.Method = err.Error(), method
	var e *wire.Error
	if errors.As(err, &e) {
		t.result.ErrorType, t.result.Method = e.Type, cmp.Or(e.Method, method)
	}
	r.finish(t, status, t.halfway(status))
	if status == Unknown && s.does == creating && len(s.op.Reveals) > 1 {
		t.result.note("if it was created, its secret is lost; reset the secret")
	}
}

// halfway says which steps of a task were done before the one that did not succeed, ""
// if none.
func (t *task) halfway(status Status) string {
	say := func(unknown, not string) string {
		if status == Unknown {
			return unknown
		}
		return not
	}
	does, replaces, done := t.steps[t.next].does, t.change.Action == diff.Replace, "it was "+past(t.change.Action)
	switch {
	case replaces && t.deleteFirst() && does == deleting:
		return say("the old one may have been deleted; the new one was not created", "nothing was changed")
	case replaces && t.deleteFirst() && does == creating:
		return say("deleted, and perhaps not created again", "deleted, not created again")
	case replaces && does == creating:
		return say("the new one may have been created; ", "") + "the old one was not deleted"
	case replaces && does == deleting:
		return "the new one was created as " + t.result.ServerID +
			say("; the old one may have been deleted", ", but the old one was not deleted: both exist now")
	case does == updating && t.interim != nil:
		return fmt.Sprintf("it was created with %s at priority %s", t.interim.Member, t.interim.Priority) +
			fmt.Sprintf(say("; it may have been set to %s", ", which was not set to %s"), t.interim.Then)
	case does == starting:
		in := t.kind.ActivatedBy
		return fmt.Sprintf(say("it was created; its %s may have been set to %s", "it was created, but its %s was not set to %s"),
			resource.Lookup(in.Kind).Singular, t.change.After.String(in.Field))
	case does == publishing && t.next > 0:
		return done + say("; it may have been published", ", but not published")
	}
	return ""
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

// verb returns a status as a verb: "x, which failed".
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
