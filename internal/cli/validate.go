package cli

import (
	"context"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
	"lcsync/internal/snapshot"
)

func newValidateCmd() *command {
	return &command{
		name:  "validate",
		alike: []string{"check", "lint", "verify"},
		args:  "FILE…",
		brief: "check snapshots without any license: form, references, limits",
		about: `Reads snapshots and reports everything that can be known to be wrong with them, or doubtful, each with its line and column and what to do. Nothing is sent, and no token is needed.
Errors are what no license can hold: a file that cannot be read, one id twice, names of nothing, misspelt fields, contradictions. Values that break the vendor's rules are warnings, as a license may have them; diff and apply leave them alone there, and block a change that would send one.
With "-" for FILE a snapshot is read from standard input. Errors make the exit code 5; warnings alone do not, except with --strict.`,
		flags: []ucli.Flag{
			&ucli.BoolFlag{Name: "strict", Usage: "take warnings for errors"},
		},
		examples: []string{
			"lcsync validate acme.yaml",
			"lcsync validate --strict licenses/eu.yaml licenses/us.yaml",
			"lcsync export | lcsync validate -",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			return runValidate(s.places, s.args, c.Bool("strict"))
		},
	}
}

// validations is what was found in a file, or in several.
type validations struct {
	*validation
	Files []*validation `json:"files,omitempty"`
}

// validation is what was found in a file.
type validation struct {
	File     string            `json:"file"`
	Valid    bool              `json:"valid"`
	Errors   int               `json:"errors"`
	Warnings int               `json:"warnings"`
	Findings snapshot.Findings `json:"findings"`
}

func runValidate(p places, files []string, strict bool) (result, error) {
	all := &validations{}
	errors, wrong := 0, []string{}
	for _, file := range files {
		v, err := validate(p, file, strict)
		switch {
		case err != nil && len(files) == 1:
			return nil, err
		case err != nil: // the other files are worth a look all the same
			v = &validation{Errors: 1, Findings: snapshot.Findings{{File: file, Severity: resource.Error, Message: err.Error()}}}
		}
		v.File, v.Valid = file, v.Errors == 0
		if all.Files = append(all.Files, v); !v.Valid {
			errors += v.Errors
			wrong = append(wrong, file)
		}
	}
	if len(files) == 1 {
		all.validation, all.Files = all.Files[0], nil
	}
	if errors == 0 {
		return all, nil
	}
	verb := "has"
	if len(wrong) > 1 {
		verb = "have"
	}
	return all, inputf("", "%s %s %s", strings.Join(wrong, ", "), verb, count(errors, "error"))
}

func validate(p places, file string, strict bool) (*validation, error) {
	data, err := p.readInput(file)
	if err != nil {
		return nil, err
	}
	_, _, findings, err := inspect(file, data)
	if err != nil {
		return nil, err
	}
	if strict {
		for i := range findings {
			findings[i].Severity = resource.Error
		}
	}
	n := findings.Errors()
	return &validation{Errors: n, Warnings: len(findings) - n, Findings: list(findings)}, nil
}

// Text prints the findings of each file.
func (all *validations) Text(p *page) {
	if all.validation != nil {
		all.validation.Text(p)
	}
	for _, v := range all.Files {
		v.Text(p)
	}
}

// Text prints each finding with what to do below it, and a closing line.
func (v *validation) Text(p *page) {
	for _, f := range causes(v.Findings) {
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
