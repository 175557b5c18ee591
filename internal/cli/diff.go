package cli

import (
	"context"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/diff"
)

func newDiffCmd() *command {
	return &command{
		name:  "diff",
		alike: []string{"status", "compare"},
		args:  "WANT [OTHER]",
		brief: "compare a snapshot with the live license, or with another snapshot",
		about: `Shows what apply would do to make the live license as the snapshot WANT says; with OTHER, what would make that snapshot's license so. "-" is standard input.
What WANT does not have is left alone: a kind, an object (listed, unless --prune), a field. What could not be read is named and not compared.
The exit code is 0 without differences, 2 with some, and 3 if something could not be compared.`,
		flags: append(slices.Concat(planFlags(), mapFlags(), compareFlags()), secretsFlag("with --skip-missing-secrets: "),
			argv.Choice("format", "text", "print the plan as `FORMAT`: text or json", "text", "json"),
		),
		examples: []string{
			"lcsync diff acme.yaml",
			"lcsync diff --prune --only groups,tags acme.yaml",
			"lcsync diff --only agents/ben@example.com --only 'groups/Sales\\, EU' acme.yaml",
			"lcsync diff tuesday.yaml monday.yaml",
			"lcsync diff --profile eu acme.yaml --format json",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			o, err := readMappedOptions(s, c)
			if err != nil {
				return nil, err
			}
			if err := s.leaveOutSecretless(&o, c.String("secrets")); err != nil {
				return nil, err
			}
			o.compareOptions = readCompareOptions(c)
			return runDiff(ctx, s, o)
		},
	}
}

func runDiff(ctx context.Context, s *session, o planOptions) (result, error) {
	if len(s.args) == 2 {
		return diffFiles(s, o)
	}
	res, err := s.planLive(ctx, o)
	if err != nil {
		return nil, err
	}
	return res, exit(res.code())
}

// planLive compares the snapshot that was named with the live license.
func (s *session) planLive(ctx context.Context, o planOptions) (*planned, error) {
	want, err := s.readWanted(s.args[0])
	if err != nil {
		return nil, err
	}
	conn, err := s.connect()
	if err != nil {
		return nil, err
	}
	rules, err := s.leaveOut(&o)
	if err != nil {
		return nil, err
	}
	plan, _, err := conn.plan(ctx, want, o)
	if err != nil {
		return nil, err
	}
	plan.Notices = append(plan.Notices, rules.Reports()...)
	res := newPlanned(conn, plan)
	res.compareOptions = o.compareOptions
	return res, nil
}

// diffFiles compares the snapshot with the license that another one is of.
func diffFiles(s *session, o planOptions) (result, error) {
	if o.crossing != nil {
		return nil, usagef("compare with the license", "two snapshots are compared without --map")
	}
	want, err := s.readWanted(s.args[0])
	if err != nil {
		return nil, err
	}
	data, err := s.readInput(s.args[1])
	if err != nil {
		return nil, err
	}
	other, err := decodeSnapshot(s.terminal, s.args[1], data)
	if err != nil {
		return nil, err
	}
	o.Self = other.License.Owner // no token takes part
	rules, err := s.leaveOut(&o)
	if err != nil {
		return nil, err
	}
	plan, err := compare(other.License.Resolved(), want, o)
	if err != nil {
		return nil, err
	}
	plan.Notices = append(plan.Notices, rules.Reports()...)
	res := newPlanned(nil, plan)
	res.want, res.live = fileName(s.args[0]), fileName(s.args[1])
	res.compareOptions = o.compareOptions
	return res, exit(res.code())
}

// fileName is what a file that the user named is called in a text.
func fileName(name string) string {
	if name == stdio {
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
	live, want string            // what the two sides are called, if not the license and the file
	apps       map[string]string // names of applications
	compareOptions
}

// newPlanned is the plan for a license that is connected to; without a
// connection only the plan says whose it is.
func newPlanned(c *connection, p *diff.Plan) *planned {
	res := &planned{Plan: p, License: c.licenseOf(p), InSync: p.InSync(), Complete: p.Complete(), Summary: p.Summary(),
		compareOptions: compareOptions{verbose: true}}
	if c != nil {
		res.ClientIDs, res.apps = c.clients.found, c.apps
	}
	return res
}

// Text prints the plan.
func (p *planned) Text(to *page) {
	_ = p.Plan.Text(to, diff.Style{Width: to.width, Color: bool(to.Paint), Live: p.live, Want: p.want, Applications: p.apps, All: p.verbose, Stat: p.stat, Ignored: p.showIgnored})
}

// keys is how keys of objects are written in a text about the plan.
func (p *planned) keys() func(kind, key string) string {
	if p == nil {
		return func(_, key string) string { return key }
	}
	return p.Plan.Keys(p.apps).Text
}

// reasons says what differs, and what is not known.
func (p *planned) reasons() []string {
	why := p.unknown()
	if n := len(p.Changes); n > 0 {
		why = append(why, count(n, "difference")+": "+p.Summary)
	}
	return why
}

// unknown says what could not be compared.
func (p *planned) unknown() []string {
	why := gapTexts("incomplete: ", p.Gaps)
	for _, k := range p.Skipped {
		why = append(why, "not compared: "+strings.TrimSpace(k.Kind+" "+k.Key)+": "+k.Reason)
	}
	return why
}
