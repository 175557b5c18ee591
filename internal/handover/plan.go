// Package handover hands the webhooks of an older version over to the current
// one. Lacking says what the current version lacks of what the older one shows;
// diff.Compute plans that. Then the old webhooks become changes of the same plan
// (Handover.AddTo): deletions, by the methods of their version, each of which
// depends on the changes that make its successors. Whether events would be sent twice or
// not at all can change at any time, so MarkKept is called twice: for the
// license as it will be, when a plan is made, and for the license as it is, right
// before an old webhook is unregistered (Handover.Hold).
package handover

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// Handover is the old side of a migration.
type Handover struct {
	version string
	olds    []*Registration
	want    *resource.License
	live    *resource.License // as it was when it was planned
	plan    *diff.Plan
	byID    map[string]*Registration // by change
	look
}

// New returns the handover of a migration: want holds the webhooks that the license is to
// have, successions what each of them succeeds. live is the license with what the
// version shows (License.AddOlder).
func New(version string, successions []migrate.Succession, want, live *resource.License, o diff.Options) *Handover {
	h := &Handover{version: version, olds: Registrations(version, successions, live), want: want, live: live, byID: map[string]*Registration{}}
	Protect(h.olds, o)
	return h
}

// Kinds returns the kinds that show whether the successors of a migration will be sent.
func Kinds(successions []migrate.Succession) []string {
	var kinds []string
	for _, s := range successions {
		kinds = append(kinds, hooks, "webhooks_state")
		if s.Kind != hooks {
			kinds = append(kinds, "routing_statuses")
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// AddTo adds the deletion of each old webhook to the plan that registers its successors,
// blocked if the webhook must stay, and notes those that stay as requested. With keep all
// stay. The deletions come one by one after everything else. gaps are what could not be
// read of the version.
func (h *Handover) AddTo(plan *diff.Plan, keep bool, gaps []resource.Gap) {
	h.plan = plan
	MarkKept(h.olds, h.want, expected(h.live, plan))
	var before []string // changes that come before the next one
	for _, ch := range plan.Todo() {
		before = append(before, ch.ID)
	}
	none, goes := true, false
	for i, o := range h.olds {
		plan.Found.Sizes[h.version+"/"+hooks]++
		switch {
		case o.Same:
			continue
		case keep:
			plan.Notices = append(plan.Notices, fmt.Sprintf("%s stays in %s as requested; events go to it and to its successors", o, h.version))
		case o.LeftOut:
			plan.Notices = append(plan.Notices, fmt.Sprintf("%s stays in %s: %s", o, h.version, o.Keep))
		default:
			ch := h.change(o, i)
			if ch.Blocked == "" {
				ch.StartsAfter, before, goes = before, []string{ch.ID}, true
			}
			plan.Changes, h.byID[ch.ID] = append(plan.Changes, ch), o
		}
		none = false
	}
	for _, g := range gaps {
		none = none && g.Kind != hooks && g.Kind != "bots"
		g.Kind = h.version + "/" + g.Kind
		plan.Gaps = append(plan.Gaps, g)
	}
	if goes {
		plan.Notices = append(plan.Notices, fmt.Sprintf("webhooks in %s are deleted after their successors are registered and enabled", h.version))
	}
	if none {
		plan.Notices = append(plan.Notices, "webhooks in "+h.version+": none to delete")
	}
}

// change returns the deletion of an old webhook. It depends on the changes that register
// and enable its successors. The old webhook has the secret of its successors, which no
// version returns.
func (h *Handover) change(o *Registration, place int) *diff.Change {
	ch := &diff.Change{ID: o.Kind.Name + "/" + cmp.Or(o.ID(), fmt.Sprintf("#%d", place)), Kind: o.Kind.Name, Key: o.String(), Action: diff.Delete,
		Reason: "its successors are registered", Before: o.Row.Clone(), Blocked: o.Keep}
	for _, s := range o.successors {
		for _, row := range s.Rows {
			if secret, ok := h.want.Rows(hooks)[row].Lookup("secret_key"); ok && !ch.Before.Has("secret_key") {
				ch.Before.Set("secret_key", secret)
			}
		}
	}
	for _, c := range h.plan.Todo() {
		if c.After != nil && slices.Contains(o.restsOn, c.After) {
			ch.DependsOn = append(ch.DependsOn, c.ID)
		}
	}
	return ch
}

// expected returns the license as it will be after a plan, without changes that are
// blocked.
func expected(live *resource.License, plan *diff.Plan) *resource.License {
	out := live.Clone()
	for _, ch := range plan.Todo() {
		if ch.After == nil {
			continue
		}
		k := resource.Lookup(ch.Kind)
		rows := slices.DeleteFunc(slices.Clone(out.Rows(ch.Kind)), func(row *resource.Object) bool {
			return ch.Before != nil && k.NameOf(row) == k.NameOf(ch.Before)
		})
		out.SetRows(ch.Kind, append(rows, ch.After))
	}
	return out
}
