package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
	"lcsync/internal/snapshot"
)

// DecodeSnapshot decodes a snapshot and checks its form. It prints warnings and
// returns errors with exit code 5.
func DecodeSnapshot(t *Console, name string, data []byte) (*snapshot.Document, error) {
	if err := refusePlan(name, data); err != nil {
		return nil, err
	}
	doc, findings := snapshot.Decode(data, name)
	if err := InvalidFile(name, findings); err != nil {
		return nil, err
	}
	TellWarnings(t, name, findings)
	return doc, nil
}

// Inspect decodes a snapshot and checks everything that needs no license.
// findings are all errors and warnings in the order of the file; form are those
// about its form.
func Inspect(name string, data []byte) (doc *snapshot.Document, form, findings snapshot.Findings, err error) {
	if err := refusePlan(name, data); err != nil {
		return nil, nil, nil, err
	}
	doc, form = snapshot.Decode(data, name)
	findings = slices.Clone(form)
	if doc != nil {
		findings = append(findings, doc.Validate()...)
	}
	slices.SortStableFunc(findings, func(a, b snapshot.Finding) int {
		return slices.Compare([]int{a.Line, a.Column}, []int{b.Line, b.Column})
	})
	return doc, form, findings, nil
}

// DecodeWanted decodes a snapshot to apply. It returns an error for everything
// that no license can hold, and prints the warnings about the form.
func DecodeWanted(t *Console, name string, data []byte) (*snapshot.Document, error) {
	doc, form, findings, err := Inspect(name, data)
	if err == nil {
		err = InvalidFile(name, findings)
	}
	if err != nil {
		return nil, err
	}
	// The plan reports the other warnings for the values that it would send.
	TellWarnings(t, name, form)
	return doc, nil
}

// ReadWanted reads a snapshot to apply.
func (s *Session) ReadWanted(path string) (*snapshot.Document, error) {
	data, err := s.ReadInput(path)
	if err != nil {
		return nil, err
	}
	return DecodeWanted(s.Console, path, data)
}

// warned is how many different warnings about a file commands other than
// validate print.
const warned = 8

// TellWarnings prints each different warning once, with its count.
func TellWarnings(t *Console, path string, findings snapshot.Findings) {
	told, times := Folded(findings, func(f snapshot.Finding) string { return f.Message })
	hidden := len(findings)
	for _, f := range told[:min(warned, len(told))] {
		n := times[f.Message]
		hidden -= n
		if n > 1 {
			t.Noticef("%s (%d times)", f, n)
		} else {
			t.Noticef("%s", f)
		}
	}
	if hidden > 0 {
		t.Noticef("%s has %s: lcsync validate lists all", path, Count(hidden, "more warning"))
	}
}

// Folded returns the first element of each key, and how many elements have the
// key.
func Folded[T any](all []T, key func(T) string) (first []T, times map[string]int) {
	times = map[string]int{}
	for _, e := range all {
		if times[key(e)]++; times[key(e)] == 1 {
			first = append(first, e)
		}
	}
	return first, times
}

// InvalidFile is the error of a file with errors: the error itself, or the
// count if there are several. It is nil if there are none.
func InvalidFile(name string, findings snapshot.Findings) error {
	var wrong snapshot.Findings
	for _, f := range findings {
		if f.Severity == resource.Error {
			wrong = append(wrong, f)
		}
	}
	switch e := (&Failure{Code: BadInput, Findings: findings}); len(wrong) {
	case 0:
		return nil
	case 1:
		e.Text, e.Hint = Place(wrong[0])+": "+wrong[0].Message, wrong[0].Hint
		return e
	default:
		e.Text = fmt.Sprintf("%s has %s", name, Count(len(wrong), "error"))
		for _, f := range Causes(wrong) {
			e.Details = append(e.Details, f.String())
			if f.Hint != "" {
				e.Details = append(e.Details, "    "+f.Hint)
			}
		}
		return e
	}
}

// Causes joins equal findings in several places into one that names the lines.
func Causes(findings snapshot.Findings) snapshot.Findings {
	cause := func(f snapshot.Finding) string { return fmt.Sprint(f.File, f.Severity, f.Message, f.Hint) }
	first, _ := Folded(findings, cause)
	lines := map[string][]string{}
	for _, f := range findings {
		lines[cause(f)] = append(lines[cause(f)], fmt.Sprint(f.Line))
	}
	for i, f := range first {
		if also := lines[cause(f)][1:]; len(also) > 0 {
			first[i].Message += " (also in " + noun(len(also), "line") + " " + strings.Join(also, ", ") + ")"
		}
	}
	return first
}

// Place writes the place of a finding: FILE:LINE:COLUMN.
func Place(f snapshot.Finding) string {
	if f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// Count writes a number with its noun: "1 error", "2 errors".
func Count(n int, one string) string { return fmt.Sprintf("%d %s", n, noun(n, one)) }

// noun returns a noun in the singular or plural for n.
func noun(n int, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}

// PlaceIn returns a function that says where in its file a path of a row is.
func PlaceIn(doc *snapshot.Document) func(row *resource.Object, path string) string {
	return func(row *resource.Object, path string) string {
		line, column := doc.Position(row, path)
		return Place(snapshot.Finding{File: doc.Name, Line: line, Column: column})
	}
}

// NamedIn returns the references of a file that have both an id and a name. The
// license shows whether these agree.
func NamedIn(doc *snapshot.Document) []diff.NamedRef {
	var out []diff.NamedRef
	for _, r := range doc.Named {
		at := Place(snapshot.Finding{File: doc.Name, Line: r.Line, Column: r.Column})
		out = append(out, diff.NamedRef{Kind: r.Kind, Name: r.Name, ID: r.ID, Place: at})
	}
	return out
}

// CountOf writes how many objects of a kind: "1 tag", "2 auto accesses".
func CountOf(n int, k *resource.Kind) string {
	if n == 1 {
		return "1 " + k.Singular
	}
	return fmt.Sprintf("%d %s", n, strings.ReplaceAll(k.Name, "_", " "))
}

// IsPlanFile tells whether a file is a saved plan, by its first member.
func IsPlanFile(data []byte) bool {
	d := json.NewDecoder(bytes.NewReader(data))
	for _, want := range []json.Token{json.Delim('{'), "lcsync_plan"} {
		if t, err := d.Token(); err != nil || t != want {
			return false
		}
	}
	return true
}

// refusePlan returns an error for a saved plan in place of a snapshot.
func refusePlan(name string, data []byte) error {
	if IsPlanFile(data) {
		return Inputf("use it with lcsync show or lcsync apply", "%s is a saved plan, not a snapshot", name)
	}
	return nil
}

// SecretsFlag is --secrets; when says when the flag has an effect.
func SecretsFlag(when string) ucli.Flag {
	return &ucli.StringFlag{Name: "secrets", Usage: when + "read secrets from `FILE`"}
}

// LoadSecrets reads a file of secrets ("" for none) and the environment
// variables with secrets.
func LoadSecrets(s *Session, file string) (*secret.Store, error) {
	if file != "" {
		file = s.Abs(file)
	}
	store, err := secret.Load(file, s.Environ)
	if err == nil && store.Torn() != "" {
		s.Noticef("%s", store.Torn())
	}
	return store, err
}
