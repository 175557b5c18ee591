package cli

import (
	"context"
	"errors"
	"os"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

func newShowCmd() *command {
	return &command{
		name:  "show",
		args:  "FILE",
		brief: "show what is in a snapshot or a saved plan",
		about: `For a snapshot, shows its license, when the file was written, how many objects of each kind it has, and what it lacks. With --since OLD, also lists what changed since the snapshot OLD.
For a plan that lcsync plan saved, shows the plan like diff.`,
		flags: []ucli.Flag{
			&ucli.StringFlag{Name: "since", Usage: "list what changed since the snapshot `OLD`"},
			&ucli.BoolFlag{Name: "full", Usage: "with --json, for a saved plan: also print whole objects"},
		},
		examples: []string{
			"lcsync show acme.yaml",
			"lcsync show acme.yaml --since acme-monday.yaml",
			"lcsync show plan.json",
			"lcsync show --json plan.json",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			data, err := s.readInput(s.args[0])
			if err != nil {
				return nil, err
			}
			switch old := c.String("since"); {
			case !isPlanFile(data):
				return s.showSnapshot(data, old)
			case old != "":
				return nil, usagef("name a snapshot", "--since does not work with a saved plan")
			}
			return s.showPlan(data, c.Bool("full"))
		},
	}
}

// showPlan shows a saved plan. With full, its document has whole objects.
func (s *session) showPlan(data []byte, full bool) (result, error) {
	f, err := decodePlan(s.args[0], data)
	if err != nil {
		return nil, err
	}
	s.noticef("planned at %s from %s for the license of %s on %s", f.Made.Format("2006-01-02 15:04:05 MST"), f.Want, f.Plan.License.Owner, f.Host)
	masks, err := s.masks()
	if err != nil {
		return nil, err
	}
	res := newPlanResult(nil, f.Plan, masks)
	res.full = full
	return res, nil
}

// showSnapshot shows what is in a snapshot, and what changed since the snapshot
// old ("" for none).
func (s *session) showSnapshot(data []byte, old string) (result, error) {
	doc, err := decodeSnapshot(s.terminal, s.args[0], data)
	if err != nil {
		return nil, err
	}
	l := doc.License
	r := &showResult{File: s.args[0], Bytes: len(data), APIVersion: doc.APIVersion, Written: s.written(s.args[0]),
		Of:     licenseInfo{Owner: l.Owner, AccountID: l.AccountID, ClientIDs: l.ClientIDs},
		Counts: sizes(l), Secrets: countSecrets(l), Gaps: list(l.Gaps), Absent: absent(l, nil)}
	r.Complete = len(r.Gaps)+len(r.Absent) == 0
	if old == "" {
		return r, nil
	}
	r.Since = &sinceReport{File: old}
	return r, s.since(r.Since, l)
}

// since compares a snapshot with an earlier one.
func (s *session) since(c *sinceReport, now *resource.License) error {
	data, err := s.readInput(c.File)
	if err != nil {
		return err
	}
	old, err := decodeSnapshot(s.terminal, c.File, data)
	if err != nil {
		return err
	}
	c.Written = s.written(c.File)
	plan, err := changesSince(old.License, now)
	if question := (*diff.Decision)(nil); errors.As(err, &question) {
		return inputf("", "%s and %s cannot be compared: %s", c.File, s.args[0], question)
	} else if err != nil {
		return err
	}
	c.Counts, c.Lacks = countMoves(plan), list(snapshot.Lacks(old.License, now))
	c.collect(plan)
	return nil
}

// written returns when a file was last written, nil for standard input or if
// the file is gone.
func (s *session) written(file string) *time.Time {
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
