package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"lcsync/internal/disk"
)

// WriteFile replaces a file so that a reader, or a crash, finds the old file or
// the new one, never a part: it writes and syncs a temporary file in the same
// directory and renames it. The file's mode is 0600. WriteFile follows a symbolic
// link, and writes directly to a device or a pipe. For tests, before is called
// right before each step, file:create, file:write, file:rename and file:dir, and
// may end the process; it may be nil.
func WriteFile(path string, data []byte, before func(step string)) error {
	if before == nil {
		before = func(string) {}
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
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
