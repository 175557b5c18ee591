package apply

import (
	"fmt"
	"time"

	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// searchPauses are the times between the reads that search for what became of
// calls that were not answered; the last one repeats.
var searchPauses = []time.Duration{0, 500 * time.Millisecond, 1 * time.Second, 2 * time.Second, 4 * time.Second}

// search is what the scheduler knows of items whose outcome no answer tells, or
// whose answer proves nothing (Op.ByHand). While they are searched for, other calls
// go on: only a read takes the place of one.
type search struct {
	items  []*lostItem
	round  int  // pauses since the last item was lost
	asleep bool // until the next read, or in it
	due    bool // the pause is over
}

type lostItem struct {
	*item
	call    *call
	verdict verdict
	until   time.Time // when it is given up
	detail  string    // what there is in its place
}

// findable tells whether reading the license again can tell what became of an
// item. For a create that needs a pre-image without gaps: only what was not
// there before can be what it made.
func (r *run) findable(it *item) bool {
	k, old := it.task.kind, it.task.change.Before
	switch {
	case r.o.Settle < 0 || r.o.Read == nil || r.ctx.Err() != nil:
		return false
	case it.step.does == starting: // its own kind does not tell
		return false
	case !it.adds():
		return true
	case k.ServerID == "" && old != nil && matches(k, old, it.want, nil):
		return false // the old one, which a late read may show, looks the same
	}
	return it.task.unread(r.before, false) == ""
}

// search begins to look for what became of an item. What was accepted has as
// long to show as the read-back gives it; at what was refused one look is enough.
func (s *scheduler) search(it *item, c *call, v verdict) {
	within := map[Status]time.Duration{Unknown: s.r.o.Settle, Done: max(s.r.o.Propagation, 0)}[v.status]
	s.lost.items = append(s.lost.items, &lostItem{item: it, call: c, verdict: v, until: s.r.o.Clock.Now().Add(within)})
	s.lost.round = 0
}

// rest sleeps until the next read, if there is something to search for.
func (s *scheduler) rest() {
	if len(s.lost.items) == 0 || s.lost.asleep {
		return
	}
	now := s.r.o.Clock.Now()
	pause := searchPauses[min(s.lost.round, len(searchPauses)-1)]
	for _, l := range s.lost.items {
		if left := l.until.Sub(now); left > 0 {
			pause = min(pause, left)
		}
	}
	s.lost.asleep = true
	s.lost.round++
	s.work(func() event { return woken{s.r.o.Clock.Sleep(s.r.ctx, pause)} })
}

// woken is the end of a pause.
type woken struct{ err error }

func (w woken) happen(s *scheduler) {
	if w.err != nil {
		s.settle(nil, w.err)
		return
	}
	s.lost.due = true
}

// kinds are those of the items that are searched for.
func (l *search) kinds() []string {
	tasks := make([]*task, len(l.items))
	for i, it := range l.items {
		tasks[i] = it.task
	}
	return kindsOf(tasks)
}

// observe reads kinds of the license.
func (s *scheduler) observe(kinds []string, then func(*resource.License, error)) {
	s.inflight++
	s.work(func() event {
		live, err := s.r.read(kinds)
		return observed{live, err, then}
	})
}

// observed is a part of the license as it is now.
type observed struct {
	live *resource.License
	err  error
	then func(*resource.License, error)
}

func (o observed) happen(s *scheduler) {
	s.inflight--
	o.then(o.live, o.err)
	s.heed(o.err)
}

// settle gives each item that is searched for a verdict, if it shows in what was
// read or if its time is up.
func (s *scheduler) settle(read *resource.License, err error) {
	s.lost.asleep = false
	over := s.r.ctx.Err() != nil || isRefusedToken(err)
	live := resource.NewIndex(read)
	now := s.r.o.Clock.Now()
	items := s.lost.items
	s.lost.items = nil
	for _, l := range items {
		var f finding
		if err == nil {
			f = s.r.claims.find(l.item, live)
			l.detail = f.detail
		}
		switch {
		case f.row != nil || f.gone:
			s.found(l, f)
		case !over && (f.contested || now.Before(l.until)):
			s.lost.items = append(s.lost.items, l)
			continue
		default:
			s.giveUp(l, over)
		}
		s.queues.free(l.task)
	}
}

// found goes on with an item that took effect.
func (s *scheduler) found(l *lostItem, f finding) {
	t := l.task
	if l.verdict.status == Done {
		s.r.conclude(l.item, l.call.method, l.verdict)
		return
	}
	err := s.r.recordResults(l.call.number, []journal.Result{{Change: t.change.ID, Status: string(Done), ServerID: resource.Text(f.id)}})
	if err != nil {
		s.unjournalled(err)
	}
	what := "the answer was lost"
	if l.verdict.status == Failed {
		what = "it was refused: " + l.verdict.err.Error()
	}
	t.result.note(what + "; found " + f.detail)
	if l.step.does == creating {
		s.r.reveal(t, f.id)
		s.r.tellLost(t, l.row, f.row)
	}
	s.r.advance(t)
}

// giveUp ends an item that does not show.
func (s *scheduler) giveUp(l *lostItem, over bool) {
	if l.detail == "" && !over && l.verdict.status == Unknown {
		l.detail = fmt.Sprintf("reading for %v did not show it", s.r.o.Settle)
	}
	if l.verdict.status == Failed {
		l.detail = "left to be done by hand: " + l.step.op.ByHand
	}
	if l.detail != "" {
		l.task.result.note(l.detail)
	}
	s.r.conclude(l.item, l.call.method, l.verdict)
}

// tellLost says that the secret of an adopted object went with the answer that
// revealed it, and how to have a new one made.
func (r *run) tellLost(t *task, sent, live *resource.Object) {
	again := resetCall(t.kind, t.id, sent, live)
	if again == "" {
		return
	}
	t.result.note("ITS SECRET IS LOST WITH THE ANSWER: have a new one made with " + again)
	r.notice("THE SECRET OF %s IS LOST with the answer that told it; a new one is made by %s", secretName(t.kind, t.id), again)
}

// resetCall returns the call that makes a new secret for an object, "" if it has
// none.
func resetCall(k *resource.Kind, id resource.Value, sent, live *resource.Object) string {
	if k.Create == nil || k.Create.ResetSecret == "" {
		return ""
	}
	args := resource.Of(k.ServerID, id)
	for _, row := range []*resource.Object{live, sent} {
		if client := row.String(k.OwnedBy); k.OwnedBy != "" && client != "" {
			args.Set(k.OwnedBy, client)
		}
	}
	return k.Create.ResetSecret + " " + resource.JSON(args)
}

// repeatable tells that a method may be called twice.
func repeatable(method string) bool {
	m := resource.LookupMethod(method)
	return m != nil && m.Effect.Repeatable()
}

// adds tells whether an item makes an object each time that it is sent.
func (it *item) adds() bool { return it.step.does == creating && !repeatable(it.step.op.Method) }
