// Package wire is the contract between the packages that decide which calls to
// make and the package that makes them: an interface with two methods, and one
// type of error.
package wire

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lcsync/internal/resource"
)

// API calls methods of the Configuration API and, for the methods that the
// registry marks, of the Agent Chat API.
//
// Implementations retry calls that are safe to repeat; the result is final. They
// announce every request (Sending). Every error of a call that may have sent a
// request is an *Error or the context's error. The context's error means that
// nothing was done; if something may have been done, the error is Ambiguous.
type API interface {
	// Call makes one call. A nil args is an empty object. An answer without
	// payload is nil.
	Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error)
	// Batch calls the batch form of a method for the given items, and returns one
	// outcome for each item, in their order. The error is about the batch as a
	// whole; it is nil if the response could be read and had the right length.
	Batch(ctx context.Context, method string, items []*resource.Object) ([]Outcome, error)
}

// Outcome is the result of one item of a batch.
type Outcome struct {
	Answer resource.Value
	Err    *Error // nil if the item went well
}

// Class says what an error means for the next step.
type Class int

const (
	// Permanent errors repeat if the call is repeated; nothing was done.
	Permanent Class = iota
	// Retryable errors prove that nothing was done; the call may succeed later.
	Retryable
	// Ambiguous errors mean that the call may or may not have taken effect.
	Ambiguous
	// RefusedScope errors mean that the token may not do this, mostly because it lacks
	// a scope (see resource.OtherReason).
	RefusedScope
	// Authentication errors mean that the server rejects the token.
	Authentication
)

func (c Class) String() string {
	return [...]string{"permanent", "retryable", "ambiguous", "refused scope", "authentication"}[c]
}

// Error is a failed call. Its text never contains a token or a secret.
type Error struct {
	Method     string
	Host       string
	Status     int    // HTTP status, 0 if there was no answer
	Type       string // error.type of the answer, "" if there was none
	Message    string
	Class      Class
	Scopes     []string      // for RefusedScope: the token needs any one of these
	RetryAfter time.Duration // how long the server asked to wait, 0 if it named no time
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
	if e.Class == RefusedScope {
		s += resource.ScopeHint(e.Message, e.Scopes)
	}
	return s
}

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }
