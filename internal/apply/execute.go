package apply

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/sync/errgroup"

	"lcsync/internal/wire"
)

// scheduler sends the steps of connected tasks. Its loop owns all state; the
// goroutines it starts make one call each and report it.
type scheduler struct {
	r        *run
	tasks    []*task
	queues   *queues
	trials   map[string]*trial // under way, by queue
	group    errgroup.Group
	back     chan completion
	inflight int
	why      string // the run was stopped
}

// execute sends tasks until each of them has ended.
func (r *run) execute(tasks []*task) {
	s := &scheduler{r: r, tasks: tasks, queues: newQueues(r.o.BatchSize), trials: map[string]*trial{}, back: make(chan completion, r.o.Concurrency)}
	s.group.SetLimit(r.o.Concurrency)
	r.scheduler = s
	for _, t := range tasks {
		if t.state == waiting {
			s.queues.expect(t)
		}
	}
	for _, t := range tasks {
		if t.state == waiting && t.open == 0 {
			s.release(t)
		}
	}
	s.loop()
	r.scheduler = nil
	for _, t := range tasks {
		if t.state != ended {
			r.finish(t, Skipped, "it waits for itself: "+circle(t))
		}
	}
}

func (s *scheduler) loop() {
	cancelled := s.r.ctx.Done()
	for {
		if s.r.ctx.Err() != nil && cancelled != nil {
			cancelled = nil
			s.stop("interrupted")
		}
		s.dispatch()
		if s.inflight == 0 {
			break
		}
		select {
		case <-cancelled:
		case c := <-s.back:
			if c.panicked != nil {
				panic(c.panicked)
			}
			s.inflight--
			s.complete(c)
		}
	}
	_ = s.group.Wait() // calls report their errors as completions
}

// dispatch starts calls until none is ready or the limit is reached.
func (s *scheduler) dispatch() {
	for s.inflight < s.r.o.Concurrency {
		c := s.queues.pop(s.inflight == 0)
		if c == nil {
			return
		}
		s.start(c)
	}
}

// start encodes a call's items and sends those that can be.
func (s *scheduler) start(c *call) {
	lane := &call{items: c.items}
	items := c.items
	c.items, c.sealed, c.args = nil, nil, nil
	for _, it := range items {
		if it.task.state == ended || s.spare(it) {
			continue
		}
		var m *message
		err := s.r.foresee(it.task)
		if err == nil {
			m, err = s.r.encode(it.task, it.step)
		}
		switch {
		case errors.Is(err, errNothing):
			s.r.finish(it.task, Done, "")
		case err != nil:
			s.r.unsendable(it.task, err)
		default:
			c.take(it, m)
		}
	}
	if len(c.items) == 0 {
		s.queues.leave(lane)
		if c.trial != nil {
			s.again(c.trial)
		}
		return
	}
	s.r.sent++
	c.number = s.r.sent
	s.work(func() completion { return s.r.carry(c) })
}

// work runs fn beside the scheduler and reports what it returns.
func (s *scheduler) work(fn func() completion) {
	s.inflight++
	s.group.Go(func() error {
		var done completion
		panicked := wire.Guard(func() { done = fn() })
		done.panicked = panicked
		s.back <- done
		return nil
	})
}

// take adds an item that is to be sent to a call.
func (c *call) take(it *item, m *message) {
	it.row, it.soft, it.next = m.row, it.task.soft, m.sealed.Get(nextParam)
	switch t := it.task; {
	case it.step.does == deleting: // of a replacement: the old one
		it.id = t.identity(m.row)
	case it.step.does == creating && t.kind.ServerID == "":
		it.id = t.identity(m.row)
	case it.step.does != creating:
		it.id = t.id
	}
	c.method, c.items = m.method, append(c.items, it)
	c.sealed, c.args = append(c.sealed, m.sealed), append(c.args, m.args)
	it.task.state = flying
}

// complete takes in a call that came back, or what was found of one.
func (s *scheduler) complete(c completion) {
	c.call.sealed, c.call.args = nil, nil
	s.r.tallies.count(c)
	if c.found == nil && c.call.trial != nil {
		defer s.again(c.call.trial)
	}
	if c.unsent != nil {
		s.queues.leave(c.call)
		s.unsent(c.call, c.unsent)
		return
	}
	if c.unrecorded != nil {
		s.r.notice("WHAT BECAME OF %s IS NOT IN THE JOURNAL: %v", listed(c.call.changes()), c.unrecorded)
		s.unjournalled(c.unrecorded)
	}
	if c.found == nil && divisible(c.call, c.whole) {
		s.divide(c.call, c.whole)
		if s.r.stopped {
			s.stop(s.why)
		}
		return
	}
	if c.whole == nil && c.found == nil && c.unsent == nil {
		s.queues.accepted(c.call)
	}
	if c.found != nil {
		s.settled(c)
		s.queues.leave(c.call)
	} else {
		s.answered(c)
	}
	s.heed(c.whole)
	for i := range c.answers {
		s.heed(c.answers[i].err)
	}
}

// answered takes the answers of a call in. Items whose outcome they leave open
// are looked for first, and hold on to their lane meanwhile.
func (s *scheduler) answered(c completion) {
	lost := &call{number: c.call.number, method: c.call.method}
	var answers []answer
	for i, it := range c.call.items {
		if status, _ := judge(it, c.answers[i]); status == Unknown && s.r.lookable(it, c.call.method) {
			lost.items, answers = append(lost.items, it), append(answers, c.answers[i])
			continue
		}
		s.r.take(it, c.call.method, c.answers[i])
	}
	if len(lost.items) == 0 {
		s.queues.leave(c.call)
		return
	}
	s.work(func() completion { return s.r.hunt(lost, answers) })
}

// heed ends the run if an error says that the token was refused.
func (s *scheduler) heed(err error) {
	var e *wire.Error
	if errors.As(err, &e) && e.Class == wire.Authentication && s.r.err == nil {
		s.r.err = e
		s.stop("not sent, for the token was refused")
	}
}

// unsent fails the changes of a call that was not sent for want of a journal.
func (s *scheduler) unsent(c *call, err error) {
	s.unjournalled(err)
	for _, it := range c.items {
		it.task.result.Error = err.Error()
		s.r.finish(it.task, Failed, it.task.halfway(it.step, Failed))
	}
}

// unjournalled ends a run whose journal cannot be written.
func (s *scheduler) unjournalled(err error) {
	if s.r.err == nil {
		s.r.err = err
	}
	s.stop("not sent, for the journal cannot be written")
}

// release makes a task ready whose waits have ended, or skips it if one of its
// needs did not succeed.
func (s *scheduler) release(t *task) {
	for _, need := range t.needs {
		if !need.succeeded() {
			s.r.finish(t, Skipped, "it needs "+need.change.ID+", which "+verb(need.result.Status))
			return
		}
	}
	if len(t.steps) == 0 {
		s.r.finish(t, Done, "")
		return
	}
	s.queues.add(t)
	t.state = ready
}

// ended tells those who wait for a task that it has ended.
func (s *scheduler) ended(t *task) {
	for _, next := range t.after {
		if next.state == ended {
			continue
		}
		next.open--
		if next.open == 0 {
			s.release(next)
		}
	}
}

// stop skips every task that has not been started. Those that are half done
// go on, so that nothing is left deleted that was to be created again.
func (s *scheduler) stop(why string) {
	s.r.stopped, s.why = true, why
	for _, t := range s.tasks {
		if t.next == 0 && (t.state == waiting || t.state == ready) {
			s.r.finish(t, Skipped, why)
		}
	}
}

// circle names tasks that wait for each other, starting from one of them.
func circle(t *task) string {
	names, seen := []string{t.change.ID}, map[*task]bool{t: true}
	for at := t; ; {
		var next *task
		for _, n := range at.after {
			if n.state != ended {
				next = n
				break
			}
		}
		if next == nil {
			return strings.Join(names, ", ")
		}
		if names = append(names, next.change.ID); seen[next] {
			return strings.Join(names, " before ")
		}
		seen[next] = true
		at = next
	}
}

// interruptible returns a context for calls that outlives ctx by the grace
// period, and the function that ends it.
func (r *run) interruptible(ctx context.Context) (context.Context, func()) {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	through := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(through)
		if r.o.Clock.Sleep(calls, grace) == nil {
			cancel()
		}
	})
	return calls, func() {
		cancel()
		if !stop() {
			<-through
		}
	}
}
