package secret

import (
	"bytes"
	"fmt"
	"regexp"
)

// heading and ending are the first and the last lines of a file that Fill wrote.
// They show whether a file was truncated between two entries. Files written by
// hand or by Append have neither.
const (
	heading = "# Secrets of lcsync snapshots: keep this file private.\n# The last line marks the end of the file.\n"
	ending  = "# End of file.\n"
)

// tornEntry matches every incomplete prefix of an entry "name": "value" as Append
// writes it.
var tornEntry = regexp.MustCompile(`(?s)^"(?:[^"\\]|\\.)*(?:\\?|"|":|": |": "(?:[^"\\]|\\.)*\\?)$`)

// content is a parsed secrets file.
type content struct {
	whole []byte // the complete part, without the ending
	torn  []byte // the rest of a line after that
	cut   bool   // more lines followed
}

// split splits a file into its parts. Zeros at the end are a block that was never
// written.
func split(data []byte) content {
	data = bytes.TrimRight(data, "\x00")
	end := bytes.LastIndexByte(data, '\n') + 1
	headed := bytes.HasPrefix(data, []byte(heading))
	switch {
	case headed && bytes.HasSuffix(data, []byte("\n"+ending)):
		return content{whole: data[:len(data)-len(ending)]}
	case headed && !bytes.Contains(data, []byte("\n"+ending)), !headed && len(data) > 1 && bytes.HasPrefix([]byte(heading), data):
		return content{data[:end], data[end:], true}
	case tornEntry.Match(data[end:]):
		return content{whole: data[:end], torn: data[end:]}
	}
	return content{whole: data}
}

// addition returns the text to add after the complete part of a file: a damaged
// line becomes a comment, and the last line gets a line break. YAML reads a text
// quoted by Go as the original text.
func addition(to content, entries []Entry) (whole, text []byte) {
	switch {
	case len(to.torn) > 0:
		text = fmt.Appendf(nil, "# damaged by a crash: %q\n", to.torn)
	case to.cut:
		text = []byte("# truncated here\n")
	case len(to.whole) > 0 && !bytes.HasSuffix(to.whole, []byte("\n")):
		text = []byte("\n")
	}
	for _, e := range entries {
		text = fmt.Appendf(text, "%q: %q\n", e.Name, e.Value)
	}
	if bytes.HasPrefix(to.whole, []byte(heading)) {
		text = append(text, ending...)
	}
	return to.whole, text
}
