package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// Prune removes all finished runs but the newest keep, and what killed
// processes have left of runs half made or half removed. It returns the ids of
// the runs that it removed, also with an error. Unfinished, damaged and open
// runs stay, and do not count.
func (s *Store) Prune(keep int) (removed []string, err error) {
	if keep < 0 {
		return nil, fmt.Errorf("cannot keep %d runs", keep)
	}
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	var errs []error
	kept := 0
	for _, r := range runs {
		if r.Err != nil || r.Finished == "" {
			continue
		}
		if kept++; kept <= keep {
			continue
		}
		ok, err := s.remove(r.ID)
		if err != nil {
			errs = append(errs, fmt.Errorf("remove run %s from %s: %w", r.ID, s.runsDir(), err))
		}
		if ok {
			removed = append(removed, r.ID)
		}
	}
	if err := s.sweep(); err != nil {
		errs = append(errs, fmt.Errorf("tidy the state directory %s: %w", s.dir, err))
	}
	return removed, errors.Join(errs...)
}

// remove removes a run unless a process has it open or it goes on. It gets
// another name first, so that a kill leaves the whole run or none.
func (s *Store) remove(id string) (removed bool, err error) {
	lock := flock.New(s.logPath(id), flock.SetFlag(os.O_RDWR))
	ok, err := lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil // somebody else removed it
	case err != nil || !ok:
		return false, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if now := s.summary(id); now.Err != nil || now.Finished == "" {
		return false, nil
	}
	gone := filepath.Join(s.runsDir(), goneAs+id)
	s.before("prune:rename")
	if err := os.Rename(s.runDir(id), gone); err != nil {
		return false, err
	}
	s.before("prune:remove")
	return true, os.RemoveAll(gone)
}

// sweep removes what killed processes have left, unless a run is being made.
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
		if strings.HasPrefix(n.Name(), beginAs) || strings.HasPrefix(n.Name(), goneAs) {
			s.before("prune:remove")
			errs = append(errs, os.RemoveAll(filepath.Join(s.runsDir(), n.Name())))
		}
	}
	return errors.Join(errs...)
}
