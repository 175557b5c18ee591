package plans

import (
	"cmp"
	"context"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// NewMigrateLiveCmd returns the command migrate-live.
func NewMigrateLiveCmd() *session.Command {
	return &session.Command{
		Name:  "migrate-live",
		Brief: "move a license from an older API version to v" + resource.APIVersion,
		About: `Reads a license through an older API version, converts that like lcsync migrate, and compares the result with what v` + resource.APIVersion + ` has. It shows the plan and asks. Then it registers what is missing, and after that unregisters the old webhooks one by one.
Agents, groups, bots, properties and values are the same objects in every version. migrate-live writes only what v` + resource.APIVersion + ` does not have of them. Webhooks of v3.1 and v3.2 are separate: they stay until they are unregistered through their own version.
The plan deletes old webhooks within the limits of apply: without --max-delete up to three or a tenth of them, and never all. lcsync undo registers them again.
migrate-live unregisters an old webhook only if each of its successors reads back as registered and will be sent. For that, the license webhooks of its owner must be enabled (see --enable-webhooks), and a bot that contains the old webhook must not be offline. Otherwise the old webhook stays and the exit code is 3; run the same command again later.
Old versions do not show the secrets of webhooks: pass them with --secrets.
Properties and webhooks belong to applications. migrate-live lists the client ids that it found; pass the others with --client-id.
Decisions and the report name places in the snapshot that lcsync export --api-version VERSION writes. After a crash, run the same command again: it creates nothing twice.`,
		Flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "from", Value: "3.2", Usage: "read the license through `VERSION`: 3.1, 3.2, 3.3 or 3.4 (default 3.2, which also shows the webhooks of 3.1)"},
			&ucli.BoolFlag{Name: "keep-legacy", Usage: "keep the old webhooks; every event is then sent twice"},
			&ucli.BoolFlag{Name: "enable-webhooks", Usage: "enable the license webhooks of the applications that own old webhooks"},
			&ucli.BoolFlag{Name: "dry-run", Usage: "show the plan and the requests; send nothing"},
		}, slices.Concat(snapshots.AnswerFlags(), carryFlags())...),
		Examples: []string{
			"lcsync migrate-live --dry-run --from 3.2",
			"lcsync export --api-version 3.2 -o old.yaml --secrets-out old-secrets.yaml",
			"lcsync migrate-live --secrets secrets.yaml --enable-webhooks --max-delete 100%",
			"lcsync migrate-live --from 3.4 --client-id 0123abcd --max-delete 5 --yes",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			o, err := readLiveOptions(s, c)
			if err != nil {
				return nil, err
			}
			return runMigrateLive(ctx, s, o)
		},
	}
}

// liveOptions say how to migrate a license.
type liveOptions struct {
	applyOptions
	snapshots.AnswerOptions
	From           string
	KeepLegacy     bool
	EnableWebhooks bool
}

func readLiveOptions(s *session.Session, c *ucli.Context) (liveOptions, error) {
	o := liveOptions{KeepLegacy: c.Bool("keep-legacy"), EnableWebhooks: c.Bool("enable-webhooks")}
	var flag string
	if c.IsSet("from") {
		flag = c.String("from")
	}
	var err error
	if o.AnswerOptions, err = snapshots.ReadAnswers(c, s.Places, s.ClientIDs, migrate.Options{From: flag}); err != nil {
		return o, err
	}
	o.From = cmp.Or(o.Answers.From, c.String("from"))
	if old := resource.LegacyVersions(); !slices.Contains(old, o.From) {
		return o, session.Usagef("the older versions are "+strings.Join(old, ", "), "--from %s: unknown version", o.From)
	}
	if o.applyOptions, err = readApplyOptions(c); err != nil {
		return o, err
	}
	o.DryRun = c.Bool("dry-run")
	o.plan.Match = diff.ByID
	_, err = snapshots.MigrateTargets(s.Places, snapshots.MigrateOptions{Output: "-", AnswerOptions: o.AnswerOptions}, nil)
	return o, err
}

// migration is the migration of a license through migrate-live. Its last fields
// are the result of the latest planning.
type migration struct {
	*applyRun
	live  liveOptions
	given []string // client ids that the user named

	legacy *resource.License // the license as the older version shows it
	found  *migrate.Result
	want   *resource.License // legacy, converted to the current version
}

func runMigrateLive(ctx context.Context, s *session.Session, o liveOptions) (session.Result, error) {
	a, err := newApplyRun(s, o.applyOptions)
	if err != nil {
		return nil, err
	}
	if err := a.connect(); err != nil {
		return nil, err
	}
	h := &migration{applyRun: a, live: o, given: a.Conn.Clients.IDs}
	p, err := h.prepareFresh(ctx, h.planHandover)
	if err != nil {
		if h.migrationReport == nil {
			return nil, err
		}
		return &applyResult{migrationReport: h.migrationReport}, err
	}
	defer p.Close()
	if err := h.writeReport(); err != nil {
		return nil, err
	}
	snapshots.TellMigrated(s.Console, h.found.Report, o.Report)
	if !o.DryRun {
		return h.carry(ctx, p)
	}
	res, err := h.rehearse(p)
	if res != nil && p.Plan.Count().Blocked > 0 {
		err = session.Exit(session.Incomplete)
	}
	return res, err
}

func (h *migration) writeReport() error {
	data, err := snapshots.RenderReport(h.Places, h.found.Report, h.live.Report)
	if err != nil || data == nil {
		return err
	}
	return h.Write(h.live.Report, data)
}

// migrationReport says how migrate-live made a plan. Other commands have none.
type migrationReport struct {
	From      string          `json:"from"`
	Migration *migrate.Report `json:"migration"`
}
