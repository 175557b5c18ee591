package snapshot

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNamedIsLeftToTheLicense: what the file cannot tell of references by number
// and name is handed on with its place.
func TestNamedIsLeftToTheLicense(t *testing.T) {
	doc, findings := Decode([]byte(header+`agents:
  - id: a@b.c
    groups:
      - {id: 3, name: Support, priority: first}
`), "f")
	if findings != nil {
		t.Fatal(findings)
	}
	if d := cmp.Diff([]NamedRef{{Kind: "groups", Name: "Support", ID: int64(3), Line: 6, Column: 23}}, doc.Named); d != "" {
		t.Error(d)
	}
}
