// Package disk makes what was written outlast a crash of the machine.
package disk

import (
	"errors"
	"os"
	"syscall"
)

// Sync makes a file last, or the names in a directory. Not every file system can
// sync a directory; those that cannot have nothing better to offer.
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
