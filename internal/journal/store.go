// Package journal records on disk what a run is about to do before it does it, and
// the result, so that a run that was killed at any time can be distinguished from
// one that ended, and can be resumed. It also prevents two runs from changing one
// license at the same time.
//
// A run is the directory runs/<host>/<license>/<id>: meta.json, plan.json and
// preimage.json, which are created together and never change, and journal.jsonl,
// to which one process at a time appends a line for each intent and each outcome.
// So the runs of a license are found without reading those of others. Earlier
// versions created runs/<id>; those are found by their meta. Plan, pre-image and
// arguments are JSON that the package does not interpret; the caller masks secrets
// in them. The package takes the time from its caller and does not log.
package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lcsync/internal/disk"
)

// Store is a state directory: the runs and the locks of one machine's user.
// Its methods may be called concurrently, and by several processes.
type Store struct {
	dir    string
	before func(step string)
}

// Options are for tests. In production, Options is the zero value.
type Options struct {
	// Before is called right before every write, fsync, rename and removal,
	// with a name for it: mkdir, sync:dir, begin:preimage, begin:plan,
	// begin:meta, begin:journal, begin:sync, begin:rename, append, sync,
	// finish, resume:cut, resume:sync, lock:holder, lock:clear, prune:rename,
	// prune:remove. It may be called concurrently, and it may end the process.
	Before func(step string)
}

// Open returns the store in a directory, which need not exist: it and what
// belongs in it are made, for the user alone, by the first write. Errors of a
// store name its directory and wrap the system's.
func Open(dir string) (*Store, error) { return OpenWith(dir, Options{}) }

// OpenWith is Open with options for tests.
func OpenWith(dir string, o Options) (*Store, error) {
	if dir == "" {
		return nil, fmt.Errorf("state directory: no path given: %w", fs.ErrInvalid)
	}
	// The slash makes a file at this path an error.
	if _, err := os.Stat(dir + string(os.PathSeparator)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("state directory %s: %w", dir, err)
	}
	if o.Before == nil {
		o.Before = func(string) {}
	}
	return &Store{dir: dir, before: o.Before}, nil
}

// Dir returns the store's directory.
func (s *Store) Dir() string { return s.dir }

func (s *Store) runsDir() string  { return filepath.Join(s.dir, "runs") }
func (s *Store) locksDir() string { return filepath.Join(s.dir, "locks") }

// makeDir makes a directory and those above it, and makes that last.
func (s *Store) makeDir(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(path)
	if err := s.makeDir(parent); err != nil {
		return err
	}
	s.before("mkdir")
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return s.sync(parent, "sync:dir")
}

// sync makes a file last, or the names in a directory.
func (s *Store) sync(path, step string) error {
	s.before(step)
	return disk.Sync(path)
}

// about adds to an error, if there is one, what it is about.
func about(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
