package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// tree is how the objects of a linked kind are created on a license that has none:
// not one after the other, each before the one that follows it, but the middle
// one first, then the middles of both halves at once, and so on. Each goes before
// the next one in order that is there already, so that no two go to the same
// place at once.
//
// No page says that concurrent writes to such a list are safe. So the order is
// read once after the first two that were sent at once, and if it is not as it
// should be, or anything of the kind fails, the rest goes one at a time.
type tree struct {
	tasks   []*task         // in the wanted order
	parents map[*task]*task // whom each waits for
	first   map[*task]bool  // the first two that are sent at once
	held    []*task         // those below, which wait until the order was read
	lane    string
}

// plantTrees finds the kinds that are created as a tree.
func (r *run) plantTrees() {
	for _, k := range resource.Kinds() {
		if tasks := r.chain(k); k.Order == resource.Linked && r.wide && len(tasks) > 2 && empty(r.before, k) {
			w := &tree{tasks: tasks, parents: map[*task]*task{}, first: map[*task]bool{}, lane: tasks[0].lane}
			w.grow(tasks, nil, 0)
			r.trees[k.Name] = w
		}
	}
}

// empty tells that a license is known to have no objects of a kind.
func empty(x *resource.Index, k *resource.Kind) bool {
	return x.Has(k.Name) && len(x.Rows(k.Name)) == 0 &&
		!slices.ContainsFunc(x.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })
}

// chain returns the tasks of a linked kind in the order that they are to stand
// in; nil if one of them does anything but create, or if they are no chain.
func (r *run) chain(k *resource.Kind) []*task {
	follows := map[*task]*task{} // by what it goes before, nil = the end
	n := 0
	for _, t := range r.todo {
		if t.kind != k {
			continue
		}
		if t.change.Action != diff.Create || t.change.Move == nil || follows[r.anchor(t)] != nil {
			return nil
		}
		follows[r.anchor(t)] = t
		n++
	}
	var out []*task
	for t := follows[nil]; t != nil && len(out) < n; t = follows[t] {
		out = append(out, t)
	}
	if len(out) < n {
		return nil
	}
	slices.Reverse(out)
	return out
}

// grow joins the middle of some tasks to a parent, and what is left and right of
// it to that.
func (w *tree) grow(tasks []*task, parent *task, depth int) {
	if len(tasks) == 0 {
		return
	}
	middle := len(tasks) / 2
	t := tasks[middle]
	w.parents[t] = parent
	switch depth {
	case 1:
		w.first[t] = true
	case 2:
		w.held = append(w.held, t)
	}
	w.grow(tasks[:middle], t, depth+1)
	w.grow(tasks[middle+1:], t, depth+1)
}

// place returns what a task goes before: the next one that is there, "" for the
// end.
func (w *tree) place(t *task) resource.Value {
	for _, next := range w.tasks[slices.Index(w.tasks, t)+1:] {
		if next.exists() {
			return next.id
		}
	}
	return ""
}

// ordered tells whether all that should be there of the first three is, in the
// right order.
func (w *tree) ordered(live *resource.Index) bool {
	last := -1
	for _, t := range w.tasks {
		if !t.exists() {
			continue
		}
		place := slices.Index(live.Order(t.kind), resource.Text(t.id))
		if place < 0 || place < last {
			return false
		}
		last = place
	}
	return true
}

// grown takes in that a task of a tree has ended.
func (s *scheduler) grown(t *task) {
	w := s.r.trees[t.kind.Name]
	if w == nil {
		return
	}
	if !t.succeeded() {
		s.queues.serial(w.lane)
	}
	if delete(w.first, t); len(w.first) > 0 || w.held == nil {
		return
	}
	if s.r.rehearsal || s.r.o.Read == nil || s.r.stopped || !s.queues.lane(w.lane).parallel {
		s.let(w)
		return
	}
	s.observe([]string{t.kind.Name}, func(live *resource.License, err error) {
		if err != nil || !w.ordered(resource.NewIndex(live)) {
			s.queues.serial(w.lane)
		}
		s.let(w)
	})
}

// let releases what waited for the order to be read.
func (s *scheduler) let(w *tree) {
	held := w.held
	w.held = nil
	for _, t := range held {
		if t.open--; t.open == 0 && t.state == waiting {
			s.release(t)
		}
	}
}
