package secret

import (
	"os"
	"path/filepath"
)

// CanAppend makes sure that Append could add to a file, and leaves no file
// behind that was not there. It makes the directory.
func CanAppend(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	_, missing := os.Stat(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if missing != nil {
		return os.Remove(path) // it was only a try
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return CheckMode(path, info, GroupAndOthers)
}
