// Package disk makes written files survive a crash of the machine.
package disk

import (
	"errors"
	"os"
	"syscall"
)

// Sync flushes a file, or the names in a directory, to disk. Some file systems
// cannot sync a directory; Sync ignores their error.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
