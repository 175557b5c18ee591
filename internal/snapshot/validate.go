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
	c := &checker{doc: d, index: map[string]*index{}, fixed: map[string]*resource.Object{}}
	c.inspection = resource.Inspection{Visit: c.visit, Report: func(p resource.Problem) {
		c.report(p.Path, p.Severity, p.Text, p.Hint)
	}}
	for _, k := range d.License.Kinds() {
		c.index[k.Name] = newIndex(k, d.License.Rows(k.Name))
	}
	for _, k := range d.License.Kinds() {
		c.kind = k
		if k.ReadOnly {
			continue
		}
		for i, row := range d.License.Rows(k.Name) {
			c.row, c.number = row, i
			c.checkRow()
		}
		c.identities()
		c.caps()
		c.members()
	}
	c.findings.sort()
	return c.findings
}

// checker goes through the rows of a document.
type checker struct {
	doc      *Document
	findings Findings
	index    map[string]*index

	kind   *resource.Kind
	row    *resource.Object
	number int // of the row

	fixed      map[string]*resource.Object // who has a value that only one may have
	inspection resource.Inspection
}

func (c *checker) checkRow() {
	for i := range c.kind.Fields {
		if f := &c.kind.Fields[i]; f.Required && f.Default == nil && !c.row.Has(f.Name) {
			c.missing(f)
		}
	}
	c.inspection.Row(c.kind, c.row)
	c.values()
}

// report adds a finding about a place inside the current row.
func (c *checker) report(at string, s Severity, message, hint string) {
	line, column, full := c.doc.locate(c.row, at)
	if line == 0 {
		full = strings.TrimSuffix(fmt.Sprintf("%s[%d].%s", c.kind.Name, c.number, at), ".")
	}
	if c.doc.refused[full] {
		return
	}
	c.findings = append(c.findings, Finding{
		File: c.doc.Name, Line: line, Column: column, Severity: s, Path: full, Message: message, Hint: hint,
	})
}

func (c *checker) fail(p *resource.Path, hint, format string, args ...any) {
	c.report(p.String(), resource.Error, fmt.Sprintf(format, args...), hint)
}

func (c *checker) refuse(p *resource.Path, hint, format string, args ...any) {
	c.report(p.String(), resource.Refused, fmt.Sprintf(format, args...), hint)
}

func (c *checker) warn(p *resource.Path, hint, format string, args ...any) {
	c.report(p.String(), resource.Warning, fmt.Sprintf(format, args...), hint)
}

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

// index finds the rows of a kind by what references say.
type index struct {
	kind *resource.Kind
	ids  map[string][]*resource.Object // server ids, as text
	keys map[string][]*resource.Object // natural keys, folded where the kind folds
}

func newIndex(k *resource.Kind, rows []*resource.Object) *index {
	x := &index{kind: k, ids: make(map[string][]*resource.Object, len(rows)), keys: make(map[string][]*resource.Object, len(rows))}
	for _, row := range rows {
		if id := k.IDOf(row); id != nil {
			text := resource.Text(id)
			x.ids[text] = append(x.ids[text], row)
		}
		key := x.fold(rowKey(k, row))
		x.keys[key] = append(x.keys[key], row)
	}
	return x
}

func (x *index) fold(key string) string {
	if x.kind.FoldCase {
		return strings.ToLower(key)
	}
	return key
}

// rowKey is the natural key without a fallback; "" if all its parts are empty.
func rowKey(k *resource.Kind, row *resource.Object) string {
	parts := make([]string, 0, len(k.Key))
	empty := true
	for _, f := range k.Key {
		text := resource.Text(row.Get(f))
		empty = empty && text == ""
		parts = append(parts, text)
	}
	if empty {
		return ""
	}
	return strings.Join(parts, "\x00")
}

// find returns the rows that a reference may mean: by server id, or by name
// where names stand in for ids.
func (x *index) find(v resource.Value) []*resource.Object {
	text := resource.Text(v)
	_, isName := v.(string)
	if x.kind.ServerID != "" && (!isName || x.kind.RandomID) {
		if rows := x.ids[text]; rows != nil {
			return rows
		}
	}
	if !isName {
		return nil
	}
	return x.keys[x.fold(text)]
}
