package cli

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// placeIn says where in its file a place inside of a row is.
func placeIn(doc *snapshot.Document) func(row *resource.Object, path string) string {
	return func(row *resource.Object, path string) string {
		line, column := doc.Position(row, path)
		return place(snapshot.Finding{File: doc.Name, Line: line, Column: column})
	}
}

// namedIn returns the references of a file of which the license has to tell
// whether their numbers and names agree.
func namedIn(doc *snapshot.Document) []diff.Named {
	var out []diff.Named
	for _, r := range doc.Named {
		at := place(snapshot.Finding{File: doc.Name, Line: r.Line, Column: r.Column})
		out = append(out, diff.Named{Kind: r.Kind, Name: r.Name, ID: r.ID, Place: at})
	}
	return out
}

// strict refuses a plan of which values are not sent, as the vendor's rules
// forbid them.
func (o *planOptions) strict(plan *diff.Plan) error {
	if refused := plan.Refused(); o.Strict && len(refused) > 0 {
		return &refusedValues{refused}
	}
	return nil
}

// refusedValues are values that would have to be sent and must not be.
type refusedValues struct{ refused []diff.Refusal }

// Error says what is wrong, or how much is.
func (e *refusedValues) Error() string {
	if len(e.refused) == 1 {
		return e.refused[0].String()
	}
	return count(len(e.refused), "value") + " would be refused"
}

// hint says what to do about a single value.
func (e *refusedValues) hint() string {
	if len(e.refused) == 1 && e.refused[0].Hint != "" {
		return e.refused[0].Hint
	}
	return "correct the file; without --strict the rest is sent"
}

// details lists the values if there are several.
func (e *refusedValues) details() []string {
	if len(e.refused) < 2 {
		return nil
	}
	var lines []string
	for _, r := range e.refused[:min(detailed, len(e.refused))] {
		lines = append(lines, r.String())
	}
	return lines
}

// Findings returns the values for the JSON document.
func (e *refusedValues) Findings() any { return e.refused }
