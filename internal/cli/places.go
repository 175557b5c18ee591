package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lcsync/internal/config"
	"lcsync/internal/snapshot"
)

// places is where a run finds files and keeps them.
type places struct {
	config.Places
	state string // as the user named the state directory, "" for the usual one
	stdin io.Reader
	step  func(name string) // see Env.Step
}

func placesOf(env *Env) places {
	return places{Places: config.Places{Dir: env.Dir, Environ: env.Environ}, stdin: env.Stdin, step: env.Step}
}

// abs resolves a path that the user gave.
func (p places) abs(path string) string { return p.Abs(path) }

// readInput reads a file that the user named; "-" is stdin.
func (p places) readInput(path string) ([]byte, error) {
	if path == "-" {
		data, err := io.ReadAll(p.stdin)
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		return data, nil
	}
	data, err := os.ReadFile(p.abs(path))
	if refused := (*fs.PathError)(nil); errors.As(err, &refused) {
		return nil, inputf("", "cannot read %s: %s", path, refused.Err)
	}
	return data, err
}

// write replaces a file that the user named.
func (p places) write(path string, data []byte) error {
	return snapshot.WriteFile(p.abs(path), data, p.step)
}

// stateDir returns the directory for what must outlive a run. It need not
// exist yet.
func (p places) stateDir() (string, error) {
	if p.state != "" {
		return p.abs(p.state), nil
	}
	if dir := p.StateDir(); dir != "" {
		return dir, nil
	}
	return "", inputf("give --state-dir DIR", "there is no home directory to keep state in")
}

// sameFile tells whether two names are of one file that there is.
func (p places) sameFile(a, b string) bool {
	one, err := os.Stat(p.abs(a))
	other, err2 := os.Stat(p.abs(b))
	return a != "" && err == nil && err2 == nil && os.SameFile(one, other)
}

// target looks at a file that is to be written; nil if there is none yet.
func (p places) target(file string) (fs.FileInfo, error) {
	path := p.abs(file)
	if dir, err := os.Stat(filepath.Dir(path)); err != nil || !dir.IsDir() {
		return nil, inputf("", "the directory of %s does not exist", file)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", file, err)
	case info.IsDir():
		return nil, inputf("name a file in it", "%s is a directory", file)
	}
	return info, nil
}
