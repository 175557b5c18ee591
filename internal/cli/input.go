package cli

import (
	"fmt"

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

// decodeWanted decodes a snapshot that is to be applied: apart from its form,
// all that no license can hold is an error.
func decodeWanted(t *terminal, name string, data []byte) (*snapshot.Document, error) {
	doc, err := decodeSnapshot(t, name, data)
	if err != nil {
		return nil, err
	}
	// What is only refused or in doubt is told by the plan where it is sent.
	return doc, invalidFile(name, doc.Validate())
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
	e := &Failure{Code: BadInput, Details: details(wrong, detailed), Findings: findings}
	switch n := len(wrong); {
	case n == 0:
		return nil
	case n == 1:
		e.Text, e.Hint = place(wrong[0])+": "+wrong[0].Message, wrong[0].Hint
	default:
		e.Text = fmt.Sprintf("%s has %s", name, count(n, "error"))
		if n > detailed {
			e.Hint = "lcsync validate " + name + " lists all of them"
		}
	}
	return e
}

func place(f snapshot.Finding) string {
	if f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// count writes a number with its noun: "1 error", "2 errors".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
