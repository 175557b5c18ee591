package journal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"
)

// Head is a run as its meta and the end of its journal tell: neither its plan
// nor what it did is read for that.
type Head struct {
	Meta
	// Finished is the status that the run finished with, "" if it has not, or
	// if calls were made after it had.
	Finished   string
	FinishedAt time.Time
	// Next is the run that goes on with this one, "" if there is none. What was
	// left of the one is the plan of the other.
	Next string
	Dir  string // where the run is
	// Err says why the run cannot be read. The id is known even then, the
	// license as far as its directory tells, and all of Meta if only the
	// journal is damaged.
	Err error
}

// Find returns a run, by its id or a prefix of it that no other run has; if
// there is none the error is *NotFound.
func (s *Store) Find(id string) (Head, error) {
	p, err := s.find(id)
	if err != nil {
		return Head{}, err
	}
	all, err := s.places(nil) // whoever goes on with it may know better whose it is
	for _, h := range headsOf(all) {
		if h.Dir == p.dir {
			return h, nil
		}
	}
	return Head{}, errors.Join(err, p.wrap("", fs.ErrNotExist))
}

// Of returns the runs of a license, newest first.
func (s *Store) Of(l License) ([]Head, error) {
	own, _, err := s.of(l)
	return own, err
}

// Unfinished returns what has to be brought to an end before a license is
// worked on: its runs that have not finished and that no other goes on with,
// newest first, and those that may be its, for all that is known of them: the
// owner of one of both could not be read. Damaged ones are there with their
// error; to be rid of them there is Abandon.
func (s *Store) Unfinished(l License) (own, maybe []Head, err error) {
	own, maybe, err = s.of(l)
	ended := func(h Head) bool { return h.Finished != "" || h.Next != "" }
	own, maybe = slices.DeleteFunc(own, ended), slices.DeleteFunc(maybe, ended)
	if err != nil || len(maybe) == 0 {
		return own, maybe, err
	}
	// Who went on with them may have known whose they are.
	all, err := s.places(nil)
	for _, h := range headsOf(all) {
		maybe = slices.DeleteFunc(maybe, func(m Head) bool { return m.ID == h.Continues })
	}
	return own, maybe, err
}

func (s *Store) of(l License) (own, maybe []Head, err error) {
	l = l.normal()
	all, err := s.places(&l)
	for _, h := range headsOf(all) {
		switch {
		case l.is(h.License):
			own = append(own, h)
		case l.mayBe(h.License):
			maybe = append(maybe, h)
		}
	}
	return own, maybe, err
}

// headsOf reads runs, and sorts them, newest first. Those that were removed
// meanwhile are left out.
func headsOf(all []place) []Head {
	var heads []Head
	next := map[string]string{}
	for _, p := range all {
		h := headOf(p)
		if errors.Is(h.Err, fs.ErrNotExist) && gone(p.dir) {
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
	return heads
}

func (h Head) place() place { return place{h.ID, h.Dir, h.License} }

func gone(dir string) bool {
	_, err := os.Lstat(dir)
	return errors.Is(err, fs.ErrNotExist)
}

func headOf(p place) Head {
	meta, metaErr := readMeta(p)
	end, endErr := readEnd(p.file(logFile))
	h := Head{Meta: meta, Finished: end.Status, FinishedAt: end.Time, Dir: p.dir}
	if h.Finished != Abandoned {
		h.Err = p.wrap("", cmp.Or(metaErr, endErr))
	}
	return h
}

// tail is how much of the end of a journal is read at first.
const tail = 4 << 10

// readEnd returns how a run finished, from the end of its journal; no status
// if it has not.
func readEnd(path string) (Finish, error) {
	f, err := os.Open(path)
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
		end, known, err := endOf(data, int64(len(data)) == size)
		if known || err != nil {
			return end, err
		}
	}
}

// endOf looks for the last line that tells whether a run has finished. The
// first line of a part of a journal may not be whole.
func endOf(data []byte, whole bool) (end Finish, known bool, err error) {
	data = data[:bytes.LastIndexByte(data, '\n')+1] // what follows is torn
	for len(data) > 0 {
		start := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
		if start == 0 && !whole {
			return Finish{}, false, nil
		}
		e, err := parseLine(data[start : len(data)-1])
		switch {
		case err != nil:
			return Finish{}, false, fmt.Errorf("%s: the last lines: %w", logFile, err)
		case e.Finish != nil:
			return *e.Finish, true, nil
		case e.Intent != nil:
			return Finish{}, true, nil
		}
		data = data[:start]
	}
	return Finish{}, whole, nil
}
