package migrate

import (
	"bytes"
	"fmt"

	"lcsync/internal/resource"
)

// Document is one document of a file, with the places of its fields.
type Document struct {
	File string
	Line int // where it begins

	root    any // objects and lists of leaves
	origins []*Origin

	kind, version string // "" if the content has to tell
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

// Read reads the documents of a file: JSON, with // comments as the vendor's
// pages have them and one document after another, or YAML. Errors are *Error.
func Read(file string, data []byte) ([]*Document, error) {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	j := &jsonReader{file: file, data: data, line: 1}
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

// FromValue makes a document of a value that did not come from a file, such as
// an answer of the API. where names it in reports.
func FromValue(where string, v resource.Value) *Document {
	d := &Document{File: where}
	d.root = d.track(v, "")
	return d
}

// FromAnswer makes a document of an answer whose kind and version are known. A
// kind of "group_properties/ID" says which group values are of.
func FromAnswer(where, kind, version string, v resource.Value) *Document {
	d := FromValue(where, v)
	d.kind, d.version = kind, version
	return d
}

func (d *Document) track(v resource.Value, path string) any {
	switch v := v.(type) {
	case *resource.Object:
		if v.Len() > 0 {
			out := &resource.Object{}
			for name, m := range v.All() {
				out.Set(name, d.track(m, member(path, name)))
			}
			return out
		}
	case resource.List:
		if len(v) > 0 {
			out := make(resource.List, len(v))
			for i := range v {
				out[i] = d.track(v[i], element(path, i))
			}
			return out
		}
	}
	return d.leaf(v, 0, path)
}

// leaf enters a field into the document.
func (d *Document) leaf(v resource.Value, line int, path string) *leaf {
	if path == "" {
		path = "." // the whole document
	}
	o := &Origin{File: d.File, Line: line, Path: path}
	d.origins = append(d.origins, o)
	return &leaf{value: v, from: []*Origin{o}}
}

func member(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func element(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
