package migrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"lcsync/internal/resource"
)

// jsonReader reads JSON and keeps the lines of values. Unlike encoding/json it
// knows comments and commas behind the last element, which samples have, and
// refuses members that stand twice.
type jsonReader struct {
	file  string
	data  []byte
	at    int
	line  int
	doc   *Document
	texts map[string]resource.Value
	bare  bool // there are names or texts without quotes, which YAML knows
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
		return nil, j.fail("the document nests deeper than %d levels", maxDepth)
	case j.at == len(j.data):
		return nil, j.fail("the document ends in the middle")
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
	j.at++
	for !j.take('}') {
		if o.Len() > 0 && !j.take(',') {
			return nil, j.fail("want a comma or } here")
		}
		if o.Len() > 0 && j.take('}') {
			return o, nil
		}
		j.space()
		if j.at == len(j.data) || j.data[j.at] != '"' {
			j.bare = true
			return nil, j.fail("want a name in quotes here")
		}
		key, err := j.scalar()
		if err != nil {
			return nil, err
		}
		name := j.doc.steps.name(key.(string))
		if o.Has(name) {
			return nil, j.fail("%q stands twice in one object: keep one of the two", name)
		}
		if !j.take(':') {
			return nil, j.fail("want a colon behind %q", name)
		}
		v, err := j.value(j.doc.steps.member(at, name), depth+1)
		if err != nil {
			return nil, err
		}
		o.Set(name, v)
	}
	if o.Len() == 0 {
		return j.doc.leaf(o, line, at), nil
	}
	return o, nil
}

func (j *jsonReader) list(at int32, depth int) (any, error) {
	line, l := j.line, resource.List{}
	j.at++
	for !j.take(']') {
		if len(l) > 0 && !j.take(',') {
			return nil, j.fail("want a comma or ] here")
		}
		if len(l) > 0 && j.take(']') {
			return l, nil
		}
		v, err := j.value(j.doc.steps.element(at, len(l)), depth+1)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	if len(l) == 0 {
		return j.doc.leaf(l, line, at), nil
	}
	return l, nil
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
			return nil, j.fail("a text is not closed, or has characters that JSON does not allow")
		}
		if half := loneHalf(j.data[start:j.at]); half != "" {
			return nil, j.fail("%s is half a character", half)
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
		return nil, j.fail("%q is no value", word)
	}
	n, err := resource.ParseNumber(word)
	if err != nil {
		return nil, j.fail("%s is too large a number", word)
	}
	return n, nil
}

// text returns one value for all texts that are alike. Documents repeat most of
// those that come early, such as days and statuses.
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

// plainText tells whether a closed text in quotes stands for what it is.
func plainText(text []byte) bool {
	return len(text) > 1 && text[len(text)-1] == '"' && !bytes.ContainsFunc(text, func(r rune) bool { return r == '\\' || r < ' ' })
}

// escape is a character in a JSON text that a backslash begins.
var escape = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|.)`)

// loneHalf returns the first escape in a JSON text that is half of a character
// whose other half is not beside it, "" if there is none.
func loneHalf(text []byte) string {
	if !bytes.Contains(text, []byte(`\u`)) {
		return ""
	}
	first, end := "", 0 // a first half, and where its other half has to stand
	for _, at := range escape.FindAllIndex(text, -1) {
		e := string(text[at[0]:at[1]])
		n, err := strconv.ParseUint(strings.TrimPrefix(e, `\u`), 16, 16)
		second := len(e) == 6 && err == nil && n >= 0xDC00 && n < 0xE000
		switch adjoins := first != "" && at[0] == end; {
		case first != "" && !(second && adjoins):
			return first
		case second && !adjoins:
			return e
		case len(e) == 6 && err == nil && n >= 0xD800 && n < 0xDC00:
			first, end = e, at[1]
		default:
			first = ""
		}
	}
	return first
}
