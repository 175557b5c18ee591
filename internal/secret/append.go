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

// Warning says that a secret is too short to be redacted by its text, "" if it
// is not. The value is not in it.
func (e Entry) Warning() string {
	if resource.Redactable(e.Value) {
		return ""
	}
	return fmt.Sprintf("the secret %q has fewer than %d characters: what a server says of it cannot be redacted", e.Name, resource.MinRedacted)
}

// Append adds secrets to a secrets file, which it makes with mode 0600 if need
// be, in one write, and returns once they are on the disk. What a crash has
// left of an entry stays as a comment. The directory must exist. A name that
// the file already has gets a second entry, which Load refuses: names of new
// secrets hold the id of what they belong to.
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
			return fmt.Errorf("add the secret %q to %s: it is not UTF-8", e.Name, path)
		}
	}
	if err := add(path, entries, before); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	return nil
}

// add puts entries at the end of a file. Whoever else adds some waits.
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

// lock locks a file, which it makes if need be. A file that Fill put into the
// place of another one while this was waited for is another file to lock.
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

// CanAppend makes sure that Append could add to a file, and leaves no file
// behind that was not there. It makes the directory.
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
		return os.Remove(path) // it was only a try
	}
	return CheckMode(path, GroupAndOthers)
}

// Merge adds secrets to a secrets file, in the order of their names. Those
// that the file has already are left alone; if it has another value for one,
// nothing is written, as only the user can say which is right.
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
			return &Error{Text: fmt.Sprintf("%s has another value for the secret %q", path, n),
				Hint: "write the secrets to a new file and compare"}
		}
	}
	if missing == nil {
		return nil
	}
	return Append(path, missing...)
}
