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

// Text writes the report for people, in lines of at most width characters:
// what is not done, or done with something to know, then a summary and what to
// do next.
func (r *Report) Text(w io.Writer, width int) error {
	p := &page{width: max(width, minWidth)}
	for i := range r.Results {
		p.result(&r.Results[i])
	}
	for _, n := range r.Notices {
		p.line("notice: ", n)
	}
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	p.line("", r.summary())
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
}

func (p *page) result(res *Result) {
	if res.Status == Done && res.Detail == "" {
		return
	}
	text := res.ID
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
	p.b.WriteString(label)
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

// summary returns the counts that are not zero.
func (r *Report) summary() string {
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
