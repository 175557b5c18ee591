package plans

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
	"lcsync/internal/diff"
)

// NewPlanCmd returns the command plan.
func NewPlanCmd() *session.Command {
	return &session.Command{
		Name:  "plan",
		Args:  "WANT",
		Brief: "compare like diff and save the plan for apply",
		About: `Compares like lcsync diff and writes the plan to PLAN. lcsync apply PLAN makes exactly these changes. It stops if an object of the plan has changed since.
A plan holds no secrets. The exit code is that of diff.`,
		Flags: append(comparisonFlags(),
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the plan to `PLAN` (- for standard output)"},
		),
		Examples: []string{
			"lcsync plan acme.yaml -o plan.json",
			"lcsync show plan.json",
			"lcsync apply plan.json",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			o, err := readComparison(s, c)
			if err != nil {
				return nil, err
			}
			if c.String("output") == "" {
				return nil, session.Usagef("pass -o PLAN, or only show the plan with lcsync diff", "plan needs -o PLAN")
			}
			return runPlan(ctx, s, o, c.String("output"))
		},
	}
}

func runPlan(ctx context.Context, s *session.Session, o PlanOptions, output string) (session.Result, error) {
	if _, err := s.Target(output); err != nil {
		return nil, err
	}
	if old, _ := s.Existing(output); len(bytes.TrimSpace(old)) > 0 && !session.IsPlanFile(old) {
		return nil, snapshots.NotReplaced(output, "saved plan")
	}
	res, err := planLive(ctx, s, o)
	if err != nil {
		return nil, err
	}
	f := &planFile{Version: planVersion, Made: s.Clock.Now().UTC(), Want: s.Args[0], Host: res.License.Host, Plan: res.unmasked}
	data, err := f.encode()
	if err != nil {
		return nil, err
	}
	if err := s.Write(output, data); err != nil {
		return nil, err
	}
	if output == session.Stdio && !s.JSON {
		return nil, session.Exit(res.code())
	}
	s.Noticef("wrote %s: %s", output, res.Summary)
	return res, session.Exit(res.code())
}

// planVersion is the format version of saved plans.
const planVersion = 2

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
	// Digest is the SHA-256 of Plan without white space. What is applied is what
	// was shown: a plan that somebody edited is refused.
	Digest string `json:"digest"`
}

// digestOf returns the digest of a plan.
func digestOf(p *diff.Plan) (string, error) {
	data, err := json.Marshal(p)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}

func (p *planFile) encode() (data []byte, err error) {
	if p.Digest, err = digestOf(p.Plan); err == nil {
		data, err = json.MarshalIndent(p, "", "  ")
	}
	if err != nil {
		return nil, fmt.Errorf("write the plan: %w", err)
	}
	return append(data, '\n'), nil
}

// decodePlan reads a saved plan.
func decodePlan(name string, data []byte) (*planFile, error) {
	if !session.IsPlanFile(data) {
		return nil, session.Inputf("write one with lcsync plan -o FILE", "%s is not a saved plan", name)
	}
	p := &planFile{}
	if err := json.Unmarshal(data, p); err != nil {
		return nil, session.Inputf("make a new plan", "%s cannot be read: %s", name, err)
	}
	if p.Version != planVersion || p.Plan == nil || p.Plan.FormatVersion != diff.FormatVersion {
		return nil, session.Inputf("make a new plan", "%s was written by another version of lcsync", name)
	}
	if digest, err := digestOf(p.Plan); err != nil || digest != p.Digest {
		return nil, session.Inputf("edit the snapshot, and make a new plan", "%s was changed after lcsync plan wrote it", name)
	}
	if err := p.Plan.Check(); err != nil {
		return nil, session.Inputf("make a new plan", "%s cannot be used: %s", name, err)
	}
	return p, nil
}
