package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

// human writes a license the way people do: in any order and style, with
// comments anywhere, with names in the place of ids.
type human struct {
	*rapid.T
	names    map[string]string // of groups by id
	comments []string
	anchors  map[string]string // values as JSON → anchor
	anchored bool              // anchors are used at all
	texts    map[string]string // of items, by kind and row
	step     int
	count    int  // of anchors
	wild     bool // values may be any
}

func (h *human) chance(oneIn int, what string) bool {
	return rapid.IntRange(1, oneIn).Draw(h.T, what) == 1
}

func (h *human) comment() string {
	c := fmt.Sprintf("# c%d: it's \"quoted\", [so", len(h.comments))
	h.comments = append(h.comments, c)
	return c
}

// remarks are comment lines above something, and blank lines.
func (h *human) remarks(col int) string {
	if !h.chance(6, "above") {
		return ""
	}
	out := ""
	for range rapid.IntRange(1, 2).Draw(h.T, "comments") {
		out += strings.Repeat(" ", col) + h.comment() + "\n"
		if h.chance(4, "blank line") {
			out += rapid.SampledFrom([]string{"\n", "  \n", "\n\n"}).Draw(h.T, "blank")
		}
	}
	return out
}

// beside is a comment at the end of a line.
func (h *human) beside() string {
	if !h.chance(8, "beside") {
		return ""
	}
	return rapid.SampledFrom([]string{" ", "  ", "   "}).Draw(h.T, "gap") + h.comment()
}

// file writes a license whose rows are as they should stand in the file.
func (h *human) file(l *resource.License) string {
	h.texts, h.anchors = map[string]string{}, map[string]string{}
	h.step = rapid.SampledFrom([]int{2, 2, 4}).Draw(h.T, "step")
	head, gaps := headerOf(l)
	keys := []string{"license", "incomplete"}
	for _, k := range l.Kinds() {
		keys = append(keys, k.Name)
	}
	if h.chance(3, "kinds in another order") {
		keys = rapid.Permutation(keys).Draw(h.T, "order")
	}
	var b strings.Builder
	if h.chance(8, "document marker") {
		b.WriteString(h.remarks(0) + "---" + h.beside() + "\n")
	}
	b.WriteString(h.remarks(0) + "lcsync: 1" + h.beside() + "\napi_version: \"3.5\"\n")
	for _, key := range keys {
		k := resource.Lookup(key)
		switch {
		case key == "license" && head.Len() > 0:
			b.WriteString(h.remarks(0) + "license:" + h.value(nil, head, 0, true))
		case key == "incomplete" && len(gaps) > 0:
			b.WriteString(h.remarks(0) + "incomplete:" + h.value(nil, gaps, 0, true))
		case k == nil:
		case !plainList(k) || len(l.Rows(key)) == 0 || h.chance(12, "list in flow style"):
			b.WriteString(h.remarks(0) + key + ":" + h.value(k.Shape(), k.Nest(l.Rows(key)), 0, true))
		default:
			b.WriteString(h.remarks(0) + key + ":" + h.beside() + "\n")
			h.rows(&b, k, l.Rows(key))
		}
	}
	return b.String() + h.remarks(0)
}

func (h *human) rows(b *strings.Builder, k *resource.Kind, rows []*resource.Object) {
	col := rapid.SampledFrom([]int{0, 2, 4}).Draw(h.T, "column")
	shape := &resource.Field{Name: k.Name, Type: resource.Record, Fields: k.Fields}
	if k.Order != resource.Linked && len(rows) > 1 && h.chance(2, "rows in another order") {
		rows = rapid.Permutation(rows).Draw(h.T, "rows")
	}
	for _, row := range rows {
		b.WriteString(h.remarks(col))
		text := h.element(shape, row, col)
		h.texts[k.Name+resource.JSON(row)] = text
		b.WriteString(text)
	}
}

// value is what stands behind a colon or a dash, the line's end included. Below
// it, what is inside stands deeper than a column.
func (h *human) value(f *resource.Field, v resource.Value, col int, underKey bool) string {
	note := ""
	if h.anchored && isWorth(v) {
		text := resource.JSON(v)
		if a, ok := h.anchors[text]; ok && h.chance(2, "alias") {
			return " *" + a + h.beside() + "\n"
		}
		if h.chance(4, "anchor") {
			h.count++
			h.anchors[text] = fmt.Sprintf("a%d", h.count)
			note = " &" + h.anchors[text]
		}
	}
	switch v := v.(type) {
	case *resource.Object:
		if v.Len() == 0 || h.chance(6, "flow") {
			return note + " " + h.flow(f, v) + h.beside() + "\n"
		}
		return note + h.beside() + "\n" + h.object(f, v, col+h.step, "")
	case resource.List:
		if len(v) == 0 || h.chance(6, "flow") {
			return note + " " + h.flow(f, v) + h.beside() + "\n"
		}
		out, deeper := note+h.beside()+"\n", col+h.step
		if underKey && h.chance(4, "list not indented") {
			deeper = col
		}
		for _, e := range v {
			out += h.remarks(deeper) + h.element(elementOf(f), e, deeper)
		}
		return out
	case string:
		if text := h.overLines(v, col+h.step); text != "" {
			return note + " " + text + "\n"
		}
		if header, lines := literal(v); lines != nil && h.chance(2, "literal") {
			out := note + " " + header + h.beside() + "\n"
			for _, l := range lines {
				if l != "" {
					l = strings.Repeat(" ", col+h.step) + l
				}
				out += l + "\n"
			}
			return out
		}
		return note + " " + h.text(v) + h.beside() + "\n"
	}
	s, err := scalar(v)
	if err != nil {
		h.Fatal(err)
	}
	return note + " " + s + h.beside() + "\n"
}

// overLines is a text that goes over two lines, "" if it is none.
func (h *human) overLines(v string, col int) string {
	a, b, found := strings.Cut(v, " ")
	if !found || !plain(a) || !plain(b) || strings.ContainsAny(v, `"'\\`) || strings.Contains(b, " ") || !h.chance(5, "over two lines") {
		return ""
	}
	text := a + "\n" + strings.Repeat(" ", col) + b
	switch rapid.IntRange(0, 3).Draw(h.T, "how") {
	case 0:
		return `"` + text + `"` + h.beside()
	case 1:
		return "'" + text + "'" + h.beside()
	case 2:
		return ">-" + h.beside() + "\n" + strings.Repeat(" ", col) + text
	}
	return text + h.beside()
}

// isWorth tells whether a value is worth an anchor.
func isWorth(v resource.Value) bool {
	switch v.(type) {
	case *resource.Object, resource.List, string:
		return true
	}
	return false
}

func elementOf(f *resource.Field) *resource.Field {
	if f == nil {
		return nil
	}
	e := f.Element()
	return &e
}

func (h *human) element(f *resource.Field, v resource.Value, col int) string {
	dash := strings.Repeat(" ", col) + "-"
	o, ok := v.(*resource.Object)
	if !ok || o.Len() == 0 || h.chance(6, "element in flow style") {
		if ok {
			return dash + " " + h.flow(f, o) + h.beside() + "\n"
		}
		return dash + h.value(f, v, col, false)
	}
	return h.object(f, o, col+2, dash+" ")
}

// object writes members from a column on, the first one behind what stands on
// its line already.
func (h *human) object(f *resource.Field, o *resource.Object, col int, start string) string {
	names := o.Names()
	if len(names) > 1 && h.chance(3, "members in another order") {
		names = rapid.Permutation(names).Draw(h.T, "members")
	}
	out := ""
	for i, name := range names {
		if i > 0 || start == "" {
			out += h.remarks(col)
			start = strings.Repeat(" ", col)
		}
		key := h.key(f, name, o.Get(name))
		if len(key) > longestKey || h.wild && h.chance(20, "explicit key") {
			out += start + "? " + key + "\n" + strings.Repeat(" ", col) + ": " + h.flow(inner(f, name), o.Get(name)) + h.beside() + "\n"
			continue
		}
		if h.chance(12, "space in front of the colon") {
			key += " "
		}
		out += start + key + ":" + h.value(inner(f, name), o.Get(name), col, true)
	}
	return out
}

// key is the key of a member: that of the name if a reference goes by it.
func (h *human) key(f *resource.Field, name string, v resource.Value) string {
	if f != nil && f.Type == resource.Record || f != nil && f.Type == resource.ListOf {
		if ref, key := byName(f.Fields); ref != nil && ref.Name == name && isName(ref.Ref, v) {
			return key
		}
	}
	return h.text(name)
}

func (h *human) text(s string) string {
	switch rapid.IntRange(0, 3).Draw(h.T, "quotes") {
	case 0:
		return quoted(s)
	case 1:
		if strings.IndexFunc(s, unprintable) < 0 {
			return "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
	}
	return inline(s)
}

// flow writes a collection on one line, or on several.
func (h *human) flow(f *resource.Field, v resource.Value) string {
	lines := h.chance(6, "on several lines")
	var parts []string
	open, close := "[", "]"
	switch v := v.(type) {
	case *resource.Object:
		open, close = "{", "}"
		for name, m := range v.All() {
			key := inFlow(h.key(f, name, m))
			if len(key) > longestKey {
				key = "? " + key
			}
			parts = append(parts, key+": "+h.flow(inner(f, name), m))
		}
	case resource.List:
		for _, e := range v {
			parts = append(parts, h.flow(elementOf(f), e))
		}
	case string:
		return inFlow(h.text(v))
	default:
		s, err := flow(v)
		if err != nil {
			h.Fatal(err)
		}
		return s
	}
	for i := range parts[:max(0, len(parts)-1)] {
		parts[i] += ", "
		if lines {
			parts[i] = strings.TrimSuffix(parts[i], " ") + h.beside() + "\n          "
		}
	}
	return open + strings.Join(parts, "") + close
}

// inWords returns a license as people write it: with names in the place of some
// ids, with their names of secrets, and without some fields.
func (h *human) inWords(l *resource.License) *resource.License {
	out := l.Clone()
	for _, k := range out.Kinds() {
		rows := out.Rows(k.Name)
		for i, row := range rows {
			row = k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
				if id, ok := v.(int64); ok && h.names[fmt.Sprint(id)] != "" && h.chance(4, "by name") {
					return h.names[fmt.Sprint(id)]
				}
				return v
			})
			for _, f := range k.Fields {
				switch v := row.Get(f.Name).(type) {
				case resource.Secret:
					if h.chance(2, "own name") {
						row.Set(f.Name, resource.Secret(fmt.Sprintf("mine/%s/%d", k.Name, i)))
					}
				case nil:
				default:
					if f.Class == resource.User && !slices.Contains(k.Key, f.Name) && k.Leaf() == nil && h.chance(8, "left out") {
						row.Delete(f.Name)
					}
					_ = v
				}
			}
			k.Canonical(row)
			rows[i] = row
		}
		if k.YAML.GroupBy != "" { // one item a group
			for _, row := range rows {
				if id, ok := row.Get(k.YAML.GroupBy).(string); ok {
					row.Set(k.YAML.GroupBy, idOf(h.names, id))
				}
			}
		}
	}
	return out
}

func idOf(names map[string]string, name string) resource.Value {
	for id, n := range names {
		if n == name {
			v, _ := resource.ParseNumber(id)
			return v
		}
	}
	return name
}
