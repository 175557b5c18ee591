package apply

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/sync/errgroup"

	"lcsync/internal/wire"
)

// scheduler sends the steps of connected tasks. Its loop owns all state; the
// goroutines it starts make one call or one read each, and report an event.
type scheduler struct {
	r        *run
	tasks    []*task
	queues   *queues
	trials   map[string]*trial // under way, by queue
	lost     search            // for what became of calls that were not answered
	group    errgroup.Group
	events   chan event
	inflight int    // calls and reads
	why      string // the run was stopped
}

// event is what the scheduler hears of: answered, unsent, observed, woken.
type event interface{ happen(s *scheduler) }

// panicked is the panic of a goroutine.
type panicked struct{ *wire.Panic }

func (p panicked) happen(*scheduler) { panic(p.Panic) }

// execute sends tasks until each of them has ended.
func (r *run) execute(tasks []*task) {
	s := &scheduler{r: r, tasks: tasks, queues: newQueues(r.o.BatchSize), trials: map[string]*trial{},
		events: make(chan event, r.o.Concurrency+1)}
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
	for _, w := range r.trees {
		s.queues.lane(w.lane).parallel = true
		for _, t := range w.tasks {
			if t.state == ended {
				s.grown(t)
			}
		}
	}
	s.loop()
	r.scheduler = nil
	for _, t := range tasks {
		if t.state != ended {
			r.finish(t, Skipped, "it waits for itself: "+cycle(t))
		}
	}
}

func (s *scheduler) loop() {
	cancelled := s.r.ctx.Done()
	for {
		if s.r.ctx.Err() != nil && cancelled != nil {
			cancelled = nil
			s.stop(errInterrupted.Error())
		}
		s.dispatch()
		if s.inflight == 0 && !s.lost.asleep {
			break
		}
		select {
		case <-cancelled:
		case e := <-s.events:
			e.happen(s)
		}
	}
	_ = s.group.Wait() // what goes wrong is an event
}

// dispatch starts reads and calls until none is ready or the limit is reached.
func (s *scheduler) dispatch() {
	for s.inflight < s.r.o.Concurrency {
		if s.lost.due {
			s.lost.due = false
			s.observe(s.lost.kinds(), s.settle)
			continue
		}
		c := s.queues.pop(s.inflight == 0)
		if c == nil {
			break
		}
		s.start(c)
	}
	s.rest()
}

// start encodes a call's items and sends those that can be.
func (s *scheduler) start(c *call) {
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
			s.r.fail(it.task, Failed, "", err)
		default:
			c.add(it, m)
			s.r.claims.sent(it)
		}
	}
	if len(c.items) == 0 {
		s.queues.free(items[0].task)
		if c.trial != nil {
			s.nextPart(c.trial)
		}
		return
	}
	s.r.sent++
	c.number = s.r.sent
	s.inflight++
	s.work(func() event { return s.r.carry(c) })
}

// work runs fn beside the scheduler, which hears of the event that it returns.
func (s *scheduler) work(fn func() event) {
	s.group.Go(func() error {
		var e event
		if p := wire.Guard(func() { e = fn() }); p != nil {
			e = panicked{p}
		}
		s.events <- e
		return nil
	})
}

// answered is a call that came back.
type answered struct {
	call       *call
	verdicts   []verdict
	whole      error // of the call as such
	unrecorded error // why the outcome is not in the journal
}

func (a answered) happen(s *scheduler) {
	s.inflight--
	c := a.call
	c.sealed, c.args = nil, nil
	for i, it := range c.items {
		s.r.claims.answered(it, a.verdicts[i])
	}
	s.r.tallies.count(a)
	if c.trial != nil {
		defer s.nextPart(c.trial)
	}
	if a.unrecorded != nil {
		s.r.notice("WHAT BECAME OF %s IS NOT IN THE JOURNAL: %v", listed(c.changes()), a.unrecorded)
		s.unjournalled(a.unrecorded)
	}
	if divisible(c, a.whole) {
		s.divide(c, a.whole)
		if s.r.stopped {
			s.stop(s.why)
		}
		return
	}
	if a.whole == nil {
		s.queues.accepted(c)
	}
	for i, it := range c.items {
		switch v := a.verdicts[i]; {
		case (v.status == Unknown || it.step.op.ByHand != "") && s.r.findable(it):
			s.search(it, c, v) // its lane waits for what comes of that
			continue
		default:
			s.r.conclude(it, c.method, v)
		}
		s.queues.free(it.task)
	}
	s.heed(a.whole)
	for _, v := range a.verdicts {
		s.heed(v.err)
	}
}

// unsent is a call of which nothing was done: the run was interrupted before it
// was sent, or its intent could not be journalled.
type unsent struct {
	call *call
	err  error
}

func (u unsent) happen(s *scheduler) {
	s.inflight--
	for _, it := range u.call.items {
		s.r.claims.answered(it, verdict{status: Failed})
		s.queues.free(it.task)
	}
	if u.call.trial != nil {
		defer s.nextPart(u.call.trial)
	}
	if !isInterrupted(u.err) {
		s.unjournalled(u.err)
	}
	for _, it := range u.call.items {
		switch interrupted := isInterrupted(u.err); {
		case interrupted && it.task.next == 0:
			s.r.finish(it.task, Skipped, errInterrupted.Error())
		case interrupted:
			s.r.fail(it.task, Failed, "", errInterrupted)
		default:
			s.r.fail(it.task, Failed, "", u.err)
		}
	}
}

// heed ends the run if an error says that the token was refused.
func (s *scheduler) heed(err error) {
	if isRefusedToken(err) && s.r.err == nil {
		s.r.err = err
		s.stop("not sent, for the token was refused")
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
	if s.r.o.Hold != nil {
		s.decide(t)
		return
	}
	s.begin(t)
}

// begin makes the first step of a task ready.
func (s *scheduler) begin(t *task) {
	s.queues.add(t)
	t.state = ready
}

// ended tells those who wait for a task that it has ended.
func (s *scheduler) ended(t *task) {
	s.grown(t)
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

// cycle names tasks that wait for each other, starting from one of them.
func cycle(t *task) string {
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
