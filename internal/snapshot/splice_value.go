package snapshot

import (
	"bufio"
	"bytes"
	"cmp"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// slot is a place in the file where a value stands.
type slot struct {
	node  *yaml.Node
	col   int  // of the key, or of the dash
	colon int  // behind the colon, or the dash
	end   int  // the start of the line where the next member or element begins
	loose bool // the order of its elements means nothing
}

// value changes the value in a slot to the wanted one. It returns false if that is
// not possible without rewriting what is around it.
func (s *splicer) value(sl slot, f *resource.Field, want resource.Value) bool {
	n := sl.node
	have, ok := s.read(n, f)
	if !ok {
		return false
	}
	if resource.Equal(have, want) {
		s.refresh(n, f)
		return true
	}
	if hasAnchor(n) || n.Style&yaml.TaggedStyle != 0 && n.Tag != secretTag {
		return false
	}
	block := n.Style&yaml.FlowStyle == 0
	o, isObject := want.(*resource.Object)
	l, isList := want.(resource.List)
	switch {
	case isObject && o.Len() > 0 && block && n.Kind == yaml.MappingNode:
		return s.mapping(n, f, o, sl.end)
	case isList && len(l) > 0 && block && n.Kind == yaml.SequenceNode:
		return s.elements(sl, f, l)
	}
	if f != nil && f.Ref != nil && !isList {
		return false // beside it may be the name of what it refers to
	}
	body := s.bodyEnd(lineStart(s.data, sl.colon-1), sl.end, sl.col)
	if text, ok := s.likewise(sl, want); ok {
		return s.replace(sl, body, " "+text+"\n")
	}
	return s.replace(sl, body, s.write(func(e *encoder) { e.content(f, want, sl.col, sl.col+2, "") }))
}

// replace puts a text in the place of a value that ends in front of body: the
// first line of the text goes behind the colon, whose comment stays, and the
// others below.
func (s *splicer) replace(sl slot, body int, text string) bool {
	head, rest, _ := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	from, to := sl.colon, sl.colon // what the head replaces
	under := true                  // the old value goes on in the lines below
	if n := sl.node; n != nil && (n.Style&yaml.FlowStyle != 0 || n.Kind == yaml.ScalarNode && !isNothing(n) || n.Kind == yaml.AliasNode) {
		start := s.offset(n)
		end, ok := s.endOf(n)
		if !ok || start < sl.colon || len(bytes.Trim(s.data[sl.colon:start], " \t")) > 0 {
			return false
		}
		to, under = end, n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
		if start > sl.colon && head != "" {
			from, head = start, head[1:]
		}
	} else if n != nil && isNothing(n) {
		under = false
	}
	line := lineEnd(s.data, to)
	if left := bytes.TrimSpace(s.data[to:line]); len(left) > 0 && left[0] != '#' {
		return false // something else stands there
	}
	s.put(from, to, head)
	if under && body > line {
		s.put(line, body, s.breaks(rest))
	} else {
		s.put(line, line, s.breaks(rest))
	}
	return true
}

// isNothing tells whether a value is not even written.
func isNothing(n *yaml.Node) bool { return isNull(n) && n.Value == "" && n.Style == 0 }

// hasAnchor tells whether something in a tree can be referred to by aliases.
func hasAnchor(n *yaml.Node) bool {
	if n.Anchor != "" {
		return true
	}
	for _, c := range n.Content {
		if hasAnchor(c) {
			return true
		}
	}
	return false
}

// read returns what a value of the file says, in canonical form.
func (s *splicer) read(n *yaml.Node, f *resource.Field) (resource.Value, bool) {
	*s.reader = decoder{size: len(s.data), words: s.reader.words, chunk: &chunk{}, doc: &Document{refused: map[string]bool{}}}
	if s.reader.words == nil {
		s.reader.words = map[string]resource.Value{}
	}
	v, ok := s.reader.value(n, f, (*resource.Path)(nil).Member("value"))
	if !ok || s.reader.findings.Errors() > 0 {
		return nil, false
	}
	if f != nil {
		v = f.Canonical(v)
	}
	return v, true
}

// write returns what an encoder writes, with the line breaks of the file.
func (s *splicer) write(fn func(e *encoder)) string {
	var b strings.Builder
	e := &encoder{w: bufio.NewWriter(&b)}
	if !s.options.NoNames {
		e.names = s.now
	}
	fn(e)
	s.err = cmp.Or(s.err, e.err, e.w.Flush())
	return s.breaks(b.String())
}

// likewise returns a value in the style of the scalar or the collection on one
// line that it replaces, false if it is of another kind or too long for that.
func (s *splicer) likewise(sl slot, want resource.Value) (string, bool) {
	n := sl.node
	text, isText := want.(string)
	switch {
	case n.Kind == yaml.ScalarNode && isText && n.Style&yaml.DoubleQuotedStyle != 0:
		return quoted(strings.ToValidUTF8(text, "\uFFFD")), true
	case n.Kind == yaml.ScalarNode && isText && n.Style&yaml.SingleQuotedStyle != 0 && strings.IndexFunc(text, unprintable) < 0:
		return "'" + strings.ReplaceAll(text, "'", "''") + "'", true
	case n.Style&yaml.FlowStyle == 0 || len(n.Content) == 0:
		return "", false
	}
	start := s.offset(n)
	end, ok := s.endOf(n)
	if !ok || bytes.IndexByte(s.data[start:end], '\n') >= 0 {
		return "", false
	}
	out, err := flow(want)
	return out, err == nil && len(out) > 1 && start-lineStart(s.data, start)+len(out) <= longestFlow
}

// longestFlow is how long a line may become that has a collection on it.
const longestFlow = 120

func unprintable(r rune) bool { return !printable(r) }

// flow returns a value on one line.
func flow(v resource.Value) (string, error) {
	var parts []string
	switch v := v.(type) {
	case *resource.Object:
		for name, m := range v.All() {
			text, err := flow(m)
			if err != nil {
				return "", err
			}
			parts = append(parts, inFlow(inline(name))+": "+text)
		}
		return "{" + strings.Join(parts, ", ") + "}", nil
	case resource.List:
		for _, e := range v {
			text, err := flow(e)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return "[" + strings.Join(parts, ", ") + "]", nil
	case resource.Secret:
		return "!secret " + inFlow(inline(string(v))), nil
	}
	text, err := scalar(v)
	return inFlow(text), err
}

// inFlow quotes a scalar that would end early inside of a collection.
func inFlow(text string) string {
	if !strings.HasPrefix(text, `"`) && strings.ContainsAny(text, ",[]{}?:") {
		return quoted(text)
	}
	return text
}
