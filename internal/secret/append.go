package secret

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

// appending makes entries of one process whole lines of the file.
var appending sync.Mutex

// Entry is a secret with its name.
type Entry struct{ Name, Value string }

// Append adds secrets to a secrets file, which it makes with mode 0600 if need
// be, in one write, and returns once they are on the disk. The directory must
// exist. A name that the file already has gets a second entry, which Load
// refuses: names of new secrets hold the id of what they belong to.
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

	before("secret:open")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("add a secret: %w", e)
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	if err := CheckMode(path, info, GroupAndOthers); err != nil {
		return err
	}
	if err := endLine(f, info.Size()); err != nil {
		return fmt.Errorf("add a secret to %s: %w", path, err)
	}
	before("secret:write")
	if _, err := f.Write(lines); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	before("secret:sync")
	if err := f.Sync(); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	before("secret:dir")
	return syncDir(filepath.Dir(path))
}

func encode(name, value string) ([]byte, error) {
	text := func(s string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
	}
	return yaml.Marshal(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text(name), text(value)}})
}

// endLine closes a last line that a crash or an editor left open.
func endLine(f *os.File, size int64) error {
	if size == 0 {
		return nil
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, size-1); err != nil {
		return err
	}
	if bytes.Equal(last, []byte("\n")) {
		return nil
	}
	_, err := f.WriteString("\n")
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	return nil
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
