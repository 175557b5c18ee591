package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Prune removes all finished runs except the newest keep, including runs that
// another run continued, and the remains of runs that killed processes did not
// finish creating or removing. It returns the ids of the removed runs, even with
// an error. Unfinished, damaged and open runs stay, and do not count.
func (s *Store) Prune(keep int) (removed []string, err error) {
	if keep < 0 {
		return nil, fmt.Errorf("cannot keep %d runs", keep)
	}
	heads, err := s.heads(nil)
	if err != nil {
		return nil, err
	}
	ended := ended(heads)
	// Remove the oldest first: a run that continues another one is the record that
	// the other one ended.
	for _, h := range slices.Backward(ended[min(keep, len(ended)):]) {
		ok, failed := s.remove(h)
		h.about(&failed)
		err = errors.Join(err, failed)
		if ok {
			removed = append(removed, h.ID)
		}
	}
	slices.Reverse(removed)
	return removed, errors.Join(err, s.sweep())
}

// ended returns the runs that have finished, and those continued by a run that
// has.
func ended(heads []Head) []Head {
	by := map[string]Head{}
	for _, h := range heads {
		by[h.ID] = h
	}
	return slices.DeleteFunc(heads, func(h Head) bool {
		if h.Err != nil {
			return true
		}
		for n := 0; n < len(heads) && h.Finished == "" && h.Next != ""; n++ {
			h = by[h.Next]
		}
		return h.Finished == ""
	})
}

// remove removes a run unless a process has it open or the run is continued. It
// renames the run first, so that a kill leaves either the whole run or none.
func (s *Store) remove(h Head) (removed bool, err error) {
	to, err := s.open(h, 0)
	if held := (*Held)(nil); errors.As(err, &held) || errors.Is(err, fs.ErrNotExist) {
		return false, nil // somebody else works on it, or has removed it
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	if now := h.read(); now.Err != nil || now.Finished != h.Finished {
		return false, nil
	}
	gone := filepath.Join(s.runsDir(), goneAs+h.ID)
	s.before("prune:rename")
	if err := os.Rename(h.Dir, gone); err != nil {
		return false, err
	}
	s.before("prune:remove")
	return true, os.RemoveAll(gone)
}

// sweep removes what killed processes have left, and directories of licenses
// that have no runs, unless a run is being made.
func (s *Store) sweep() (err error) {
	defer about(&err, "prune runs in the state directory %s", s.dir)
	guard := s.guard()
	ok, err := guard.TryLock()
	if errors.Is(err, fs.ErrNotExist) {
		return nil // there is nothing yet
	}
	if err != nil || !ok {
		return err
	}
	defer guard.Close()
	entries, err := os.ReadDir(s.runsDir())
	for _, e := range entries {
		path := filepath.Join(s.runsDir(), e.Name())
		if strings.HasPrefix(e.Name(), beginAs) || strings.HasPrefix(e.Name(), goneAs) {
			s.before("prune:remove")
			err = errors.Join(err, os.RemoveAll(path))
			continue
		}
		inside, _ := dirsIn(path) // what cannot be listed stays
		for _, dir := range append(inside, path) {
			s.before("prune:remove")
			_ = syscall.Rmdir(dir) // which removes only empty directories
		}
	}
	return err
}
