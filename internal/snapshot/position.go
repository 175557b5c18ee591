package snapshot

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// parsed is the tree of one chunk.
type parsed struct {
	chunk *chunk
	root  *yaml.Node
}

// Position returns the line and column, both from 1, of a place inside a row:
// "" is the row itself, "groups[0].id" a place in it. If there is nothing at
// that place, it is the nearest thing around it that there is. Zeros mean that
// the row did not come from the file.
//
// Positions are not kept; the few that are asked for are found by parsing the
// row's part of the file again.
func (d *Document) Position(row *resource.Object, path string) (line, column int) {
	line, column, _ = d.locate(row, path)
	return line, column
}

// locate is Position, and spells the path out as it is in the file.
func (d *Document) locate(row *resource.Object, path string) (line, column int, full string) {
	o, ok := d.origins[row]
	if !ok {
		return 0, 0, path
	}
	if d.last.chunk != o.chunk {
		root, err := parse(o.chunk.data)
		if err != nil {
			return 0, 0, path
		}
		d.last = parsed{o.chunk, root}
	}
	w := walker{at: d.last.root, mark: d.last.root}
	w.toRow(o, row)
	f, v, rest := top(o.kind, row, path)
	w.inside(f, v, rest)
	return o.chunk.line + w.mark.Line, w.mark.Column, w.full.String()
}

// top returns what a row is in its YAML, and the path from there: in nested
// layouts it is the value alone.
func top(k *resource.Kind, row *resource.Object, path string) (*resource.Field, resource.Value, string) {
	names := k.YAML.Nested
	if names == nil {
		return &resource.Field{Type: resource.Record, Fields: k.Fields}, row, path
	}
	leaf := names[len(names)-1]
	rest, ok := strings.CutPrefix(path, leaf)
	if !ok {
		rest = "" // the fields of the key have no place of their own
	}
	return k.Field(leaf), row.Get(leaf), rest
}

// walker goes down a tree along a path.
type walker struct {
	at   *yaml.Node // nil once the path has left the tree
	mark *yaml.Node // where to point: the nearest thing that is there
	full *resource.Path
}

// toRow goes from the root of a chunk to a row.
func (w *walker) toRow(o origin, row *resource.Object) {
	k := o.kind
	if o.chunk.depth == items {
		w.full = w.full.Member(k.Name)
	} else {
		w.member(k.Name)
	}
	if k.IsList() {
		w.element(o.index - o.chunk.first)
		w.full = w.full.Up().Element(o.index)
	}
	if k.YAML.GroupBy != "" {
		w.member(k.YAML.In)
	}
	for i := 0; i < len(k.YAML.Nested)-1; i++ {
		w.member(row.String(k.YAML.Nested[i]))
	}
}

// member goes to a member of a mapping. Scalars are pointed at, of anything
// larger the key.
func (w *walker) member(name string) {
	w.full = w.full.Member(name)
	n := target(w.at)
	w.at = nil
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if target(n.Content[i]).Value == name {
			w.enter(n.Content[i], n.Content[i+1])
			return
		}
	}
}

func (w *walker) enter(key, value *yaml.Node) {
	w.at, w.mark = value, key
	if value.Kind == yaml.ScalarNode {
		w.mark = value
	}
}

func (w *walker) element(i int) {
	w.full = w.full.Element(i)
	n := target(w.at)
	w.at = nil
	if n != nil && n.Kind == yaml.SequenceNode && i >= 0 && i < len(n.Content) {
		w.at, w.mark = n.Content[i], n.Content[i]
	}
}

func target(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// inside goes on along a path as far as the tree goes. v is the canonical
// value at the walker's place, described by f.
func (w *walker) inside(f *resource.Field, v resource.Value, rest string) {
	for rest != "" && w.at != nil {
		if number, after, ok := cutIndex(rest); ok {
			l, _ := v.(resource.List)
			if number >= len(l) {
				return
			}
			w.element(w.placeOf(f, l, number))
			v, rest = l[number], after
			if f != nil {
				e := f.Element()
				f = &e
			}
			continue
		}
		f, v, rest = w.named(f, v, strings.TrimPrefix(rest, "."))
	}
}

// cutIndex cuts "[3]" off the front of a path.
func cutIndex(s string) (n int, rest string, ok bool) {
	inner, ok := strings.CutPrefix(s, "[")
	if !ok {
		return 0, "", false
	}
	digits, rest, ok := strings.Cut(inner, "]")
	n, err := strconv.Atoi(digits)
	return n, rest, ok && err == nil && n >= 0
}

// named goes to the member that a path begins with. Names may have dots in
// them: the longest that fits is meant.
func (w *walker) named(f *resource.Field, v resource.Value, rest string) (*resource.Field, resource.Value, string) {
	n := target(w.at)
	var key, value *yaml.Node
	best := ""
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		k := target(n.Content[i])
		name := fileName(f, n, k.Value)
		after, ok := strings.CutPrefix(rest, name)
		if ok && (after == "" || after[0] == '.' || after[0] == '[') && (key == nil || len(name) > len(best)) {
			key, value, best = k, n.Content[i+1], name
		}
	}
	if key == nil {
		for _, name := range strings.Split(rest, ".") {
			w.full = w.full.Member(name) // what is missing is named all the same
		}
		w.at = nil
		return nil, nil, ""
	}
	w.full = w.full.Member(best)
	w.enter(key, value)
	o, _ := v.(*resource.Object)
	return inner(f, best), o.Get(best), rest[len(best):]
}

// fileName returns the name by which rows know a member of the file.
func fileName(f *resource.Field, n *yaml.Node, key string) string {
	if f == nil || f.Type != resource.Record {
		return key
	}
	if m := fieldOf(f.Fields, key); m != nil {
		return m.Name
	}
	if ref, name := byName(f.Fields); ref != nil && name == key && keyOf(n, ref.Name) == n {
		return ref.Name
	}
	return key
}

// inner describes a member of what f describes.
func inner(f *resource.Field, name string) *resource.Field {
	switch {
	case f == nil:
		return nil
	case f.Type == resource.Map:
		e := f.Element()
		return &e
	}
	return fieldOf(f.Fields, name)
}

// placeOf returns the place in the file of element i of a canonical list, which
// may have been sorted: that of the element with the same content.
func (w *walker) placeOf(f *resource.Field, l resource.List, i int) int {
	n := target(w.at)
	if f == nil || f.Type != resource.ListOf || n.Kind != yaml.SequenceNode || f.List == resource.Sequence && f.SortBy == nil {
		return i
	}
	before := 0 // elements like this one that stand before it
	for _, e := range l[:i] {
		if resource.Equal(e, l[i]) {
			before++
		}
	}
	e := f.Element()
	for place, c := range n.Content {
		if resource.Equal(decodeAlone(c, &e), l[i]) {
			if before == 0 {
				return place
			}
			before--
		}
	}
	return i
}

// decodeAlone decodes one value into its canonical form.
func decodeAlone(n *yaml.Node, f *resource.Field) resource.Value {
	d := &decoder{quiet: true, doc: &Document{}, chunk: &chunk{}, size: 1 << 16, words: map[string]resource.Value{}}
	v, _ := d.value(n, f, nil)
	row := resource.Of(f.Name, v)
	(&resource.Kind{Fields: []resource.Field{*f}}).Canonical(row)
	return row.Get(f.Name)
}
