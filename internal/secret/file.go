package secret

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Error is a refusal that the user can do something about: what is wrong, on
// one line, and what to do. Neither text holds a secret.
type Error struct {
	Text, Hint string
	Err        error // the cause below, if any
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }

// Audience says who must not be able to read a file.
type Audience fs.FileMode

const (
	// Others are all users but the owner and the group.
	Others Audience = 0o004
	// GroupAndOthers are all users but the owner.
	GroupAndOthers Audience = 0o044
)

// ReadFile reads a file that holds a secret and refuses one that the given
// users could read, too, with the command that closes it. Only regular files
// are held to that: a pipe is nobody's for long.
func ReadFile(path string, keepFrom Audience) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if err := CheckMode(path, info, keepFrom); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return data, nil
}

// CheckMode refuses a file that the given users can read.
func CheckMode(path string, info fs.FileInfo, keepFrom Audience) error {
	if !info.Mode().IsRegular() || info.Mode().Perm()&fs.FileMode(keepFrom) == 0 {
		return nil
	}
	return &Error{
		Text: fmt.Sprintf("%s holds a secret, but other users can read it (mode %04o)", path, info.Mode().Perm()),
		Hint: "run: chmod 600 " + shellQuote(path),
	}
}

func unreadable(path string, err error) error {
	cause := err
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		cause = p.Err
	}
	return &Error{Text: fmt.Sprintf("cannot read %s: %v", path, cause), Err: err}
}

// shellQuote returns a path as it can be pasted into a shell.
func shellQuote(path string) string {
	if !strings.ContainsFunc(path, func(r rune) bool { return !plain(r) && !strings.ContainsRune("./-+:@,%=", r) }) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func plain(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
