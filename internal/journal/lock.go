package journal

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Holder describes who holds a lock, for messages only.
type Holder struct {
	PID           int
	Host, Command string // "" if not known
	Since         time.Time
}

func (h Holder) String() string {
	text := fmt.Sprintf("process %d", h.PID)
	if h.Host != "" {
		text += " on " + h.Host
	}
	if h.Command != "" {
		text += " (" + h.Command + ")"
	}
	if !h.Since.IsZero() {
		text += ", since " + h.Since.UTC().Format(time.RFC3339)
	}
	return text
}

// Held is the error for a lock that is taken, with its Holder if that is known.
type Held struct{ Key, By string }

func (e *Held) Error() string { return e.Key + " is locked by " + cmp.Or(e.By, "another process") }

// Lock is a set of locks that this process holds. The system frees them when
// the process ends, however it ends. They hold on one machine: a state
// directory shared over a network protects only as far as its file system
// carries flock.
type Lock struct {
	store *Store
	held  []*flock.Flock
}

// Lock takes one lock a key: all of them, or none and *Held for the first key,
// in sorted order, that is taken. It never waits.
func (s *Store) Lock(keys []string, holder Holder) (*Lock, error) {
	if err := s.makeDir(s.locksDir()); err != nil {
		return nil, fmt.Errorf("lock in the state directory %s: %w", s.dir, err)
	}
	l := &Lock{store: s}
	keys = slices.Sorted(slices.Values(keys))
	for _, key := range slices.Compact(keys) {
		if err := l.take(key, holder); err != nil {
			return nil, errors.Join(err, l.Unlock())
		}
	}
	return l, nil
}

func (l *Lock) take(key string, holder Holder) error {
	f := flock.New(l.store.lockPath(key))
	ok, err := f.TryLock()
	switch {
	case err == nil && !ok:
		return &Held{Key: key, By: holderIn(f.Path())}
	case err == nil:
		l.held = append(l.held, f)
		l.store.before("lock:holder")
		err = os.WriteFile(f.Path(), []byte(holder.String()+"\n"), 0o600)
	}
	about(&err, "lock %s in the state directory %s", key, l.store.dir)
	return err
}

// holderIn returns who has written a lock's file, "" if it is not written yet.
func holderIn(path string) string {
	text, _ := os.ReadFile(path) // what cannot be read is not known
	by, _, whole := strings.Cut(string(text), "\n")
	if !whole {
		return ""
	}
	return by
}

// Unlock frees the locks, the last first. Unlocking twice does nothing. The
// files stay: removing them could let two processes lock two files of one name.
func (l *Lock) Unlock() error {
	var errs []error
	for _, f := range slices.Backward(l.held) {
		l.store.before("lock:clear")
		if err := os.Truncate(f.Path(), 0); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		errs = append(errs, f.Close())
	}
	l.held = nil
	return errors.Join(errs...)
}

func (s *Store) lockPath(key string) string {
	return filepath.Join(s.locksDir(), fmt.Sprintf("%x.lock", sha256.Sum256([]byte(key))))
}
