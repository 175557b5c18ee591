package plans

import (
	"context"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/runs"
)

// NewUndoCmd returns the command undo.
func NewUndoCmd() *session.Command {
	return &session.Command{
		Name:  "undo",
		Alike: []string{"rollback", "revert"},
		Args:  "RUN",
		Brief: "take back the changes of a run",
		About: `RUN is the id of a run, or a part of the id that no other run has. lcsync runs lists the ids.
undo plans the changes that put the license back to what it was before the run and the runs that continued it. It shows the plan, asks, and applies it like lcsync apply.
undo puts back only fields that the run wrote and that still have the written value; it lists the others. It creates deleted objects again. It deletes created objects only with --prune.
The plan says what cannot come back: ids of deleted objects, secrets of webhooks that you do not supply, authors of tags, publications, property values that nobody saved, invitations.`,
		Flags: append([]ucli.Flag{
			&ucli.BoolFlag{Name: "prune", Usage: "also delete objects that the run created"},
			&ucli.BoolFlag{Name: "allow-application", Usage: "replace and delete objects that also affect other licenses"},
			&ucli.BoolFlag{Name: "replace-properties", Usage: "unregister properties that the run replaced and register them again"},
			&ucli.StringFlag{Name: "self", Usage: "`EMAIL` of the agent that owns the token; lcsync never deletes this agent"},
			&ucli.BoolFlag{Name: "full-scopes", Usage: "assume that the token sees every object"},
		}, carryFlags()...),
		Examples: []string{
			"lcsync runs",
			"lcsync undo 20261120T2245",
			"lcsync undo --prune --yes 20261120T2245",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			o, err := readApplyOptions(c)
			if err != nil {
				return nil, err
			}
			o.plan = PlanOptions{FullScopes: c.Bool("full-scopes"), Options: diff.Options{Prune: c.Bool("prune"),
				AllowApplication: c.Bool("allow-application"), ReplaceDefinitions: c.Bool("replace-properties"), Self: c.String("self")}}
			return runUndo(ctx, s, o)
		},
	}
}

func runUndo(ctx context.Context, s *session.Session, o applyOptions) (session.Result, error) {
	a, err := newApplyRun(s, o)
	if err != nil {
		return nil, err
	}
	run, err := runs.Load(a.store, s.Args[0])
	if err != nil {
		return nil, err
	}
	if err := a.connect(); err != nil {
		return nil, err
	}
	spare(ctx, a.Conn, &o.plan)
	p, err := a.license.PrepareUndo(ctx, run, o.plan.Options)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return a.carry(ctx, p)
}
