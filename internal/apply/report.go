package apply

import (
	"slices"
	"strings"
	"time"

	"lcsync/internal/diff"
)

// FormatVersion is the version of the report's JSON form.
const FormatVersion = 1

// Status is what became of a change.
type Status string

// The statuses. Each of them but Done makes a run incomplete.
const (
	// Done changes were accepted and, if that was asked for, read back.
	Done Status = "done"
	// Failed changes were refused, or not all of their calls succeeded.
	Failed Status = "failed"
	// Skipped changes were not sent: a change they need did not succeed, or
	// the run was stopped.
	Skipped Status = "skipped"
	// Unknown changes were sent, and no response says whether they took effect.
	Unknown Status = "unknown"
	// Blocked changes are not made by this plan.
	Blocked Status = "blocked"
	// Kept changes were accepted, but the license reads back different.
	Kept Status = "kept"
	// Unverified changes were accepted, but could not be read back.
	Unverified Status = "unverified"
)

// Result is what became of one change.
type Result struct {
	ID     string      `json:"id"`
	Kind   string      `json:"kind"`
	Key    string      `json:"key"`
	Action diff.Action `json:"action"`
	Status Status      `json:"status"`
	// Error is what the API said: method: type: message. ErrorType and Method
	// are its parts.
	Error     string `json:"error,omitempty"`
	ErrorType string `json:"error_type,omitempty"`
	Method    string `json:"method,omitempty"`
	// Detail says what else there is to know, such as why it was skipped.
	Detail   string `json:"detail,omitempty"`
	ServerID string `json:"server_id,omitempty"`
	// Kept lists what the server kept, for changes with that status: Before is
	// what it reads back as, After what was sent.
	Kept []diff.FieldChange `json:"kept,omitempty"`
	// SecretSaved is the name under which a revealed secret was saved.
	SecretSaved string `json:"secret_saved,omitempty"`
}

// String says on one line what became of the change.
func (r Result) String() string {
	parts := []string{r.ID, string(r.Status), r.Error, r.Detail}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": ")
}

// Missing tells that an object was made, but did not show in what was read.
func (r Result) Missing() bool {
	return slices.ContainsFunc(r.Kept, func(k diff.FieldChange) bool { return k.Path == presence && k.After != nil })
}

// Counts says how many changes have each status.
type Counts struct {
	Done       int `json:"done"`
	Failed     int `json:"failed"`
	Skipped    int `json:"skipped"`
	Unknown    int `json:"unknown"`
	Blocked    int `json:"blocked"`
	Kept       int `json:"kept"`
	Unverified int `json:"unverified"`
}

// Report is what became of a plan: one result a change, in the plan's order.
type Report struct {
	FormatVersion int      `json:"format_version"`
	Results       []Result `json:"results"`
	Counts        Counts   `json:"counts"`
	Notices       []string `json:"notices"`
	// Requests is how many requests were sent, with those that read the license
	// back and those that were sent again.
	Requests int `json:"requests"`
	// Verified tells that everything that was done was read back as planned.
	Verified bool `json:"verified"`
	// Interrupted tells that the run was stopped before it was through.
	Interrupted bool          `json:"interrupted,omitempty"`
	Elapsed     time.Duration `json:"elapsed_ns"`
	// Offline counts the failed changes that left a new object offline; the same
	// command does not mend these.
	Offline int `json:"-"`
}

// OK tells whether every change of the plan is done.
func (r *Report) OK() bool { return r.Counts.Done == len(r.Results) }

func count(results []Result) Counts {
	of := map[Status]int{}
	for i := range results {
		of[results[i].Status]++
	}
	return Counts{of[Done], of[Failed], of[Skipped], of[Unknown], of[Blocked], of[Kept], of[Unverified]}
}

// once notes a sentence that was not noted yet.
func (r *Result) once(text string) {
	if !strings.Contains(r.Detail, text) {
		r.note(text)
	}
}

// note adds a sentence to the detail of a result.
func (r *Result) note(text string) {
	if r.Detail != "" {
		r.Detail += "; "
	}
	r.Detail += text
}
