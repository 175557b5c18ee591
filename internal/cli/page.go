package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lcsync/internal/screen"
)

// page is what people read a result on: stdout with its colours and its width.
// The stream below keeps a failed write, so that nobody who prints has to look.
type page struct {
	io.Writer
	screen.Paint
	width int
	key   func(kind, key string) string // how keys are written, nil for as they are
}

func (p *page) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// wrapped prints a text over as many lines as it needs.
func (p *page) wrapped(text string) {
	p.printf("%s\n", strings.Join(screen.Wrap(screen.OneLine(text), p.width), "\n"))
}

// paragraph prints a text and an empty line below it.
func (p *page) paragraph(text string) {
	p.printf("%s\n\n", strings.Join(screen.Wrap(text, p.width), "\n"))
}

// item prints a text behind a prefix, over as many lines as it needs.
func (p *page) item(paint func(string) string, prefix, text string) {
	const inset = 4
	for i, line := range screen.WrapAfter(prefix+screen.OneLine(text), p.width, p.width-inset) {
		if i > 0 {
			line = strings.Repeat(" ", inset) + line
		}
		if paint != nil {
			line = paint(line)
		}
		p.printf("%s\n", line)
	}
}

// print prints on stdout.
func (t *terminal) print(text func(*page)) {
	w := bufio.NewWriter(t.out)
	text(&page{Writer: w, Paint: t.style, width: t.width()})
	_ = w.Flush() // a failed write is kept by the stream
}

// show prints what is about to be carried out: what cannot be shown is not run.
func (t *terminal) show(text func(*page)) error {
	t.print(text)
	if t.out.Err() != nil {
		return exit(Failed)
	}
	return nil
}

// width is how many columns a text on stdout may have. What goes to a pipe or to
// a file is not folded.
func (t *terminal) width() int {
	switch {
	case !t.watched.Out:
		return screen.Unfolded
	case t.watched.Width > 0:
		return t.watched.Width
	}
	return 80
}

// table is text in columns, with a note below each row.
type table struct {
	head []string
	rows [][]string
	note []string
}

func (t *table) add(note string, cells ...string) {
	t.rows = append(t.rows, cells)
	t.note = append(t.note, note)
}

// print prints the table. Notes are indented.
func (t *table) print(p *page) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
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
	p.printf("%s\n", p.Bold(line(t.head)))
	for i, row := range t.rows {
		p.printf("%s\n", line(row))
		if t.note[i] == "" {
			continue
		}
		for _, l := range screen.Wrap(t.note[i], p.width-4) {
			p.printf("    %s\n", p.Dim(l))
		}
	}
}
