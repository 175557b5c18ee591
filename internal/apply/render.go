package apply

import (
	"fmt"
	"io"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// minWidth is the narrowest text that is still written as such.
const minWidth = 20

// Style says how a report is written as text.
type Style struct {
	Width int // columns a line; 0 = lines are not folded
	Color bool
	// PlanShown tells that the plan was shown: blocked changes are only counted.
	PlanShown bool
	// Told tells that the reader is told elsewhere what is not done, as by
	// Result.String: it is only counted. What the server kept is written all the
	// same.
	Told bool
	// Rehearsed tells that nothing was sent to the license that the plan is for.
	Rehearsed bool
	// Key writes the key of an object; nil is as it is.
	Key func(kind, key string) string
}

// Text writes the report for people: results that are not done or have a detail, then
// a summary and what to do next.
func (r *Report) Text(w io.Writer, s Style) error {
	if s.Width == 0 {
		s.Width = screen.Unfolded
	}
	p := &page{width: max(s.Width, minWidth), paint: screen.Paint(s.Color)}
	for _, alike := range r.alike(s) {
		p.results(alike, s.Key)
	}
	for _, n := range r.Notices {
		p.line("notice: ", n)
	}
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	p.line("", r.summary(s.PlanShown))
	if r.Requests > 0 {
		p.line("", "It took "+screen.Plural(r.Requests, "request", "requests")+".")
	}
	for _, hint := range r.advice(s) {
		p.line("", hint)
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// page collects lines of limited width.
type page struct {
	b     strings.Builder
	width int
	paint screen.Paint
}

// colors are those of the statuses.
var colors = map[Status]func(screen.Paint, string) string{Done: screen.Paint.Green, Failed: screen.Paint.Red, Unknown: screen.Paint.Red,
	Skipped: screen.Paint.Yellow, Kept: screen.Paint.Yellow, Unverified: screen.Paint.Yellow, Blocked: screen.Paint.Magenta}

// alike returns the results to write, grouped by equal texts.
func (r *Report) alike(s Style) [][]*Result {
	var out [][]*Result
	at := map[[3]string]int{}
	for i := range r.Results {
		res := &r.Results[i]
		if res.Status == Done && res.Detail == "" || res.Status == Blocked && s.PlanShown || s.Told && res.Status != Done && len(res.Kept) == 0 {
			continue
		}
		said := [3]string{string(res.Status), res.Error, res.Detail}
		if j, ok := at[said]; ok && len(res.Kept) == 0 {
			out[j] = append(out[j], res)
			continue
		}
		if len(res.Kept) == 0 {
			at[said] = len(out)
		}
		out = append(out, []*Result{res})
	}
	return out
}

// results writes changes with the same result.
func (p *page) results(alike []*Result, key func(kind, key string) string) {
	ids := make([]string, len(alike))
	for i, res := range alike {
		if ids[i] = res.ID; key != nil && res.ID == res.Kind+"/"+res.Key {
			ids[i] = res.Kind + "/" + key(res.Kind, res.Key)
		}
	}
	res := alike[0]
	text := strings.Join(ids, ", ")
	for _, s := range []string{res.Error, res.Detail} {
		if s != "" {
			text += ": " + s
		}
	}
	p.line(fmt.Sprintf("%-11s", res.Status), text)
	for _, k := range res.Kept {
		p.line(strings.Repeat(" ", 11), keptText(k))
	}
}

func keptText(k diff.FieldChange) string {
	switch {
	case k.Path == presence && k.After != nil:
		return "accepted, but the object does not exist"
	case k.Path == presence && k.Before == stillThere:
		return "accepted, but the object still exists"
	case k.Path == presence:
		return "accepted, but " + resource.Text(k.Before)
	}
	if k.Masked() {
		return k.Path + ": the server kept another value, masked"
	}
	return fmt.Sprintf("%s: the server kept %s instead of %s", k.Path, short(k.Before), short(k.After))
}

// short returns a value in one line of moderate length.
func short(v resource.Value) string {
	const most = 120
	if v == nil {
		return "nothing"
	}
	return screen.Cut(resource.JSON(v), most)
}

// line writes a text after a label, folded between words with an indent. Colours do
// not change where it folds.
func (p *page) line(label, text string) {
	at := screen.Columns(label)
	indent := strings.Repeat(" ", min(at, p.width/2))
	paint, ok := colors[Status(strings.TrimRight(label, " "))]
	for i, l := range screen.WrapAfter(screen.OneLine(text), p.width-at, p.width-len(indent)) {
		switch {
		case i > 0:
			label = indent
		case ok:
			word := strings.TrimRight(label, " ")
			label = paint(p.paint, word) + label[len(word):]
		}
		p.b.WriteString(label + l + "\n")
	}
}

// summary returns the counts that are not zero. shown tells that the reader
// has the plan.
func (r *Report) summary(shown bool) string {
	c := r.Counts
	var parts []string
	for _, n := range []struct {
		n    int
		what Status
	}{{c.Done, Done}, {c.Failed, Failed}, {c.Skipped, Skipped}, {c.Unknown, Unknown}, {c.Blocked, Blocked}, {c.Kept, Kept}, {c.Unverified, Unverified}} {
		if n.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n.n, n.what))
		}
	}
	if len(parts) == 0 {
		return "Nothing to do."
	}
	text := strings.Join(parts, ", ")
	if c.Blocked > 0 && shown {
		text = strings.Replace(text, string(Blocked), string(Blocked)+" (see the plan above)", 1)
	}
	if c.Kept > 0 {
		text += " (the server has its own value)"
	}
	return text + "."
}

// advice says what to do about what is not done.
func (r *Report) advice(s Style) []string {
	c, first := r.Counts, "Fix the cause, then"
	var out []string
	open := c.Failed+c.Skipped+c.Unknown > 0
	if c.Unknown > 0 {
		out = append(out, "Changes with an unknown outcome may have taken effect; check them first with lcsync diff.")
	}
	if r.Interrupted {
		first = "To continue,"
	}
	switch {
	case s.Rehearsed && open:
		out = append(out, "Nothing was sent. Fix the cause of each failed change in the snapshot, the mapping or the license, then rehearse again.")
	case c.Failed+c.Skipped+c.Unknown > r.Offline:
		out = append(out, first+" run the same command again; it does not repeat what is done.")
	}
	if c.Kept > 0 {
		out = append(out, "lcsync diff shows the kept values again until the file has them too.")
	}
	return out
}
