package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"unicode/utf8"
)

// Fill adds a value for each name that a secrets file does not have, and creates
// the file if needed. Existing names keep their values. Fill returns the added
// names, sorted, and the damage that it found in the file (Store.Torn). write must
// replace the file atomically, so that a reader, or a crash, sees either all new
// entries or none.
func Fill(path string, names []string, value func() string, write func(path string, data []byte) error) (added []string, torn string, err error) {
	lock, err := lock(path)
	if err != nil {
		return nil, "", fmt.Errorf("add secrets: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	data, err := ReadFile(path, GroupAndOthers)
	if err != nil {
		return nil, "", err
	}
	if len(data) == 0 {
		defer func() {
			if err != nil || added == nil {
				if gone := os.Remove(path); !errors.Is(gone, fs.ErrNotExist) { // it was made to be locked
					err = errors.Join(err, gone)
				}
			}
		}()
	}
	have, err := Load(path, nil)
	if err != nil {
		return nil, "", err
	}
	var entries []Entry
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if !utf8.ValidString(name) {
			return nil, "", fmt.Errorf("the name of the secret %q is not UTF-8", name)
		}
		if _, known := have.file[name]; !known {
			added, entries = append(added, name), append(entries, Entry{name, value()})
		}
	}
	if entries == nil && have.torn == "" {
		return nil, "", nil
	}
	found := split(data)
	if len(bytes.TrimSpace(found.whole)) == 0 && found.torn == nil {
		found.whole = []byte(heading)
	}
	whole, text := addition(found, entries)
	return added, have.torn, write(path, slices.Concat(whole, text))
}
