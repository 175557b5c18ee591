package snapshot

import (
	"fmt"
	"strings"

	"lcsync/internal/resource"
)

// Validate checks a snapshot offline: required fields, values and their forms,
// limits, references, and the rules of the kinds. It returns all findings at once,
// in the file's order. It does not check what the file does not contain, and skips
// values that Decode refused. An Error is a finding that no snapshot of a license
// can have. Values that break the vendor's rules but that a license may have are
// Refused.
func (d *Document) Validate() Findings {
	c := &checker{doc: d, index: resource.NewIndex(d.License), misspelt: map[string]*misspelt{}, fixed: map[string]*resource.Object{}}
	alone := resource.Inspection{Visit: c.visit, Report: func(p resource.Problem) {
		c.report(p.Path, p.Severity, p.Hint, "%s", p.Text)
	}}
	for _, k := range d.License.Kinds() {
		if k.ReadOnly {
			continue
		}
		c.kind = k
		for range c.rows() {
			c.required()
			alone.Row(k, c.row)
			c.value()
		}
		c.identities()
		c.caps()
		c.covered()
		c.members()
	}
	c.findings.sort()
	return c.findings
}

// checker goes through the rows of a document.
type checker struct {
	doc      *Document
	findings Findings
	index    *resource.Index
	misspelt map[string]*misspelt // by kind
	defined  map[string][]string  // names of definitions by namespace, nil before they are asked for

	kind *resource.Kind
	row  *resource.Object // that findings are about

	fixed map[string]*resource.Object // the object that has a value that only one object can have
}

// rows yields the rows of the current kind, each as the current one.
func (c *checker) rows() func(yield func(*resource.Object) bool) {
	return func(yield func(*resource.Object) bool) {
		for _, c.row = range c.doc.License.Rows(c.kind.Name) {
			if !yield(c.row) {
				return
			}
		}
	}
}

// report adds a finding about a place inside the current row.
func (c *checker) report(at string, s Severity, hint, format string, args ...any) {
	line, column, full := c.doc.locate(c.row, at)
	if c.doc.refused[full] {
		return
	}
	c.findings = append(c.findings, Finding{
		File: c.doc.Name, Line: line, Column: column, Severity: s, Path: full, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

func (c *checker) fail(at *resource.Path, hint, format string, args ...any) {
	c.report(at.String(), resource.Error, hint, format, args...)
}

func (c *checker) refuse(at *resource.Path, hint, format string, args ...any) {
	c.report(at.String(), resource.Refused, hint, format, args...)
}

func (c *checker) warn(at *resource.Path, hint, format string, args ...any) {
	c.report(at.String(), resource.Warning, hint, format, args...)
}

// field is a field of the current row.
func field(name string) *resource.Path { return (*resource.Path)(nil).Member(name) }

// line returns the line of another row, for messages.
func (c *checker) line(row *resource.Object) int {
	line, _ := c.doc.Position(row, "")
	return line
}

// who returns the name of the current row: agent "smith@example.com".
func (c *checker) who() string { return c.call(c.row) }

func (c *checker) call(row *resource.Object) string {
	// Missing parts of a key leave slashes behind.
	if key := strings.Trim(c.kind.KeyOf(row), "/"); key != "" {
		return c.kind.Singular + " " + resource.Quote(key)
	}
	return "this " + c.kind.Singular
}
