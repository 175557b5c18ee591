package apply

import (
	"slices"

	"lcsync/internal/resource"
)

// connect connects tasks with the tasks that they need and wait for. It skips a task
// whose need is not among the tasks.
func (r *run) connect(tasks []*task) {
	for _, t := range tasks {
		for _, id := range t.hardNeeds() {
			if need := r.tasks[id]; need != nil && need != t {
				t.needs = append(t.needs, need)
			} else if t.state != ended {
				r.finish(t, Skipped, "needs "+id+", which "+r.whyAbsent(id))
			}
		}
		for _, w := range r.waitsOf(t) {
			t.waitFor(w)
		}
		for _, need := range t.needs {
			t.waitFor(need)
		}
	}
	for _, w := range r.trees {
		for _, t := range w.held {
			t.open++
		}
	}
	r.criticalPaths(tasks)
}

func (t *task) waitFor(other *task) {
	// Tasks are connected one after the other, so t can only be the last.
	if other == nil || other == t || len(other.after) > 0 && other.after[len(other.after)-1] == t {
		return
	}
	other.after = append(other.after, t)
	if other.state != ended {
		t.open++
	}
}

func (r *run) whyAbsent(id string) string {
	for i := range r.results {
		if r.results[i].ID == id {
			return verb(r.results[i].Status)
		}
	}
	return "is not in the plan"
}

// hardNeeds returns the ids of the changes that a task needs: those the plan
// says, and those whose ids it has to send.
func (t *task) hardNeeds() []string {
	needs := slices.Clone(t.change.DependsOn)
	for to := range t.kind.References(t.change.After) {
		if ref, isNew := to.Value.(resource.Ref); isNew && !to.To.Soft && !slices.Contains(needs, refID(ref)) {
			needs = append(needs, refID(ref))
		}
	}
	return needs
}

// waitsOf returns the tasks whose end a task waits for: those the plan says,
// and the move of the object that it is to be put before, or its parent in a
// tree.
func (r *run) waitsOf(t *task) []*task {
	before, w := r.anchor(t), r.trees[t.kind.Name]
	if w != nil {
		before = w.parents[t]
	}
	out := []*task{before}
	for _, id := range t.change.StartsAfter {
		if wait := r.tasks[id]; w == nil || wait == nil || wait.kind != t.kind {
			out = append(out, wait)
		}
	}
	return out
}

// anchor returns the task that creates or moves the object that t goes before,
// nil if that one stays where it is.
func (r *run) anchor(t *task) *task {
	if t.change.Move == nil {
		return nil
	}
	switch v := t.change.Move.Before.(type) {
	case resource.Ref:
		return r.tasks[refID(v)]
	case nil:
		return nil
	default:
		return r.moved[t.change.Kind+"/"+resource.Text(v)]
	}
}

// criticalPaths computes the longest path from each task to the end. Tasks on the
// longest paths are sent first.
func (r *run) criticalPaths(tasks []*task) {
	const visiting = -1
	var visit func(t *task) int
	visit = func(t *task) int {
		if t.height != 0 {
			return max(t.height, 0) // a cycle: it is found when nothing can go on
		}
		t.height = visiting
		below := 0
		for _, next := range t.after {
			below = max(below, visit(next))
		}
		t.height = below + max(1, len(t.steps))
		return t.height
	}
	for _, t := range tasks {
		visit(t)
	}
}

func refID(ref resource.Ref) string { return ref.Kind + "/" + ref.Key }
