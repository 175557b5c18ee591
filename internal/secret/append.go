package secret

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"gopkg.in/yaml.v3"
)

// appending makes entries of one process whole lines of the file.
var appending sync.Mutex

// Append adds a secret to a secrets file, which it makes with mode 0600 if
// need be, and returns once the entry is on the disk. The directory must
// exist. A name that the file already has gets a second entry, which Load
// refuses: names of new secrets hold the id of what they belong to.
func Append(path, name, value string) (err error) {
	entry, err := encode(name, value)
	if err != nil {
		return fmt.Errorf("add a secret to %s: %w", path, err)
	}
	appending.Lock()
	defer appending.Unlock()

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
	if _, err := f.Write(entry); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
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
