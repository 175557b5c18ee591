package snapshot

import (
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// section edits a top-level key that stays; body is where what stands there
// ends.
func (s *splicer) section(sec fileSection, body int, v sectionValue) {
	mark, notices := len(s.edits), len(s.notices)
	where := "what stands under " + v.key
	if s.forced[sec.from] || !s.inPlace(sec, body, v) {
		s.edits, s.notices = s.edits[:mark], s.notices[:notices]
		s.gone = append(s.gone, region{sec.from, body})
		text := s.write(func(e *encoder) { e.section(v, s.want) })
		s.put(sec.from, body, text)
		s.tell(where, "was written anew", true, sec.from, body, []byte(text))
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
		s.tell("the list of "+v.key, "is empty now", false, sec.from, body, s.render(sec.from, body, s.edits[mark:]))
		return true
	}
	v.value = v.kind.Nest(rows)
	return s.edited(sec, sl, body, v)
}

// rowItems returns the items of a list whose objects are rows, false if it is
// none in block style.
func (s *splicer) rowItems(sec fileSection, sl slot) ([]*item, bool) {
	if sec.lazy == nil {
		its, ok := s.items(sl)
		return its, ok && len(its) > 0
	}
	its := make([]*item, len(sec.lazy))
	for i, at := range sec.lazy {
		its[i] = &item{at: at, end: sec.to}
		if i > 0 {
			its[i-1].end = at
		}
	}
	return its, true
}

// rows edits a list of the objects of a kind.
func (s *splicer) rows(k *resource.Kind, its []*item, rows []*resource.Object) bool {
	old := s.old.License.Rows(k.Name)
	at := make([]int, len(old)) // the item of each row
	for i, row := range old {
		at[i] = s.old.origins[row].index
		if at[i] >= len(its) {
			return false
		}
	}
	of := make([]int, len(rows))
	for j, i := range s.pairs[k.Name] {
		if of[j] = i; i >= 0 {
			of[j] = at[i]
		}
	}
	for i, it := range its {
		s.units = append(s.units, region{it.at, it.end})
		it.name = "item " + resource.Text(int64(i+1)) + " of " + k.Name
	}
	rowAt := make([]*resource.Object, len(its))
	for i, row := range old {
		rowAt[at[i]] = row
		its[at[i]].name = calledIn(k, row)
	}
	shape := &resource.Field{Name: k.Name, Type: resource.Record, Fields: k.Fields}
	l := &listEdit{items: its, of: of, ordered: k.Order == resource.Linked,
		write: func(j, col int) string { return s.write(func(e *encoder) { e.item(shape, rows[j], col) }) }}
	l.edit = func(j int, it *item) bool {
		same := resource.Equal(rowAt[of[j]], rows[j])
		if same && !s.renamed && !s.forced[it.at] {
			return true
		}
		s.row(it, shape, rows[j], same, func(col int) string { return l.write(j, col) })
		return true
	}
	l.remove = func(it *item, from, to int) {
		s.gone = append(s.gone, region{it.at, it.end})
		s.tell(it.name, "is not there any more", false, from, to, nil)
	}
	return s.list(l)
}

// calledIn is what notices call an object.
func calledIn(k *resource.Kind, row *resource.Object) string {
	return k.Singular + " " + resource.Quote(k.KeyOf(row))
}

// row edits an item that is a row, in place if that can be done. One that says
// what it should may have the names of others in it.
func (s *splicer) row(it *item, shape *resource.Field, row *resource.Object, same bool, write func(col int) string) {
	mark := len(s.edits)
	body := s.bodyOf(it)
	ok := !s.forced[it.at] && s.rowInPlace(it, body, shape, row, same)
	if ok {
		if edits := s.edits[mark:]; len(edits) > 0 {
			s.tell(it.name, "was changed", false, it.at, body, s.render(it.at, body, edits))
		}
		return
	}
	s.edits = s.edits[:mark]
	if same && !s.forced[it.at] {
		return
	}
	s.gone = append(s.gone, region{it.at, it.end})
	text := write(s.column(it))
	s.put(it.at, body, text)
	s.tell(it.name, "was written anew", true, it.at, body, []byte(text))
}

func (s *splicer) rowInPlace(it *item, body int, shape *resource.Field, row *resource.Object, same bool) bool {
	mark, alone := len(s.edits), it.node == nil
	u, n := it.u, it.node
	if alone {
		root := (*yaml.Node)(nil)
		ok := false
		if u, root, ok = s.parseAt(it.at, it.end); !ok || root.Kind != yaml.SequenceNode || len(root.Content) != 1 || root.Anchor != "" {
			return false
		}
		n = root.Content[0]
	}
	if same {
		s.refresh(u, n, shape)
		return true
	}
	if n.Kind != yaml.MappingNode || !s.mapping(u, n, shape, row, it.end) {
		return false
	}
	return !alone || s.says(s.render(it.at, body, s.edits[mark:]), shape, row)
}

// says tells whether the text of a list of one item says what it should.
func (s *splicer) says(text []byte, shape *resource.Field, row *resource.Object) bool {
	root, err := parse(text)
	if err != nil || root == nil || root.Kind != yaml.SequenceNode || len(root.Content) != 1 {
		return false
	}
	v, ok := s.read(root.Content[0], shape)
	return ok && resource.Equal(v, row)
}
