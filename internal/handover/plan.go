// Package handover hands the webhooks of an older version over to the current
// one. Lacking says what the current version lacks of what the older one shows;
// diff.Compute plans that. Then the old webhooks become changes of the same plan
// (Handover.AddTo): deletions, by the methods of their version, each of which
// depends on the changes that make its successors. What could be sent twice or
// not at all is a question of the moment, so that Judge is asked twice: of the
// license as it will be, when a plan is made, and of the license as it is, right
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
	olds    []*Old
	want    *resource.License
	live    *resource.License // as it was when it was planned
	plan    *diff.Plan
	byID    map[string]*Old // by change
	look
}

// New takes in what a migration came to: the webhooks that the license is to
// have, and what each of them succeeds. live is the license with what the
// version shows (License.AddOlder).
func New(version string, successions []migrate.Succession, want, live *resource.License, o diff.Options) *Handover {
	h := &Handover{version: version, olds: Registrations(version, successions, live), want: want, live: live, byID: map[string]*Old{}}
	Protect(h.olds, o)
	return h
}

// Kinds returns the kinds that tell whether the successors of a migration will
// be sent.
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

// AddTo adds the deletion of each old webhook to the plan that registers its
// successors, blocked where it has to stay, and tells of those that stay as
// asked. With keep all do. They go one by one, when everything else has been
// done. gaps are what could not be read of the version.
func (h *Handover) AddTo(plan *diff.Plan, keep bool, gaps []resource.Gap) {
	h.plan = plan
	Judge(h.olds, h.want, expected(h.live, plan))
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
			plan.Notices = append(plan.Notices, fmt.Sprintf("%s stays in %s, as asked: both it and its successors are sent", o, h.version))
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
		plan.Notices = append(plan.Notices, fmt.Sprintf("what is deleted in %s goes once its successors are registered and will be sent", h.version))
	}
	if none {
		plan.Notices = append(plan.Notices, "webhooks in "+h.version+": there are none that would have to go")
	}
}

// change is the deletion of an old webhook. It depends on those changes that
// make what tells that its successors are sent. The secret that these are
// registered with is the old one's, too: no version shows it.
func (h *Handover) change(o *Old, place int) *diff.Change {
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

// expected is what the license has to judge by once a plan is carried out. What
// is left out of the plan, or not known, is not expected.
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
