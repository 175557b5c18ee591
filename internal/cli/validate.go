package cli

import (
	"context"
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
	"lcsync/internal/snapshot"
)

func newValidateCmd() *command {
	return &command{
		name:  "validate",
		alike: []string{"check", "lint", "verify"},
		args:  "FILE",
		brief: "check a snapshot without any license: form, references, limits",
		about: `Reads a snapshot and reports everything that can be known to be wrong with it, or doubtful, each with its line and column and what to do. Nothing is sent, and no token is needed.
Errors are what no license can hold: a file that cannot be read, one id twice, names of nothing, misspelt fields, contradictions. Values that break the vendor's rules are warnings, as a license may have them; diff and apply leave them alone there, and block a change that would send one.
With "-" for FILE the snapshot is read from standard input. Errors make the exit code 5; warnings alone do not, except with --strict.`,
		flags: []ucli.Flag{
			&ucli.BoolFlag{Name: "strict", Usage: "take warnings for errors"},
		},
		examples: []string{
			"lcsync validate acme.yaml",
			"lcsync export | lcsync validate -",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			return runValidate(s.places, s.args[0], c.Bool("strict"))
		},
	}
}

// validation is what was found in a file.
type validation struct {
	File     string            `json:"file"`
	Valid    bool              `json:"valid"`
	Errors   int               `json:"errors"`
	Warnings int               `json:"warnings"`
	Findings snapshot.Findings `json:"findings"`
}

func runValidate(p places, file string, strict bool) (result, error) {
	data, err := p.readInput(file)
	if err != nil {
		return nil, err
	}
	if err := refusePlan(file, data); err != nil {
		return nil, err
	}
	doc, findings := snapshot.Decode(data, file)
	if doc != nil {
		findings = slices.Concat(findings, doc.Validate())
	}
	slices.SortStableFunc(findings, func(a, b snapshot.Finding) int {
		return slices.Compare([]int{a.Line, a.Column}, []int{b.Line, b.Column})
	})
	if strict {
		for i := range findings {
			findings[i].Severity = resource.Error
		}
	}
	v := &validation{File: file, Errors: findings.Errors(), Findings: list(findings)}
	v.Warnings = len(findings) - v.Errors
	if v.Valid = v.Errors == 0; v.Valid {
		return v, nil
	}
	return v, inputf("", "%s has %s", file, count(v.Errors, "error"))
}

// Text prints each finding with what to do below it, and a closing line.
func (v *validation) Text(p *page) {
	for _, f := range v.Findings {
		paint := p.Yellow
		if f.Severity == resource.Error {
			paint = p.Red
		}
		p.printf("%s\n", paint(screen.OneLine(f.String())))
		if f.Hint != "" {
			p.printf("    %s\n", screen.OneLine(f.Hint))
		}
	}
	verdict := p.Green("valid")
	if !v.Valid {
		verdict = p.Red("invalid")
	}
	p.printf("%s: %s, %s, %s\n", v.File, verdict, count(v.Errors, "error"), count(v.Warnings, "warning"))
}
