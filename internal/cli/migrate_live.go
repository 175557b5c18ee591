package cli

import (
	"cmp"
	"context"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

func newMigrateLiveCmd() *command {
	return &command{
		name:  "migrate-live",
		brief: "bring what a license keeps in an older version of the API to " + resource.APIVersion,
		about: `Reads a license through the methods of an older version, migrates what they show like migrate, compares that with what ` + resource.APIVersion + ` holds already, shows the plan, asks, registers what is missing, and only then unregisters the old webhooks, one by one.
Agents, groups, bots, properties and values are the same objects in every version. Of those, only what ` + resource.APIVersion + ` does not hold is written: what it says counts, and nothing is created twice. Webhooks of 3.1 and 3.2 live on beside the newer ones until they are unregistered through their own version.
Old webhooks are deletions of the plan, with the limits of apply: three or a tenth of them, never all, without --max-delete. lcsync undo registers them again.
An old webhook goes when each of its successors reads back as registered and will be sent: the license webhooks of its owner are enabled (--enable-webhooks does that), and a bot that has it inside is not offline. Until then it stays, the exit code is 3, and the same command goes on. Old versions do not show secrets of webhooks: give them with --secrets.
Properties and webhooks belong to applications. The client ids that were found are listed; the others have to be given with --client-id.
Places in questions and in the report are those of the snapshot that lcsync export --api-version VERSION keeps of the old side. After a crash the same command goes on, and duplicates nothing.`,
		flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "from", Value: "3.2", Usage: "read the old side through `VERSION`: 3.1, 3.2, 3.3 or 3.4 (default 3.2, which also shows the webhooks of 3.1)"},
			&ucli.BoolFlag{Name: "keep-legacy", Usage: "leave the old webhooks alone; every event is then sent twice"},
			&ucli.BoolFlag{Name: "enable-webhooks", Usage: "enable the license webhooks of the owners of old webhooks"},
			&ucli.BoolFlag{Name: "dry-run", Usage: "show the plan and the requests that would be sent, and send none"},
		}, slices.Concat(answerFlags(), carryFlags())...),
		examples: []string{
			"lcsync migrate-live --dry-run --from 3.2",
			"lcsync export --api-version 3.2 -o old.yaml --secrets-out old-secrets.yaml",
			"lcsync migrate-live --secrets secrets.yaml --enable-webhooks --max-delete 100%",
			"lcsync migrate-live --from 3.4 --client-id 0123abcd --max-delete 5 --yes",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
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
	answerOptions
	From           string
	KeepLegacy     bool
	EnableWebhooks bool
}

func readLiveOptions(s *session, c *ucli.Context) (liveOptions, error) {
	o := liveOptions{KeepLegacy: c.Bool("keep-legacy"), EnableWebhooks: c.Bool("enable-webhooks")}
	var flag string
	if c.IsSet("from") {
		flag = c.String("from")
	}
	var err error
	if o.answerOptions, err = readAnswers(c, s.places, s.ClientIDs, migrate.Options{From: flag}); err != nil {
		return o, err
	}
	o.From = cmp.Or(o.Answers.From, c.String("from"))
	if old := resource.LegacyVersions(); !slices.Contains(old, o.From) {
		return o, usagef("the older versions are "+strings.Join(old, ", "), "--from %s: there is no such version to migrate from", o.From)
	}
	if o.applyOptions, err = readApplyOptions(c); err != nil {
		return o, err
	}
	o.DryRun = c.Bool("dry-run")
	o.plan.Match = diff.ByID
	_, err = migrateTargets(s.places, migrateOptions{Output: "-", answerOptions: o.answerOptions}, nil)
	return o, err
}

// handingOver is the migration of a license on its way. What planning found is
// that of the last time it was made.
type handingOver struct {
	*applying
	live  liveOptions
	given []string // client ids that the user named

	legacy *resource.License // what the older version shows
	found  *migrate.Result
	want   *resource.License // what that is in the current version
}

func runMigrateLive(ctx context.Context, s *session, o liveOptions) (result, error) {
	a, err := s.newApplying(o.applyOptions)
	if err != nil {
		return nil, err
	}
	if err := a.connect(); err != nil {
		return nil, err
	}
	h := &handingOver{applying: a, live: o, given: a.conn.clients.ids}
	p, err := h.prepareFresh(ctx, h.planHandover)
	if err != nil {
		if h.migration == nil {
			return nil, err
		}
		return &applied{migration: h.migration}, err
	}
	defer p.Close()
	if err := h.writeReport(); err != nil {
		return nil, err
	}
	tellMigrated(s.terminal, h.found.Report, o.Report)
	if !o.DryRun {
		return h.carry(ctx, p)
	}
	res, err := h.rehearse(p)
	if res != nil && p.Plan.Count().Blocked > 0 {
		err = exit(Incomplete)
	}
	return res, err
}

func (h *handingOver) writeReport() error {
	data, err := renderReport(h.places, h.found.Report, h.live.Report)
	if err != nil || data == nil {
		return err
	}
	return h.write(h.live.Report, data)
}

// migration is how a plan came about that migrates a license; nil for others.
type migration struct {
	From      string          `json:"from"`
	Migration *migrate.Report `json:"migration"`
}
