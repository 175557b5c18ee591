// Package wire is the contract between those who decide what to call and the
// one who calls: an interface of two methods, and the one type of error that
// comes back.
package wire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lcsync/internal/resource"
)

// API calls methods of the Configuration API and, for the methods that the
// registry says so of, the Agent Chat API.
//
// Implementations retry by themselves what may be repeated; what they return
// is final, and they announce every request (Sending). Every error of a call that
// reached for the network is an *Error or the context's error, which says that
// nothing was done: what may have been done is an Ambiguous error.
type API interface {
	// Call makes one call. A nil args is an empty object. An answer without
	// payload is nil.
	Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error)
	// Batch calls the batch form of a method with one item after the other,
	// and returns one outcome an item, in their order. The error is for the
	// batch as a whole; it is nil if at least the answer could be read and had
	// the right length.
	Batch(ctx context.Context, method string, items []*resource.Object) ([]Outcome, error)
}

// Outcome is what became of one item of a batch.
type Outcome struct {
	Answer resource.Value
	Err    *Error // nil if the item went well
}

// Class is what an error means to whoever has to decide what to do next.
type Class int

const (
	// Permanent errors come again if the call does; nothing was done.
	Permanent Class = iota
	// Retryable errors prove that nothing was done, and may pass.
	Retryable
	// Ambiguous errors leave open whether the call took effect.
	Ambiguous
	// RefusedScope errors mean that the token may not do this.
	RefusedScope
	// Authentication errors mean that the token is no good at all.
	Authentication
)

func (c Class) String() string {
	return [...]string{"permanent", "retryable", "ambiguous", "refused scope", "authentication"}[c]
}

// Error is a failed call. Its text never holds a token or a secret.
type Error struct {
	Method     string
	Host       string
	Status     int    // HTTP status, 0 if there was no answer
	Type       string // error.type of the answer, "" if there was none
	Message    string
	Class      Class
	Scopes     []string      // for RefusedScope: any one of these would do
	RetryAfter time.Duration // how long the server asked to wait, 0 if it did not
	Err        error         // the cause below, if any
}

// Error returns "method: type: message (needs the scope …)".
func (e *Error) Error() string {
	parts := []string{e.Method}
	if e.Type != "" {
		parts = append(parts, e.Type)
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	} else if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if e.Type == "" && e.Status >= 300 {
		parts = append(parts, fmt.Sprintf("HTTP status %d", e.Status))
	}
	s := strings.Join(parts, ": ")
	named := func(scope string) bool { return strings.Contains(e.Message, scope) } // the server has said it
	if e.Class == RefusedScope && len(e.Scopes) > 0 && !slices.ContainsFunc(e.Scopes, named) {
		s += " (needs the scope " + resource.Words(e.Scopes) + ")"
	}
	return s
}

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }
