package snapshot

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// lineStarts returns where the lines of a text begin.
func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// parseAt parses a part of the file that begins with a line. The lines of the nodes
// are those of the file.
func (s *splicer) parseAt(from, to int) (*yaml.Node, bool) {
	text := s.data[from:to]
	if oddBreaks(text) {
		return nil, false
	}
	root, err := parse(text)
	if err != nil || root == nil {
		return nil, false
	}
	above, _ := slices.BinarySearch(s.starts, from)
	lower(root, above)
	return root, true
}

// lower adds a number of lines to the positions in a tree.
func lower(n *yaml.Node, lines int) {
	n.Line += lines
	for _, c := range n.Content {
		lower(c, lines)
	}
}

// oddBreaks tells whether a text has characters that YAML takes for line breaks
// and that do not begin a line here.
func oddBreaks(text []byte) bool {
	for _, odd := range []string{"\u0085", "\u2028", "\u2029"} {
		if bytes.Contains(text, []byte(odd)) {
			return true
		}
	}
	return bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n"))
}

// offset returns where a node begins.
func (s *splicer) offset(n *yaml.Node) int {
	at := s.starts[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(s.data[at:])
		at += size
	}
	return at
}

// lineStart returns where the line of an offset begins.
func lineStart(data []byte, at int) int { return bytes.LastIndexByte(data[:at], '\n') + 1 }

// lineEnd returns where the line after that of an offset begins.
func lineEnd(data []byte, at int) int {
	_, next := lineAt(data, at)
	return next
}

// bodyEnd returns where what stands in a region ends: behind its last line that
// says something, and behind comments that are indented more than a column.
func (s *splicer) bodyEnd(from, to, col int) int {
	end, over := from, false
	for _, l := range linesOf(s.data, lineStart(s.data, from), to) {
		switch {
		case l.class == content:
			end, over = l.end, false
		case l.class == remarkLine:
			over = over || l.indent <= col
			if !over {
				end = l.end
			}
		}
	}
	return end
}

// headStart returns where what stands at an offset begins with the comments that
// are right above it. No line from floor on belongs to anything else.
func (s *splicer) headStart(at, floor int) int {
	start := lineStart(s.data, at)
	for start > floor {
		above := lineStart(s.data, start-1)
		text := bytes.TrimLeft(s.data[above:start], " \t")
		if above < floor || len(text) == 0 || text[0] != '#' {
			break
		}
		start = above
	}
	return start
}
