package plans

import (
	"context"
	"errors"
	"os"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// NewShowCmd returns the command show.
func NewShowCmd() *session.Command {
	return &session.Command{
		Name:  "show",
		Args:  "FILE",
		Brief: "show what is in a snapshot or a saved plan",
		About: `For a snapshot, shows its license, when the file was written, how many objects of each kind it has, and what it lacks. With --since OLD, also lists what changed since the snapshot OLD.
For a plan that lcsync plan saved, shows the plan like diff.`,
		Flags: []ucli.Flag{
			&ucli.StringFlag{Name: "since", Usage: "list what changed since the snapshot `OLD`"},
			&ucli.BoolFlag{Name: "full", Usage: "with --json, for a saved plan: also print whole objects"},
		},
		Examples: []string{
			"lcsync show acme.yaml",
			"lcsync show acme.yaml --since acme-monday.yaml",
			"lcsync show plan.json",
			"lcsync show --json plan.json",
		},
		Action: func(_ context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			data, err := s.ReadInput(s.Args[0])
			if err != nil {
				return nil, err
			}
			switch old := c.String("since"); {
			case !session.IsPlanFile(data):
				return showSnapshot(s, data, old)
			case old != "":
				return nil, session.Usagef("name a snapshot", "--since does not work with a saved plan")
			}
			return showPlan(s, data, c.Bool("full"))
		},
	}
}

// showPlan shows a saved plan. With full, its document has whole objects.
func showPlan(s *session.Session, data []byte, full bool) (session.Result, error) {
	f, err := decodePlan(s.Args[0], data)
	if err != nil {
		return nil, err
	}
	s.Noticef("planned at %s from %s for the license of %s on %s", f.Made.Format("2006-01-02 15:04:05 MST"), f.Want, f.Plan.License.Owner, f.Host)
	masks, err := s.Masks()
	if err != nil {
		return nil, err
	}
	res := newPlanResult(nil, f.Plan, masks)
	res.full = full
	return res, nil
}

// showSnapshot shows what is in a snapshot, and what changed since the snapshot
// old ("" for none).
func showSnapshot(s *session.Session, data []byte, old string) (session.Result, error) {
	doc, err := session.DecodeSnapshot(s.Console, s.Args[0], data)
	if err != nil {
		return nil, err
	}
	l := doc.License
	r := &showResult{File: s.Args[0], Bytes: len(data), APIVersion: doc.APIVersion, Written: written(s, s.Args[0]),
		Of:     session.LicenseInfo{Owner: l.Owner, AccountID: l.AccountID, ClientIDs: l.ClientIDs},
		Counts: snapshots.Sizes(l), Secrets: countSecrets(l), Gaps: session.NonNil(l.Gaps), Absent: snapshots.Absent(l, nil)}
	r.Complete = len(r.Gaps)+len(r.Absent) == 0
	if old == "" {
		return r, nil
	}
	r.Since = &sinceReport{File: old}
	return r, since(s, r.Since, l)
}

// since compares a snapshot with an earlier one.
func since(s *session.Session, c *sinceReport, now *resource.License) error {
	data, err := s.ReadInput(c.File)
	if err != nil {
		return err
	}
	old, err := session.DecodeSnapshot(s.Console, c.File, data)
	if err != nil {
		return err
	}
	c.Written = written(s, c.File)
	plan, err := snapshots.ChangesSince(old.License, now)
	if question := (*diff.Decision)(nil); errors.As(err, &question) {
		return session.Inputf("", "%s and %s cannot be compared: %s", c.File, s.Args[0], question)
	} else if err != nil {
		return err
	}
	c.Counts, c.Lacks = snapshots.CountMoves(plan), session.NonNil(snapshot.Lacks(old.License, now))
	c.collect(plan)
	return nil
}

// written returns when a file was last written, nil for standard input or if
// the file is gone.
func written(s *session.Session, file string) *time.Time {
	if file == "-" {
		return nil
	}
	info, err := os.Stat(s.Abs(file))
	if err != nil {
		return nil
	}
	at := info.ModTime().UTC().Truncate(time.Second)
	return &at
}

// countSecrets counts the secrets that a license names.
func countSecrets(l *resource.License) int {
	names := map[resource.Secret]bool{}
	for _, k := range l.Kinds() {
		for _, row := range l.Rows(k.Name) {
			for _, v := range resource.Walk(row) {
				if name, is := v.(resource.Secret); is {
					names[name] = true
				}
			}
		}
	}
	return len(names)
}
