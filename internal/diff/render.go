package diff

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// Style says how a plan is written as text.
type Style struct {
	Width int // columns; 0 = lines are not folded
	Color bool
	// Live and Want are what the two sides are called; "" = the license, the
	// file.
	Live, Want string
	// Applications are names of applications by their client id.
	Applications map[string]string
	// All shows each change by itself, Stat only how many there are.
	All, Stat bool
	// Ignored also shows what rules leave out.
	Ignored bool
}

// Text writes the plan for people: changes by kind with names beside ids, what blocks
// them, what was not read, notices and a summary.
func (p *Plan) Text(w io.Writer, s Style) error {
	if s.Width <= 0 {
		s.Width = screen.Unfolded
	}
	r := &renderer{plan: p, keys: p.Keys(s.Applications), paint: screen.Paint(s.Color), width: s.Width,
		live: cmp.Or(s.Live, theLicense), want: cmp.Or(s.Want, "the file"), all: s.All}
	if s.Stat {
		r.stat()
	} else {
		r.changes()
		r.unmanaged()
		r.observed()
	}
	if s.Ignored {
		r.ignored()
	}
	r.unknown()
	r.notices()
	r.summary()
	_, err := io.WriteString(w, r.b.String())
	return err
}

// theLicense is what the live side is called where it is a license.
const theLicense = "the license"

// usual is how many columns a line has that is read with ease.
const usual = 80

type renderer struct {
	plan  *Plan
	keys  *Keys
	b     strings.Builder
	paint screen.Paint
	width int
	live  string // what the sides are called
	want  string
	all   bool // nothing folds
}

// line writes a text, folded to the width with indented continuation lines. Control
// characters are escaped, so a license's texts cannot move the cursor.
func (r *renderer) line(paint func(string) string, format string, args ...any) {
	text := screen.Printable(fmt.Sprintf(format, args...))
	inset := len(text) - len(strings.TrimLeft(text, " ")) + 4
	for i, l := range screen.WrapAfter(text, r.width, r.width-inset) {
		if i > 0 {
			l = strings.Repeat(" ", inset) + l
		}
		l = strings.TrimRight(l, " ")
		if paint != nil {
			l = paint(l)
		}
		r.b.WriteString(l + "\n")
	}
}

// wrapped writes a text over as many lines as it needs.
func (r *renderer) wrapped(indent, text string) {
	for i, l := range screen.Wrap(screen.Printable(text), r.width-len(indent)) {
		if i > 0 {
			indent = strings.Repeat(" ", len(indent))
		}
		r.line(nil, "%s%s", indent, l)
	}
}

var signs = map[Action]string{Create: "+", Update: "~", Replace: "±", Delete: "-"}

func (r *renderer) changes() {
	kind := ""
	for _, g := range r.folded() {
		ch := r.plan.Changes[g.At[0]]
		if ch.Kind != kind {
			kind = ch.Kind
			r.line(r.paint.Bold, "%s", kind)
		}
		if len(g.At) == 1 {
			r.change(ch)
		} else {
			r.group(ch, g)
		}
	}
}

func (r *renderer) change(ch *Change) {
	title := fmt.Sprintf("  %s %s", ch.sign(), r.keys.Text(ch.Kind, ch.Key))
	if n := r.plan.displayName(ch); n != "" {
		title += "  (" + n + ")"
	}
	if ch.Action != Update && ch.Action != Create {
		title += "  " + string(ch.Action)
	}
	r.line(r.color(ch), "%s", title)
	r.body(ch)
}

// sign begins the title of a change.
func (c *Change) sign() string {
	if c.Blocked != "" {
		return "!"
	}
	return signs[c.Action]
}

// body writes what a change does, below its title.
func (r *renderer) body(ch *Change) {
	switch ch.Action {
	case Delete:
		r.lost(ch)
	case Create:
		r.object(ch)
		if ch.Stands != "" {
			r.line(r.paint.Green, "      stands %s", ch.Stands)
		}
		if start := ch.kind().StartArgs(ch.After, nil); start != nil {
			by := ch.kind().ActivatedBy
			r.line(r.paint.Green, "      then set %s %s", resource.Lookup(by.Kind).Singular, start.String(by.Value))
		}
	case Update, Replace:
		for _, f := range ch.Fields {
			r.field(ch, f)
		}
	}
	if ch.Interim != nil {
		r.wrapped("      two calls: ", ch.Interim.String())
	}
	if ch.Reason != "" && ch.Action != Delete {
		r.wrapped("      why: ", ch.Reason)
	}
	r.along(ch)
	for _, l := range ch.Loses {
		r.wrapped("      permanent: ", l)
	}
	if ch.Blocked != "" {
		r.wrapped("      blocked: ", ch.Blocked)
	}
}

// displayName is a name beside a key that is not one itself.
func (p *Plan) displayName(ch *Change) string {
	o := ch.After
	if o == nil {
		o = ch.Before
	}
	if n := o.String("name"); n != "" && !strings.Contains(ch.Key, n) {
		return n
	}
	return ""
}

// object writes the fields of a new object.
func (r *renderer) object(ch *Change) {
	for name, v := range ch.After.All() {
		if slices.Contains(ch.kind().Key, name) || ch.kind().ActivatedBy != nil && ch.kind().ActivatedBy.Field == name {
			continue
		}
		r.line(r.paint.Green, "      %s: %s", name, r.value(ch, name, v))
	}
}

// lost writes the fields of a deleted object, without those that the server set.
func (r *renderer) lost(ch *Change) {
	for name, v := range ch.Before.All() {
		f := ch.kind().Field(name)
		if f == nil || f.Class != resource.User || slices.Contains(ch.kind().Key, name) || resource.IsHollow(v) {
			continue
		}
		r.line(r.paint.Red, "      %s: %s", name, r.value(ch, name, v))
	}
}

func (r *renderer) field(ch *Change, f FieldChange) {
	label := r.label(ch, f.Path)
	b, bok := f.Before.(string)
	a, aok := f.After.(string)
	bl, blok := f.Before.(resource.List)
	al, alok := f.After.(resource.List)
	switch {
	case f.Masked():
		r.line(nil, "      %s: changed, masked", label)
	case bok && aok && screen.Columns(b)+screen.Columns(a) > min(r.width, usual)/2 && len(b)+len(a) < tooLong:
		r.line(nil, "      %s:", label)
		r.highlight(b, a)
	case blok && alok:
		r.line(nil, "      %s:", label)
		r.elements(ch, f.Path, bl, al)
	case f.Before == nil:
		r.line(r.paint.Green, "      %s: %s", label, r.value(ch, f.Path, f.After))
	case f.After == nil:
		r.line(r.paint.Red, "      %s: %s removed", label, r.value(ch, f.Path, f.Before))
	default:
		r.line(nil, "      %s: %s -> %s", label, r.value(ch, f.Path, f.Before), r.value(ch, f.Path, f.After))
	}
}

// elements writes the removed and added elements of a list and counts the others.
// Lists that differ only in order or in repeated elements are written whole.
func (r *renderer) elements(ch *Change, path string, before, after resource.List) {
	gone, come := notIn(after, before), notIn(before, after)
	if len(gone)+len(come) == 0 {
		r.line(nil, "        %s -> %s", r.value(ch, path, before), r.value(ch, path, after))
		return
	}
	for _, v := range gone {
		r.line(r.paint.Red, "        - %s", r.value(ch, path, v))
	}
	for _, v := range come {
		r.line(r.paint.Green, "        + %s", r.value(ch, path, v))
	}
	if same := len(before) - len(gone); same > 0 {
		r.line(r.paint.Dim, "        (%d unchanged)", same)
	}
}

// notIn returns the elements of a list that another one does not have.
func notIn(other, l resource.List) resource.List {
	has := map[string]bool{}
	for _, v := range other {
		has[resource.JSON(v)] = true
	}
	return slices.DeleteFunc(slices.Clone(l), func(v resource.Value) bool { return has[resource.JSON(v)] })
}

// label is a path with the name of what an id in it stands for.
func (r *renderer) label(ch *Change, path string) string {
	open, end := strings.IndexByte(path, '['), strings.LastIndexByte(path, ']')
	if open < 0 || end < open {
		return path
	}
	if f := ch.kind().Field(path[:open]); f != nil {
		if n := r.plan.refName(ch.kind(), path[:open]+"."+f.Key, path[open+1:end]); n != "" {
			return path + " (" + n + ")"
		}
	}
	return path
}

// value writes a value on one line, with names beside ids.
func (r *renderer) value(ch *Change, path string, v resource.Value) string {
	switch v := v.(type) {
	case nil:
		return "(none)"
	case resource.Secret:
		return "(secret " + string(v) + ")"
	case resource.Ref:
		return v.Key + " (new)"
	case resource.List:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = r.value(ch, path, v[i])
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *resource.Object:
		var parts []string
		for n, m := range v.All() {
			parts = append(parts, n+": "+r.value(ch, path+"."+n, m))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	text := resource.Text(v)
	if _, ok := v.(string); ok && (text == "" || strings.ContainsAny(text, " ,:[]{}")) {
		text = "\"" + text + "\""
	}
	if n := r.plan.refName(ch.kind(), path, resource.Text(v)); n != "" {
		text += " (" + n + ")"
	}
	return text
}

// refName returns the name of the object that a value at a path refers to.
func (p *Plan) refName(k *resource.Kind, path, id string) string {
	f := fieldAt(k, path)
	if f == nil || f.Ref == nil {
		return ""
	}
	for _, kind := range f.Ref.Kinds {
		if n := p.Names[kind][id]; n != "" && n != id {
			return n
		}
	}
	return ""
}
