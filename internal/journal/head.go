package journal

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Head is a run without its plan and without its calls: only its meta and the end
// of its journal are read.
type Head struct {
	Meta
	// Finished is the status with which the run finished, "" if it did not finish
	// or if calls were made after that.
	Finished   string
	FinishedAt time.Time
	// Next is the run that continues this one, "" if there is none. Its plan is
	// the remaining work of this run.
	Next string
	Dir  string // where the run is
	// Err says why the run cannot be read. Even then the id is known, the license
	// as far as its directory shows, and all of Meta if only the journal is
	// damaged. For an abandoned run, whatever can be read is enough.
	Err error
}

// Ended reports whether the run needs no further work.
func (h Head) Ended() bool { return h.Finished != "" || h.Next != "" }

// Of returns the runs of a license, newest first, including unfinished runs that
// may belong to it because the owner of the run or of the license could not be
// read. Damaged runs are included with their error; Abandon removes them from the
// unfinished ones.
func (s *Store) Of(l License) (own, maybe []Head, err error) {
	l = l.normal()
	heads, err := s.heads(&l)
	for _, h := range heads {
		switch {
		case l.is(h.License):
			own = append(own, h)
		case l.mayBe(h.License) && !h.Ended():
			maybe = append(maybe, h)
		}
	}
	if err != nil || len(maybe) == 0 {
		return own, maybe, err
	}
	// The runs that continue it may know to whom it belongs.
	all, err := s.heads(nil)
	for _, h := range all {
		maybe = slices.DeleteFunc(maybe, func(m Head) bool { return m.ID == h.Continues })
	}
	return own, maybe, err
}

// heads reads the runs that may belong to a license, or all runs if that is nil,
// newest first. It omits runs that are removed meanwhile.
func (s *Store) heads(of *License) ([]Head, error) {
	all, err := s.walk(of)
	if err != nil {
		return nil, err
	}
	var heads []Head
	next := map[string]string{}
	for _, h := range all {
		h = h.read()
		if h.Err != nil && gone(h.Dir) {
			continue
		}
		next[h.Continues] = h.ID
		heads = append(heads, h)
	}
	for i := range heads {
		heads[i].Next = next[heads[i].ID]
	}
	slices.SortStableFunc(heads, func(a, b Head) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(b.ID, a.ID))
	})
	return heads, nil
}

func gone(dir string) bool {
	_, err := os.Lstat(dir)
	return errors.Is(err, fs.ErrNotExist)
}

// headAt returns what the names of a run's directory and of its license's
// directory show.
func headAt(dir string, l License) Head {
	h := Head{Meta: Meta{ID: filepath.Base(dir), License: l}, Dir: dir}
	h.Started, _ = time.Parse(idLayout, h.ID[:min(len(idLayout), len(h.ID))]) // an id that has no time goes last
	return h
}

func (h Head) file(name string) string { return filepath.Join(h.Dir, name) }

// about adds to an error which run it is about.
func (h Head) about(err *error) { about(err, "run %s in %s", h.ID, filepath.Dir(h.Dir)) }

// read adds to a head what its files tell.
func (h Head) read() Head {
	metaErr := h.readMeta()
	end, endErr := h.readEnd()
	h.Finished, h.FinishedAt = end.Status, end.Time
	h.damaged(cmp.Or(metaErr, endErr))
	return h
}

// damaged notes why a run cannot be read, if it cannot.
func (h *Head) damaged(err error) {
	if err != nil && h.Finished != Abandoned {
		h.about(&err)
		h.Err = err
	}
}

func (h *Head) readMeta() error {
	data, err := h.readJSON(metaFile)
	if err != nil {
		return err
	}
	var m metaJSON
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("%s: %w", metaFile, err)
	}
	switch {
	case m.FormatVersion > formatVersion:
		return fmt.Errorf("%s: written by a newer lcsync (format version %d)", metaFile, m.FormatVersion)
	case m.FormatVersion < 1:
		return fmt.Errorf("%s: the format version is missing", metaFile)
	case m.ID != h.ID:
		return fmt.Errorf("%s: the record belongs to run %q", metaFile, m.ID)
	}
	h.Meta, h.License = m.Meta, m.License.normal()
	return nil
}

func (h Head) readJSON(name string) (json.RawMessage, error) {
	data, err := os.ReadFile(h.file(name))
	if err == nil && !json.Valid(data) {
		err = fmt.Errorf("%s: not JSON", name)
	}
	return data, err
}

// tail is how much of the end of a journal is read at first.
const tail = 4 << 10

// readEnd returns how a run finished, from the end of its journal; no status
// if it has not.
func (h Head) readEnd() (Finish, error) {
	f, err := os.Open(h.file(logFile))
	if err != nil {
		return Finish{}, err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return Finish{}, err
	}
	for length := int64(tail); ; length *= 8 {
		data := make([]byte, min(length, size))
		if _, err := f.ReadAt(data, size-int64(len(data))); err != nil {
			return Finish{}, err
		}
		end, known, err := endOf(data, length >= size)
		if known || err != nil {
			return end, err
		}
	}
}
