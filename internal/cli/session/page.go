package session

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lcsync/internal/screen"
)

// Page is stdout with its colours and its width, for results as text. The
// stream below keeps write errors, so callers do not check them.
type Page struct {
	io.Writer
	screen.Paint
	Width int
	Key   func(kind, key string) string // writes keys, nil for unchanged
}

// Printf prints a text as it is, without folding it.
func (p *Page) Printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// Wrapped prints a text over as many lines as it needs.
func (p *Page) Wrapped(text string) {
	p.Printf("%s\n", strings.Join(screen.Wrap(screen.OneLine(text), p.Width), "\n"))
}

// Paragraph prints a text and an empty line below it.
func (p *Page) Paragraph(text string) {
	p.Printf("%s\n\n", strings.Join(screen.Wrap(text, p.Width), "\n"))
}

// Item prints a text behind a prefix, over as many lines as it needs.
func (p *Page) Item(paint func(string) string, prefix, text string) {
	const inset = 4
	for i, line := range screen.WrapAfter(prefix+screen.OneLine(text), p.Width, p.Width-inset) {
		if i > 0 {
			line = strings.Repeat(" ", inset) + line
		}
		if paint != nil {
			line = paint(line)
		}
		p.Printf("%s\n", line)
	}
}

// Print prints on stdout.
func (t *Console) Print(text func(*Page)) {
	w := bufio.NewWriter(t.Out)
	text(&Page{Writer: w, Paint: t.Style, Width: t.width()})
	_ = w.Flush() // a failed write is kept by the stream
}

// Show prints a plan before it is applied. It returns an error if the plan
// could not be printed, so that no unseen plan is applied.
func (t *Console) Show(text func(*Page)) error {
	t.Print(text)
	if t.Out.Err() != nil {
		return Exit(Failed)
	}
	return nil
}

// width is how many columns a text on stdout may have. Output to a pipe or file
// is not folded.
func (t *Console) width() int {
	switch {
	case !t.Watched.Out:
		return screen.Unfolded
	case t.Watched.Width > 0:
		return t.Watched.Width
	}
	return 80
}

// Table is text in columns, with a note below each row.
type Table struct {
	Head []string
	rows [][]string
	note []string
}

// Add adds a row with the note below it, "" for none.
func (t *Table) Add(note string, cells ...string) {
	t.rows = append(t.rows, cells)
	t.note = append(t.note, note)
}

// Print prints the table. Notes are indented.
func (t *Table) Print(p *Page) {
	widths := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(row []string) string {
		var b strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&b, "%-*s  ", widths[i], cell)
		}
		return strings.TrimRight(b.String(), " ")
	}
	p.Printf("%s\n", p.Bold(line(t.Head)))
	for i, row := range t.rows {
		p.Printf("%s\n", line(row))
		if t.note[i] == "" {
			continue
		}
		for _, l := range screen.Wrap(t.note[i], p.Width-4) {
			p.Printf("    %s\n", p.Dim(l))
		}
	}
}
