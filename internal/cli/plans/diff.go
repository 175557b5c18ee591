package plans

import (
	"context"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// NewDiffCmd returns the command diff.
func NewDiffCmd() *session.Command {
	return &session.Command{
		Name:  "diff",
		Alike: []string{"status", "compare"},
		Args:  "WANT [OTHER]",
		Brief: "compare a snapshot with the license, or with another snapshot",
		About: `Shows the changes that would make the license equal to the snapshot WANT. With OTHER, shows the changes that would make the license of the snapshot OTHER equal to WANT. Pass - to read a snapshot from standard input.
diff compares only the kinds, objects and fields that WANT has. It lists objects that are only in the license; with --prune it plans to delete them. It names what could not be read, and does not compare it.
The exit code is 0 without differences, 2 with differences, and 3 if something could not be compared.`,
		Flags: append(comparisonFlags(),
			argv.Choice("format", "text", "print the plan as `FORMAT`: text or json", "text", "json"),
		),
		Examples: []string{
			"lcsync diff acme.yaml",
			"lcsync diff --prune --only groups,tags acme.yaml",
			"lcsync diff --only agents/ben@example.com --only 'groups/Sales\\, EU' acme.yaml",
			"lcsync diff tuesday.yaml monday.yaml",
			"lcsync diff --profile eu acme.yaml --format json",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			o, err := readComparison(s, c)
			if err != nil {
				return nil, err
			}
			return runDiff(ctx, s, o)
		},
	}
}

func runDiff(ctx context.Context, s *session.Session, o PlanOptions) (session.Result, error) {
	if len(s.Args) == 2 {
		return diffFiles(s, o)
	}
	res, err := planLive(ctx, s, o)
	if err != nil {
		return nil, err
	}
	return res, session.Exit(res.code())
}

// planLive compares the snapshot in the first argument with the license.
func planLive(ctx context.Context, s *session.Session, o PlanOptions) (*PlanResult, error) {
	want, err := s.ReadWanted(s.Args[0])
	if err != nil {
		return nil, err
	}
	conn, err := s.Connect()
	if err != nil {
		return nil, err
	}
	rules, err := leaveOut(s, &o)
	if err != nil {
		return nil, err
	}
	plan, _, err := plan(ctx, conn, want, o)
	if err != nil {
		return nil, err
	}
	plan.Notices = append(plan.Notices, rules.Reports()...)
	res := newPlanResult(conn, plan, conn.Masks())
	res.unmasked = plan
	res.compareOptions = o.compareOptions
	return res, nil
}

// diffFiles compares the snapshot with the license of another snapshot.
func diffFiles(s *session.Session, o PlanOptions) (session.Result, error) {
	if o.crossing != nil {
		return nil, session.Usagef("remove --map, or compare with the license", "--map does not work with two snapshots")
	}
	want, err := s.ReadWanted(s.Args[0])
	if err != nil {
		return nil, err
	}
	data, err := s.ReadInput(s.Args[1])
	if err != nil {
		return nil, err
	}
	other, err := session.DecodeSnapshot(s.Console, s.Args[1], data)
	if err != nil {
		return nil, err
	}
	o.Self = other.License.Owner // without a token, the owner stands for its agent
	rules, err := leaveOut(s, &o)
	if err != nil {
		return nil, err
	}
	plan, err := compare(other.License.Resolved(), want, o)
	if err != nil {
		return nil, err
	}
	plan.Notices = append(plan.Notices, rules.Reports()...)
	masks, err := s.Masks()
	if err != nil {
		return nil, err
	}
	res := newPlanResult(nil, plan, masks)
	res.want, res.live = session.FileName(s.Args[0]), session.FileName(s.Args[1])
	res.compareOptions = o.compareOptions
	return res, session.Exit(res.code())
}

// planCode is the exit code of a comparison. Incomplete beats Different.
func planCode(p *diff.Plan) session.ExitCode {
	switch {
	case !p.Complete():
		return session.Incomplete
	case !p.InSync():
		return session.Different
	}
	return session.Done
}

// PlanResult is a plan as a result, masked.
type PlanResult struct {
	*diff.Plan
	// FormatVersion hides that of the plan: the envelope has it.
	FormatVersion int `json:"format_version,omitempty"`
	// License is that of the plan, with host and profile.
	License *session.LicenseInfo `json:"license"`
	// InSync tells whether the two sides are equal in everything that was
	// compared, objects that only the license has included.
	InSync   bool   `json:"in_sync"`
	Complete bool   `json:"complete"`
	Summary  string `json:"summary"`
	// ClientIDs are those that the license was read for, with their sources.
	ClientIDs  map[string]string `json:"client_ids,omitempty"`
	live, want string            // names of the two sides, if they are not the license and the file
	apps       map[string]string // names of applications
	unmasked   *diff.Plan        // to save, set by planLive
	compareOptions
}

// newPlanResult makes the result of a plan. c is nil if there is no connection.
func newPlanResult(c *session.Connection, p *diff.Plan, masks resource.Masks) *PlanResult {
	res := &PlanResult{Plan: p.Masking(masks).Plan(), License: c.LicenseOf(p), InSync: p.InSync() && !differsBeside(p), Complete: p.Complete(), Summary: p.Summary(),
		compareOptions: compareOptions{verbose: true}}
	if c != nil {
		res.ClientIDs, res.apps = c.Clients.Found, c.Apps
	}
	return res
}

// Text prints the plan.
func (p *PlanResult) Text(to *session.Page) {
	_ = p.Plan.Text(to, diff.Style{Width: to.Width, Color: bool(to.Paint), Live: p.live, Want: p.want, Applications: p.apps, All: p.verbose, Stat: p.stat, Ignored: p.showIgnored})
}

// keys returns the function that writes keys of objects in texts.
func (p *PlanResult) keys() func(kind, key string) string {
	if p == nil {
		return func(_, key string) string { return key }
	}
	return p.Plan.Keys(p.apps).Text
}

// Reasons says what differs and what could not be compared.
func (p *PlanResult) Reasons() []string {
	why := p.unknown()
	if n := len(p.Changes); n > 0 {
		why = append(why, session.Count(n, "difference")+": "+p.Summary)
	}
	return why
}

// unknown says what could not be compared.
func (p *PlanResult) unknown() []string {
	why, label := session.GapTexts("incomplete: ", p.Gaps), "not compared: "
	if p.Undo {
		label = "not put back: "
	}
	for _, k := range p.Skipped {
		why = append(why, label+strings.TrimSpace(k.Kind+" "+k.Key)+": "+k.Reason)
	}
	return why
}
