package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// errSecondDocument reports a file of more than one YAML document.
var errSecondDocument = errors.New("the file contains more than one YAML document")

// parse reads one YAML document into a tree and returns its root, nil if the
// document is empty. The parser has been known to panic on odd input; that is
// an error like others.
func parse(data []byte) (root *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, fmt.Errorf("yaml: the parser failed: %v", p)
		}
	}()
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&doc); err != nil {
		if err == io.EOF {
			return nil, nil
		}
		return nil, err
	}
	switch err := d.Decode(&more); {
	case err == nil:
		return nil, errSecondDocument
	case err != io.EOF:
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

var lineInText = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// problem returns the text of a parser's error without its position.
func problem(err error) string { return lineInText.ReplaceAllString(err.Error(), "") }

// bisectable is the size up to which the place of a syntax error is searched
// for by parsing beginnings of the text.
const bisectable = 1 << 20

// errorAt returns the line and column of a syntax error, both from 1. The parser
// reports a line at best, and often that of the enclosing construct. Because the
// parser reads from front to back, the error is at the end of the shortest prefix
// of the text that has it.
func errorAt(data []byte, err error) (int, int) {
	if len(data) > bisectable {
		return reportedLine(err), 1
	}
	text := problem(err)
	if strings.Contains(text, "unexpected end of stream") {
		// A quote or bracket is never closed, and the parser reports the line
		// where it was opened, unless that is the first line.
		_, err := parse(append([]byte("\n"), data...))
		line := max(1, reportedLine(err)-1)
		return line, opening(data, line)
	}
	fails := func(n int) bool {
		_, err := parse(data[:n])
		return err != nil && problem(err) == text
	}
	ends := lineEnds(data)
	row := sort.Search(len(ends)-1, func(i int) bool { return fails(ends[i]) })
	start := 0
	if row > 0 {
		start = ends[row-1]
	}
	size := ends[row] - start
	width := 1 + sort.Search(size, func(i int) bool { return fails(start + i + 1) })
	line := bytes.TrimRight(data[start:ends[row]], "\r\n")
	return row + 1, max(1, utf8.RuneCount(line[:min(width, len(line))]))
}

// reportedLine returns the line that a parser's error names, 1 if none.
func reportedLine(err error) int {
	if err == nil {
		return 1
	}
	m := lineInText.FindStringSubmatch(err.Error())
	if m == nil || m[1] == "" {
		return 1
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// lineEnds returns the offsets behind each line.
func lineEnds(data []byte) []int {
	var ends []int
	for at := 0; at < len(data); {
		_, at = lineAt(data, at)
		ends = append(ends, at)
	}
	return append(ends, len(data))
}

// opening returns the column of the first quote or bracket of a line: an unclosed
// one was opened there.
func opening(data []byte, line int) int {
	at := 0
	for range line - 1 {
		_, at = lineAt(data, at)
	}
	text, _ := lineAt(data, at)
	return utf8.RuneCount(text[:max(0, bytes.IndexAny(text, `"'[{`))]) + 1
}

// notUTF8 returns the line and column of the first byte that is not UTF-8, 0 if
// there is none. UTF-16, which begins with a mark, is left to the parser.
func notUTF8(data []byte) (line, column int) {
	if utf8.Valid(data) || bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return 0, 0
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			start := bytes.LastIndexByte(data[:at], '\n') + 1
			return bytes.Count(data[:at], []byte("\n")) + 1, utf8.RuneCount(data[start:at]) + 1
		}
		at += size
	}
	return 0, 0
}
