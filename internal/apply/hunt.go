package apply

import (
	"errors"
	"fmt"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// huntPauses are the times between the reads that look for what became of a
// call; the last one repeats.
var huntPauses = []time.Duration{0, 500 * time.Millisecond, 1 * time.Second, 2 * time.Second, 4 * time.Second}

// finding is what reading again told of an item whose outcome was unknown.
type finding struct {
	done   bool // it took effect
	id     resource.Value
	row    *resource.Object
	detail string
}

// lookable tells whether reading the license again can tell what became of an
// item. For a create that needs a pre-image without gaps: only what was not
// there before can be what it made.
func (r *run) lookable(it *item, method string) bool {
	k, old := it.task.kind, it.task.change.Before
	switch {
	case r.o.Settle < 0 || r.o.Read == nil || r.ctx.Err() != nil:
		return false
	case it.step.does == starting: // its own kind does not tell
		return false
	case it.step.does != creating || repeatable(method):
		return true
	case k.ServerID == "" && old != nil && len(diff.Compare(k, old, it.want, nil)) == 0:
		return false // the old one, which a late read may show, looks the same
	}
	return r.before.unread(it.task, false) == ""
}

func repeatable(method string) bool {
	m := resource.LookupMethod(method)
	return m != nil && m.Effect.Repeatable()
}

// hunt reads a kind again and again until it is known what became of the
// items of a call, or the time for that is up, or the run is cancelled. It
// runs outside of the scheduler.
func (r *run) hunt(c *call, answers []answer) completion {
	done := completion{call: c, answers: answers, found: make([]finding, len(c.items))}
	started := r.o.Clock.Now()
	contested := false
	for round := 0; ; round++ {
		left := r.o.Settle - r.o.Clock.Now().Sub(started)
		if round > 0 && left <= 0 && !contested {
			break
		}
		pause := huntPauses[min(round, len(huntPauses)-1)]
		if left > 0 {
			pause = min(pause, left)
		}
		if r.o.Clock.Sleep(r.ctx, pause) != nil {
			break
		}
		live, err := r.reread(c.items[0].task.kind)
		var e *wire.Error
		if errors.As(err, &e) && e.Class == wire.Authentication {
			done.whole = err
			break
		}
		if err != nil {
			continue
		}
		var open bool
		if open, contested = r.spot(c, live, done.found); !open {
			break
		}
	}
	done.unrecorded = r.recordFound(c, done)
	return done
}

// reread reads a kind; those who ask at the same time share one read.
func (r *run) reread(k *resource.Kind) (*resource.License, error) {
	v, err, _ := r.reads.Do(k.Name, func() (any, error) { return r.o.Read(r.ctx, []string{k.Name}) })
	live, _ := v.(*resource.License)
	if err == nil && live == nil {
		live = &resource.License{}
	}
	return live, err
}

// spot looks for items in what was read. It tells whether some are still open,
// and whether one of them may be settled by a call that is under way.
func (r *run) spot(c *call, live *resource.License, found []finding) (open, contested bool) {
	x := newIndex(live)
	for i, it := range c.items {
		if found[i].done {
			continue
		}
		if it.step.does == creating && !repeatable(c.method) {
			var disputed bool
			found[i], disputed = r.adopted(it, live)
			contested = contested || disputed
		} else {
			found[i] = r.inEffect(it, x)
		}
		open = open || !found[i].done
	}
	return open, contested
}

// adopted looks for the object that an item created.
func (r *run) adopted(it *item, live *resource.License) (f finding, contested bool) {
	k := it.task.kind
	row, differs, contested := r.claims.adopt(it, live)
	switch {
	case contested || row == nil:
	case differs && k.ServerID != "":
		f.detail = fmt.Sprintf("a new %s of that name, %s, is there, but it differs from what was sent", k.Singular, nameOf(k, row))
	case differs:
		f.detail = fmt.Sprintf("a %s of that name is there that was not there before, but it differs from what was sent", k.Singular)
	default:
		f = finding{done: true, id: it.id, row: row, detail: "the answer was lost; found as " + nameOf(k, row)}
		if k.ServerID != "" {
			f.id = row.Get(k.ServerID)
		}
	}
	return f, contested
}

// inEffect looks whether what an item sets is set, or what it deletes is gone.
func (r *run) inEffect(it *item, x *index) finding {
	k, at := it.task.kind, x.of(it.task.kind)
	row := at.byKey[k.KeyOf(it.row)]
	if k.ServerID != "" {
		row = at.byID[resource.Text(it.id)]
	}
	switch {
	case it.step.does == deleting:
		if x.unread(it.task, row != nil) != "" || row != nil && !it.task.unset(row) {
			return finding{}
		}
		r.claims.gone(it)
		return finding{done: true, id: it.id, detail: "the answer was lost; found to be gone"}
	case row == nil || !it.asSent(row, at, x.license.Unreadable[k.Name]):
		return finding{}
	}
	return finding{done: true, id: it.id, row: row, detail: "the answer was lost; found as sent"}
}

// recordFound journals what was found of the items of a call.
func (r *run) recordFound(c *call, done completion) error {
	results := r.resultsOf(c, done.answers)
	for i, f := range done.found {
		if f.done {
			results[i].Status, results[i].ServerID, results[i].Error = Done, f.id, ""
		}
	}
	return r.record(c, results)
}

// settled takes in what was found of the items of a call, whose answers say
// nothing of them.
func (s *scheduler) settled(c completion) {
	for i, it := range c.call.items {
		f := c.found[i]
		t := it.task
		switch {
		case f.done:
			t.result.note(f.detail)
			if it.step.does == creating {
				s.r.reveal(t, f.id)
				s.r.tellLost(it, f.row)
			}
			s.r.advance(t)
			continue
		case f.detail == "" && s.r.ctx.Err() == nil && c.whole == nil:
			f.detail = fmt.Sprintf("reading for %v did not show it", s.r.o.Settle)
		}
		if f.detail != "" {
			t.result.note(f.detail)
		}
		s.r.take(it, c.call.method, c.answers[i])
	}
}

// tellLost says that the secret of an adopted object went with the answer that
// revealed it, and how to have a new one made.
func (r *run) tellLost(it *item, row *resource.Object) {
	t, k, op := it.task, it.task.kind, it.step.op
	if op.ResetSecret == "" {
		return
	}
	args := resource.Of(k.ServerID, t.id)
	for _, from := range []*resource.Object{it.row, row} {
		if client := from.String(k.ClientID); client != "" && k.ClientID != "" {
			args.Set(k.ClientID, client)
		}
	}
	again := op.ResetSecret + " " + resource.JSON(args)
	t.result.note("ITS SECRET IS LOST WITH THE ANSWER: have a new one made with " + again)
	r.notice("THE SECRET OF %s IS LOST with the answer that told it; a new one is made by %s", secretName(k, t.id), again)
}
