package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/gofrs/flock"
	"gopkg.in/yaml.v3"
)

// appending makes entries of one process whole lines of the file.
var appending sync.Mutex

// Entry is a secret with its name.
type Entry struct{ Name, Value string }

// Append adds secrets to a secrets file, which it makes with mode 0600 if need
// be, in one write, and returns once they are on the disk. What a crash has
// left of an entry stays as a comment. The directory must exist. A name that
// the file already has gets a second entry, which Load refuses: names of new
// secrets hold the id of what they belong to.
func Append(path string, entries ...Entry) error { return AppendWith(path, nil, entries...) }

// AppendWith is Append for tests: before is called right before each step,
// secret:open, secret:write, secret:sync and secret:dir, and may end the
// process.
func AppendWith(path string, before func(step string), entries ...Entry) (err error) {
	if before == nil {
		before = func(string) {}
	}
	var lines []byte
	for _, e := range entries {
		line, err := encode(e.Name, e.Value)
		if err != nil {
			return fmt.Errorf("add a secret to %s: %w", path, err)
		}
		lines = append(lines, line...)
	}
	appending.Lock()
	defer appending.Unlock()

	if err := add(path, lines, before); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	return nil
}

// add puts lines at the end of a file. Processes take turns.
func add(path string, lines []byte, before func(step string)) (err error) {
	before("secret:open")
	lock := flock.New(path, flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := CheckMode(path, info, GroupAndOthers); err != nil {
		return err
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	keep, text := mend(data)
	text = append(text, lines...)
	before("secret:write")
	if _, err := f.WriteAt(text, int64(keep)); err != nil {
		return err
	}
	if err := f.Truncate(int64(keep + len(text))); err != nil {
		return err
	}
	before("secret:sync")
	if err := f.Sync(); err != nil {
		return err
	}
	before("secret:dir")
	return syncDir(filepath.Dir(path))
}

// encode returns an entry as one line. As a mapping a long name would have one
// of its own.
func encode(name, value string) ([]byte, error) {
	text := func(s string) ([]byte, error) {
		return yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle})
	}
	n, err := text(name)
	if err != nil {
		return nil, err
	}
	v, err := text(value)
	return slices.Concat(bytes.TrimSpace(n), []byte(": "), v), err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Merge adds secrets to a secrets file, in the order of their names. Those
// that the file has already are left alone; if it has another value for one,
// nothing is written, as only the user can say which is right.
func Merge(path string, secrets map[string]string) error {
	have := &Store{}
	if _, err := os.Stat(path); err == nil {
		if have, err = Load(path, nil); err != nil {
			return err
		}
	}
	names := slices.Sorted(maps.Keys(secrets))
	for _, n := range names {
		if v, ok := have.file[n]; ok && v != secrets[n] {
			return &Error{Text: fmt.Sprintf("%s has another value for the secret %q", path, n),
				Hint: "write the secrets to a new file and compare"}
		}
	}
	for _, n := range names {
		if _, ok := have.file[n]; ok {
			continue
		}
		if err := Append(path, Entry{n, secrets[n]}); err != nil {
			return err
		}
	}
	return nil
}
