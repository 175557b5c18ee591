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

// row edits an item that is a row. Even an unchanged row may contain names of other
// objects that changed.
func (s *splicer) row(it *item, shape *resource.Field, row *resource.Object, same bool, write func(col int) string) {
	s.part(editedPart{region: region{it.at, it.end}, body: s.bodyOf(it), name: it.name,
		inPlace: func() bool {
			mark := len(s.edits)
			ok := s.rowInPlace(it, shape, row, same)
			if !ok {
				s.edits = s.edits[:mark]
			}
			return ok || same
		},
		anew: func() string { return write(s.column(it)) }})
}

func (s *splicer) rowInPlace(it *item, shape *resource.Field, row *resource.Object, same bool) bool {
	mark, alone, n := len(s.edits), it.node == nil, it.node
	if alone {
		root, ok := s.parseAt(it.at, it.end)
		if !ok || root.Kind != yaml.SequenceNode || len(root.Content) != 1 || root.Anchor != "" {
			return false
		}
		n = root.Content[0]
	}
	if same {
		s.refresh(n, shape)
		return true
	}
	if n.Kind != yaml.MappingNode || !s.mapping(n, shape, row, it.end) {
		return false
	}
	if !alone {
		return true
	}
	have, ok := s.reads(it.at, s.bodyOf(it), s.edits[mark:], shape)
	return ok && resource.Equal(have, row)
}
