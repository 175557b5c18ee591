package snapshot

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// mark is the position of a value in the file. The marks of a row are those of its
// value and of everything inside, in the order of the canonical row.
type mark struct {
	line, column int32 // from 1
	index        int32 // of an element, in the file's list
	size         int32 // how many marks the value has, this one included
}

// origin says where a row comes from.
type origin struct {
	kind  *resource.Kind
	index int // of its list item, in the file
	marks []mark
}

// marked decodes a value and marks where it stands: at a node, as an element of
// a list if it is one.
func (d *decoder) marked(at *yaml.Node, index int, n *yaml.Node, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	start := d.mark(at, index)
	v, ok := d.value(n, f, p)
	if !ok {
		d.marks = d.marks[:start]
		d.doc.refused[p.String()] = true
		return nil, false
	}
	d.marks[start].size = int32(len(d.marks) - start)
	return v, true
}

// member is marked for a member of a mapping. The position is that of the value
// for scalars, that of the key otherwise.
func (d *decoder) member(m pair, f *resource.Field, p *resource.Path) (resource.Value, bool) {
	at := m.key
	if m.value.Kind == yaml.ScalarNode {
		at = m.value
	}
	return d.marked(at, 0, m.value, f, p)
}

// mark appends a mark and returns its number.
func (d *decoder) mark(at *yaml.Node, index int) int {
	d.marks = append(d.marks, mark{line: int32(d.chunk.line + at.Line), column: int32(at.Column), index: int32(index)})
	return len(d.marks) - 1
}

// reorder changes the order of an object's members, or removes some, and applies
// the same change to their marks, which are those from start on.
func (d *decoder) reorder(o *resource.Object, start int, change func()) {
	d.names = d.names[:0]
	for name := range o.All() {
		d.names = append(d.names, name)
	}
	change()
	i := 0
	for name := range o.All() {
		if d.names[i] != name {
			break
		}
		i++
	}
	if i == len(d.names) {
		return
	}
	place := make(map[string]int, len(d.names))
	for i, name := range d.names {
		place[name] = i
	}
	var places []int
	for name := range o.All() {
		places = append(places, place[name])
	}
	d.arrange(start, places)
}

// arrange brings the marks of values that stand side by side, from start on,
// into the order of their places.
func (d *decoder) arrange(start int, places []int) {
	var values [][]mark
	for at := start; at < len(d.marks); at += int(d.marks[at].size) {
		values = append(values, append([]mark(nil), d.marks[at:at+int(d.marks[at].size)]...))
	}
	d.marks = d.marks[:start]
	for _, i := range places {
		d.marks = append(d.marks, values[i]...)
	}
}

// Position returns the line and column, both from 1, of a place inside a row: ""
// is the row itself, "groups[0].id" a place in it. If the place does not exist,
// Position returns that of the nearest enclosing value. Zeros mean that the row
// does not come from the file.
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
	w := walker{at: row, marks: o.marks, full: o.path(row)}
	if leaf := o.kind.Leaf(); leaf != nil {
		w.at = row.Get(leaf.Name)
		path, ok = strings.CutPrefix(path, leaf.Name)
		if !ok {
			path = "" // the fields of the key have no place of their own
		}
	}
	for path != "" {
		path = w.step(path)
	}
	return int(w.marks[0].line), int(w.marks[0].column), w.full.String()
}

// path returns the place of a row in the file.
func (o origin) path(row *resource.Object) *resource.Path {
	p := (*resource.Path)(nil).Member(o.kind.Name)
	if o.kind.IsList() {
		p = p.Element(o.index)
	}
	y := o.kind.YAML
	if y.GroupBy != "" {
		p = p.Member(y.In)
	}
	for i := 0; i < len(y.Nested)-1; i++ {
		p = p.Member(row.String(y.Nested[i]))
	}
	return p
}

// walker goes down into a row.
type walker struct {
	at    resource.Value
	marks []mark // of the value
	full  *resource.Path
}

// step goes to what a path begins with and returns the rest of it, "" if there
// is no such thing.
func (w *walker) step(path string) string {
	if number, rest, ok := cutIndex(path); ok {
		l, _ := w.at.(resource.List)
		if number >= len(l) || !w.enter(number, l[number]) {
			return ""
		}
		w.full = w.full.Element(int(w.marks[0].index))
		return rest
	}
	path = strings.TrimPrefix(path, ".")
	o, _ := w.at.(*resource.Object)
	best, place, i := "", -1, 0
	for name := range o.All() { // names may contain dots: use the longest that fits
		rest, ok := strings.CutPrefix(path, name)
		if ok && (rest == "" || rest[0] == '.' || rest[0] == '[') && (place < 0 || len(name) > len(best)) {
			best, place = name, i
		}
		i++
	}
	if place < 0 {
		for _, name := range strings.Split(path, ".") {
			w.full = w.full.Member(name) // a missing member is named all the same
		}
		return ""
	}
	w.full = w.full.Member(best)
	if !w.enter(place, o.Get(best)) {
		return ""
	}
	return path[len(best):]
}

// enter goes to a value by its place among its siblings. It returns false for
// values that were added to the row after it was read, because they have no marks.
func (w *walker) enter(place int, v resource.Value) bool {
	inside := w.marks[1:]
	for ; place > 0 && len(inside) > 0; place-- {
		inside = inside[inside[0].size:]
	}
	if len(inside) == 0 {
		return false
	}
	w.at, w.marks = v, inside[:inside[0].size]
	return true
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
