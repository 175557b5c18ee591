package apply

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// minWidth is the narrowest text that is still written as such.
const minWidth = 20

// JSON returns the report as one indented JSON document with a line break at
// its end.
func (r *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return nil, fmt.Errorf("writing the report as JSON: %w", err)
	}
	return b.Bytes(), nil
}

// Style says how a report is written as text.
type Style struct {
	Width int // characters a line
	Color bool
	// PlanShown tells that the reader has the plan before him: what it said
	// not to do is only counted.
	PlanShown bool
}

// Text writes the report for people: what is not done, or done with something
// to know, then a summary and what to do next.
func (r *Report) Text(w io.Writer, s Style) error {
	p := &page{width: max(s.Width, minWidth), color: s.Color}
	for _, alike := range r.alike(s) {
		p.results(alike)
	}
	for _, n := range r.Notices {
		p.line("notice: ", n)
	}
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	p.line("", r.summary(s.PlanShown))
	switch r.Requests {
	case 0:
	case 1:
		p.line("", "It took 1 request.")
	default:
		p.line("", fmt.Sprintf("It took %d requests.", r.Requests))
	}
	for _, hint := range r.advice() {
		p.line("", hint)
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// page collects lines of limited width.
type page struct {
	b     strings.Builder
	width int
	color bool
}

// colors are the codes of terminals for the statuses.
var colors = map[Status]string{Done: "32", Failed: "31", Unknown: "31", Skipped: "33", Kept: "33", Unverified: "33", Blocked: "35"}

// label writes what a line begins with, in the colour of a status if it is
// one. Colours have no part in how a line is broken.
func (p *page) label(text string) {
	word := strings.TrimRight(text, " ")
	if code := colors[Status(word)]; p.color && code != "" {
		text = "\x1b[" + code + "m" + word + "\x1b[0m" + text[len(word):]
	}
	p.b.WriteString(text)
}

// alike returns the results that there is something to say of, those together
// of which it is the same.
func (r *Report) alike(s Style) [][]*Result {
	var out [][]*Result
	at := map[[3]string]int{}
	for i := range r.Results {
		res := &r.Results[i]
		if res.Status == Done && res.Detail == "" || res.Status == Blocked && s.PlanShown {
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

// results writes what became of changes of which the same is to be said.
func (p *page) results(alike []*Result) {
	ids := make([]string, len(alike))
	for i, res := range alike {
		ids[i] = res.ID
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
		return "it was accepted, but is not there"
	case k.Path == presence:
		return "it was accepted, but " + subject(resource.Text(k.Before))
	}
	return fmt.Sprintf("%s: the server kept %s, sent was %s", k.Path, short(k.Before), short(k.After))
}

func subject(text string) string {
	if strings.HasPrefix(text, "still") {
		return "the object is " + text
	}
	return text
}

// short returns a value in one line of moderate length.
func short(v resource.Value) string {
	const most = 120
	if v == nil {
		return "nothing"
	}
	text := resource.JSON(v)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// line writes a text behind a label, broken between words and set in under
// itself.
func (p *page) line(label, text string) {
	indent := strings.Repeat(" ", min(utf8.RuneCountInString(label), p.width/2))
	at := utf8.RuneCountInString(label)
	p.label(label)
	fresh := true
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }) {
		runes := []rune(word)
		if !fresh && at+1+len(runes) > p.width {
			p.b.WriteString("\n" + indent)
			at, fresh = len(indent), true
		}
		if !fresh {
			p.b.WriteByte(' ')
			at++
		}
		for at+len(runes) > p.width {
			n := p.width - at
			p.b.WriteString(string(runes[:n]) + "\n" + indent)
			runes, at = runes[n:], len(indent)
		}
		p.b.WriteString(string(runes))
		at += len(runes)
		fresh = false
	}
	p.b.WriteByte('\n')
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
		text += " (as the server had it or made it)"
	}
	return text + "."
}

// advice says what to do about what is not done.
func (r *Report) advice() []string {
	c := r.Counts
	var out []string
	if c.Unknown > 0 {
		out = append(out, "Check the changes with an unknown outcome first, with lcsync diff: some of them may have taken effect.")
	}
	switch {
	case r.Interrupted && c.Failed+c.Skipped+c.Unknown > 0:
		out = append(out, "To go on, run the same command again: what is done is not done again.")
	case c.Failed+c.Skipped+c.Unknown > 0:
		out = append(out, "When the cause is gone, run the same command again: what is done is not done again.")
	}
	if c.Kept > 0 {
		out = append(out, "What the server kept will differ again until the file says the same.")
	}
	return out
}
