package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
	"lcsync/internal/snapshot"
)

func newValidateCmd() *command {
	return &command{
		name:  "validate",
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
			return runValidate(s, validateOptions{File: s.args[0], Strict: c.Bool("strict")})
		},
	}
}

// validateOptions says which file to check, and how.
type validateOptions struct {
	File   string
	Strict bool
}

// validation is what was found in a file.
type validation struct {
	File     string            `json:"file"`
	Valid    bool              `json:"valid"`
	Errors   int               `json:"errors"`
	Warnings int               `json:"warnings"`
	Findings snapshot.Findings `json:"findings"`
}

func runValidate(s *session, opts validateOptions) (result, error) {
	data, err := s.readInput(opts.File)
	if err != nil {
		return nil, err
	}
	if err := refusePlan(opts.File, data); err != nil {
		return nil, err
	}
	doc, findings := snapshot.Decode(data, opts.File)
	if doc != nil {
		findings = slices.Concat(findings, doc.Validate())
	}
	slices.SortStableFunc(findings, func(a, b snapshot.Finding) int {
		return slices.Compare([]int{a.Line, a.Column}, []int{b.Line, b.Column})
	})
	if opts.Strict {
		for i := range findings {
			findings[i].Severity = resource.Error
		}
	}
	v := &validation{File: opts.File, Errors: findings.Errors(), Findings: findings}
	if v.Findings == nil {
		v.Findings = snapshot.Findings{}
	}
	v.Warnings = len(findings) - v.Errors
	if v.Valid = v.Errors == 0; v.Valid {
		return v, nil
	}
	return v, inputf("", "%s has %s", opts.File, count(v.Errors, "error"))
}

// Text prints each finding with what to do below it, and a closing line.
func (v *validation) Text(w io.Writer, st style) error {
	for _, f := range v.Findings {
		line := st.Red(screen.OneLine(f.String()))
		if f.Severity != resource.Error {
			line = st.Yellow(screen.OneLine(f.String()))
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
		if f.Hint != "" {
			if _, err := fmt.Fprintln(w, "    "+screen.OneLine(f.Hint)); err != nil {
				return err
			}
		}
	}
	verdict := st.Green("valid")
	if !v.Valid {
		verdict = st.Red("invalid")
	}
	_, err := fmt.Fprintf(w, "%s: %s, %s, %s\n", v.File, verdict, count(v.Errors, "error"), count(v.Warnings, "warning"))
	return err
}
