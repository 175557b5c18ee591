package snapshot

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// spelled writes findings with everything they say.
func spelled(fs Findings) []string {
	var out []string
	for _, f := range fs {
		text := f.String()
		if f.Severity == resource.Refused { // told from what is only in doubt
			text = strings.Replace(text, ": warning: ", ": refused: ", 1)
		}
		out = append(out, fmt.Sprintf("%s [%s] (%s)", text, f.Path, f.Hint))
	}
	return out
}

func TestFindingsAsError(t *testing.T) {
	warning := Finding{File: "a.yaml", Line: 3, Column: 1, Severity: resource.Warning, Message: "odd"}
	wrong := Finding{File: "a.yaml", Line: 2, Column: 5, Path: "tags[0].name", Message: "wrong", Hint: "right it"}
	if err := (Findings{warning}).Err(); err != nil {
		t.Errorf("warnings are no error: %v", err)
	}
	many := Findings{warning, wrong, wrong, wrong, wrong, wrong, wrong, {File: "-", Message: "nowhere"}}
	want := "a.yaml:2:5: error: wrong\na.yaml:2:5: error: wrong\na.yaml:2:5: error: wrong\na.yaml:2:5: error: wrong\n" +
		"a.yaml:2:5: error: wrong\nand 2 more errors"
	if diff := cmp.Diff(want, many.Err().Error()); diff != "" {
		t.Error(diff)
	}
	if got := many[7].String(); got != "-: error: nowhere" {
		t.Error(got)
	}
	got, err := json.Marshal(Findings{wrong, warning})
	if err != nil {
		t.Fatal(err)
	}
	wantJSON := `[{"file":"a.yaml","line":2,"column":5,"severity":"error","path":"tags[0].name","message":"wrong","hint":"right it"},` +
		`{"file":"a.yaml","line":3,"column":1,"severity":"warning","path":"","message":"odd"}]`
	if diff := cmp.Diff(wantJSON, string(got)); diff != "" {
		t.Error(diff)
	}
}
