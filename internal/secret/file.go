package secret

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
)

// Error is a refusal that the user can act on: what is wrong, on one line, and
// what to do. Neither text contains a secret.
type Error struct {
	Text, Hint string
	Err        error // the cause below, if any
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }

// Audience says which users must not be able to read a file.
type Audience fs.FileMode

const (
	// Others are all users but the owner and the group.
	Others Audience = 0o004
	// GroupAndOthers are all users but the owner.
	GroupAndOthers Audience = 0o044
)

// ReadFile reads a file that contains a secret. It refuses a regular file that the
// given users could read, and names the command that fixes it. It does not check a
// pipe.
func ReadFile(path string, keepFrom Audience) ([]byte, error) {
	err := CheckMode(path, keepFrom)
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = &Error{Text: fmt.Sprintf("cannot read %s: %v", path, p.Err), Err: err}
	}
	return data, err
}

// CheckMode refuses a file that the given users can read.
func CheckMode(path string, keepFrom Audience) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&fs.FileMode(keepFrom) == 0 {
		return err
	}
	return &Error{
		Text: fmt.Sprintf("other users can read %s, which contains secrets (mode %04o)", path, info.Mode().Perm()),
		Hint: "run: chmod 600 " + shellQuote(path),
	}
}

var plainPath = regexp.MustCompile(`^[\w./:@,%=+-]+$`)

// shellQuote returns a path as it can be pasted into a shell.
func shellQuote(path string) string {
	if plainPath.MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
