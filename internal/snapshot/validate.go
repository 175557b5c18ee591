package snapshot

import (
	"fmt"
	"strings"

	"lcsync/internal/resource"
)

// Validate holds the snapshot against everything that can be known offline:
// required fields, values and their forms, limits, references, and the rules of
// the kinds. All findings come at once, in the file's order. What the file
// does not have is not checked, and where Decode has refused a value nothing
// more is said. Errors are findings that no snapshot of a license has; what a
// license may hold although the vendor's rules forbid it is Refused.
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

	fixed map[string]*resource.Object // who has a value that only one may have
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

// who names the current row: agent "smith@example.com".
func (c *checker) who() string { return c.call(c.row) }

func (c *checker) call(row *resource.Object) string {
	// Parts of a key that are missing leave their slashes behind.
	if key := strings.Trim(c.kind.KeyOf(row), "/"); key != "" {
		return c.kind.Singular + " " + resource.Quote(key)
	}
	return "this " + c.kind.Singular
}
