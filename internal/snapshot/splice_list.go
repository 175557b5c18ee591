package snapshot

import (
	"bytes"
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// item is an element of a list in block style.
type item struct {
	at, end int // the starts of its line and of the one where the next begins
	name    string
	node    *yaml.Node
	body    int // where it ends, 0 = not looked for yet
}

// bodyOf returns where an item ends, its own comments included.
func (s *splicer) bodyOf(it *item) int {
	if it.body == 0 {
		it.body = s.bodyEnd(it.at, it.end, s.column(it))
	}
	return it.body
}

// column returns the column of an item's dash.
func (s *splicer) column(it *item) int {
	return bytes.IndexFunc(s.data[it.at:], func(r rune) bool { return r != ' ' })
}

// items returns the elements of a list that stands in block style, a line or
// more for each.
func (s *splicer) items(sl slot) ([]*item, bool) {
	n := sl.node
	if n.Kind != yaml.SequenceNode || n.Style != 0 || n.Anchor != "" {
		return nil, false
	}
	its := make([]*item, len(n.Content))
	for i, c := range n.Content {
		at := s.offset(c)
		start := lineStart(s.data, at)
		dash := start + n.Column - 1
		if dash >= at || s.data[dash] != '-' || len(bytes.TrimLeft(s.data[start:dash], " ")) > 0 || len(bytes.Trim(s.data[dash+1:at], " ")) > 0 {
			return nil, false
		}
		its[i] = &item{at: start, end: sl.end, node: c}
		if i > 0 {
			its[i-1].end = start
		}
	}
	return its, true
}

// listEdit says what a list is to become.
type listEdit struct {
	items   []*item
	of      []int // the item of each wanted element, -1 for a new one
	ordered bool  // the elements stand in the order in which they are wanted
	edit    func(want int, it *item) bool
	write   func(want, column int) string
	remove  func(it *item, from, to int) // is told of what is taken out
}

// list edits a list that has items and keeps or gets some.
func (s *splicer) list(l *listEdit) bool {
	kept := make([]bool, len(l.items))
	for _, i := range l.of {
		if i >= 0 {
			kept[i] = true
		}
	}
	stays := l.stays()
	column := s.column(l.items[0])
	last := -1 // the item behind which the next one stands
	place := func() int {
		if last < 0 {
			return s.itemHead(l, 0)
		}
		return s.bodyOf(l.items[last])
	}
	for j, i := range l.of {
		if i < 0 {
			at := place()
			s.put(at, at, l.write(j, column))
			continue
		}
		mark := len(s.edits)
		if !l.edit(j, l.items[i]) {
			return false
		}
		if stays[i] {
			last = i
			continue
		}
		at, from, to := place(), s.itemHead(l, i), s.bodyOf(l.items[i])
		text := s.render(from, to, s.edits[mark:])
		s.edits = append(s.edits[:mark], edit{at, at, string(text)}, edit{from, to, ""})
		s.moved = append(s.moved, region{from, to})
	}
	for i, it := range l.items {
		if !kept[i] {
			from, to := s.itemHead(l, i), s.bodyOf(it)
			s.put(from, to, "")
			l.remove(it, from, to)
		}
	}
	return true
}

// itemHead returns where an item begins, with the comments right above it.
func (s *splicer) itemHead(l *listEdit, i int) int {
	floor := 0
	if i > 0 {
		floor = s.bodyOf(l.items[i-1])
	}
	return s.headStart(l.items[i].at, floor)
}

// stays says which items need not be moved: where the order counts the most
// that stand in the wanted order already.
func (l *listEdit) stays() []bool {
	out := make([]bool, len(l.items))
	if !l.ordered {
		for i := range out {
			out[i] = true
		}
		return out
	}
	there := slices.DeleteFunc(slices.Clone(l.of), func(i int) bool { return i < 0 })
	for _, n := range resource.LongestIncreasing(there) {
		out[there[n]] = true
	}
	return out
}

// elements edits a list inside of an object.
func (s *splicer) elements(sl slot, f *resource.Field, want resource.List) bool {
	its, ok := s.items(sl)
	if !ok || len(its) == 0 {
		return false
	}
	e, inOrder := (*resource.Field)(nil), true
	if f != nil {
		element := f.Element()
		e, inOrder = &element, f.List == resource.Sequence && f.SortBy == nil && !sl.loose
	}
	have := make(resource.List, len(its))
	for i, it := range its {
		if have[i], ok = s.read(it.node, e); !ok {
			return false
		}
	}
	l := &listEdit{items: its, of: s.pairElements(f, have, want), ordered: inOrder,
		write: func(j, col int) string {
			return s.write(func(enc *encoder) { enc.item(e, byNameLike(e, its, want[j]), col) })
		}}
	l.edit = func(j int, it *item) bool {
		at := it.at + s.column(it)
		return s.value(slot{node: it.node, col: at - it.at, colon: at + 1, end: it.end}, e, want[j])
	}
	safe := true
	l.remove = func(it *item, _, _ int) { safe = safe && !hasAnchor(it.node) }
	return s.list(l) && safe
}

// byNameLike returns an element that refers to something by name the way the
// items of its list do: with the key of the name, if they have that.
func byNameLike(e *resource.Field, its []*item, v resource.Value) resource.Value {
	o, ok := v.(*resource.Object)
	if e == nil || !ok {
		return v
	}
	ref, key := byName(e.Fields)
	if ref == nil || !isName(ref.Ref, o.Get(ref.Name)) || !slices.ContainsFunc(its, func(it *item) bool { return keyOf(it.node, key) != it.node }) {
		return v
	}
	return renamedMember(o, ref.Name, key)
}

// renamedMember returns a copy of an object with another name for a member.
func renamedMember(o *resource.Object, name, to string) *resource.Object {
	out := resource.WithRoom(o.Len())
	for n, v := range o.All() {
		if n == name {
			n = to
		}
		out.Set(n, v)
	}
	return out
}

// pairElements says for each wanted element of a list which one of the file it
// succeeds, -1 if none: an equal one, or one with the same key, or else with the
// same first field.
func (s *splicer) pairElements(f *resource.Field, have, want resource.List) []int {
	of, taken := make([]int, len(want)), make([]bool, len(have))
	for j := range of {
		of[j] = -1
	}
	pair := func(what func(resource.Value) resource.Value) {
		for j := range want {
			for i := 0; of[j] < 0 && i < len(have); i++ {
				if v := what(want[j]); !taken[i] && v != nil && resource.Equal(what(have[i]), v) {
					of[j], taken[i] = i, true
				}
			}
		}
	}
	pair(func(v resource.Value) resource.Value { return v })
	switch {
	case f == nil:
	case f.Ref != nil:
		pair(func(v resource.Value) resource.Value { return s.words.id(f.Ref, v) })
	case len(f.Fields) > 0:
		key := &f.Fields[0]
		if m := f.Member(f.Key); m != nil {
			key = m
		}
		pair(func(v resource.Value) resource.Value {
			o, _ := v.(*resource.Object)
			if v = o.Get(key.Name); key.Ref != nil && v != nil {
				v = s.words.id(key.Ref, v)
			}
			return v
		})
	}
	return of
}
