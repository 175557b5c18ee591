package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"
)

// Prune removes all finished runs but the newest keep, those that others have
// gone on with included, and what killed processes have left of runs half made
// or half removed. It returns the ids of the runs that it removed, also with an
// error. Unfinished, damaged and open runs stay, and do not count.
func (s *Store) Prune(keep int) (removed []string, err error) {
	if keep < 0 {
		return nil, fmt.Errorf("cannot keep %d runs", keep)
	}
	all, err := s.places(nil)
	if err != nil {
		return nil, err
	}
	ended := endedOf(all)
	var errs []error
	// The oldest go first: whoever went on with a run is what says that it ended.
	for _, h := range slices.Backward(ended[min(keep, len(ended)):]) {
		ok, err := s.remove(h)
		if err != nil {
			errs = append(errs, h.place().wrap("remove ", err))
		}
		if ok {
			removed = append(removed, h.ID)
		}
	}
	slices.Reverse(removed)
	if err := s.sweep(); err != nil {
		errs = append(errs, fmt.Errorf("tidy the state directory %s: %w", s.dir, err))
	}
	return removed, errors.Join(errs...)
}

// endedOf returns the runs that have finished, or that one went on with that
// has, newest first.
func endedOf(all []place) []Head {
	heads := headsOf(all)
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

// remove removes a run unless a process has it open or it goes on. It gets
// another name first, so that a kill leaves the whole run or none.
func (s *Store) remove(h Head) (removed bool, err error) {
	p := h.place()
	lock := flock.New(p.file(logFile), flock.SetFlag(os.O_RDWR))
	ok, err := lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil // somebody else removed it
	case err != nil || !ok:
		return false, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if now := headOf(p); now.Err != nil || now.Finished != h.Finished {
		return false, nil
	}
	gone := filepath.Join(s.runsDir(), goneAs+p.id)
	s.before("prune:rename")
	if err := os.Rename(p.dir, gone); err != nil {
		return false, err
	}
	s.before("prune:remove")
	return true, os.RemoveAll(gone)
}

// sweep removes what killed processes have left, and directories of licenses
// that have no runs, unless a run is being made.
func (s *Store) sweep() error {
	names, err := os.ReadDir(s.runsDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	making := flock.New(filepath.Join(s.runsDir(), guard))
	ok, err := making.TryLock()
	if err != nil || !ok {
		return err
	}
	defer making.Close()
	var errs []error
	for _, n := range names {
		path := filepath.Join(s.runsDir(), n.Name())
		switch {
		case strings.HasPrefix(n.Name(), beginAs), strings.HasPrefix(n.Name(), goneAs):
			s.before("prune:remove")
			errs = append(errs, os.RemoveAll(path))
		case n.IsDir():
			errs = append(errs, s.removeEmpty(path))
		}
	}
	return errors.Join(errs...)
}

// removeEmpty removes the directories in one, and then that itself, if there
// is nothing in them.
func (s *Store) removeEmpty(path string) error {
	names, err := dirsIn(path)
	for _, name := range append(names, "") {
		dir := filepath.Join(path, name)
		if left, listErr := os.ReadDir(dir); listErr != nil || len(left) > 0 {
			err = errors.Join(err, listErr)
			continue
		}
		s.before("prune:remove")
		err = errors.Join(err, os.Remove(dir))
	}
	return err
}
