package migrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"lcsync/internal/resource"
)

// jsonReader reads JSON and keeps the lines of values. Unlike encoding/json it
// accepts comments and commas after the last element, which the vendor's samples
// have, and refuses duplicate members.
type jsonReader struct {
	file  string
	data  []byte
	at    int
	line  int
	doc   *Document
	texts map[string]resource.Value
	bare  bool // names or texts without quotes: the file may be YAML
}

// documents reads one document after another.
func (j *jsonReader) documents() ([]*Document, error) {
	var docs []*Document
	for {
		j.space()
		if j.at == len(j.data) {
			return docs, nil
		}
		j.doc = &Document{File: j.file, Line: j.line}
		v, err := j.value(0, 0)
		if err != nil {
			return nil, err
		}
		j.doc.root = v
		docs = append(docs, j.doc)
	}
}

func (j *jsonReader) fail(format string, args ...any) error {
	return &Error{j.file, j.line, fmt.Sprintf(format, args...)}
}

// space skips white space and comments.
func (j *jsonReader) space() {
	for j.at < len(j.data) {
		switch c := j.data[j.at]; {
		case c == '\n':
			j.line++
			j.at++
		case c == ' ', c == '\t', c == '\r':
			j.at++
		case bytes.HasPrefix(j.data[j.at:], []byte("//")):
			if end := bytes.IndexByte(j.data[j.at:], '\n'); end >= 0 {
				j.at += end
			} else {
				j.at = len(j.data)
			}
		default:
			return
		}
	}
}

// take skips space and then the character, if it is there.
func (j *jsonReader) take(c byte) bool {
	j.space()
	if j.at < len(j.data) && j.data[j.at] == c {
		j.at++
		return true
	}
	return false
}

func (j *jsonReader) value(at int32, depth int) (any, error) {
	j.space()
	switch {
	case depth > maxDepth:
		return nil, j.fail("the document is nested deeper than %d levels", maxDepth)
	case j.at == len(j.data):
		return nil, j.fail("unexpected end of the document")
	case j.data[j.at] == '{':
		return j.object(at, depth)
	case j.data[j.at] == '[':
		return j.list(at, depth)
	}
	line := j.line
	v, err := j.scalar()
	if err != nil {
		return nil, err
	}
	return j.doc.leaf(v, line, at), nil
}

func (j *jsonReader) object(at int32, depth int) (any, error) {
	line, o := j.line, &resource.Object{}
	err := j.items('}', func(int) error {
		if j.space(); j.at == len(j.data) || j.data[j.at] != '"' {
			j.bare = true
			return j.fail("expected a name in quotes")
		}
		key, err := j.scalar()
		if err != nil {
			return err
		}
		name := key.(string)
		if o.Has(name) {
			return j.fail(twice, name)
		}
		if !j.take(':') {
			return j.fail("expected a colon after %q", name)
		}
		v, err := j.value(j.doc.steps.member(at, name), depth+1)
		o.Set(name, v)
		return err
	})
	return j.doc.filled(o, line, at), err
}

func (j *jsonReader) list(at int32, depth int) (any, error) {
	line, l := j.line, resource.List{}
	err := j.items(']', func(i int) error {
		v, err := j.value(j.doc.steps.element(at, i), depth+1)
		l = append(l, v)
		return err
	})
	return j.doc.filled(l, line, at), err
}

// items calls item for each item up to the closing bracket. There may be a comma
// behind the last one.
func (j *jsonReader) items(closing byte, item func(i int) error) error {
	j.at++
	for i := 0; !j.take(closing); i++ {
		if i > 0 && !j.take(',') {
			return j.fail("expected a comma or %c", closing)
		}
		if i > 0 && j.take(closing) {
			return nil
		}
		if err := item(i); err != nil {
			return err
		}
	}
	return nil
}

// scalar reads a string, a number or a word. Strings hold no line breaks.
func (j *jsonReader) scalar() (resource.Value, error) {
	start := j.at
	if j.data[j.at] == '"' {
		for j.at++; j.at < len(j.data) && j.data[j.at] != '"' && j.data[j.at] != '\n'; j.at++ {
			if j.data[j.at] == '\\' {
				j.at++
			}
		}
		j.at = min(j.at+1, len(j.data))
		if text := j.data[start:j.at]; plainText(text) {
			return j.text(text[1 : len(text)-1]), nil
		}
		var s string
		if err := json.Unmarshal(j.data[start:j.at], &s); err != nil {
			return nil, j.fail("a string is not closed, or has characters that JSON does not allow")
		}
		if half := loneHalf(j.data[start:j.at]); half != "" {
			return nil, j.fail("%s is half of a surrogate pair", half)
		}
		return s, nil
	}
	for j.at < len(j.data) && !strings.ContainsRune(" \t\r\n,:]}[{\"/", rune(j.data[j.at])) {
		j.at++
	}
	word := string(j.data[start:j.at])
	switch word {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	}
	if !json.Valid([]byte(word)) {
		j.bare = true
		return nil, j.fail("%q is not a JSON value", word)
	}
	n, err := resource.ParseNumber(word)
	if err != nil {
		return nil, j.fail("the number %s is too large", word)
	}
	return n, nil
}

// text returns one value for all equal texts. Documents repeat most of their early
// texts, such as days and statuses.
func (j *jsonReader) text(s []byte) resource.Value {
	v, ok := j.texts[string(s)]
	if !ok {
		v = string(s)
	}
	if !ok && len(j.texts) < 1000 {
		j.texts[string(s)] = v
	}
	return v
}

// plainText reports whether a quoted text has no escapes.
func plainText(text []byte) bool {
	return len(text) > 1 && text[len(text)-1] == '"' && !bytes.ContainsFunc(text, func(r rune) bool { return r == '\\' || r < ' ' })
}

// half matches escapes in a JSON text. A separate group matches half of a
// surrogate pair whose other half does not follow.
var half = regexp.MustCompile(`\\(?:[^u]|u[dD][89abAB]..\\u[dD][c-fC-F]..|u[^dD]...|u[dD][0-7]..|(u[dD]...))`)

// loneHalf returns the first escape that is half of a surrogate pair, "" if there
// is none.
func loneHalf(text []byte) string {
	for _, found := range half.FindAllSubmatch(text, -1) {
		if found[1] != nil {
			return string(found[0])
		}
	}
	return ""
}
