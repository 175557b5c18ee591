package runs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// leftover is a change that is left of a run and could not be made.
type leftover struct {
	*diff.Change
	run string // that tried last
}

// Left tells that a run that had not finished still has not: whatever else is
// done, something is missing.
func (l *License) Left() bool { return len(l.left) > 0 }

// leave notes what is left of a run that another tried to finish.
func (l *License) leave(u *Run, rest *diff.Plan, report *apply.Report, run string) {
	for _, ch := range rest.Todo() {
		if slices.ContainsFunc(report.Results, func(r apply.Result) bool { return r.ID == ch.ID && r.Status != apply.Done }) {
			l.left = append(l.left, leftover{ch, run})
		}
	}
	l.noticef("run %s could not be finished, and will be tried again: %s; lcsync runs abandon %s gives it up", u.ID, strings.Join(NotDone(report), "; "), run)
}

// withhold blocks the changes of a plan that are about objects of which
// something is left, and those that need them, and returns one of them. The next
// command tries what is left once more: what was made anew in between would be
// there twice.
func (l *License) withhold(plan *diff.Plan) (blocked *diff.Change) {
	not := map[string]bool{}
	for again := l.Left(); again; {
		again = false
		for _, ch := range plan.Changes {
			if ch.Blocked != "" {
				continue
			}
			if i := slices.IndexFunc(l.left, func(left leftover) bool { return sameObject(left.Change, ch) }); i >= 0 {
				ch.Blocked = fmt.Sprintf("something is left of run %s, which could not be finished; lcsync runs abandon %s gives that up", l.left[i].run, l.left[i].run)
			} else if i := slices.IndexFunc(ch.DependsOn, func(id string) bool { return not[id] }); i >= 0 {
				ch.Blocked = "it needs " + ch.DependsOn[i] + ", which is not made"
			}
			if ch.Blocked != "" {
				not[ch.ID], again, blocked = true, true, cmp.Or(blocked, ch)
			}
		}
	}
	return blocked
}

// sameObject tells whether two changes are about one object.
func sameObject(a, b *diff.Change) bool {
	names := namesOf(b)
	return a.Kind == b.Kind && slices.ContainsFunc(namesOf(a), func(n string) bool { return slices.Contains(names, n) })
}

// namesOf returns what the object of a change goes by, before and after it.
func namesOf(ch *diff.Change) []string {
	k := resource.LookupAny(ch.Kind)
	names := []string{"key " + ch.Key}
	for _, row := range []*resource.Object{ch.Before, ch.After} {
		if row == nil {
			continue
		}
		names = append(names, "key "+k.KeyOf(row))
		if id := k.IDOf(row); id != nil {
			names = append(names, "id "+resource.Text(id))
		}
	}
	return names
}
