package screen

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		reason       string
		in           string
		first, width int
		want         []string
	}{
		{"nothing", "", 20, 20, []string{""}},
		{"short", "short", 20, 20, []string{"short"}},
		{"at a space", "one two three", 9, 9, []string{"one two", "three"}},
		{"at spaces", "these are words that break at a space", 20, 20, []string{"these are words that", "break at a space"}},
		{"characters, not bytes", "äöüß äöüß", 9, 9, []string{"äöüß äöüß"}},
		{"a word too long for a line", "thisisasinglewordthatdoesnotfit", 20, 20, []string{"thisisasinglewordthatdoesnotfit"}},
		{"and what stands around it", "see these https://example.com/a/long/path and go on", 20, 20, []string{"see these", "https://example.com/a/long/path", "and go on"}},
		{"next to nothing before it", "  + https://example.com/a/long/path (new)", 20, 20, []string{"  + https://example.com/a/long/path", "(new)"}},
		{"two columns a character", "東京東京東京 東京東京東京", 20, 20, []string{"東京東京東京", "東京東京東京"}},
		{"several spaces", "one two   three", 9, 9, []string{"one two", "three"}},
		{"no terminal", "thisisasingleword that is not folded", Unfolded, Unfolded, []string{"thisisasingleword that is not folded"}},
		{"a first line of its own width", "one two three four", 9, 20, []string{"one two", "three four"}},
		{"what a text is set in by stays", "    one two three", 12, 12, []string{"    one two", "three"}},
		{"too narrow to be true", "one two three", 0, -3, []string{"one two", "three"}},
	} {
		if d := cmp.Diff(c.want, WrapAfter(c.in, c.first, c.width)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

func TestCut(t *testing.T) {
	if got := Cut("東京東京", 5); got != "東京…" {
		t.Errorf("cut: %q", got)
	}
	if got := Cut("fits", 4); got != "fits" {
		t.Errorf("cut: %q", got)
	}
}

func TestControlCharacters(t *testing.T) {
	hostile := "a\x1b[2J\u202eb\u00a0c\r\n"
	if got := Printable(hostile); got != `a\x1b[2J\u202eb\u00a0c\r\n` {
		t.Errorf("printable: %q", got)
	}
	if got := OneLine(hostile); got != "a\uFFFD[2J\uFFFDb\uFFFDc" {
		t.Errorf("one line: %q", got)
	}
}

func TestPaint(t *testing.T) {
	if got := Paint(true).Red("red"); got != "\x1b[31mred\x1b[0m" {
		t.Errorf("%q", got)
	}
	if got := Paint(false).Red("red"); got != "red" {
		t.Errorf("%q", got)
	}
}
