package cli

import (
	"context"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/diff"
	"lcsync/internal/runs"
)

func newUndoCmd() *command {
	return &command{
		name:  "undo",
		alike: []string{"rollback", "revert"},
		args:  "RUN",
		brief: "put back what a run of apply changed",
		about: `For RUN any part of an id will do that no other run has; lcsync runs lists them. Plans what puts the license back to what it was before a run and those that continued it, shows it, asks, and carries it out like apply. Only fields that the run wrote are put back, and only where the license still holds what it wrote; the rest is listed. What was deleted is created anew; what was created is deleted only with --prune.
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
	run, err := runs.Load(a.store, s.args[0])
	if err != nil {
		return nil, err
	}
	if err := a.connect(); err != nil {
		return nil, err
	}
	a.conn.spare(ctx, &o.plan)
	p, err := a.license.PrepareUndo(ctx, run, o.plan.Options)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return a.carry(ctx, p)
}
