package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"lcsync/internal/wire"
)

// FormatVersion is the version of the JSON documents on stdout. Members may be
// added to it; none changes its meaning.
const FormatVersion = 1

// envelope is what every JSON document starts with.
type envelope struct {
	FormatVersion int      `json:"format_version"`
	Command       string   `json:"command"`
	ExitCode      ExitCode `json:"exit_code"`
	// License is the one that the command worked on, if on any, and if the
	// result does not say so itself.
	License *licenseInfo `json:"license,omitempty"`
}

// jsonError is an error in a JSON document.
type jsonError struct {
	Message string   `json:"message"`
	Hint    string   `json:"hint,omitempty"`
	Method  string   `json:"method,omitempty"`
	Type    string   `json:"type,omitempty"`
	Host    string   `json:"host,omitempty"`
	Status  int      `json:"status,omitempty"`
	Scopes  []string `json:"scopes,omitempty"`
	// Findings are what is wrong with a file.
	Findings any `json:"findings,omitempty"`
}

// printJSON prints the one JSON document of a run.
func (s *session) printJSON(v verdict, res result) {
	head := envelope{FormatVersion: FormatVersion, ExitCode: v.Code}
	if s.command != nil {
		head.Command = s.command.name
	}
	if _, itself := res.(*planned); !itself && s.conn != nil {
		head.License = &s.conn.license
	}
	doc, failed := document(head, v, res)
	if failed != nil {
		head.ExitCode = Panicked
		doc, _ = document(head, verdict{Failure: Failure{Text: failed.Error()}}, nil)
	}
	s.out.Write(doc)
}

// document makes the JSON document: the envelope, the members of the result,
// and the error.
func document(head envelope, v verdict, res result) ([]byte, error) {
	parts := []any{head}
	if res != nil {
		parts = append(parts, res)
	}
	if v.Text != "" {
		parts = append(parts, struct {
			Error jsonError `json:"error"`
		}{v.json()})
	}
	var joined []byte
	for _, p := range parts {
		b, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("write the result as JSON: %w", err)
		}
		if joined, err = join(joined, b); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := json.Indent(&out, joined, "", "  "); err != nil {
		return nil, fmt.Errorf("write the result as JSON: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// join adds the members of the object b to those of a.
func join(a, b []byte) ([]byte, error) {
	if len(b) < 2 || b[0] != '{' {
		return nil, errors.New("write the result as JSON: it is no object")
	}
	switch {
	case a == nil || len(a) == 2:
		return b, nil
	case len(b) == 2:
		return a, nil
	}
	return append(append(a[:len(a)-1], ','), b[1:]...), nil
}

// json is the verdict as part of a document.
func (v verdict) json() jsonError {
	e := jsonError{Message: v.Text, Hint: v.Hint, Findings: v.Findings}
	if v.api != nil {
		e.Method, e.Type, e.Host, e.Status = v.api.Method, v.api.Type, v.api.Host, v.api.Status
		if v.api.Class == wire.RefusedScope {
			e.Scopes = v.api.Scopes
		}
	}
	return e
}
