package migrate

import (
	"bytes"
	"fmt"
	"regexp"
	"unicode/utf8"

	"lcsync/internal/resource"
)

// Document is one document of a file, with the places of its fields.
type Document struct {
	File string
	Line int // where it begins

	root    any // objects and lists of leaves
	origins []*Origin
	steps   steps // the places of the fields, and what encloses them
	others  bool  // its file has other documents, too
}

// name is the document's name in answers: FILE, or FILE:LINE if the file has
// others.
func (d *Document) name() string {
	if d.others {
		return placeOf(d.File, d.Line)
	}
	return d.File
}

// Fields returns how many fields the document has.
func (d *Document) Fields() int { return len(d.origins) }

// Error is a file that cannot be read, with the place.
type Error struct {
	File string
	Line int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text) }

// maxDepth bounds how deep a document may nest.
const maxDepth = 100

// Read reads the documents of a file: JSON, with // comments as on the vendor's
// pages and several documents in a row, or YAML. Errors are *Error.
func Read(file string, data []byte) ([]*Document, error) {
	docs, err := read(file, data)
	for _, d := range docs {
		d.others = len(docs) > 1
	}
	return docs, err
}

// ReadText reads a text that is not in a file, under a name: its fields have paths
// and no lines.
func ReadText(name string, data []byte) ([]*Document, error) {
	docs, err := Read(name, data)
	for _, d := range docs {
		d.Line = 0
		for _, o := range d.origins {
			o.Line = 0
		}
	}
	return docs, err
}

func read(file string, data []byte) ([]*Document, error) {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if text := wrapped(data); text != "" {
		return nil, &Error{file, 1, text}
	}
	if line := brokenLine(data); line > 0 {
		return nil, &Error{file, line, "invalid UTF-8: save the file as UTF-8"}
	}
	j := &jsonReader{file: file, data: data, line: 1, texts: map[string]resource.Value{}}
	j.space()
	if j.at == len(j.data) {
		return nil, &Error{file, 1, "the file is empty"}
	}
	if c := j.data[j.at]; c != '{' && c != '[' {
		return readYAML(file, data)
	}
	docs, err := j.documents()
	if err == nil {
		return docs, nil
	}
	if j.bare {
		if docs, e := readYAML(file, data); e == nil {
			return docs, nil
		}
	}
	return nil, err
}

var gzipMark = []byte("\x1f\x8b")

// headLine is the first line of a response that curl -i wrote.
var headLine = regexp.MustCompile(`^HTTP/[0-9.]+ [0-9]{3}\b`)

// wrapped says what a file is that holds its documents in another form, "" if it
// does not.
func wrapped(data []byte) string {
	switch {
	case bytes.HasPrefix(data, gzipMark):
		return "the file is compressed: decompress it with gunzip"
	case headLine.Match(data):
		return "the file begins with the headers of an HTTP response: remove everything before the body, or save it without curl -i"
	case len(data) > 1 && (data[0] == 0 || data[1] == 0):
		return "the file is UTF-16 without a byte order mark: save it as UTF-8"
	}
	return ""
}

// brokenLine returns the first line that is not UTF-8, 0 if there is none:
// decoders silently replace such characters. UTF-16, which begins with a mark, is
// left to the YAML reader.
func brokenLine(data []byte) int {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) || utf8.Valid(data) {
		return 0
	}
	n := 1
	for line := range bytes.Lines(data) {
		if !utf8.Valid(line) {
			break
		}
		n++
	}
	return n
}

// field is a leaf and its only origin in one allocation: documents have many.
type field struct {
	leaf
	origin Origin
	own    [1]*Origin
}

// twice is the error for a duplicate name in an object: one of the two values
// would be lost.
const twice = "%q is given twice in one object: keep one of the two"

// filled returns an object or a list; an empty one counts as a field.
func (d *Document) filled(v any, line int, at int32) any {
	if emptyObject(v) || emptyList(v) {
		return d.leaf(v, line, at)
	}
	return v
}

// leaf adds a field to the document.
func (d *Document) leaf(v resource.Value, line int, at int32) *leaf {
	f := &field{leaf: leaf{value: v}, origin: Origin{doc: d, Line: int32(line), at: at}}
	f.from = f.own[:]
	f.own[0] = &f.origin
	d.origins = append(d.origins, &f.origin)
	return &f.leaf
}
