package snapshot

import (
	"bytes"

	"lcsync/internal/resource"
)

// chunk is a part of the file that is a YAML document of its own: a run of
// list items, a section, or the whole file.
type chunk struct {
	data  []byte
	line  int // lines before it
	first int // number of its first list item
	depth depth
}

// depth says what the root of a chunk's tree is.
type depth int

const (
	whole   depth = iota // a mapping of all sections
	section              // a mapping of one section
	items                // a list of items of a section
)

// part is one top-level key of the file.
type part struct {
	key    string
	line   int // from 1
	chunks []chunk
}

// chunkSize is how much of a list is parsed at once: small enough that the memory
// for a tree does not matter, large enough that the time to start a parser does
// not matter.
const chunkSize = 16 << 10

// split cuts a file in block style into top-level parts, and lists of objects
// into runs of items, by looking at the beginnings of lines. It returns false
// for anything unusual, such as flow style or several documents.
//
// Cutting is safe although it does not know YAML: a cut inside a quoted text or
// a flow collection leaves the part before it unfinished, which its parser
// reports; block texts are indented deeper than any cut; and an alias whose
// anchor is in another part is reported as unknown. After such a report the
// file is parsed as a whole.
func split(data []byte, size int) ([]part, bool) {
	var parts []part
	var starts []int
	lines := 0
	for at := 0; at < len(data); lines++ {
		line, next := lineAt(data, at)
		switch kind, key := topLevel(line); {
		case kind == unusual, kind == inside && parts == nil, kind == marker && parts != nil:
			return nil, false
		case kind == keyed:
			parts = append(parts, part{key: key, line: lines + 1})
			starts = append(starts, at)
		}
		at = next
	}
	for i := range parts {
		end := len(data)
		if i+1 < len(parts) {
			end = starts[i+1]
		}
		all := chunk{data: data[starts[i]:end], line: parts[i].line - 1, depth: section}
		parts[i].chunks = []chunk{all}
		if k := resource.Lookup(parts[i].key); k != nil && k.IsList() {
			parts[i].chunks = cut(all, size)
		}
	}
	return parts, len(parts) > 0
}

// lineAt returns the line that begins at an offset, without its break, and the
// offset of the next one.
func lineAt(data []byte, at int) (line []byte, next int) {
	next = len(data)
	if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
		next = at + n + 1
	}
	return bytes.TrimRight(data[at:next], "\r\n"), next
}

type lineKind int

const (
	blank lineKind = iota
	inside
	keyed
	marker
	unusual
)

// topLevel says what a line is to the top level of the file.
func topLevel(line []byte) (lineKind, string) {
	if isBlank(line) {
		return blank, ""
	}
	if line[0] == ' ' || line[0] == '\t' || isItem(line) {
		return inside, ""
	}
	if rest, ok := bytes.CutPrefix(line, []byte("---")); ok && isBlank(rest) {
		return marker, ""
	}
	n := 0
	for n < len(line) && (isLetter(line[n]) || line[n] == '_' || n > 0 && (line[n] == '-' || line[n] >= '0' && line[n] <= '9')) {
		n++
	}
	if n == 0 || n == len(line) || line[n] != ':' || n+1 < len(line) && line[n+1] != ' ' {
		return unusual, ""
	}
	return keyed, string(line[:n])
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isBlank reports whether a line has no content: white space, or a comment.
func isBlank(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	return len(line) == 0 || line[0] == '#'
}

// isItem tells whether a line, its indentation taken away, starts a list item.
func isItem(line []byte) bool {
	return len(line) > 0 && line[0] == '-' && (len(line) == 1 || line[1] == ' ')
}

// cut cuts a section into runs of list items, if it is a list in block style
// whose items all start at one column.
func cut(s chunk, size int) []chunk {
	head, at := lineAt(s.data, 0)
	if i := bytes.IndexByte(head, ':'); !isBlank(head[i+1:]) {
		return []chunk{s}
	}
	var out []chunk
	indent, count, start := -1, 0, 0
	for line := s.line + 1; at < len(s.data); line++ {
		text, next := lineAt(s.data, at)
		content := bytes.TrimLeft(text, " ")
		switch deep := len(text) - len(content); {
		case isBlank(content):
		case isItem(content) && (indent < 0 || deep == indent):
			indent = deep
			if len(out) == 0 || at-start >= size {
				start = at
				out = append(out, chunk{data: s.data[at:], line: line, first: count, depth: items})
			}
			count++
		case deep <= indent || indent < 0:
			return []chunk{s}
		}
		at = next
	}
	if len(out) == 0 {
		return []chunk{s}
	}
	for i := range out[:len(out)-1] {
		out[i].data = out[i].data[:len(out[i].data)-len(out[i+1].data)]
	}
	return out
}
