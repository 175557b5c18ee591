package migrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ReportVersion is the version of the JSON form of reports.
const ReportVersion = 1

// MarshalJSON does not escape HTML: the enclosing document decides that.
func (f Fields) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(slices.AppendSeq([]Field{}, f.All()))
	return b.Bytes(), err
}

// JSON writes the report as one JSON document.
func (r *Report) JSON(w io.Writer) error {
	doc := struct {
		FormatVersion int `json:"format_version"`
		*Report
	}{ReportVersion, r}
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// place is where something stands in the input: file:line.
func placeOf(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// String is a decision on one line.
func (d Decision) String() string {
	who := ""
	if d.Object != "" && d.Object != d.File {
		who = d.Object + ": "
	}
	if d.File == "" {
		return who + d.Question
	}
	return fmt.Sprintf("%s: %s%s", placeOf(d.File, d.Line), who, d.Question)
}

// String returns a behaviour change on one line.
func (m Meaning) String() string {
	return fmt.Sprintf("%s: %s: %s", placeOf(m.File, m.Line), m.Object, m.Text)
}

// String returns what happened to a field, on one line.
func (f Field) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %-9s %s", placeOf(f.File, f.Line), f.Status, f.Path)
	if len(f.Targets) > 0 {
		fmt.Fprintf(&b, " → %s", strings.Join(f.Targets, ", "))
	}
	if len(f.Rules) > 0 {
		fmt.Fprintf(&b, " [%s]", strings.Join(f.Rules, " "))
	}
	if f.Note != "" {
		fmt.Fprintf(&b, ": %s", f.Note)
	}
	return b.String()
}

// Text writes the report for people: every field on a line.
func (r *Report) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintln(&b, r.Summary)
	if len(r.Decisions) > 0 {
		fmt.Fprintf(&b, "\ndecisions needed:\n")
		for _, d := range r.Decisions {
			fmt.Fprintf(&b, "  %s\n      %s\n", d, d.HowTo)
		}
	}
	if len(r.Meanings) > 0 {
		fmt.Fprintf(&b, "\nbehaviour changes:\n")
		for _, m := range r.Meanings {
			fmt.Fprintf(&b, "  %s\n", m)
		}
	}
	fmt.Fprintf(&b, "\nfields:\n")
	for f := range r.Fields.All() {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes the report as tables.
func (r *Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Migration to %s\n\n%s\n", Target, r.Summary)
	if len(r.Decisions) > 0 {
		b.WriteString("\n## Decisions needed\n\n| where | object | decision | how to decide |\n|---|---|---|---|\n")
		for _, d := range r.Decisions {
			row(&b, placeOf(d.File, d.Line), d.Object, d.Question, d.HowTo)
		}
	}
	if len(r.Meanings) > 0 {
		b.WriteString("\n## Behaviour changes\n\n| where | object | change |\n|---|---|---|\n")
		for _, m := range r.Meanings {
			row(&b, placeOf(m.File, m.Line), m.Object, m.Text)
		}
	}
	b.WriteString("\n## Fields\n\n| where | field | status | place in the snapshot | rules | note |\n|---|---|---|---|---|---|\n")
	for f := range r.Fields.All() {
		row(&b, placeOf(f.File, f.Line), f.Path, string(f.Status), strings.Join(f.Targets, ", "), strings.Join(f.Rules, ", "), f.Note)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var escapeCell = strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "`", "'", "<", "&lt;")

func row(b *strings.Builder, cells ...string) {
	for _, c := range cells {
		b.WriteString("| " + escapeCell.Replace(c) + " ")
	}
	b.WriteString("|\n")
}
