package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestSync(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	places := []string{dir, file}
	const unable = "/proc/self" // a file system that cannot sync
	if _, err := os.Stat(unable); err == nil {
		places = append(places, unable)
	}
	for _, place := range places {
		if err := Sync(place); err != nil {
			t.Errorf("%s: %v", place, err)
		}
	}
	if err := Sync(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}
