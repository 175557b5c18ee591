package snapshot

import (
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// section edits a top-level key that stays; body is the end of its content.
func (s *splicer) section(sec fileSection, body int, v sectionValue) {
	mark, notices := len(s.edits), len(s.notices)
	where := "the section " + v.key
	if s.forced[sec.from] || !s.inPlace(sec, body, v) {
		s.edits, s.notices = s.edits[:mark], s.notices[:notices]
		s.gone = append(s.gone, region{sec.from, body})
		text := s.write(func(e *encoder) { e.section(v, s.want) })
		s.put(sec.from, body, text)
		s.tell(where, "was rewritten", true, sec.from, body, []byte(text))
		return
	}
	if edits := s.edits[mark:]; len(edits) > 0 && !(v.kind != nil && plainList(v.kind)) {
		s.tell(where, "was changed", false, sec.from, body, s.render(sec.from, body, edits))
	}
}

// edited is value for what stands behind a top-level key, and holds the result
// against what is wanted.
func (s *splicer) edited(sec fileSection, sl slot, body int, v sectionValue) bool {
	s.units = append(s.units, region{sec.from, body})
	mark := len(s.edits)
	if !s.value(sl, v.field, v.value) {
		return false
	}
	if len(s.edits) == mark || s.tree != nil {
		return true // aliases in it need the whole file, which is verified in the end
	}
	root, err := parse(s.render(sec.from, body, s.edits[mark:]))
	if err != nil || root == nil || len(root.Content) != 2 {
		return false
	}
	have, ok := s.read(root.Content[1], v.field)
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
	sl := slot{node: sec.value, u: s.tree, colon: sec.from + len(sec.key) + 1, end: sec.to, loose: true}
	if sec.lazy == nil && sec.value == nil {
		u, root, ok := s.parseAt(sec.from, sec.to)
		if !ok || root.Kind != yaml.MappingNode || len(root.Content) != 2 || root.Anchor != "" {
			return false
		}
		sl.u, sl.node = u, root.Content[1]
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
		s.replace(sl, body, " []\n", "")
		s.tell("the list of "+v.key, "is now empty", false, sec.from, body, s.render(sec.from, body, s.edits[mark:]))
		return true
	}
	v.value = v.kind.Nest(rows)
	return s.edited(sec, sl, body, v)
}
