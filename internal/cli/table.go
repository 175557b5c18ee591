package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lcsync/internal/screen"
)

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

// write prints the table. Notes are indented and stay within 80 columns.
func (t *table) write(w io.Writer, st style) error {
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
	if _, err := fmt.Fprintln(w, st.Bold(line(t.head))); err != nil {
		return err
	}
	for i, row := range t.rows {
		if _, err := fmt.Fprintln(w, line(row)); err != nil {
			return err
		}
		if t.note[i] == "" {
			continue
		}
		for _, l := range screen.Wrap(t.note[i], helpWidth-4) {
			if _, err := fmt.Fprintln(w, "    "+st.Dim(l)); err != nil {
				return err
			}
		}
	}
	return nil
}
