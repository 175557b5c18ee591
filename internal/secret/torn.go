package secret

import (
	"bytes"
	"fmt"
	"regexp"
)

// tornEntry matches all beginnings of what Append writes for an entry,
// "name": "value", but not the whole of it.
var tornEntry = regexp.MustCompile(`(?s)^"(?:[^"\\]|\\.)*(?:\\?|"|":|": |": "(?:[^"\\]|\\.)*\\?)$`)

// split returns the part of a file that is whole, and what a crash has left of
// an entry after it. Zeros at the end are a block that was never written.
func split(data []byte) (whole, torn []byte) {
	data = bytes.TrimRight(data, "\x00")
	end := bytes.LastIndexByte(data, '\n') + 1
	if tornEntry.Match(data[end:]) {
		return data[:end], data[end:]
	}
	return data, nil
}

// mend returns how much of a file stays as it is, and what has to follow so that
// it can be added to: what is torn is a comment, and the last line has an end.
func mend(data []byte) (keep int, then []byte) {
	whole, torn := split(data)
	switch {
	case torn != nil:
		then = fmt.Appendf(nil, "# torn by a crash: %q\n", torn)
	case len(whole) > 0 && !bytes.HasSuffix(whole, []byte("\n")):
		then = []byte("\n")
	}
	return len(whole), then
}
