package cli

import (
	"cmp"
	"context"
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/undo"
)

func newUndoCmd() *command {
	return &command{
		name:  "undo",
		args:  "RUN",
		brief: "put back what a run of apply changed",
		about: `Plans what puts the license back to what it was before a run, shows it, asks, and carries it out like apply. Only fields that the run wrote are put back, and only where the license still holds what it wrote; the rest is listed. What was deleted is created anew; what was created is deleted only with --prune.
What cannot come back is said before: ids of objects that were deleted, secrets of webhooks that are not supplied, authors of tags, publications, values of properties that nobody saved, invitations.`,
		flags: append([]ucli.Flag{
			&ucli.BoolFlag{Name: "prune", Usage: "also delete what the run created"},
			&ucli.BoolFlag{Name: "allow-application", Usage: "replace and delete what acts on other licenses too"},
			&ucli.BoolFlag{Name: "replace-properties", Usage: "unregister and register properties that the run replaced"},
			&ucli.StringFlag{Name: "self", Usage: "`EMAIL` of the agent that the token belongs to, who is never deleted"},
			&ucli.BoolFlag{Name: "full-scopes", Usage: "take the token's lists for complete"},
		}, carryFlags()...),
		examples: []string{
			"lcsync runs",
			"lcsync undo 20261120T2245",
			"lcsync undo --prune --yes 20261120T2245",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			o, err := readApplyOptions(c)
			if err != nil {
				return nil, err
			}
			o.plan = planOptions{FullScopes: c.Bool("full-scopes"), Options: diff.Options{Prune: c.Bool("prune"),
				AllowApplication: c.Bool("allow-application"), ReplaceDefinitions: c.Bool("replace-properties"), Self: c.String("self")}}
			return runUndo(ctx, s, o)
		},
	}
}

func runUndo(ctx context.Context, s *session, o applyOptions) (result, error) {
	a, err := s.newApplying(o)
	if err != nil {
		return nil, err
	}
	u, err := a.load(s.args[0])
	if err != nil {
		return nil, err
	}
	if u.rec.Finished == "" {
		return nil, inputf("lcsync apply --resume "+u.rec.ID+" finishes it", "run %s did not finish", u.rec.ID)
	}
	if a.conn, err = s.connect(); err != nil {
		return nil, err
	}
	p, err := a.prepareFresh(ctx, func() (*diff.Plan, *resource.License, error) { return a.planUndo(ctx, u) })
	if err != nil {
		return nil, err
	}
	defer p.unlock()
	p.digest = "undo " + u.rec.ID
	return a.carry(ctx, p)
}

// planUndo makes the plan that puts back what a run did.
func (a *applying) planUndo(ctx context.Context, u *stopped) (*diff.Plan, *resource.License, error) {
	o := a.plan
	o.Protect = append(o.Protect, a.conn.protected()...)
	if o.Prune {
		a.learnToken(ctx, a.conn, &o)
	}
	a.conn.ClientIDs = u.plan.License.ClientIDs
	touched := map[string]bool{}
	for _, k := range u.before.Kinds() {
		touched[k.Name] = !k.ReadOnly
	}
	for _, name := range u.plan.Kinds() {
		touched[name] = true
	}
	var kinds []*resource.Kind
	for _, k := range resource.Kinds() {
		if touched[k.Name] || k.Person {
			kinds = append(kinds, k)
		}
	}
	if o.Prune {
		kinds = withReferrers(kinds, touched)
	}
	live, err := a.readLive(ctx, a.conn, kinds)
	if err != nil {
		return nil, nil, err
	}
	if text := u.plan.Elsewhere(live); text != "" {
		return nil, nil, inputf("check the profile", "%s", text)
	}
	if err := a.recall(a.conn, live, u.before); err != nil {
		return nil, nil, err
	}
	plan, back, err := undo.Plan(undo.Run{Plan: u.plan, Done: apply.Made(u.plan, u.rec.Entries), Preimage: u.before}, live, o.Prune, o.Options)
	if err != nil {
		return nil, nil, err
	}
	plan.Skipped = slices.Concat(plan.Skipped, back.Skipped, u.elsewhere())
	for _, lost := range back.Lost {
		plan.Notices = append(plan.Notices, "cannot come back: "+lost)
	}
	return plan, live, nil
}

// elsewhere names what a run did that is in no plan: it removed objects from an
// older version.
func (u *stopped) elsewhere() []diff.Skip {
	planned := map[string]bool{}
	for _, ch := range u.plan.Changes {
		planned[ch.ID] = true
	}
	var out []diff.Skip
	for id := range apply.Made(u.plan, u.rec.Entries) {
		if !planned[id] {
			out = append(out, diff.Skip{Kind: "webhooks", Key: id, Reason: "it was unregistered there, and cannot come back"})
		}
	}
	slices.SortFunc(out, func(a, b diff.Skip) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
