package snapshot

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// fileSection is a top-level key of the file with what stands under it.
type fileSection struct {
	region
	key   string
	lazy  []int      // where the items of a list of objects begin, if they were not parsed
	value *yaml.Node // if the file was parsed as a whole
}

// unit is a part of the file that was parsed by itself.
type unit struct {
	data   []byte
	starts []int // of its lines
}

// everything edits all sections. It returns false if the file has a layout in
// which nothing can be edited.
func (s *splicer) everything() bool {
	s.edits, s.notices, s.units, s.gone, s.moved = nil, nil, nil, nil, nil
	sections, ok := s.sections()
	if !ok {
		return false
	}
	wanted := s.values()
	place := map[string]int{}
	for i, sec := range sections {
		place[sec.key] = i
	}
	body := make([]int, len(sections))
	for i, sec := range sections {
		body[i] = s.sectionEnd(sec)
	}
	last := body[place[keyAPI]]
	for _, v := range wanted {
		i, has := place[v.key]
		if !has {
			s.put(last, last, s.write(func(e *encoder) { e.section(v, s.want) }))
			continue
		}
		last = body[i]
		s.section(sections[i], body[i], v)
	}
	floor := 0
	for i, sec := range sections {
		if !slices.ContainsFunc(wanted, func(v sectionValue) bool { return v.key == sec.key }) && sec.key != keyVersion && sec.key != keyAPI {
			from := s.headStart(sec.from, floor)
			s.put(from, body[i], "")
			s.gone = append(s.gone, region{from, body[i]})
			s.tell("what stands under "+sec.key, "is not there any more", false, from, body[i], nil)
		}
		floor = body[i]
	}
	return true
}

// sectionValue is what a top-level key is to hold.
type sectionValue struct {
	key   string
	kind  *resource.Kind
	field *resource.Field
	value resource.Value
}

// section writes a top-level key.
func (e *encoder) section(v sectionValue, l *resource.License) {
	if v.kind != nil {
		e.kind(v.kind, l.Rows(v.key))
		return
	}
	e.value(nil, v.key, v.value, 0)
}

// values returns what the sections are to hold, in the order of an export.
func (s *splicer) values() []sectionValue {
	var out []sectionValue
	head, gaps := headerOf(s.want)
	if head.Len() > 0 {
		out = append(out, sectionValue{key: keyLicense, field: &resource.Field{Name: keyLicense, Type: resource.Record, Fields: licenseFields}, value: head})
	}
	if len(gaps) > 0 {
		out = append(out, sectionValue{key: keyIncomplete, value: gaps,
			field: &resource.Field{Name: keyIncomplete, Type: resource.ListOf, Elem: resource.Record, Fields: gapFields}})
	}
	for _, k := range s.want.Kinds() {
		v := sectionValue{key: k.Name, kind: k, field: k.Shape()}
		if !plainList(k) {
			v.value = k.Nest(s.want.Rows(k.Name))
		}
		out = append(out, v)
	}
	return out
}

// plainList tells whether each row of a kind is an item of its own.
func plainList(k *resource.Kind) bool { return k.IsList() && k.YAML.GroupBy == "" }

// sections finds the top-level keys, without parsing what need not be parsed.
func (s *splicer) sections() ([]fileSection, bool) {
	if s.found != nil {
		return s.found, true
	}
	if parts, ok := split(s.data, 0); ok {
		if s.found, ok = s.inParts(parts); ok {
			return s.found, true
		}
	}
	var ok bool
	s.found, ok = s.asWhole()
	return s.found, ok
}

// inParts takes the sections from the beginnings of lines. It returns false
// where these do not show the items that were decoded.
func (s *splicer) inParts(parts []part) ([]fileSection, bool) {
	starts := lineStarts(s.data)
	out := make([]fileSection, len(parts))
	for i, p := range parts {
		out[i] = fileSection{key: p.key, region: region{starts[p.line-1], len(s.data)}}
		if i > 0 {
			out[i-1].to = out[i].from
		}
		if k := resource.Lookup(p.key); k != nil && plainList(k) && p.chunks[0].depth == items {
			if len(p.chunks) != len(s.old.License.Rows(p.key)) {
				return nil, false
			}
			for _, c := range p.chunks {
				out[i].lazy = append(out[i].lazy, starts[c.line])
			}
		}
	}
	return out, true
}

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

// asWhole parses the whole file, which has anchors and aliases between its
// parts, or quotes that go over lines that look like items.
func (s *splicer) asWhole() ([]fileSection, bool) {
	u, root, ok := s.parseAt(0, len(s.data))
	if !ok || root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 || root.Anchor != "" {
		return nil, false
	}
	s.tree = u
	var out []fileSection
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i]
		at, ok := u.offset(key)
		if !ok || key.Kind != yaml.ScalarNode || lineStart(s.data, at) != at {
			return nil, false
		}
		if i > 0 {
			out[len(out)-1].to = at
		}
		out = append(out, fileSection{key: key.Value, region: region{at, len(s.data)}, value: root.Content[i+1]})
	}
	return out, len(out) > 0
}

// parseAt parses a part of the file that begins with a line.
func (s *splicer) parseAt(from, to int) (*unit, *yaml.Node, bool) {
	text := s.data[from:to]
	if oddBreaks(text) {
		return nil, nil, false
	}
	root, err := parse(text)
	if err != nil || root == nil {
		return nil, nil, false
	}
	starts := lineStarts(text)
	for i := range starts {
		starts[i] += from
	}
	return &unit{s.data, starts}, root, true
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
func (u *unit) offset(n *yaml.Node) (int, bool) {
	if n.Line < 1 || n.Line > len(u.starts) {
		return 0, false
	}
	at := u.starts[n.Line-1]
	line, _ := lineAt(u.data, at)
	for range n.Column - 1 {
		if len(line) == 0 {
			return 0, false
		}
		_, size := utf8.DecodeRune(line)
		at, line = at+size, line[size:]
	}
	return at, true
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

// sectionEnd returns where what stands in a section ends.
func (s *splicer) sectionEnd(sec fileSection) int {
	if n := len(sec.lazy); n > 0 {
		return s.bodyEnd(sec.lazy[n-1], sec.to, 0)
	}
	return s.bodyEnd(sec.from, sec.to, 0)
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
