package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// readInput reads a file that the user named; "-" is stdin.
func (s *session) readInput(path string) ([]byte, error) {
	if path == "-" {
		data, err := io.ReadAll(s.env.Stdin)
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		return data, nil
	}
	data, err := os.ReadFile(s.abs(path))
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return nil, inputf("", "cannot read %s: %s", path, p.Err)
	}
	return data, err
}

// readSnapshot reads a snapshot that has the right form; "-" is stdin.
// Warnings are told on stderr, errors come back as exit code 5.
func (s *session) readSnapshot(path string) (*snapshot.Document, error) {
	data, err := s.readInput(path)
	if err != nil {
		return nil, err
	}
	return s.decodeSnapshot(path, data)
}

func (s *session) decodeSnapshot(path string, data []byte) (*snapshot.Document, error) {
	if err := refusePlan(path, data); err != nil {
		return nil, err
	}
	doc, findings := snapshot.Decode(data, path)
	return doc, s.judgeFindings(path, findings)
}

// readWanted reads a snapshot that is to be applied: apart from its form, all
// that no license can hold is an error.
func (s *session) readWanted(path string) (*snapshot.Document, error) {
	data, err := s.readInput(path)
	if err != nil {
		return nil, err
	}
	return s.decodeWanted(path, data)
}

func (s *session) decodeWanted(path string, data []byte) (*snapshot.Document, error) {
	doc, err := s.decodeSnapshot(path, data)
	if err != nil {
		return nil, err
	}
	// What is only refused or in doubt is told by the plan where it is sent.
	if findings := doc.Validate(); findings.Errors() > 0 {
		return nil, &invalidFile{path, findings}
	}
	return doc, nil
}

// judgeFindings tells warnings and turns errors into an error.
func (s *session) judgeFindings(path string, findings snapshot.Findings) error {
	if findings.Errors() > 0 {
		return &invalidFile{path, findings}
	}
	s.tellWarnings(path, findings)
	return nil
}

// warned is how many different warnings about a file are told outside of
// validate.
const warned = 8

// tellWarnings tells each warning once, however often a file earns it.
func (s *session) tellWarnings(path string, findings snapshot.Findings) {
	var told []snapshot.Finding
	times := map[string]int{}
	for _, f := range findings {
		if times[f.Message]++; times[f.Message] == 1 {
			told = append(told, f)
		}
	}
	hidden := len(findings)
	for _, f := range told[:min(warned, len(told))] {
		n := times[f.Message]
		hidden -= n
		if n > 1 {
			s.noticef("%s (%d times)", f, n)
		} else {
			s.noticef("%s", f)
		}
	}
	if hidden > 0 {
		s.noticef("%s has %s: lcsync validate lists all", path, count(hidden, "more warning"))
	}
}

// invalidFile is a file with errors in it.
type invalidFile struct {
	path     string
	findings snapshot.Findings
}

// Error says what is wrong, or how much is.
func (e *invalidFile) Error() string {
	if e.findings.Errors() == 1 {
		f := e.first()
		return place(f) + ": " + f.Message
	}
	return fmt.Sprintf("%s has %s", e.path, count(e.findings.Errors(), "error"))
}

// hint says what to do about a single error, or how to see all of them.
func (e *invalidFile) hint() string {
	if e.findings.Errors() == 1 {
		return e.first().Hint
	}
	if len(e.details()) < e.findings.Errors() {
		return "lcsync validate " + e.path + " lists all of them"
	}
	return ""
}

func (e *invalidFile) first() snapshot.Finding {
	for _, f := range e.findings {
		if f.Severity == resource.Error {
			return f
		}
	}
	return snapshot.Finding{}
}

// detailed is how many errors of a file are listed outside of validate.
const detailed = 20

// details lists the errors of a file that has several.
func (e *invalidFile) details() []string {
	if e.findings.Errors() == 1 {
		return nil
	}
	var lines []string
	for _, f := range e.findings {
		if f.Severity == resource.Error && len(lines) < detailed {
			lines = append(lines, f.String())
		}
	}
	return lines
}

// Findings returns all that was found, for the JSON document.
func (e *invalidFile) Findings() any { return e.findings }

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
