package snapshot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Severity of a finding, as the registry's rules state it.
type Severity = resource.Severity

// Finding is one problem, or doubt, at one place of a snapshot.
type Finding struct {
	File     string   // as given to Decode, "-" for standard input
	Line     int      // from 1; 0 if unknown
	Column   int      // from 1, in characters; 0 if unknown
	Severity Severity // Error or Warning
	Path     string   // agents[3].work_scheduler.timezone, with the file's indexes
	Message  string   // what is wrong, in lower case, without a full stop
	Hint     string   // what to do about it
}

// String returns the finding the way compilers write them:
// file:line:column: severity: message.
func (f Finding) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", f.File, f.Severity, f.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Severity, f.Message)
}

// MarshalJSON writes the severity as a word.
func (f Finding) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		File     string `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
		Severity string `json:"severity"`
		Path     string `json:"path"`
		Message  string `json:"message"`
		Hint     string `json:"hint,omitempty"`
	}{f.File, f.Line, f.Column, f.Severity.String(), f.Path, f.Message, f.Hint})
}

// Findings are the results of a check, in the file's order. As an error, they are
// the errors among them: see Err.
type Findings []Finding

// Errors returns how many findings are errors.
func (fs Findings) Errors() int {
	n := 0
	for _, f := range fs {
		if f.Severity == resource.Error {
			n++
		}
	}
	return n
}

// Err returns the findings as an error if one of them is an error, else nil.
func (fs Findings) Err() error {
	if fs.Errors() == 0 {
		return nil
	}
	return fs
}

// shown is the number of findings that Error spells out.
const shown = 5

// Error returns the first errors, a line each, and how many more there are.
func (fs Findings) Error() string {
	var lines []string
	for _, f := range fs {
		if f.Severity == resource.Error && len(lines) < shown {
			lines = append(lines, f.String())
		}
	}
	if more := fs.Errors() - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more errors", more))
	}
	return strings.Join(lines, "\n")
}

// sort puts findings into the order of the file.
func (fs Findings) sort() {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Message, b.Message))
	})
}

// nearest returns the hint for an unknown name: the most similar known one, "" if
// none is similar.
func nearest(name string, known []string) string {
	if near := resource.Suggest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}
