package snapshots

import (
	"context"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
	"lcsync/internal/snapshot"
)

// NewValidateCmd returns the command validate.
func NewValidateCmd() *session.Command {
	return &session.Command{
		Name:  "validate",
		Alike: []string{"check", "lint", "verify"},
		Args:  "FILE…",
		Brief: "check snapshots without a license: format, references, limits",
		About: `Checks snapshots and reports errors and warnings, each with its line, its column and what to do. It sends nothing and needs no token.
An error is something that no license can hold: a file that cannot be read, a duplicate id, a reference to a missing object, a misspelled field, a contradiction.
A warning is a value that breaks the vendor's rules, which a license may still have. diff and apply keep such a value in the license, and block a change that would send one.
Errors make the exit code 5. Warnings do so only with --strict. Pass - as FILE to read a snapshot from standard input.`,
		Flags: []ucli.Flag{
			&ucli.BoolFlag{Name: "strict", Usage: "treat warnings as errors"},
		},
		Examples: []string{
			"lcsync validate acme.yaml",
			"lcsync validate --strict licenses/eu.yaml licenses/us.yaml",
			"lcsync export | lcsync validate -",
		},
		Action: func(_ context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			return runValidate(s.Places, s.Args, c.Bool("strict"))
		},
	}
}

// validations is the result of validate for one or several files.
type validations struct {
	*validation
	Files []*validation `json:"files,omitempty"`
}

// validation is what validate found in one file.
type validation struct {
	File     string            `json:"file"`
	Valid    bool              `json:"valid"`
	Errors   int               `json:"errors"`
	Warnings int               `json:"warnings"`
	Findings snapshot.Findings `json:"findings"`
}

func runValidate(p session.Places, files []string, strict bool) (session.Result, error) {
	all := &validations{}
	errors, wrong := 0, []string{}
	for _, file := range files {
		v, err := validate(p, file, strict)
		switch {
		case err != nil && len(files) == 1:
			return nil, err
		case err != nil: // check the other files too
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
	return all, session.Inputf("", "%s %s %s", strings.Join(wrong, ", "), verb, session.Count(errors, "error"))
}

func validate(p session.Places, file string, strict bool) (*validation, error) {
	data, err := p.ReadInput(file)
	if err != nil {
		return nil, err
	}
	_, _, findings, err := session.Inspect(file, data)
	if err != nil {
		return nil, err
	}
	if strict {
		for i := range findings {
			findings[i].Severity = resource.Error
		}
	}
	n := findings.Errors()
	return &validation{Errors: n, Warnings: len(findings) - n, Findings: session.NonNil(findings)}, nil
}

// Text prints the findings of each file.
func (all *validations) Text(p *session.Page) {
	if all.validation != nil {
		all.validation.Text(p)
	}
	for _, v := range all.Files {
		v.Text(p)
	}
}

// Text prints each finding with its hint, and then the verdict.
func (v *validation) Text(p *session.Page) {
	for _, f := range session.Causes(v.Findings) {
		paint := p.Yellow
		if f.Severity == resource.Error {
			paint = p.Red
		}
		p.Printf("%s\n", paint(screen.OneLine(f.String())))
		if f.Hint != "" {
			p.Printf("    %s\n", screen.OneLine(f.Hint))
		}
	}
	verdict := p.Green("valid")
	if !v.Valid {
		verdict = p.Red("invalid")
	}
	p.Printf("%s: %s, %s, %s\n", v.File, verdict, session.Count(v.Errors, "error"), session.Count(v.Warnings, "warning"))
}
