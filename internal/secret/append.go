package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/gofrs/flock"

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
	lock := flock.New(path)
	if err := lock.Lock(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	data, err := ReadFile(path, GroupAndOthers)
	if err != nil {
		return err
	}
	whole, torn := split(data)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	before("secret:write")
	text := addition(whole, torn, entries)
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
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// tornEntry matches all beginnings of what Append writes for an entry,
// "name": "value", but not the whole of it.
var tornEntry = regexp.MustCompile(`(?s)^"(?:[^"\\]|\\.)*(?:\\?|"|":|": |": "(?:[^"\\]|\\.)*\\?)$`)

// split returns the part of a file that is whole, and what a crash has left of
// an entry after it. Zeros at the end are a block that was never written.
func split(data []byte) (whole, torn []byte) {
	data = bytes.TrimRight(data, "\x00")
	end := bytes.LastIndexByte(data, '\n') + 1
	if tornEntry.Match(data[end:]) {
		return data[:end], data[end:]
	}
	return data, nil
}

// addition returns what follows the whole part of a file when entries are added:
// what is torn is a comment, and the last line has an end. What Go quotes YAML
// reads as it was.
func addition(whole, torn []byte, entries []Entry) (text []byte) {
	switch {
	case torn != nil:
		text = fmt.Appendf(nil, "# torn by a crash: %q\n", torn)
	case len(whole) > 0 && !bytes.HasSuffix(whole, []byte("\n")):
		text = []byte("\n")
	}
	for _, e := range entries {
		text = fmt.Appendf(text, "%q: %q\n", e.Name, e.Value)
	}
	return text
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

// Merge returns what a secrets file holds once secrets are added to it, in the
// order of their names. Those that the file has already are left alone; another
// value for one of them is an *Error, as only the user can say which is right.
// The file need not exist.
func Merge(path string, secrets map[string]string) ([]byte, error) {
	have, err := Load(path, nil)
	if errors.Is(err, fs.ErrNotExist) {
		have, err = &Store{}, nil
	}
	if err != nil {
		return nil, err
	}
	var missing []Entry
	for _, n := range slices.Sorted(maps.Keys(secrets)) {
		switch v, known := have.file[n]; {
		case !known:
			missing = append(missing, Entry{n, secrets[n]})
		case v != secrets[n]:
			return nil, &Error{Text: fmt.Sprintf("%s has another value for the secret %q", path, n),
				Hint: "write the secrets to a new file and compare"}
		}
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) || missing == nil {
		return data, err
	}
	whole, torn := split(data)
	return append(whole, addition(whole, torn, missing)...), nil
}
