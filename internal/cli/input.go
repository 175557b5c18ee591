package cli

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// decodeSnapshot decodes a snapshot that has the right form. Warnings are told,
// errors come back as exit code 5.
func decodeSnapshot(t *terminal, name string, data []byte) (*snapshot.Document, error) {
	if err := refusePlan(name, data); err != nil {
		return nil, err
	}
	doc, findings := snapshot.Decode(data, name)
	if err := invalidFile(name, findings); err != nil {
		return nil, err
	}
	tellWarnings(t, name, findings)
	return doc, nil
}

// inspect decodes a snapshot and holds it against everything that can be known
// without a license. All findings come at once, in the order of the file; form
// are those of them that are about its form.
func inspect(name string, data []byte) (doc *snapshot.Document, form, findings snapshot.Findings, err error) {
	if err := refusePlan(name, data); err != nil {
		return nil, nil, nil, err
	}
	doc, form = snapshot.Decode(data, name)
	findings = slices.Clone(form)
	if doc != nil {
		findings = append(findings, doc.Validate()...)
	}
	slices.SortStableFunc(findings, func(a, b snapshot.Finding) int {
		return slices.Compare([]int{a.Line, a.Column}, []int{b.Line, b.Column})
	})
	return doc, form, findings, nil
}

// decodeWanted decodes a snapshot that is to be applied: all that no license can
// hold is an error. Of the warnings those about its form are told.
func decodeWanted(t *terminal, name string, data []byte) (*snapshot.Document, error) {
	doc, form, findings, err := inspect(name, data)
	if err == nil {
		err = invalidFile(name, findings)
	}
	if err != nil {
		return nil, err
	}
	// What is only refused or in doubt is told by the plan where it is sent.
	tellWarnings(t, name, form)
	return doc, nil
}

// readWanted reads a snapshot that is to be applied.
func (s *session) readWanted(path string) (*snapshot.Document, error) {
	data, err := s.readInput(path)
	if err != nil {
		return nil, err
	}
	return decodeWanted(s.terminal, path, data)
}

// warned is how many different warnings about a file are told outside of
// validate.
const warned = 8

// tellWarnings tells each warning once, however often a file earns it.
func tellWarnings(t *terminal, path string, findings snapshot.Findings) {
	told, times := folded(findings, func(f snapshot.Finding) string { return f.Message })
	hidden := len(findings)
	for _, f := range told[:min(warned, len(told))] {
		n := times[f.Message]
		hidden -= n
		if n > 1 {
			t.noticef("%s (%d times)", f, n)
		} else {
			t.noticef("%s", f)
		}
	}
	if hidden > 0 {
		t.noticef("%s has %s: lcsync validate lists all", path, count(hidden, "more warning"))
	}
}

// folded returns the first of all that have a key in common, and how many those
// are.
func folded[T any](all []T, key func(T) string) (first []T, times map[string]int) {
	times = map[string]int{}
	for _, e := range all {
		if times[key(e)]++; times[key(e)] == 1 {
			first = append(first, e)
		}
	}
	return first, times
}

// invalidFile is the error of a file with errors in it: a single one, or how
// many there are. It is nil without any.
func invalidFile(name string, findings snapshot.Findings) error {
	var wrong snapshot.Findings
	for _, f := range findings {
		if f.Severity == resource.Error {
			wrong = append(wrong, f)
		}
	}
	switch e := (&Failure{Code: BadInput, Findings: findings}); len(wrong) {
	case 0:
		return nil
	case 1:
		e.Text, e.Hint = place(wrong[0])+": "+wrong[0].Message, wrong[0].Hint
		return e
	default:
		e.Text = fmt.Sprintf("%s has %s", name, count(len(wrong), "error"))
		for _, f := range causes(wrong) {
			e.Details = append(e.Details, f.String())
			if f.Hint != "" {
				e.Details = append(e.Details, "    "+f.Hint)
			}
		}
		return e
	}
}

// causes folds findings: what is wrong in the same way in several places is one
// finding that names them.
func causes(findings snapshot.Findings) snapshot.Findings {
	cause := func(f snapshot.Finding) string { return fmt.Sprint(f.File, f.Severity, f.Message, f.Hint) }
	first, _ := folded(findings, cause)
	lines := map[string][]string{}
	for _, f := range findings {
		lines[cause(f)] = append(lines[cause(f)], fmt.Sprint(f.Line))
	}
	for i, f := range first {
		if also := lines[cause(f)][1:]; len(also) > 0 {
			first[i].Message += " (also in " + noun(len(also), "line") + " " + strings.Join(also, ", ") + ")"
		}
	}
	return first
}

func place(f snapshot.Finding) string {
	if f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// count writes a number with its noun: "1 error", "2 errors".
func count(n int, one string) string { return fmt.Sprintf("%d %s", n, noun(n, one)) }

// noun is a noun, in the plural unless it is about one.
func noun(n int, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}
