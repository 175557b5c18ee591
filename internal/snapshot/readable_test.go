package snapshot

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// TestReadableIsKept: what an export knows to be readable stands in the header
// and comes back; where nothing is known there is no such key.
func TestReadableIsKept(t *testing.T) {
	for _, want := range []map[string][]string{nil, {"webhooks": {"additional_data"}, "groups": {"language_code", "x"}}} {
		l := &resource.License{Owner: "a@x.y", Readable: want}
		var b bytes.Buffer
		if err := Encode(&b, l, EncodeOptions{}); err != nil {
			t.Fatal(err)
		}
		doc, findings := Decode(b.Bytes(), "f")
		if err := findings.Err(); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, doc.License.Readable); d != "" || strings.Contains(b.String(), "readable") != (want != nil) {
			t.Errorf("(-want +got)\n%s\n%s", d, b.String())
		}
	}
}
