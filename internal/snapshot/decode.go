package snapshot

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// Document is a snapshot read from a file.
type Document struct {
	Name       string // of the file, "-" for standard input
	APIVersion string // as the file says
	Versioned  bool   // the file states its format version, so it is a snapshot

	// License holds the rows in canonical form, one list for each kind that
	// the file has. ClientIDs, Owner and AccountID are what `license:` says,
	// Gaps what `incomplete:` says.
	License *resource.License
	// Named lists references given by number and by name. Only the license can
	// show whether number and name agree.
	Named []NamedRef

	origins map[*resource.Object]origin
	refused map[string]bool // paths of values whose absence Validate does not report again
}

// Decode reads a snapshot. It reports everything that is wrong with the form of
// the file: syntax, names, types, contradictory references. The document is nil
// only if nothing could be read; if the findings contain errors, it holds what
// could be read. Decode never panics.
func Decode(data []byte, name string) (*Document, Findings) {
	d := &decoder{doc: &Document{Name: name}, size: len(data)}
	d.reset()
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if parts, ok := split(data, chunkSize); !ok || !d.parts(parts) {
		failed := d.chunk
		d.reset()
		if !d.wholeFile(data, failed) {
			d.findings.sort()
			return nil, d.findings
		}
	}
	d.finish()
	d.findings = append(d.findings, d.doc.cut(data)...)
	d.findings.sort()
	return d.doc, d.findings
}

// beginning is the line that a snapshot starts with, behind comments.
var beginning = regexp.MustCompile(`\A\x{FEFF}?(\s*(#[^\n]*|---)?\r?\n)*` + keyVersion + `\s*:`)

// Begins tells whether a text, which need not be YAML, begins like a snapshot.
func Begins(data []byte) bool { return beginning.Match(data) }

type decoder struct {
	doc      *Document
	findings Findings
	chunk    *chunk
	strict   bool // the value does not come from a license: unknown fields and values of the wrong type are mistakes

	seen  map[string]int  // top-level keys and their lines
	named []pendingRef    // references given by name and number
	cells map[string]bool // keys of rows in nested layouts

	words map[string]resource.Value // strings that many rows share
	marks []mark                    // of the current row
	names []string                  // room for the names of one object

	size    int  // of the file
	visited int  // values so far
	depth   int  // of the current value
	refused bool // the document expands without end
}

// reset clears the decoder for another attempt.
func (d *decoder) reset() {
	*d = decoder{size: d.size, seen: map[string]int{}, cells: map[string]bool{}, words: map[string]resource.Value{}, doc: &Document{
		Name: d.doc.Name, License: &resource.License{}, origins: map[*resource.Object]origin{}, refused: map[string]bool{},
	}}
}

// parts decodes a file part by part. It returns false if one of them cannot be
// parsed by itself, which is the current chunk then.
func (d *decoder) parts(parts []part) bool {
	for _, p := range parts {
		wanted := true
		for i := range p.chunks {
			d.chunk = &p.chunks[i]
			root, err := parse(d.chunk.data)
			if err != nil || root == nil {
				return false
			}
			switch {
			case d.chunk.depth == section && root.Kind == yaml.MappingNode:
				d.sections(root)
			case d.chunk.depth == items && root.Kind == yaml.SequenceNode:
				if i == 0 {
					wanted = d.open(p.key, &yaml.Node{Line: p.line - d.chunk.line, Column: 1})
				}
				if wanted {
					d.items(resource.Lookup(p.key), root)
				}
			default:
				return false
			}
		}
	}
	return true
}

// wholeFile decodes a file as one tree, after a part of it has failed, if it has
// parts. It returns false if nothing could be read.
func (d *decoder) wholeFile(data []byte, failed *chunk) bool {
	d.chunk = &chunk{data: data, depth: whole}
	root, err := parse(data)
	if err != nil {
		d.syntax(data, failed, err)
		return false
	}
	if root == nil || root.Kind != yaml.MappingNode {
		n := &yaml.Node{Line: 1, Column: 1}
		if root != nil {
			n = root
		}
		d.report(n, nil, resource.Error, "not a snapshot: a snapshot is a mapping that begins with lcsync: 1",
			"create one with `lcsync export`, or convert payloads of older API versions with `lcsync migrate`")
		return false
	}
	d.sections(root)
	return true
}

// syntax reports a file that is not YAML. It searches for the position in the part
// that failed.
func (d *decoder) syntax(data []byte, failed *chunk, err error) {
	if err == errSecondDocument {
		d.report(&yaml.Node{Line: secondDocument(data), Column: 1}, nil, resource.Error, err.Error(),
			"keep one snapshot per file: split the file at ---")
		return
	}
	if line, column := notUTF8(data); line > 0 {
		d.report(&yaml.Node{Line: line, Column: column}, nil, resource.Error, "invalid UTF-8", "save the file as UTF-8")
		return
	}
	c := chunk{data: data}
	if failed != nil {
		if _, e := parse(failed.data); e != nil {
			c, err = *failed, e
		}
	}
	line, column := errorAt(c.data, err)
	d.report(&yaml.Node{Line: c.line + line, Column: column}, nil, resource.Error, "not YAML: "+problem(err),
		"check quotes, colons and indentation here and on the line before")
}

// secondDocument returns the line of the marker that starts another document.
func secondDocument(data []byte) int {
	begun := false
	for at, line := 0, 1; at < len(data); line++ {
		text, next := lineAt(data, at)
		isMarker := bytes.HasPrefix(text, []byte("---")) || bytes.HasPrefix(text, []byte("..."))
		if isMarker && begun {
			return line
		}
		begun = begun || !isBlank(text) && !isMarker
		at = next
	}
	return 1
}

// report adds a finding about a node of the current chunk.
func (d *decoder) report(n *yaml.Node, p *resource.Path, s Severity, message, hint string) {
	d.findings = append(d.findings, Finding{
		File: d.doc.Name, Line: d.chunk.line + n.Line, Column: n.Column,
		Severity: s, Path: p.String(), Message: message, Hint: hint,
	})
}

func (d *decoder) fail(n *yaml.Node, p *resource.Path, hint, format string, args ...any) {
	d.report(n, p, resource.Error, fmt.Sprintf(format, args...), hint)
}

func (d *decoder) warn(n *yaml.Node, p *resource.Path, hint, format string, args ...any) {
	d.report(n, p, resource.Warning, fmt.Sprintf(format, args...), hint)
}

// finish does the checks that need the whole file.
func (d *decoder) finish() {
	d.missingHeader()
	for _, k := range resource.Kinds() {
		if l := d.doc.License; l.Has(k.Name) {
			for _, row := range l.Rows(k.Name) {
				k.Canonical(row)
			}
			k.SortRows(l.Rows(k.Name))
		}
	}
	d.checkNames()
	_, d.doc.Versioned = d.seen[keyVersion]
	slices.Sort(d.doc.License.ClientIDs)
	slices.SortStableFunc(d.doc.License.Gaps, compareGaps)
}
