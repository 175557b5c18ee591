package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/sergi/go-diff/diffmatchpatch"

	"lcsync/internal/fold"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// Sizes in bytes of two strings: from byWords on they are searched for words
// that they have in common, not for characters, and from tooLong on not at all.
const (
	byWords = 2_000
	tooLong = 20_000
)

// pieces returns the common and the differing parts of two strings, in order, the same
// on every run.
func pieces(before, after string) []diffmatchpatch.Diff {
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the result must not depend on time
	if len(before)+len(after) < byWords {
		return d.DiffCleanupSemantic(d.DiffMain(before, after, false))
	}
	var words vocabulary
	parts := d.DiffMainRunes(words.runes(before), words.runes(after), false)
	for i := range parts {
		parts[i].Text = words.text(parts[i].Text)
	}
	return d.DiffCleanupSemantic(parts)
}

// vocabulary numbers words, spaces and marks, so that each is one rune of a
// shorter text. There are fewer of them than runes before the surrogates.
type vocabulary struct {
	words []string
	rune  map[string]rune
}

func (v *vocabulary) runes(s string) []rune {
	var out []rune
	for state, word := -1, ""; s != ""; {
		word, s, state = uniseg.FirstWordInString(s, state)
		r, known := v.rune[word]
		if !known {
			if v.rune == nil {
				v.rune = map[string]rune{}
			}
			r = rune(len(v.words) + 1)
			v.rune[word], v.words = r, append(v.words, word)
		}
		out = append(out, r)
	}
	return out
}

func (v *vocabulary) text(runes string) string {
	var b strings.Builder
	for _, r := range runes {
		b.WriteString(v.words[r-1])
	}
	return b.String()
}

// highlight writes two long strings with the differences marked, [-removed-] and
// {+added+}, and with the common parts cut short.
func (r *renderer) highlight(before, after string) {
	parts := pieces(before, after)
	var b strings.Builder
	for i, part := range parts {
		text := screen.Printable(part.Text)
		switch part.Type {
		case diffmatchpatch.DiffDelete:
			b.WriteString("[-" + text + "-]")
		case diffmatchpatch.DiffInsert:
			b.WriteString("{+" + text + "+}")
		default:
			b.WriteString(elide(text, i == 0, i == len(parts)-1))
		}
	}
	for _, l := range screen.Wrap(b.String(), r.width-8) {
		r.line(nil, "        %s", l)
	}
}

// context is how many common characters stay beside a difference.
const context = 20

func elide(text string, first, last bool) string {
	c := []rune(text)
	switch {
	case first && len(c) > context:
		return "…" + string(c[len(c)-context:])
	case last && len(c) > context:
		return string(c[:context]) + "…"
	case !first && !last && len(c) > 2*context:
		return string(c[:context]) + "…" + string(c[len(c)-context:])
	}
	return text
}

func (r *renderer) section(title string) { r.line(r.paint.Bold, "%s", title) }

func (r *renderer) unmanaged() {
	if len(r.plan.Unmanaged) == 0 {
		return
	}
	title := "only in " + r.live
	switch {
	case r.live != theLicense:
	case r.plan.Prune:
		title += ", kept"
	default:
		title += ", kept (use --prune to delete)"
	}
	r.section(title)
	var lines []fold.Line
	for _, u := range r.plan.Unmanaged {
		lines = append(lines, fold.Line{Kind: u.Kind, Object: r.keys.Text(u.Kind, u.Key)})
	}
	for _, g := range r.fold(lines) {
		u := r.plan.Unmanaged[g.At[0]]
		switch {
		case len(g.At) > 1:
			r.line(r.paint.Dim, "  ? %s: %s", g.Count(), g.Names())
		case u.ID != "" && u.ID != u.Key:
			r.line(r.paint.Dim, "  ? %s %s  (%s)", u.Kind, g.Names(), u.ID)
		default:
			r.line(r.paint.Dim, "  ? %s %s", u.Kind, g.Names())
		}
	}
}

func (r *renderer) observed() {
	if len(r.plan.Observed) == 0 {
		return
	}
	r.section("cannot be changed through the API")
	var lines []fold.Line
	for _, o := range r.plan.Observed {
		what := fmt.Sprintf("%s: %s in %s, %s in %s", o.Path, resource.Text(o.Live), r.live, resource.Text(o.Want), r.want)
		if (FieldChange{Path: o.Path, Before: o.Live, After: o.Want}).Masked() {
			what = o.Path + ": changed, masked"
		}
		lines = append(lines, fold.Line{Kind: o.Kind, Object: r.keys.Text(o.Kind, o.Key), What: what})
	}
	for _, g := range r.fold(lines) {
		if len(g.At) > 1 {
			r.line(r.paint.Dim, "  = %s: %s: %s", g.Count(), g.What, g.Names())
		} else {
			r.line(r.paint.Dim, "  = %s %s %s", g.Kind, g.Names(), g.What)
		}
	}
}

// unknown writes what was not read and what was not planned for that, or, in the
// plan of an undo, what is not put back.
func (r *renderer) unknown() {
	const notRead = "not read, so not planned"
	var skips []resource.Gap
	for _, s := range r.plan.Skipped {
		said := slices.ContainsFunc(r.plan.Gaps, func(g resource.Gap) bool { return g.Kind == s.Kind })
		if s.Key != "" || !said {
			skips = append(skips, resource.Gap{Kind: s.Kind, ID: s.Key, Reason: s.Reason})
		}
	}
	gaps := resource.FoldGaps(r.plan.Gaps)
	skips = resource.FoldGaps(skips)
	if r.plan.Undo {
		r.gaps(notRead, gaps)
		r.gaps("not put back", skips)
		return
	}
	r.gaps(notRead, slices.Concat(gaps, skips))
}

// gaps writes a section of gaps, if there are any.
func (r *renderer) gaps(title string, gaps []resource.Gap) {
	if len(gaps) == 0 {
		return
	}
	r.section(title)
	for _, g := range gaps {
		where := g.Kind
		if g.ClientID != "" {
			where += " of " + r.keys.Client(g.ClientID)
		}
		if g.ID != "" {
			where += " " + g.ID
		}
		r.wrapped("  x ", where+": "+g.Reason+resource.ScopeHint(g.Reason, g.Scopes))
	}
}

func (r *renderer) notices() {
	for _, n := range r.plan.Notices {
		r.wrapped("note: ", n)
	}
}

// color returns the colour of a change's title.
func (r *renderer) color(ch *Change) func(string) string {
	switch {
	case ch.Blocked != "":
		return r.paint.Magenta
	case ch.Action == Create:
		return r.paint.Green
	case ch.Action == Delete:
		return r.paint.Red
	}
	return r.paint.Yellow
}
