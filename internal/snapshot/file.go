package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/google/renameio/v2"

	"lcsync/internal/disk"
)

// WriteFile replaces a file so that a reader, or a crash, finds the old file or
// the new one, never a part: it writes and syncs a temporary file in the same
// directory and renames it. The file's mode is 0600. WriteFile follows a symbolic
// link (see Follow), and writes directly to a device or a pipe. For tests, before is called
// right before each step, file:create, file:write, file:rename and file:dir, and
// may end the process; it may be nil.
func WriteFile(path string, data []byte, before func(step string)) error {
	if before == nil {
		before = func(string) {}
	}
	path, err := Follow(path)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular() && !info.IsDir():
		return os.WriteFile(path, data, 0o600)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("writing %s: %w", path, err)
	}
	dir := filepath.Dir(path)
	if err := replace(path, dir, data, before); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	before("file:dir")
	return disk.Sync(dir) // to make the rename itself durable
}

// maxLinks is how many symbolic links the system follows.
const maxLinks = 40

// Follow returns the file that a path means, which need not exist: it follows
// symbolic links. A link to a file that is not there is followed, too, so that a
// file never takes the place of a link to a disk that is not mounted.
func Follow(path string) (string, error) {
	for at, n := path, 0; n < maxLinks; n++ {
		if target, err := filepath.EvalSymlinks(at); err == nil {
			return target, nil
		}
		to, err := os.Readlink(at)
		if err != nil {
			return at, nil // no link: a file that does not exist
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(at), to)
		}
		at = to
	}
	return path, syscall.ELOOP
}

func replace(path, dir string, data []byte, before func(step string)) (err error) {
	before("file:create")
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(dir), renameio.WithStaticPermissions(0o600))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Cleanup()) }() // has no effect after the rename
	before("file:write")
	if _, err := f.Write(data); err != nil {
		return err
	}
	before("file:rename") // after an fsync
	return f.CloseAtomicallyReplace()
}
