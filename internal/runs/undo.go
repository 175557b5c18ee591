package runs

import (
	"context"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/undo"
)

// PrepareUndo prepares the plan that puts back what a run did, and what those
// did that went on with it. Of the options those count that say what is allowed.
func (l *License) PrepareUndo(ctx context.Context, u *Run, o diff.Options) (*Prepared, error) {
	done, err := l.undoable(u)
	if err != nil {
		return nil, err
	}
	p, err := l.Prepare(ctx, func(ctx context.Context) (*diff.Plan, *resource.License, error) { return l.planUndo(ctx, u, done, o) })
	if err != nil {
		return nil, err
	}
	p.Digest = "undo " + u.ID
	return p, nil
}

// Undoes returns the run whose undo takes back what a run did, "" if it has not
// ended.
func (l *License) Undoes(id string) string {
	h, err := l.Store.Find(id)
	if err != nil || !h.Ended() {
		return ""
	}
	return l.first(h)
}

// undoable returns what was done of the plan of a run, by itself and by those
// that went on with it (Run.made). Their changes are changes of its plan.
func (l *License) undoable(u *Run) (map[string]resource.Value, error) {
	if u.older() {
		return nil, invalid("", "run %s unregistered webhooks of an older version, and kept nothing to register them again with", u.ID)
	}
	if first := l.first(u.Head); first != u.ID {
		return nil, invalid("lcsync undo "+first+" puts back what both did", "run %s went on with run %s", u.ID, first)
	}
	done := u.made()
	for {
		h, err := l.Store.Find(u.ID)
		if err != nil {
			return nil, err
		}
		if h.Next == "" {
			break
		}
		if u, err = Load(l.Store, h.Next); err != nil {
			return nil, err
		}
		for id, made := range u.made() {
			if was := done[id]; was == nil || made != nil {
				done[id] = made
			}
		}
	}
	if u.Finished == "" {
		return nil, invalid("lcsync apply --resume "+u.ID+" finishes it", "run %s did not finish", u.ID)
	}
	return done, nil
}

// first returns the run that a run is, in the end, what was left of: the first
// one that is still there.
func (l *License) first(h journal.Head) string {
	for h.Continues != "" {
		before, err := l.Store.Find(h.Continues)
		if err != nil {
			break
		}
		h = before
	}
	return h.ID
}

func (l *License) planUndo(ctx context.Context, u *Run, done map[string]resource.Value, o diff.Options) (*diff.Plan, *resource.License, error) {
	live, err := l.Read(ctx, u.toUndo(o.Prune), u.Plan.License.ClientIDs)
	if err != nil {
		return nil, nil, err
	}
	if text := u.Plan.Elsewhere(live); text != "" {
		return nil, nil, invalid("check the profile", "%s", text)
	}
	if err := Recall(l.Store.Dir(), l.Host, live, u.Before); err != nil {
		return nil, nil, err
	}
	plan, back, err := undo.Plan(undo.Run{Plan: u.Plan, Done: done, Preimage: u.Before}, live, o.Prune, o)
	if err != nil {
		return nil, nil, err
	}
	plan.Skipped = slices.Concat(plan.Skipped, back.Skipped)
	for _, lost := range back.Lost {
		plan.Notices = append(plan.Notices, "cannot come back: "+lost)
	}
	return plan, live, nil
}

// toUndo returns the kinds that the undo of a run looks at: those that the run
// read or touched and, if objects may be deleted, what may refer to those.
func (u *Run) toUndo(prune bool) []string {
	touched := map[string]bool{}
	for _, k := range u.Before.Kinds() {
		touched[k.Name] = !k.ReadOnly
	}
	for _, name := range u.Plan.Kinds() {
		touched[name] = true
	}
	names := kindsOf(func(k *resource.Kind) bool { return touched[k.Name] })
	if prune {
		for _, k := range resource.Referrers(touched) {
			if !slices.Contains(names, k.Name) {
				names = append(names, k.Name)
			}
		}
	}
	return names
}
