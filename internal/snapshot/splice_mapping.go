package snapshot

import (
	"bytes"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// memberAt is a member of an object in block style.
type memberAt struct {
	slot
	name  string // of the field that it gives a value
	key   *yaml.Node
	field *resource.Field
	at    int  // where the key begins
	body  int  // where the member ends, its own comments included
	first bool // something stands in front of it on its line: the dash of a list
	// beside is the field whose number another member gives, if this one gives
	// the name of the same object.
	beside *resource.Field
}

// mapping makes the members of an object in block style the wanted ones.
func (s *splicer) mapping(n *yaml.Node, f *resource.Field, want *resource.Object, end int) bool {
	ms, ok := s.members(n, f, end)
	v, ok2 := s.read(n, f)
	have, ok3 := v.(*resource.Object)
	if !ok || !ok2 || !ok3 {
		return false
	}
	kept := map[string]*memberAt{}
	for i := range ms {
		m := &ms[i]
		v, wanted := want.Lookup(m.name)
		switch {
		case m.beside != nil:
			s.refreshName(n, m.node, m.beside)
		case kept[m.name] != nil:
			return false // given twice, by two names
		case !wanted && !have.Has(m.name):
			// Ignored fields do no harm.
		case !wanted || m.byName() && !isText(v):
			if !s.removeMember(ms, i) {
				return false
			}
		default:
			if !s.value(m.slot, m.field, v) {
				return false
			}
			kept[m.name] = m
		}
	}
	s.addMembers(ms, kept, f, want)
	return true
}

func isText(v resource.Value) bool { _, ok := v.(string); return ok }

// byName tells whether the member gives a name in the place of a number.
func (m *memberAt) byName() bool {
	return m.field != nil && m.key.Value != m.name && m.field.Name == m.key.Value
}

// members finds the members of an object in block style, false if there is
// anything odd about them.
func (s *splicer) members(n *yaml.Node, f *resource.Field, end int) ([]memberAt, bool) {
	if n.Kind != yaml.MappingNode || n.Style != 0 || n.Anchor != "" || len(n.Content) == 0 {
		return nil, false
	}
	ms := make([]memberAt, len(n.Content)/2)
	for i := range ms {
		m := &ms[i]
		m.key, m.node, m.end = n.Content[2*i], n.Content[2*i+1], end
		if !s.find(m, n) {
			return nil, false
		}
		m.first = len(bytes.TrimLeft(s.data[lineStart(s.data, m.at):m.at], " ")) > 0
		if i > 0 {
			ms[i-1].end = lineStart(s.data, m.at)
			if m.first || ms[i-1].end < ms[i-1].at {
				return nil, false
			}
		}
	}
	for i := range ms {
		m := &ms[i]
		m.body = s.bodyEnd(lineStart(s.data, m.at), m.end, m.col)
		m.name, m.field = m.key.Value, nil
		if f != nil && (f.Type == resource.Map || f.Type == resource.Any) {
			m.field = inner(f, m.name)
		} else if f != nil {
			s.describe(m, ms, f.Fields)
		}
	}
	return ms, true
}

// find finds the key of a member and the colon behind it.
func (s *splicer) find(m *memberAt, n *yaml.Node) bool {
	at := s.offset(m.key)
	end, ok := s.endOf(m.key)
	if !ok || m.key.Kind != yaml.ScalarNode || m.key.Anchor != "" || m.key.Style&yaml.TaggedStyle != 0 || m.key.Tag == "!!merge" {
		return false
	}
	if before := bytes.TrimRight(s.data[lineStart(s.data, at):at], " "); bytes.HasSuffix(before, []byte("?")) {
		return false
	}
	for end < len(s.data) && s.data[end] == ' ' {
		end++
	}
	m.at, m.col, m.colon = at, n.Column-1, end+1
	return end < len(s.data) && s.data[end] == ':' && at-lineStart(s.data, at) == m.col
}

// describe finds the field that a member of a described object is.
func (s *splicer) describe(m *memberAt, ms []memberAt, fields []resource.Field) {
	if m.field = fieldOf(fields, m.name); m.field != nil {
		m.name = m.field.Name
		return
	}
	ref, key := byName(fields)
	if ref == nil || m.name != key {
		return
	}
	m.name, m.field = ref.Name, &resource.Field{Name: key, Type: resource.String}
	if slices.ContainsFunc(ms, func(o memberAt) bool { return fieldOf([]resource.Field{*ref}, o.key.Value) != nil }) {
		m.beside = ref
	}
}

// removeMember takes a member out with the comments right above it.
func (s *splicer) removeMember(ms []memberAt, i int) bool {
	m := &ms[i]
	if hasAnchor(m.node) {
		return false
	}
	if !m.first {
		s.put(s.memberHead(ms, i), m.body, "")
		return true
	}
	if len(ms) == 1 || lineStart(s.data, ms[1].at) != m.body {
		return false // comments stand between it and what would take its place
	}
	s.put(m.at, ms[1].at, "")
	return true
}

// memberHead returns where a member begins with the comments right above it.
func (s *splicer) memberHead(ms []memberAt, i int) int {
	floor := 0
	if i > 0 {
		floor = ms[i-1].body
	}
	return s.headStart(ms[i].at, floor)
}

// addMembers writes the members that are new, each behind the one that it
// follows in an export, if that is there.
func (s *splicer) addMembers(ms []memberAt, kept map[string]*memberAt, f *resource.Field, want *resource.Object) {
	col := ms[0].col
	at := s.memberHead(ms, 0)
	infront := ms[0].first
	for name, v := range want.All() {
		if m := kept[name]; m != nil {
			at, infront = m.body, false
			continue
		}
		text := s.write(func(e *encoder) { e.value(inner(f, name), name, v, col) })
		if infront { // on the line of the dash
			s.put(ms[0].at, ms[0].at, strings.TrimLeft(text, " ")+strings.Repeat(" ", col))
			continue
		}
		s.put(at, at, text)
	}
}

// refresh updates the comments and members with the names of referenced objects,
// if these have new names.
func (s *splicer) refresh(n *yaml.Node, f *resource.Field) {
	if !s.renamed || f == nil || n.Kind == yaml.AliasNode {
		return
	}
	switch {
	case n.Kind == yaml.MappingNode && f.Type == resource.Record:
		ref, key := byName(f.Fields)
		for i := 0; i+1 < len(n.Content); i += 2 {
			if m := fieldOf(f.Fields, n.Content[i].Value); m != nil {
				s.refresh(n.Content[i+1], m)
			} else if ref != nil && n.Content[i].Value == key {
				s.refreshName(n, n.Content[i+1], ref)
			}
		}
	case n.Kind == yaml.SequenceNode && f.Type == resource.ListOf:
		e := f.Element()
		for _, c := range n.Content {
			s.refresh(c, &e)
		}
	case n.Kind == yaml.ScalarNode && f.Ref != nil:
		s.refreshRemark(n, f)
	}
}

// refreshName replaces the name that stands beside a number.
func (s *splicer) refreshName(in, n *yaml.Node, ref *resource.Field) {
	number := keyOf(in, ref.Name)
	kind := ref.Ref.Kinds[0]
	for i := 0; i+1 < len(in.Content); i += 2 {
		if in.Content[i] == number {
			id := in.Content[i+1].Value
			end, ok := s.endOf(n)
			if was, now := s.was[kind][id], s.now[kind][id]; ok && n.Value == was && now != "" && now != was {
				s.put(s.offset(n), end, inline(now))
			}
		}
	}
}

// refreshRemark replaces the comment behind a reference, if it is the name that
// the object had.
func (s *splicer) refreshRemark(n *yaml.Node, f *resource.Field) {
	end, ok := s.endOf(n)
	if !ok {
		return
	}
	line := s.data[end:lineEnd(s.data, end)]
	text := bytes.TrimSpace(line)
	for _, kind := range f.Ref.Kinds {
		was, now := s.was[kind][n.Value], s.now[kind][n.Value]
		if was == "" || now == "" || was == now || string(text) != "# "+remark(was) {
			continue
		}
		start := end + bytes.IndexByte(line, '#')
		s.put(start, start+len(text), "# "+remark(now))
		return
	}
}
