package secret

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/gofrs/flock"

	"lcsync/internal/disk"
	"lcsync/internal/resource"
)

// Entry is a secret with its name.
type Entry struct{ Name, Value string }

// Warning warns if a secret is too short to be redacted by its text; "" if it is
// not. It does not contain the value.
func (e Entry) Warning() string {
	if resource.Redactable(e.Value) {
		return ""
	}
	return fmt.Sprintf("the secret %q has fewer than %d characters: lcsync cannot redact it from server messages", e.Name, resource.MinRedacted)
}

// Append adds secrets to a secrets file in one write, and returns when they are on
// disk. It creates the file with mode 0600 if needed. It turns the remains of an
// entry damaged by a crash into a comment. The directory must exist. If the file
// already has a name, Append adds a second entry, which Load refuses: names of new
// secrets contain the id of their object.
func Append(path string, entries ...Entry) error { return AppendWith(path, nil, entries...) }

// AppendWith is Append for tests: before is called right before each step,
// secret:open, secret:write, secret:sync and secret:dir, and may end the
// process.
func AppendWith(path string, before func(step string), entries ...Entry) error {
	if before == nil {
		before = func(string) {}
	}
	for _, e := range entries {
		if !utf8.ValidString(e.Name + e.Value) {
			return fmt.Errorf("add the secret %q to %s: the value is not UTF-8", e.Name, path)
		}
	}
	if err := add(path, entries, before); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	return nil
}

// add appends entries to a file. Other processes that add entries wait.
func add(path string, entries []Entry, before func(step string)) (err error) {
	before("secret:open")
	lock, err := lock(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	data, err := ReadFile(path, GroupAndOthers)
	if err != nil {
		return err
	}
	whole, text := addition(split(data), entries)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	before("secret:write")
	if _, err := f.WriteAt(text, int64(len(whole))); err != nil {
		return err
	}
	if err := f.Truncate(int64(len(whole) + len(text))); err != nil {
		return err
	}
	before("secret:sync")
	if err := f.Sync(); err != nil {
		return err
	}
	before("secret:dir")
	return disk.Sync(filepath.Dir(path))
}

// lock locks a file, and creates it if needed. If Fill replaced the file while
// lock waited, lock locks the new file.
func lock(path string) (*flock.Flock, error) {
	for {
		lock := flock.New(path)
		if err := lock.Lock(); err != nil {
			return nil, err
		}
		held, err := lock.Stat()
		if now, gone := os.Stat(path); err == nil && gone == nil && os.SameFile(held, now) {
			return lock, nil
		}
		if err := errors.Join(err, lock.Close()); err != nil {
			return nil, err
		}
	}
}

// CanAppend checks that Append could add to a file. It does not leave a new file
// behind. It creates the directory.
func CanAppend(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	_, missing := os.Stat(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if missing != nil {
		return os.Remove(path) // remove the file that was created for the check
	}
	return CheckMode(path, GroupAndOthers)
}

// Merge adds secrets to a secrets file, in the order of their names. It keeps
// entries that the file already has. If the file has a different value for one of
// the names, Merge writes nothing: only the user can decide which value is right.
func Merge(path string, secrets map[string]string) error {
	have, err := Load(path, nil)
	if errors.Is(err, fs.ErrNotExist) {
		have, err = &Store{}, nil
	}
	if err != nil {
		return err
	}
	var missing []Entry
	for _, n := range slices.Sorted(maps.Keys(secrets)) {
		switch v, known := have.file[n]; {
		case !known:
			missing = append(missing, Entry{n, secrets[n]})
		case v != secrets[n]:
			return &Error{Text: fmt.Sprintf("%s already has a different value for the secret %q", path, n),
				Hint: "write the secrets to a new file and compare"}
		}
	}
	if missing == nil {
		return nil
	}
	return Append(path, missing...)
}
