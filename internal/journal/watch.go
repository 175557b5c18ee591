package journal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
)

// Watch is what checks of one file against one license have found: a log of
// events, and beside it what the last check knew. Both are JSON that the package
// looks into no further. One process at a time may change it; see Lock.
type Watch struct {
	WatchHead
	store *Store
	dir   string
}

// WatchHead says what a watch is of. Tokens are digests of the credentials that
// were used, so that the watch is found where the owner cannot be read.
type WatchHead struct {
	License License  `json:"license"`
	Tokens  []string `json:"tokens,omitempty"`
	File    string   `json:"file"`
}

// watchJSON is a watch's file. What the log holds behind Size bytes is of a
// process that was killed before it had told what it knows.
type watchJSON struct {
	FormatVersion int `json:"format_version"`
	WatchHead
	Size  int64           `json:"log_size"`
	Known json.RawMessage `json:"known,omitempty"`
}

const (
	watchFile    = "watch.json"
	watchLog     = "history.jsonl"
	watchVersion = 1
)

func (s *Store) watchesDir() string { return filepath.Join(s.dir, "drift") }

// Watch returns the watch of a license and a file, by the license's owner or, if
// that is not known, by the credentials of an earlier check. It need not exist.
func (s *Store) Watch(l License, file string) (*Watch, error) {
	all, err := s.Watches(l.Host, file)
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		if w.File == file && w.is(l) {
			if l.Owner+l.AccountID != "" {
				w.License = l
			}
			w.License.Token = ""
			w.used(l.Token)
			return w, nil
		}
	}
	w := &Watch{WatchHead{l, nil, file}, s, filepath.Join(s.watchesDir(), l.path(), fileName(file))}
	w.used(l.Token)
	w.License.Token = ""
	return w, nil
}

// remembered is how many credentials a watch knows: short-lived tokens must not
// make its file grow.
const remembered = 10

// used notes the credentials of a check behind those of the ones before it.
func (w *Watch) used(token string) {
	if token == "" {
		return
	}
	w.Tokens = append(slices.DeleteFunc(w.Tokens, func(t string) bool { return t == token }), token)
	w.Tokens = w.Tokens[max(0, len(w.Tokens)-remembered):]
}

// is tells whether a watch is of a license, for all that is known.
func (w *Watch) is(l License) bool {
	known := l.Owner+l.AccountID != ""
	return w.License.is(License{Host: l.Host, Owner: l.Owner, AccountID: l.AccountID}) ||
		!known && w.License.Host == l.Host && slices.Contains(w.Tokens, l.Token)
}

// Watches returns the watches of licenses of a host and of a file, where "" is
// any, by host, license and file. What cannot be read of others does not matter.
func (s *Store) Watches(host, file string) (out []*Watch, err error) {
	defer about(&err, "list what was checked in the state directory %s", s.dir)
	at := func(name string) string {
		if name == "" {
			return "*"
		}
		return globEscape(fileName(name))
	}
	paths, err := filepath.Glob(filepath.Join(globEscape(s.watchesDir()), at(host), "*", at(file), watchFile))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		w := &Watch{store: s, dir: filepath.Dir(path)}
		read, err := w.read()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		w.WatchHead = read.WatchHead
		out = append(out, w)
	}
	return out, nil
}

// globEscape returns a path whose characters mean nothing to filepath.Glob.
func globEscape(path string) string {
	var b bytes.Buffer
	for _, c := range path {
		if bytes.ContainsRune([]byte(`*?[\`), c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Dir returns the directory of the watch.
func (w *Watch) Dir() string { return w.dir }

func (w *Watch) path(name string) string { return filepath.Join(w.dir, name) }

// Damaged is the error for a watch that cannot be read, though it is there. No
// check goes on from it.
type Damaged struct {
	Dir string // of the watch
	Err error
}

func (d *Damaged) Error() string { return d.Err.Error() }

// Unwrap returns the cause.
func (d *Damaged) Unwrap() error { return d.Err }

func (w *Watch) read() (r watchJSON, err error) {
	defer about(&err, "read %s", w.path(watchFile))
	data, err := os.ReadFile(w.path(watchFile))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, &Damaged{w.dir, err}
	}
	if r.FormatVersion != watchVersion {
		return r, &Damaged{w.dir, fmt.Errorf("format version %d is not known", r.FormatVersion)}
	}
	return r, nil
}

// Known returns what the last check knew, nil if there was none.
func (w *Watch) Known() (json.RawMessage, error) {
	r, err := w.read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return r.Known, err
}

// Events returns the lines of the log, the oldest first. Lines that something
// else has damaged are among them.
func (w *Watch) Events() (out []json.RawMessage, err error) {
	defer about(&err, "read %s", w.path(watchLog))
	r, err := w.read()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	data, err := os.ReadFile(w.path(watchLog))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for line := range bytes.Lines(data[:min(int64(len(data)), r.Size)]) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			out = append(out, bytes.Clone(line))
		}
	}
	return out, err
}

// Add returns when events and what is known now are on disk. A process that is
// killed in it leaves what was there before. Without events the log stays as it
// is.
func (w *Watch) Add(events []any, known any) (err error) {
	defer about(&err, "keep what was found in %s", w.dir)
	if err := w.store.makeDir(w.dir); err != nil {
		return err
	}
	old, err := w.read()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var lines []byte
	for _, e := range events {
		line, err := encode(e)
		if err != nil {
			return err
		}
		lines = append(lines, line...)
	}
	if len(lines) > 0 {
		if old, err = w.whole(old); err != nil {
			return err
		}
		if old.Size, err = w.append(old.Size, lines); err != nil {
			return err
		}
	}
	if old.Known, err = json.Marshal(known); err != nil {
		return err
	}
	return w.write(old)
}

// whole corrects a watch that says that the log is longer than it is, as Prune was
// killed: otherwise what is appended would count before it is known.
func (w *Watch) whole(r watchJSON) (watchJSON, error) {
	size := int64(0)
	info, err := os.Stat(w.path(watchLog))
	switch {
	case err == nil:
		size = info.Size()
	case !errors.Is(err, fs.ErrNotExist):
		return r, err
	}
	if size >= r.Size {
		return r, nil
	}
	r.Size = size
	return r, w.write(r)
}

// append puts lines behind the first size bytes of the log and returns its size.
func (w *Watch) append(size int64, lines []byte) (_ int64, err error) {
	f, err := os.OpenFile(w.path(watchLog), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	size = min(size, info.Size())
	w.store.before("watch:log")
	if err := f.Truncate(size); err != nil {
		return 0, err
	}
	if _, err := f.WriteAt(lines, size); err != nil {
		return 0, err
	}
	return size + int64(len(lines)), f.Sync()
}

// write replaces the watch's file.
func (w *Watch) write(r watchJSON) error {
	r.FormatVersion, r.WatchHead = watchVersion, w.WatchHead
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	w.store.before("watch:known")
	if err := renameio.WriteFile(w.path(watchFile), append(data, '\n'), 0o600); err != nil {
		return err
	}
	return w.store.sync(w.dir, "sync:dir")
}

// Prune takes the events out of the log that drop tells, and returns how many
// those are.
func (w *Watch) Prune(drop func(event json.RawMessage) bool) (dropped int, err error) {
	events, err := w.Events()
	if err != nil {
		return 0, err
	}
	var kept []byte
	for _, e := range events {
		if drop(e) {
			dropped++
		} else {
			kept = append(append(kept, e...), '\n')
		}
	}
	if dropped == 0 {
		return 0, nil
	}
	defer about(&err, "prune %s", w.path(watchLog))
	r, err := w.read()
	if err != nil {
		return 0, err
	}
	w.store.before("watch:log")
	if err := renameio.WriteFile(w.path(watchLog), kept, 0o600); err != nil {
		return 0, err
	}
	r.Size = int64(len(kept))
	return dropped, w.write(r)
}
