package journal

import (
	"crypto/sha256"
	"encoding/json"
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

// Holder says who holds a lock, for messages. Nothing is decided by it.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	Command string    `json:"command,omitempty"`
}

// Held is the error for a lock that is taken. The zero Holder means that it is
// not known by whom.
type Held struct {
	Key    string
	Holder Holder
}

func (e *Held) Error() string {
	h := e.Holder
	if h.PID == 0 {
		return e.Key + " is locked by another process"
	}
	var by strings.Builder
	fmt.Fprintf(&by, "%s is locked by process %d", e.Key, h.PID)
	if h.Host != "" {
		by.WriteString(" on " + h.Host)
	}
	if h.Command != "" {
		by.WriteString(" (" + h.Command + ")")
	}
	if !h.Since.IsZero() {
		by.WriteString(", since " + h.Since.UTC().Format(time.RFC3339))
	}
	return by.String()
}

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
	if err == nil && !ok {
		return &Held{Key: key, Holder: readHolder(f.Path())}
	}
	if err == nil {
		l.held = append(l.held, f)
		l.store.before("lock:holder")
		err = holder.write(f.Path())
	}
	about(&err, "lock %s in the state directory %s", key, l.store.dir)
	return err
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

func (h Holder) write(path string) error {
	h.Since = h.Since.UTC()
	text, err := encode(h)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// readHolder returns the zero Holder for a file that its holder has not
// written yet.
func readHolder(path string) Holder {
	var h Holder
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}
