package snapshot

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// testdata/messy.yaml says the same as testdata/tidy.yaml, which is what
// Encode makes of either.
func TestGolden(t *testing.T) {
	golden := filepath.Join("testdata", "tidy.yaml")
	var docs []*Document
	for _, name := range []string{"messy.yaml", "tidy.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		doc, findings := Decode(data, name)
		if findings.Errors() > 0 {
			t.Fatal(findings)
		}
		docs = append(docs, doc)
		got := encoded(t, doc.License)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(dump(docs[0].License), dump(docs[1].License)); diff != "" {
		t.Errorf("(-messy +tidy)\n%s", diff)
	}
}
