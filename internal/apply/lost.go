package apply

import (
	"fmt"
	"time"

	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// searchPauses are the pauses between the reads that search for the effect of calls
// without a response; the last one repeats.
var searchPauses = []time.Duration{0, 500 * time.Millisecond, 1 * time.Second, 2 * time.Second, 4 * time.Second}

// search holds the items whose outcome is unknown, or whose response proves nothing
// (Op.ByHand). Other calls go on during the search; a read takes the place of one.
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
	until   time.Time // when the search ends
	detail  string    // what was found instead
}

// findable tells whether reading the license again can show the outcome of an item. A
// create needs a pre-image without gaps for that: it can only have made an object that
// was not there before.
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

// search begins to search for the effect of an item. An accepted item has as long to
// appear as in the read-back; for a refused item one read is enough.
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
	s.work(func() event { return wakeEvent{s.r.o.Clock.Sleep(s.r.ctx, pause)} })
}

// wakeEvent is the end of a pause.
type wakeEvent struct{ err error }

func (w wakeEvent) happen(s *scheduler) {
	if w.err != nil {
		s.checkLost(nil, w.err)
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
		return readEvent{live, err, then}
	})
}

// readEvent is a part of the license as it is now.
type readEvent struct {
	live *resource.License
	err  error
	then func(*resource.License, error)
}

func (o readEvent) happen(s *scheduler) {
	s.inflight--
	o.then(o.live, o.err)
	s.heed(o.err)
}

// conclude gives each item of the search a verdict if its effect was read or its
// time is up.
func (s *scheduler) checkLost(read *resource.License, err error) {
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
	what := "no response received"
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

// giveUp ends an item whose effect was not found.
func (s *scheduler) giveUp(l *lostItem, over bool) {
	if l.detail == "" && !over && l.verdict.status == Unknown {
		l.detail = fmt.Sprintf("not found within %v", s.r.o.Settle)
	}
	if l.verdict.status == Failed {
		l.detail = "to be done by hand: " + l.step.op.ByHand
	}
	if l.detail != "" {
		l.task.result.note(l.detail)
	}
	s.r.conclude(l.item, l.call.method, l.verdict)
}

// tellLost says that the secret of an adopted object was in the lost response, and how
// to reset it.
func (r *run) tellLost(t *task, sent, live *resource.Object) {
	again := resetCall(t.kind, t.id, sent, live)
	if again == "" {
		return
	}
	t.result.note("its secret is lost with the response; reset it with " + again)
	r.notice("%s", lostSecret(secretName(t.kind, t.id), again))
}

// lostSecret says that a secret was in a response that was not received, and which
// call makes a new one.
func lostSecret(name, again string) string {
	return "the secret of " + name + " is lost with the response; reset it with " + again
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
