// Package screen folds texts into the lines of a terminal, with colours where they
// are wanted.
package screen

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"github.com/fatih/color"
	"github.com/rivo/uniseg"
)

// Paint colours words, or leaves them unchanged if it is false.
type Paint bool

func (p Paint) in(how color.Attribute, s string) string {
	c := color.New(how)
	if p {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c.Sprint(s)
}

// Bold marks headings.
func (p Paint) Bold(s string) string { return p.in(color.Bold, s) }

// Dim marks text of low importance.
func (p Paint) Dim(s string) string { return p.in(color.Faint, s) }

// Red marks errors and deletions.
func (p Paint) Red(s string) string { return p.in(color.FgRed, s) }

// Green marks success and new objects.
func (p Paint) Green(s string) string { return p.in(color.FgGreen, s) }

// Yellow marks warnings and changes.
func (p Paint) Yellow(s string) string { return p.in(color.FgYellow, s) }

// Magenta marks blocked changes.
func (p Paint) Magenta(s string) string { return p.in(color.FgMagenta, s) }

// Printable makes control characters visible, so that no text of a license
// can move a terminal's cursor.
func Printable(s string) string {
	if strings.IndexFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if unicode.IsPrint(c) {
			b.WriteRune(c)
		} else {
			b.WriteString(strings.Trim(fmt.Sprintf("%q", string(c)), `"`))
		}
	}
	return b.String()
}

// OneLine makes a text safe for one line of a terminal: texts of servers and files
// may contain line breaks and control characters.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimSpace(s))
}

// Columns is how many columns of a terminal a text takes.
func Columns(s string) int { return uniseg.StringWidth(s) }

// Cut shortens a text to a number of columns.
func Cut(s string, width int) string {
	if Columns(s) <= width {
		return s
	}
	head, _ := split(s, width-1)
	return head + "…"
}

// split cuts a text in two. The first part is as long as fits into the columns,
// but has at least one character.
func split(s string, width int) (head, tail string) {
	rest, state, used, at := s, -1, 0, 0
	for rest != "" {
		cluster, after, w, next := uniseg.FirstGraphemeClusterInString(rest, state)
		if used+w > width && at > 0 {
			break
		}
		rest, state, used, at = after, next, used+w, at+len(cluster)
	}
	return s[:at], s[at:]
}

// narrowest is the least width that texts are folded to.
const narrowest = 8

// Unfolded is the width of an output that is not a terminal: texts are not folded.
const Unfolded = math.MaxInt32

// Wrap folds a text at spaces. It never breaks a word, even one that is longer than
// a line, and keeps a short beginning of the line together with such a word.
func Wrap(s string, width int) []string { return WrapAfter(s, width, width) }

// WrapAfter is Wrap with a width of its own for the first line.
func WrapAfter(s string, first, width int) []string {
	first, width = max(first, narrowest), max(width, narrowest)
	var lines []string
	for Columns(s) > first {
		head, tail := split(s, first)
		least := max(len(head)/4, len(head)-len(strings.TrimLeft(head, " ")))
		at := strings.LastIndexByte(head, ' ')
		if strings.HasPrefix(tail, " ") {
			at = len(head)
		}
		if at <= least { // a long word: it ends the line
			next := strings.IndexByte(s[len(head):], ' ')
			if next < 0 {
				break
			}
			at = len(head) + next
		}
		lines = append(lines, strings.TrimRight(s[:at], " "))
		s, first = strings.TrimLeft(s[at:], " "), width
	}
	return append(lines, s)
}

// Plural writes a number with the noun, and what follows it, that it takes: "1 change
// acts", "2 changes act".
func Plural(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}
