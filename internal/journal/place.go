package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// place is where a run is.
type place struct {
	id, dir string
	license License // as far as the directory tells
}

func (p place) file(name string) string { return filepath.Join(p.dir, name) }

// wrap says in which run something is wrong.
func (p place) wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%srun %s in %s: %w", what, p.id, filepath.Dir(p.dir), err)
}

// places returns where the runs are that may be of a license, or all runs if
// that is nil, the greatest id first. No other license's directory is opened.
func (s *Store) places(of *License) ([]place, error) {
	all, err := s.walk(of)
	if err != nil {
		return nil, fmt.Errorf("list the runs in the state directory %s: %w", s.dir, err)
	}
	slices.SortFunc(all, func(a, b place) int { return strings.Compare(b.id, a.id) })
	return all, nil
}

func (s *Store) walk(of *License) (out []place, err error) {
	in := func(path ...string) []string {
		names, listErr := dirsIn(filepath.Join(append([]string{s.runsDir()}, path...)...))
		err = errors.Join(err, listErr)
		return names
	}
	for _, host := range in() {
		if dir := filepath.Join(s.runsDir(), host); flat(dir) {
			out = append(out, place{id: host, dir: dir})
			continue
		}
		for _, name := range in(host) {
			license := filed(host, name)
			if of != nil && !of.mayBeAt(license) {
				continue
			}
			for _, id := range in(host, name) {
				out = append(out, place{id, filepath.Join(s.runsDir(), host, name, id), license})
			}
		}
	}
	return out, err
}

// flat tells whether a directory in runs is a run, as all were before they were
// filed by license.
func flat(dir string) bool {
	for _, name := range []string{metaFile, logFile} {
		if info, err := os.Lstat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// dirsIn returns the names of the directories in one; it need not exist.
func dirsIn(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), hidden) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// nearest is how many ids a message lists at most.
const nearest = 5

// NotFound is the error for an id that names no run, or more than one.
type NotFound struct {
	ID      string
	Dir     string
	Near    []string // ids that may have been meant, the likeliest first
	Several bool     // the id is the beginning of all of Near
}

func (e *NotFound) Error() string {
	switch {
	case len(e.Near) == 0:
		return fmt.Sprintf("there is no run %q: %s has none", e.ID, e.Dir)
	case e.Several:
		return fmt.Sprintf("more than one run begins with %q: %s", e.ID, strings.Join(e.Near, ", "))
	}
	return fmt.Sprintf("there is no run %q; near it: %s", e.ID, strings.Join(e.Near, ", "))
}

// Unwrap makes it fs.ErrNotExist.
func (e *NotFound) Unwrap() error { return fs.ErrNotExist }

// find returns where a run is, by its id or a prefix of it that no other has.
func (s *Store) find(id string) (place, error) {
	all, err := s.places(nil)
	if err != nil {
		return place{}, err
	}
	match := slices.DeleteFunc(slices.Clone(all), func(p place) bool { return p.id != id })
	if len(match) == 0 && id != "" {
		match = slices.DeleteFunc(slices.Clone(all), func(p place) bool { return !strings.HasPrefix(p.id, id) })
	}
	switch len(match) {
	case 1:
		return match[0], nil
	case 0:
		return place{}, &NotFound{ID: id, Dir: s.runsDir(), Near: likeliest(all, id)}
	}
	return place{}, &NotFound{ID: id, Dir: s.runsDir(), Near: likeliest(match, id), Several: true}
}

// likeliest returns the ids that look most like a text: they contain it, such
// as their random end, or begin alike. Those that look equally like it stay in
// order.
func likeliest(all []place, text string) []string {
	alike := func(id string) int {
		if text != "" && strings.Contains(id, text) {
			return len(id) + 1
		}
		n := 0
		for n < min(len(id), len(text)) && id[n] == text[n] {
			n++
		}
		return n
	}
	var ids []string
	for _, p := range all {
		ids = append(ids, p.id)
	}
	slices.SortStableFunc(ids, func(a, b string) int { return alike(b) - alike(a) })
	return ids[:min(len(ids), nearest)]
}
