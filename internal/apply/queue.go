package apply

import (
	"cmp"
	"container/heap"
)

// urgency orders calls: first those that end an interim state, then those on the
// longest path to the end, deletions of a lane before anything else in it, and
// otherwise as planned.
func urgency(a, b *call) int {
	x, y := a.items[0].task, b.items[0].task
	if x.halfMade() != y.halfMade() {
		return map[bool]int{true: 1, false: -1}[x.halfMade()]
	}
	if x.lane != "" && x.lane == y.lane {
		if c := cmp.Compare(laneRank(b), laneRank(a)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.height(), b.height()), cmp.Compare(y.index, x.index))
}

func laneRank(c *call) int {
	if c.step().does == deleting {
		return 0
	}
	return 1
}

func (c *call) height() int {
	h := 0
	for _, it := range c.items {
		h = max(h, it.task.height)
	}
	return h
}

// calls is a heap of calls, the most urgent one on top.
type calls []*call

func (h calls) Len() int           { return len(h) }
func (h calls) Less(i, j int) bool { return urgency(h[i], h[j]) > 0 }
func (h calls) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *calls) Push(x any)        { *h = append(*h, x.(*call)) }
func (h *calls) Pop() any {
	old := *h
	c := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return c
}

// queue collects steps that are sent together.
type queue struct {
	items []*item
	// coming counts the steps that will be added once the tasks that they wait for
	// have ended.
	coming int
}

// queues decides what is sent next. Steps that are sent together are held
// back until a call is full, until no more can come, or until nothing else is
// left to do.
type queues struct {
	size  int // items a call
	names []string
	byKey map[string]*queue
	lanes map[string]*lane
	// limits holds, by key, how many items a batch has at the most since the
	// server refused one with more.
	limits map[string]int
}

// lane holds the calls that are ready, of a linked kind or "" of all others. One
// is sent at a time unless it is parallel.
type lane struct {
	waiting  calls
	flying   int // what counts unless it is parallel
	parallel bool
}

func newQueues(size int) *queues {
	return &queues{size: size, byKey: map[string]*queue{}, lanes: map[string]*lane{"": {parallel: true}}, limits: map[string]int{}}
}

func (q *queues) of(key string) *queue {
	at := q.byKey[key]
	if at == nil {
		at = &queue{}
		q.byKey[key] = at
		q.names = append(q.names, key)
	}
	return at
}

// expect announces the steps of a task that have not been sent.
func (q *queues) expect(t *task) { q.announce(t, 1) }

// forget takes the announcement back for a task that ended early.
func (q *queues) forget(t *task) { q.announce(t, -1) }

func (q *queues) announce(t *task, n int) {
	first := t.next
	if n < 0 && (t.state == ready || t.state == flying) {
		first++ // has come already
	}
	for i := first; i < len(t.steps); i++ {
		if key := t.steps[i].queue; key != "" {
			q.of(key).coming += n
		}
	}
}

// add puts the next step of a task where it belongs.
func (q *queues) add(t *task) {
	it := &item{task: t, step: &t.steps[t.next]}
	if it.step.queue == "" {
		q.push(&call{items: []*item{it}})
		return
	}
	at := q.of(it.step.queue)
	at.coming--
	at.items = append(at.items, it)
}

// push makes a call ready to be sent.
func (q *queues) push(c *call) { heap.Push(&q.lane(c.items[0].task.lane).waiting, c) }

func (q *queues) lane(name string) *lane {
	if q.lanes[name] == nil {
		q.lanes[name] = &lane{}
	}
	return q.lanes[name]
}

// free ends a task's hold on its lane.
func (q *queues) free(t *task) { q.lane(t.lane).flying-- }

// serial lets one call of a lane go at a time from now on.
func (q *queues) serial(name string) { q.lane(name).parallel = false }

// next takes out the most urgent call that may go, nil if there is none.
func (q *queues) next() *call {
	var from *lane
	for _, l := range q.lanes {
		if len(l.waiting) > 0 && (l.flying == 0 || l.parallel) && (from == nil || urgency(l.waiting[0], from.waiting[0]) > 0) {
			from = l
		}
	}
	if from == nil {
		return nil
	}
	from.flying++
	return heap.Pop(&from.waiting).(*call)
}

// pop returns the next call to be sent, nil if all have to wait. idle tells
// that nothing is under way.
func (q *queues) pop(idle bool) *call {
	for _, name := range q.names {
		at := q.byKey[name]
		for len(at.items) >= q.most(name) || len(at.items) > 0 && at.coming == 0 {
			q.push(q.cut(name))
		}
	}
	c := q.next()
	if name := q.mostUrgent(); c == nil && idle && name != "" {
		q.push(q.cut(name))
		c = q.next()
	}
	if c == nil {
		return nil
	}
	if n := q.most(c.step().queue); len(c.items) > n && c.step().batch {
		q.push(&call{items: c.items[n:], part: c.part})
		c.items = c.items[:n:n]
	}
	return c
}

// most is how many items a call of a queue may have.
func (q *queues) most(name string) int {
	if n := q.limits[name]; n > 0 {
		return n
	}
	return q.size
}

// accepted records, for the rest of the run, how large a part of a refused batch the
// server accepted. Smaller parts that it accepts later prove nothing, because one item
// may have caused the refusal.
func (q *queues) accepted(c *call) {
	if name := c.step().queue; c.part && q.limits[name] == 0 {
		q.limits[name] = len(c.items)
	}
}

// cut takes a call's worth of items out of a queue.
func (q *queues) cut(name string) *call {
	at := q.byKey[name]
	n := min(q.most(name), len(at.items))
	c := &call{items: at.items[:n:n]}
	at.items = at.items[n:]
	return c
}

// mostUrgent names the queue that holds up the longest way to the end, "" if
// all are empty.
func (q *queues) mostUrgent() string {
	best, height := "", -1
	for _, name := range q.names {
		for _, it := range q.byKey[name].items {
			if it.task.height > height {
				best, height = name, it.task.height
			}
		}
	}
	return best
}
