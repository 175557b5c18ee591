package runs

import (
	"errors"
	"fmt"
	"slices"

	"lcsync/internal/diff"
)

// Reason is what a refusal means to whoever asked.
type Reason int

const (
	// Failed means that something of the machine is in the way.
	Failed Reason = iota
	// Invalid means that the user has to give something else, or to decide.
	Invalid
	// Incomplete means that something could not be read or changed.
	Incomplete
)

// Error is a refusal: what is wrong, and what to do about it. Without a text
// the user knows already.
type Error struct {
	Reason     Reason
	Text, Hint string
	Err        error // the cause below, if any; its text is not repeated
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }

func invalid(hint, format string, args ...any) error {
	return &Error{Reason: Invalid, Text: fmt.Sprintf(format, args...), Hint: hint}
}

// Obstacles are several reasons why a plan is not carried out.
type Obstacles []error

func (o Obstacles) Error() string { return errors.Join(o...).Error() }

// Together returns errors as one: nil, the only one, or Obstacles.
func Together(errs ...error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return errs[0]
	}
	return Obstacles(errs)
}

// Changed says that a license is not as a plan found it.
type Changed struct {
	Conflicts []diff.Conflict
	Run       string // that has carried the plan out, "" if none has
}

func (e *Changed) Error() string {
	text := "the license was changed since the plan was made: "
	if e.Run != "" {
		text = "the plan was carried out as run " + e.Run + ": "
	}
	if len(e.Conflicts) == 1 {
		return text + e.Conflicts[0].String()
	}
	return fmt.Sprintf("%s%d objects", text, len(e.Conflicts))
}
