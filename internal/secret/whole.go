package secret

import (
	"bytes"
	"fmt"
	"regexp"
)

// heading and ending are the first and the last lines of a file that Fill made. By
// them is known that a file was cut off between two entries. Files by hand and of
// Append have neither.
const (
	heading = "# Secrets that snapshots of lcsync name: keep this file to yourself.\n# Its last line says that it is whole.\n"
	ending  = "# This file is whole.\n"
)

// tornEntry matches all beginnings of what Append writes for an entry,
// "name": "value", but not the whole of it.
var tornEntry = regexp.MustCompile(`(?s)^"(?:[^"\\]|\\.)*(?:\\?|"|":|": |": "(?:[^"\\]|\\.)*\\?)$`)

// content is a secrets file taken apart.
type content struct {
	whole []byte // as far as it is whole, without the ending
	torn  []byte // what is left of a line after that
	cut   bool   // there has been more
}

// split takes a file apart. Zeros at the end are a block that was never written.
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

// addition returns what follows the whole part of a file when entries are added:
// what is torn is a comment, and the last line has an end. What Go quotes YAML
// reads as it was.
func addition(to content, entries []Entry) (whole, text []byte) {
	switch {
	case len(to.torn) > 0:
		text = fmt.Appendf(nil, "# torn by a crash: %q\n", to.torn)
	case to.cut:
		text = []byte("# something was cut off here\n")
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
