package snapshot

import (
	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

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
		s.tell(it.name, "was removed", false, from, to, nil)
	}
	return s.list(l)
}

// calledIn returns the name of an object for notices.
func calledIn(k *resource.Kind, row *resource.Object) string {
	return k.Singular + " " + resource.Quote(k.KeyOf(row))
}

// row edits an item that is a row, in place if possible. Even an unchanged row may
// contain names of other objects that changed.
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
	s.tell(it.name, "was rewritten", true, it.at, body, []byte(text))
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
