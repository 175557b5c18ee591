package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/diff"
)

func newPlanCmd() *command {
	return &command{
		name:  "plan",
		args:  "WANT",
		brief: "compare like diff and save the plan for apply",
		about: `Compares like lcsync diff and writes the plan to PLAN. lcsync apply PLAN makes exactly these changes. It stops if an object of the plan has changed since.
A plan holds no secrets. The exit code is that of diff.`,
		flags: append(slices.Concat(planFlags(), mapFlags(), compareFlags()), secretsFlag("with --skip-missing-secrets: "),
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the plan to `PLAN` (- for standard output)"},
		),
		examples: []string{
			"lcsync plan acme.yaml -o plan.json",
			"lcsync show plan.json",
			"lcsync apply plan.json",
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
			if c.String("output") == "" {
				return nil, usagef("pass -o PLAN, or only show the plan with lcsync diff", "plan needs -o PLAN")
			}
			return runPlan(ctx, s, o, c.String("output"))
		},
	}
}

func runPlan(ctx context.Context, s *session, o planOptions, output string) (result, error) {
	if _, err := s.target(output); err != nil {
		return nil, err
	}
	if old, _ := os.ReadFile(s.Abs(output)); len(bytes.TrimSpace(old)) > 0 && !isPlanFile(old) {
		return nil, notReplaced(output, "saved plan")
	}
	res, err := s.planLive(ctx, o)
	if err != nil {
		return nil, err
	}
	f := &planFile{Version: planVersion, Made: s.clock.Now().UTC(), Want: s.args[0], Host: res.License.Host, Plan: res.unmasked}
	data, err := f.encode()
	if err != nil {
		return nil, err
	}
	if err := s.write(output, data); err != nil {
		return nil, err
	}
	if output == stdio && !s.JSON {
		return nil, exit(res.code())
	}
	s.noticef("wrote %s: %s", output, res.Summary)
	return res, exit(res.code())
}

// planVersion is the format version of saved plans.
const planVersion = 1

// planFile is a saved plan. It names secrets, as a snapshot does, and does not
// hold them.
type planFile struct {
	Version int `json:"lcsync_plan"`
	// Made is when the license was read.
	Made time.Time `json:"made"`
	// Want is the file that the plan was made from.
	Want string     `json:"want"`
	Host string     `json:"host"`
	Plan *diff.Plan `json:"plan"`
}

func (p *planFile) encode() ([]byte, error) {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the plan: %w", err)
	}
	return append(data, '\n'), nil
}

// decodePlan reads a saved plan.
func decodePlan(name string, data []byte) (*planFile, error) {
	if !isPlanFile(data) {
		return nil, inputf("write one with lcsync plan -o FILE", "%s is not a saved plan", name)
	}
	p := &planFile{}
	if err := json.Unmarshal(data, p); err != nil {
		return nil, inputf("make a new plan", "%s cannot be read: %s", name, err)
	}
	if p.Version != planVersion || p.Plan == nil || p.Plan.FormatVersion != diff.FormatVersion {
		return nil, inputf("make a new plan", "%s was written by another version of lcsync", name)
	}
	if err := p.Plan.Check(); err != nil {
		return nil, inputf("make a new plan", "%s cannot be used: %s", name, err)
	}
	return p, nil
}
