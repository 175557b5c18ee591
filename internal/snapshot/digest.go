package snapshot

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"

	"lcsync/internal/resource"
)

// Edits says whether the values in a file changed since lcsync wrote it.
type Edits int

const (
	// NoDigest files have no digest: a person wrote them, or an older lcsync.
	NoDigest Edits = iota
	// Unedited files have the values with which they were written.
	Unedited
	// Edited files have different values.
	Edited
)

func (e Edits) String() string { return [...]string{"no digest", "unedited", "edited"}[e] }

// digestStart begins the line of a digest.
const digestStart = "# lcsync: values sha256:"

var digestPattern = regexp.MustCompile(`(?m)^` + digestStart + `([0-9a-f]{64})[ \t\r]*(?:\n|\z)`)

// CheckDigest compares the values of a file that was decoded as d with its digest.
// Comments, layout, the header, the names of secrets, and names in place of ids do
// not count as values.
func (d *Document) CheckDigest(data []byte) Edits {
	all := digestPattern.FindAllSubmatch(data, -1)
	switch {
	case len(all) == 0:
		return NoDigest
	case string(all[len(all)-1][1]) == digestOf(d.License):
		return Unedited
	}
	return Edited
}

// cut warns of a file that may be the beginning of an export: an export wrote its
// header, and the line that exports end with is missing. Exports before that line
// existed are alike.
func (d *Document) cut(data []byte) Findings {
	if len(d.License.Readable) == 0 || d.License.Version != "" || bytes.Contains(data, []byte(digestStart)) {
		return nil
	}
	return Findings{{File: d.Name, Line: bytes.Count(bytes.TrimRight(data, "\n"), []byte("\n")) + 1, Column: 1, Severity: resource.Warning,
		Message: "the file may be cut off: the last line of an export, with its digest, is missing",
		Hint:    "look whether the end is missing; what is not in the file is not restored, and --prune deletes it"}}
}

// withoutDigest returns a file without the lines that hold a digest.
func withoutDigest(data []byte) []byte {
	if !bytes.Contains(data, []byte(digestStart)) {
		return data
	}
	return digestPattern.ReplaceAll(data, nil)
}

// digestLine is the line that an export ends with.
func digestLine(l *resource.License) string {
	return digestStart + digestOf(l) + "\n"
}

// digestOf returns a digest of the values of a license, in hexadecimal digits:
// its kinds and their objects as Encode writes them, apart from the names of
// secrets, and with ids in the place of names.
func digestOf(l *resource.License) string {
	h := sha256.New()
	w := newWording(l, l)
	for _, k := range l.Kinds() {
		fmt.Fprintf(h, "%s\n", k.Name)
		rows := inOrder(k, l.Rows(k.Name))
		for i, row := range rows {
			rows[i] = tidy(k, w.numbered(k, row))
			bare(rows[i])
		}
		if !plainList(k) {
			io.WriteString(h, resource.JSON(k.Nest(inOrder(k, rows))))
			continue
		}
		for _, row := range inOrder(k, rows) {
			io.WriteString(h, resource.JSON(row)+"\n")
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// bare removes from a value, in place, what makes no difference: the names of
// secrets, and the order of members.
func bare(v resource.Value) {
	switch v := v.(type) {
	case *resource.Object:
		for name, m := range v.All() {
			if _, ok := m.(resource.Secret); ok {
				v.Set(name, resource.Secret(""))
			}
			bare(m)
		}
		v.SortBy(cmp.Compare[string])
	case resource.List:
		for _, e := range v {
			bare(e)
		}
	}
}
