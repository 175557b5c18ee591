package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// FormatVersion is the version of the JSON documents on stdout. A version may
// get new members, but no member changes its meaning.
const FormatVersion = 2

// Envelope is what every JSON document starts with.
type Envelope struct {
	FormatVersion int      `json:"format_version"`
	Command       string   `json:"command"` // "lcsync" without a command
	ExitCode      ExitCode `json:"exit_code"`
	// License is the license that the command worked on. It is absent if there
	// is none, or if the result has it.
	License *LicenseInfo `json:"license,omitempty"`
}

// JSONError is an error in a JSON document.
type JSONError struct {
	Message string   `json:"message"`
	Hint    string   `json:"hint,omitempty"`
	Method  string   `json:"method,omitempty"`
	Type    string   `json:"type,omitempty"`
	Host    string   `json:"host,omitempty"`
	Status  int      `json:"status,omitempty"`
	Scopes  []string `json:"scopes,omitempty"`
	// Findings are the errors and warnings in a file.
	Findings any `json:"findings,omitempty"`
}

// Document makes the JSON document: the envelope, the members of the result,
// and the error.
func Document(head Envelope, v Verdict, res Result) ([]byte, error) {
	parts := []any{head}
	if res != nil {
		parts = append(parts, res)
	}
	if v.Text != "" {
		parts = append(parts, struct {
			Error JSONError `json:"error"`
		}{v.json()})
	}
	var members [][]byte
	for _, p := range parts {
		object, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("write the result as JSON: %w", err)
		}
		if inside := object[1 : len(object)-1]; len(inside) > 0 {
			members = append(members, inside)
		}
	}
	var out bytes.Buffer
	if err := json.Indent(&out, slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}\n")), "", "  "); err != nil {
		return nil, fmt.Errorf("write the result as JSON: %w", err)
	}
	return changePerLine(out.Bytes()), nil
}

// changePerLine writes each element of the lists "changes" in an indented document
// on one line. A list of many changes stays short, and grep finds whole changes.
func changePerLine(doc []byte) []byte {
	var out bytes.Buffer
	d, copied := json.NewDecoder(bytes.NewReader(doc)), int64(0)
	var last json.Token
	for {
		t, err := d.Token()
		if err != nil {
			break
		}
		for last == "changes" && t == json.Delim('[') && d.More() {
			var change json.RawMessage
			if err := d.Decode(&change); err != nil {
				return doc
			}
			end := d.InputOffset()
			out.Write(doc[copied : end-int64(len(change))])
			_ = json.Compact(&out, change) // the decoder has read it: it is valid
			copied = end
		}
		last = t
	}
	out.Write(doc[copied:])
	return out.Bytes()
}

// json is the verdict as part of a document.
func (v Verdict) json() JSONError {
	e := JSONError{Message: resource.MaskURLs(v.Text), Hint: resource.MaskURLs(v.Hint), Findings: maskedFindings(v.Findings)}
	if v.API != nil {
		e.Method, e.Type, e.Host, e.Status = v.API.Method, v.API.Type, v.API.Host, v.API.Status
		if v.API.Class == wire.RefusedScope {
			e.Scopes = v.API.Scopes
		}
	}
	return e
}

// NonNil returns a list that is [] in JSON if it is empty.
func NonNil[T any](l []T) []T { return append([]T{}, l...) }
