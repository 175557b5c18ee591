package snapshot

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// endOf returns the offset behind a scalar, an alias or a collection in flow
// style: of a block scalar, behind its header. It returns false if what it finds
// is not what the node holds.
func (s *splicer) endOf(n *yaml.Node) (int, bool) {
	data, at := s.data, s.offset(n)
	if isNothing(n) {
		return at, true
	}
	at = behindProperties(data, at)
	if at >= len(data) {
		return 0, false
	}
	switch c := data[at]; {
	case n.Kind == yaml.AliasNode:
		return at + 1 + len(n.Value), c == '*'
	case n.Style&yaml.FlowStyle != 0:
		return flowEnd(data, at)
	case n.Kind != yaml.ScalarNode:
		return 0, false
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		for at++; at < len(data) && strings.IndexByte("+-0123456789", data[at]) >= 0; at++ {
		}
		return at, c == '|' || c == '>'
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return quoteEnd(data, at)
	}
	return plainEnd(data, at, n.Value)
}

// behindProperties skips the tag and the anchor of a node.
func behindProperties(data []byte, at int) int {
	for at < len(data) && (data[at] == '!' || data[at] == '&') {
		for at < len(data) && strings.IndexByte(" \t\r\n", data[at]) < 0 {
			at++
		}
		for at < len(data) && (data[at] == ' ' || data[at] == '\t') {
			at++
		}
	}
	return at
}

// quoteEnd returns the offset behind a quoted text.
func quoteEnd(data []byte, at int) (int, bool) {
	if data[at] != '"' && data[at] != '\'' {
		return 0, false
	}
	r := &lineReader{data: data, quote: data[at]}
	for i := at + 1; i < len(data); i++ {
		if i = r.inQuote(data, i); r.quote == 0 {
			return i + 1, true
		}
	}
	return 0, false
}

// flowEnd returns the offset behind a collection in flow style.
func flowEnd(data []byte, at int) (int, bool) {
	depth, fresh := 0, true
	for i := at; i < len(data); i++ {
		switch c := data[i]; {
		case c == '[' || c == '{':
			depth++
			fresh = true
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1, true
			}
			fresh = false
		case c == '#' && strings.IndexByte(" \t\n", data[i-1]) >= 0:
			i = lineEnd(data, i) - 1
		case fresh && (c == '"' || c == '\''):
			end, ok := quoteEnd(data, i)
			if !ok {
				return 0, false
			}
			i, fresh = end-1, false
		case c == ',' || c == ':':
			fresh = true
		case strings.IndexByte(" \t\r\n", c) < 0:
			fresh = false
		}
	}
	return 0, false
}

// plainEnd returns the offset behind a plain scalar, which may go over several
// lines.
func plainEnd(data []byte, at int, value string) (int, bool) {
	said, breaks := "", 0
	for at < len(data) {
		next := lineEnd(data, at)
		text := bytes.TrimRight(data[at:next], " \t\r\n")
		lead := len(text) - len(bytes.TrimLeft(text, " \t"))
		if said != "" && len(text) > lead {
			said += strings.Repeat("\n", breaks-1)
			if breaks == 1 {
				said += " "
			}
			breaks = 0
		}
		rest, ok := strings.CutPrefix(value, said)
		line := string(text[lead:])
		switch {
		case !ok:
			return 0, false
		case strings.HasPrefix(line, rest):
			return at + lead + len(rest), true
		}
		said += line
		breaks++
		at = next
	}
	return 0, false
}
