package cli

import (
	"context"
	"io"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/diff"
)

func newDiffCmd() *command {
	return &command{
		name:  "diff",
		args:  "WANT [OTHER]",
		brief: "compare a snapshot with the live license, or with another snapshot",
		about: `Shows what apply would do to make the live license as the snapshot WANT says; with OTHER, what would make that snapshot's license so. "-" is standard input.
What WANT does not have is left alone: a kind, an object (listed, unless --prune), a field. What could not be read is named and not compared.
The exit code is 0 without differences, 2 with some, and 3 if something could not be compared.`,
		flags: append(planFlags(),
			&ucli.StringFlag{Name: "format", Value: "text", Usage: "print the plan as `FORMAT`: text or json"},
		),
		examples: []string{
			"lcsync diff acme.yaml",
			"lcsync diff --prune --only groups,tags acme.yaml",
			"lcsync diff --only agents/ben@example.com --only 'groups/Sales\\, EU' acme.yaml",
			"lcsync diff tuesday.yaml monday.yaml",
			"lcsync diff --profile eu acme.yaml --format json",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			o, err := readPlanOptions(s, c)
			if err != nil {
				return nil, err
			}
			switch c.String("format") {
			case "json":
				s.JSON = true
			case "text":
			default:
				return nil, usagef("the formats are text, json", "unknown format %q", c.String("format"))
			}
			return runDiff(ctx, s, o)
		},
	}
}

func runDiff(ctx context.Context, s *session, o planOptions) (result, error) {
	want, err := s.readWanted(s.args[0])
	if err != nil {
		return nil, err
	}
	var plan *diff.Plan
	var ids map[string]string
	if len(s.args) == 2 {
		other, err := s.readSnapshot(s.args[1])
		if err != nil {
			return nil, err
		}
		o.Self = other.License.Owner // no token takes part
		if plan, err = compare(diff.Resolved(other.License), want, o); err != nil {
			return nil, err
		}
	} else {
		conn, err := s.connect()
		if err != nil {
			return nil, err
		}
		if plan, _, err = s.planLive(ctx, conn, want, o); err != nil {
			return nil, err
		}
		ids = conn.ids
	}
	res := newPlanned(s, plan)
	res.ClientIDs = ids
	if len(s.args) == 2 {
		res.want, res.live = fileName(s.args[0]), fileName(s.args[1])
	}
	return res, exit(planCode(plan))
}

// fileName is what a file that the user named is called in a text.
func fileName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// planCode is the exit code of a comparison: what is unknown beats what
// differs.
func planCode(p *diff.Plan) ExitCode {
	switch {
	case !p.Complete():
		return Incomplete
	case !p.InSync():
		return Different
	}
	return Done
}

// planned is a plan as a result.
type planned struct {
	*diff.Plan
	// FormatVersion is the envelope's; the plan's own stands in its place.
	FormatVersion int `json:"format_version,omitempty"`
	// License is the plan's, and how it is reached.
	License  *licenseInfo `json:"license"`
	InSync   bool         `json:"in_sync"`
	Complete bool         `json:"complete"`
	Summary  string       `json:"summary"`
	// ClientIDs are those that the license was read for, with who named them.
	ClientIDs  map[string]string `json:"client_ids,omitempty"`
	width      int
	live, want string // what the two sides are called, if not the license and the file
}

func newPlanned(s *session, p *diff.Plan) *planned {
	return &planned{Plan: p, License: s.licenseOf(p), InSync: p.InSync(), Complete: p.Complete(), Summary: p.Summary(), width: s.width()}
}

func (p *planned) showsLicense() {}

// Text prints the plan.
func (p *planned) Text(w io.Writer, st style) error {
	return p.Plan.Text(w, diff.Style{Width: p.width, Color: bool(st), Live: p.live, Want: p.want})
}

// width is how many columns a text on stdout may have.
func (s *session) width() int {
	if s.env.Terminal.Out && s.env.Terminal.Width > 0 {
		return s.env.Terminal.Width
	}
	return 80
}
