package snapshot

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/resource/resourcetest"
)

// TestOddLicensesAreNoErrors: what a license shows comes back from its snapshot
// as it was, whatever it is, and is never an error.
func TestOddLicensesAreNoErrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := resourcetest.Odd(t, resourcetest.Draw{Seed: 1}.License(t, 3))
		data := encodeRapid(t, l)
		doc, findings := Decode(data, "a.yaml")
		if doc == nil || findings.Errors() > 0 {
			t.Fatalf("%v\n%s", findings, data)
		}
		if findings := doc.Validate(); findings.Errors() > 0 {
			t.Fatalf("%v\n%s", findings, data)
		}
		if d := cmp.Diff(string(data), string(encodeRapid(t, doc.License))); d != "" {
			t.Fatalf("(-first +second)\n%s", d)
		}
		if d := cmp.Diff(resourcetest.Texts(l), resourcetest.Texts(doc.License)); d != "" {
			t.Fatalf("(-written +read)\n%s\n%s", d, data)
		}
	})
}
