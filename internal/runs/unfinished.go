package runs

import (
	"context"
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
)

// pending returns the runs on a plan's license to finish before anything is planned:
// those that did not finish, and those whose effects may not have appeared yet.
func (l *License) pending(plan *diff.Plan) ([]journal.Head, error) {
	own, maybe, err := l.Store.Of(l.license(plan))
	if err != nil {
		return nil, err
	}
	left := slices.DeleteFunc(slices.Clone(own), journal.Head.Ended)
	for _, h := range slices.Concat(left, maybe) {
		if h.Err != nil {
			return nil, invalid("to give the run up: lcsync runs abandon "+h.ID, "%s", h.Err)
		}
	}
	if len(maybe) > 0 {
		return nil, perhaps(maybe[len(maybe)-1])
	}
	slices.Reverse(left) // the oldest first
	for _, h := range own {
		if h.Finished == unverified && l.Clock.Now().Sub(h.FinishedAt) < l.Propagation {
			left = append(left, h)
		}
	}
	return left, nil
}

// perhaps refuses to go on because of an unfinished run that may be of the license: its
// objects would be created again.
func perhaps(h journal.Head) error {
	of, hint := "", "if it is, finish it with lcsync apply --resume "+h.ID
	if h.Owner != "" {
		of, hint = " of the license of "+h.Owner, hint+", with credentials that can read the agents"
	}
	return &Error{Reason: Incomplete, Hint: hint + "; to give the run up: lcsync runs abandon " + h.ID,
		Text: fmt.Sprintf("unfinished run %s%s may be of this license; nothing was sent", h.ID, of)}
}

// finishAll finishes what runs on the license have begun, and tells whether there were
// any. It finishes a run of the same saved plan completely; then nothing else is to do.
func (l *License) finishAll(ctx context.Context, p *LockedPlan) (found bool, err error) {
	pending, err := l.pending(p.Plan)
	for _, h := range pending {
		switch {
		case err != nil || p.Report != nil:
		case h.Finished != "":
			err = l.await(ctx, h.ID)
		case p.Digest != "" && h.Digest == p.Digest:
			report, failed := l.finish(ctx, h.ID, false)
			p.Report, p.Run, err = whole(report), h.ID, failed
		default:
			_, err = l.finish(ctx, h.ID, true)
		}
	}
	return len(pending) > 0, err
}
