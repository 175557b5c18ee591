package snapshot

import (
	"bytes"
	"strings"
)

// lineClass says what a line of a snapshot holds.
type lineClass int

const (
	empty      lineClass = iota // white space
	remarkLine                  // a comment alone
	content                     // anything else, the texts of block scalars included
)

// textLine is one line of a text, by offsets.
type textLine struct {
	start, end int // the break included
	indent     int
	class      lineClass
	comment    int // where its comment begins, -1 if it has none
}

// lineReader tells the lines of a YAML text apart without parsing it: it knows
// quotes, flow collections, block scalars and plain scalars over several lines,
// which is what it takes to find the comments.
type lineReader struct {
	data  []byte
	quote byte // that is open, 0 = none
	flow  int  // how many collections in flow style are open
	plain int  // the column that a plain scalar belongs to and may go on beyond, -1 = none
	block blockScalar
}

// blockScalar is a text in literal or folded style that is being read.
type blockScalar struct {
	open   bool
	under  int // the column that its lines are deeper than
	indent int // of its lines, -1 as long as there was none
	keeps  bool
}

// linesOf reads the lines between two offsets, of which the first is the start
// of a line that begins an item, a member or a comment.
func linesOf(data []byte, from, to int) []textLine {
	r := &lineReader{data: data, plain: -1}
	var out []textLine
	for at := from; at < to; {
		_, next := lineAt(data, at)
		next = min(next, to)
		out = append(out, r.line(at, next))
		at = next
	}
	return out
}

func (r *lineReader) line(start, end int) textLine {
	text := bytes.TrimRight(r.data[start:end], "\r\n")
	inner := bytes.TrimLeft(text, " ")
	l := textLine{start: start, end: end, indent: len(text) - len(inner), class: content, comment: -1}
	bare := len(bytes.TrimLeft(inner, "\t")) == 0
	if r.block.open && r.inBlock(l.indent, bare) {
		if bare && !r.block.keeps && (r.block.indent < 0 || l.indent <= r.block.indent) {
			l.class = empty
		}
		return l
	}
	trimmed := bytes.TrimLeft(inner, "\t")
	switch {
	case r.quote != 0:
		r.tokens(text, &l)
	case bare:
		l.class = empty
	case trimmed[0] == '#':
		l.class, l.comment, r.plain = remarkLine, end-len(r.data[start:end])+len(text)-len(trimmed), -1
	default:
		r.content(text, &l)
	}
	return l
}

// inBlock tells whether a line belongs to the block scalar that is open, and
// closes it otherwise.
func (r *lineReader) inBlock(indent int, bare bool) bool {
	b := &r.block
	switch {
	case bare:
		return true
	case b.indent < 0 && indent > b.under:
		b.indent = indent
		return true
	case b.indent >= 0 && indent >= b.indent:
		return true
	}
	b.open = false
	return false
}

// content reads a line that is neither blank nor a comment nor inside a quote.
func (r *lineReader) content(text []byte, l *textLine) {
	if r.flow == 0 && r.plain >= 0 && l.indent > r.plain {
		if i := bytes.Index(text, []byte(" #")); i >= 0 { // it ends the scalar
			l.comment, r.plain = l.start+i+1, -1
		}
		return
	}
	r.plain = -1
	r.tokens(text, l)
}

// dashes skips the dashes and the markers of explicit keys at the start of a line.
// It returns the position of the first token and the column that it belongs to.
func (r *lineReader) dashes(text []byte, indent int) (first, col int) {
	first, col = indent, indent
	if r.flow > 0 || r.quote != 0 {
		return first, col
	}
	for first < len(text) && strings.IndexByte("-?:", text[first]) >= 0 && (first+1 == len(text) || text[first+1] == ' ') {
		col = first
		for first++; first < len(text) && text[first] == ' '; first++ {
		}
	}
	if first == indent && indent > 0 {
		col-- // possibly a value on a line of its own
	}
	return first, col
}

// tokens reads the tokens of a line, or the rest of a quoted text and the tokens
// after it.
func (r *lineReader) tokens(text []byte, l *textLine) {
	first, col := r.dashes(text, l.indent) // col is the column that a value belongs to
	keyed, plain := false, false
	fresh := r.quote == 0 // a token may begin here
	for i := first; i < len(text); i++ {
		c := text[i]
		switch {
		case r.quote != 0:
			i = r.inQuote(text, i)
		case c == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t'):
			l.comment = l.start + i
			return
		case c == ' ' || c == '\t':
		case fresh && (c == '"' || c == '\''):
			r.quote, fresh, plain = c, false, false
		case (fresh || r.flow > 0) && (c == '[' || c == '{'):
			r.flow++
			fresh, plain = true, false
		case r.flow > 0 && (c == ']' || c == '}'):
			r.flow--
			fresh, plain = false, false
		case r.flow > 0 && c == ',':
			fresh, plain = true, false
		case c == ':' && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\t' || r.flow > 0):
			if r.flow == 0 && !keyed {
				col, keyed = first, true
			}
			fresh, plain = true, false
		case fresh && (c == '!' || c == '&'):
			for i+1 < len(text) && text[i+1] != ' ' && text[i+1] != '\t' {
				i++
			}
		case fresh && r.flow == 0 && (c == '|' || c == '>'):
			i, fresh = r.openBlock(text, i, col), false
		default:
			fresh, plain = false, true
		}
	}
	if plain && r.flow == 0 {
		r.plain = col
	}
}

// inQuote reads a character inside a quoted text and returns the place of the
// last one that belongs to it.
func (r *lineReader) inQuote(text []byte, i int) int {
	switch {
	case r.quote == '"' && text[i] == '\\':
		return i + 1
	case text[i] != r.quote:
	case r.quote == '\'' && i+1 < len(text) && text[i+1] == '\'':
		return i + 1
	default:
		r.quote = 0
	}
	return i
}

// openBlock reads the header of a block scalar.
func (r *lineReader) openBlock(text []byte, i, col int) int {
	r.block = blockScalar{open: true, under: col, indent: -1}
	for i+1 < len(text) && strings.IndexByte("+-0123456789", text[i+1]) >= 0 {
		i++
		switch c := text[i]; c {
		case '+':
			r.block.keeps = true
		case '-':
		default:
			r.block.indent = col + int(c-'0')
		}
	}
	return i
}

// commentsOf returns the comments of a text, each without the space around it.
func commentsOf(data []byte) []string {
	var out []string
	for _, l := range linesOf(data, 0, len(data)) {
		if l.comment >= 0 {
			out = append(out, string(bytes.TrimSpace(data[l.comment:l.end])))
		}
	}
	return out
}

// missing returns what a list has and another one has not, as often as it has
// more of it.
func missing(had, has []string) []string {
	left := make(map[string]int, len(has))
	for _, s := range has {
		left[s]++
	}
	var out []string
	for _, s := range had {
		if left[s]--; left[s] < 0 {
			out = append(out, s)
		}
	}
	return out
}
