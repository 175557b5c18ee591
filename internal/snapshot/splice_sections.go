package snapshot

import (
	"slices"

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
			s.tell("the section "+sec.key, "was removed", false, from, body[i], nil)
		}
		floor = body[i]
	}
	return true
}

// sectionValue is the wanted content of a top-level key.
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

// sections finds the top-level keys, and parses only what it must.
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
	out := make([]fileSection, len(parts))
	for i, p := range parts {
		out[i] = fileSection{key: p.key, region: region{s.starts[p.line-1], len(s.data)}}
		if i > 0 {
			out[i-1].to = out[i].from
		}
		if k := resource.Lookup(p.key); k != nil && plainList(k) && p.chunks[0].depth == items {
			if len(p.chunks) != len(s.old.License.Rows(p.key)) {
				return nil, false
			}
			for _, c := range p.chunks {
				out[i].lazy = append(out[i].lazy, s.starts[c.line])
			}
		}
	}
	return out, true
}

// asWhole parses the whole file, which has anchors and aliases between its
// parts, or quotes that go over lines that look like items.
func (s *splicer) asWhole() ([]fileSection, bool) {
	root, ok := s.parseAt(0, len(s.data))
	if !ok || root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 || root.Anchor != "" {
		return nil, false
	}
	s.asTree = true
	var out []fileSection
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i]
		at := s.offset(key)
		if key.Kind != yaml.ScalarNode || lineStart(s.data, at) != at {
			return nil, false
		}
		if i > 0 {
			out[len(out)-1].to = at
		}
		out = append(out, fileSection{key: key.Value, region: region{at, len(s.data)}, value: root.Content[i+1]})
	}
	return out, len(out) > 0
}

// sectionEnd returns where what stands in a section ends.
func (s *splicer) sectionEnd(sec fileSection) int {
	if n := len(sec.lazy); n > 0 {
		return s.bodyEnd(sec.lazy[n-1], sec.to, 0)
	}
	return s.bodyEnd(sec.from, sec.to, 0)
}
