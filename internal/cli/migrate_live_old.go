package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/handover"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// removeOld unregisters those of the agreed old registrations whose work is
// done by others by now, one by one, under the journal, and says what became of
// each.
func (h *handingOver) removeOld(ctx context.Context, plan *diff.Plan, report *apply.Report, agreed []*handover.Old) (out []handover.Outcome, err error) {
	if err := h.await(ctx, plan, report, agreed); err != nil {
		return nil, err
	}
	judged := h.clock.Now()
	var removal *runs.Removal
	if slices.ContainsFunc(agreed, func(o *handover.Old) bool { return o.Keep == "" }) {
		if removal, err = h.license.BeginRemoval(plan, h.legacy); err != nil {
			return nil, err
		}
		defer removal.Close()
	}
	old, err := h.conn.client.At(h.live.From)
	if err != nil {
		return nil, err
	}
	side := handover.Side{API: old, Version: h.live.From, Clock: h.clock, Propagation: h.Propagation,
		Secret: func(name string) (string, bool) { v, ok := h.legacy.Secrets[name]; return v, ok }} // whatever successors are given
	progress, finish := h.progress("unregistering")
	defer finish()
	for i, o := range h.olds {
		if o.Keep == "" && h.clock.Now().Sub(judged) > runs.StaleAfter {
			judged = h.clock.Now()
			if err := h.judge(ctx, plan, report); err != nil {
				return h.untouched(out, i, "it was not its turn yet"), err
			}
		}
		if o.Keep == "" && !slices.Contains(agreed, o) {
			o.Keep = notAgreed
		}
		if o.Keep != "" {
			out = append(out, handover.Outcome{Old: o, Status: handover.Stays, Why: o.Keep})
			continue
		}
		progress(i, len(h.olds), "")
		result, err := h.removeOne(ctx, removal, side, o)
		out = append(out, result)
		if err != nil {
			return h.untouched(out, i+1, "it was not its turn yet"), err
		}
	}
	if removal != nil {
		err = removal.Finish()
	}
	return out, err
}

// tooMany refuses to unregister more than the limits of deletions allow: what a
// plan that deleted as many webhooks would be refused for.
func (h *handingOver) tooMany(going int) error {
	removals := &diff.Plan{Found: diff.Found{Sizes: map[string]int{"webhooks": h.registered}}}
	for range going {
		removals.Changes = append(removals.Changes, &diff.Change{Kind: "webhooks", Action: diff.Delete})
	}
	if removals.Exceeds(h.MaxDelete, diff.Limit{}) == nil {
		return nil
	}
	return inputf(fmt.Sprintf("if that is meant, pass --max-delete %d", going), "%d of the %s of version %s would be unregistered", going, count(h.registered, "registration"), h.live.From)
}

// notAgreed is why what may go stays all the same.
const notAgreed = "it may go now, and could not when that was shown: run the command again"

// untouched adds the registrations from one on to what became of the others.
func (h *handingOver) untouched(out []handover.Outcome, from int, why string) []handover.Outcome {
	for _, o := range h.olds[from:] {
		out = append(out, handover.Outcome{Old: o, Status: handover.Stays, Why: why})
	}
	return out
}

// removeOne unregisters one, under the journal.
func (h *handingOver) removeOne(ctx context.Context, removal *runs.Removal, side handover.Side, o *handover.Old) (handover.Outcome, error) {
	out := handover.Outcome{Old: o, Status: handover.Stays, Why: "its removal could not be journalled"}
	statuses := map[handover.Status]apply.Status{handover.Removed: apply.Done, handover.Unknown: apply.Unknown}
	req := o.Request(h.live.From)
	err := removal.Remove(oldID(h.live.From, o), req.Method, req.Args, "unregistering "+o.String(), func() (_ apply.Status, _ string, err error) {
		out, err = side.Remove(ctx, o)
		return cmp.Or(statuses[out.Status], apply.Failed), out.Why, err
	})
	return out, err
}

// await reads what tells whether successors will be sent, until those of the
// agreed registrations show that were just registered.
func (h *handingOver) await(ctx context.Context, plan *diff.Plan, report *apply.Report, agreed []*handover.Old) error {
	deadline := h.clock.Now().Add(h.Propagation)
	for {
		if err := h.judge(ctx, plan, report); err != nil {
			return err
		}
		waiting := slices.ContainsFunc(agreed, func(o *handover.Old) bool { return o.Unseen })
		if !waiting || !mayShow(report) || !h.clock.Now().Before(deadline) {
			return nil
		}
		if err := h.clock.Sleep(ctx, runs.Pause); err != nil {
			return err
		}
	}
}

// mayShow tells whether all that was to be made was made, be it that it does
// not show yet.
func mayShow(report *apply.Report) bool {
	return report != nil && !slices.ContainsFunc(report.Results, func(r apply.Result) bool {
		return r.Status != apply.Done && r.Status != apply.Unverified && !r.Missing()
	})
}

// judge reads what tells whether successors will be sent, and says what may go.
func (h *handingOver) judge(ctx context.Context, plan *diff.Plan, report *apply.Report) error {
	now, err := h.reread(ctx, h.judgedBy())
	if err != nil {
		return err
	}
	recall(now, plan, report)
	handover.Judge(h.olds, h.want, now)
	return nil
}

// recall gives objects that were just made what they were made with, where the
// license shows of no object what it has there.
func recall(now *resource.License, plan *diff.Plan, report *apply.Report) {
	if report == nil {
		return
	}
	for _, r := range report.Results {
		i := slices.IndexFunc(plan.Changes, func(ch *diff.Change) bool { return ch.ID == r.ID && ch.After != nil })
		if i < 0 || r.ServerID == "" {
			continue
		}
		for _, row := range now.Rows(r.Kind) {
			if resource.Text(resource.Lookup(r.Kind).IDOf(row)) != r.ServerID {
				continue
			}
			for _, field := range now.Unreadable[r.Kind] {
				if v, sent := plan.Changes[i].After.Lookup(field); sent {
					row.Set(field, v)
				}
			}
		}
	}
}

// oldID names an old registration in a journal.
func oldID(version string, o *handover.Old) string {
	return "version " + version + " " + o.Kind + "/" + o.ID
}
