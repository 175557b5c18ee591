package snapshot

import (
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// editedPart is a part of the file that is edited by itself and, if that cannot be done,
// rewritten.
type editedPart struct {
	region
	body    int // where its content ends
	name    string
	inPlace func() bool
	anew    func() string
	quiet   bool // what is in it is told of part by part
}

// part edits a part of the file, or rewrites it.
func (s *splicer) part(p editedPart) {
	mark, notices := len(s.edits), len(s.notices)
	if !s.forced[p.from] && p.inPlace() {
		if edits := s.edits[mark:]; len(edits) > 0 && !p.quiet {
			s.tell(p.name, "was changed", false, p.from, p.body, s.render(p.from, p.body, edits))
		}
		return
	}
	s.edits, s.notices = s.edits[:mark], s.notices[:notices]
	s.gone = append(s.gone, p.region)
	text := p.anew()
	s.put(p.from, p.body, text)
	s.tell(p.name, "was rewritten", true, p.from, p.body, []byte(text))
}

// reads parses what a part of the file is with some edits, a section or an item, and
// returns the value in it, which a field describes.
func (s *splicer) reads(from, to int, edits []edit, f *resource.Field) (resource.Value, bool) {
	root, err := parse(s.render(from, to, edits))
	switch {
	case err != nil || root == nil:
		return nil, false
	case root.Kind == yaml.MappingNode && len(root.Content) == 2:
		return s.read(root.Content[1], f)
	case root.Kind == yaml.SequenceNode && len(root.Content) == 1:
		return s.read(root.Content[0], f)
	}
	return nil, false
}

// section edits a top-level key that stays; body is the end of its content.
func (s *splicer) section(sec fileSection, body int, v sectionValue) {
	s.part(editedPart{region: region{sec.from, body}, body: body, name: "the section " + v.key, quiet: v.kind != nil && plainList(v.kind),
		inPlace: func() bool { return s.inPlace(sec, body, v) },
		anew:    func() string { return s.write(func(e *encoder) { e.section(v, s.want) }) }})
}

// edited is value for what stands behind a top-level key, and holds the result
// against what is wanted.
func (s *splicer) edited(sec fileSection, sl slot, body int, v sectionValue) bool {
	s.units = append(s.units, region{sec.from, body})
	mark := len(s.edits)
	if !s.value(sl, v.field, v.value) {
		return false
	}
	if len(s.edits) == mark || s.asTree {
		return true // aliases in it need the whole file, which is verified in the end
	}
	have, ok := s.reads(sec.from, body, s.edits[mark:], v.field)
	return ok && v.says(have)
}

// says tells whether a value is the wanted one; the order of its elements means
// nothing.
func (v sectionValue) says(have resource.Value) bool {
	a, ok := have.(resource.List)
	b, ok2 := v.value.(resource.List)
	if !ok || !ok2 {
		return resource.Equal(have, v.value)
	}
	a, b = slices.SortedFunc(slices.Values(a), resource.Compare), slices.SortedFunc(slices.Values(b), resource.Compare)
	return resource.Equal(a, b)
}

// inPlace edits a section without writing it anew. It returns false if that
// cannot be done.
func (s *splicer) inPlace(sec fileSection, body int, v sectionValue) bool {
	sl := slot{node: sec.value, colon: sec.from + len(sec.key) + 1, end: sec.to, loose: true}
	if sec.lazy == nil && sec.value == nil {
		root, ok := s.parseAt(sec.from, sec.to)
		if !ok || root.Kind != yaml.MappingNode || len(root.Content) != 2 || root.Anchor != "" {
			return false
		}
		sl.node = root.Content[1]
	}
	if string(s.data[sec.from:sl.colon]) != sec.key+":" {
		return false
	}
	if v.kind == nil || !plainList(v.kind) {
		return s.edited(sec, sl, body, v)
	}
	its, ok := s.rowItems(sec, sl)
	rows := s.want.Rows(v.key)
	switch {
	case ok && len(rows) > 0:
		return s.rows(v.kind, its, rows)
	case ok:
		for _, it := range its {
			s.gone = append(s.gone, region{it.at, it.end})
		}
		mark := len(s.edits)
		s.replace(sl, body, " []\n")
		s.tell("the list of "+v.key, "is now empty", false, sec.from, body, s.render(sec.from, body, s.edits[mark:]))
		return true
	}
	v.value = v.kind.Nest(rows)
	return s.edited(sec, sl, body, v)
}
