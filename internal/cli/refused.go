package cli

import (
	"cmp"

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
	refused := plan.Refused()
	if !o.Strict || len(refused) == 0 {
		return nil
	}
	e := &Failure{Code: BadInput, Text: count(len(refused), "value") + " would be refused", Details: details(refused, detailed), Findings: refused}
	if len(refused) == 1 {
		e.Text, e.Hint = refused[0].String(), refused[0].Hint
	}
	e.Hint = cmp.Or(e.Hint, "correct the file; without --strict the rest is sent")
	return e
}
