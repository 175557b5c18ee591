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

// walk returns the runs that may belong to a license, or all runs if that is nil,
// as far as directory names show, with the greatest id first. It does not open the
// directory of any other license. With an error it returns the runs found so far.
func (s *Store) walk(of *License) (out []Head, err error) {
	defer about(&err, "list the runs in the state directory %s", s.dir)
	in := func(dir string) []string {
		paths, failed := dirsIn(dir)
		err = errors.Join(err, failed)
		return paths
	}
	for _, host := range in(s.runsDir()) {
		if flat(host) {
			out = append(out, headAt(host, License{}))
			continue
		}
		for _, dir := range in(host) {
			license := filed(filepath.Base(host), filepath.Base(dir))
			if of != nil && !of.mayBeAt(license) {
				continue
			}
			for _, run := range in(dir) {
				out = append(out, headAt(run, license))
			}
		}
	}
	slices.SortFunc(out, func(a, b Head) int { return strings.Compare(b.ID, a.ID) })
	return out, err
}

// flat reports whether a directory in runs is a run itself, as in versions before
// runs were stored by license.
func flat(dir string) bool {
	return !gone(filepath.Join(dir, metaFile)) || !gone(filepath.Join(dir, logFile))
}

// dirsIn returns the paths of the directories in one; it need not exist.
func dirsIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var paths []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), hidden) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, err
}

// nearest is how many ids a message lists at most.
const nearest = 5

// NotFound is the error for an id that matches no run, or more than one.
type NotFound struct {
	ID      string
	Dir     string
	Near    []string // ids that may be meant, the most likely first
	Several bool     // the id is a part of all of Near
}

func (e *NotFound) Error() string {
	switch {
	case len(e.Near) == 0:
		return fmt.Sprintf("there is no run %q: %s has no runs", e.ID, e.Dir)
	case e.Several:
		return fmt.Sprintf("%q matches several runs: %s", e.ID, strings.Join(e.Near, ", "))
	}
	return fmt.Sprintf("there is no run %q; similar: %s", e.ID, strings.Join(e.Near, ", "))
}

// Unwrap makes it fs.ErrNotExist.
func (e *NotFound) Unwrap() error { return fs.ErrNotExist }

// Find returns a run, by its id or a unique part of it; a prefix takes precedence
// over other parts. If there is none, the error is *NotFound.
func (s *Store) Find(id string) (Head, error) {
	all, err := s.heads(nil) // the run that continues it may know better to whom it belongs
	return s.choose(id, all, err)
}

// find is Find without reading anything of the run.
func (s *Store) find(id string) (Head, error) {
	all, err := s.walk(nil)
	return s.choose(id, all, err)
}

func (s *Store) choose(id string, all []Head, err error) (Head, error) {
	if err != nil {
		return Head{}, err
	}
	var match, inside []Head
	for _, h := range all {
		switch {
		case h.ID == id:
			return h, nil
		case id != "" && strings.HasPrefix(h.ID, id):
			match = append(match, h)
		case id != "" && strings.Contains(h.ID, id):
			inside = append(inside, h)
		}
	}
	if match == nil {
		match = inside
	}
	switch len(match) {
	case 0:
		return Head{}, &NotFound{ID: id, Dir: s.runsDir(), Near: likeliest(all, id)}
	case 1:
		return match[0], nil
	}
	return Head{}, &NotFound{ID: id, Dir: s.runsDir(), Near: likeliest(match, id), Several: true}
}

// likeliest returns the ids most similar to a text: ids that contain it, such as
// their random end, or that begin alike. Ids of equal similarity keep their order.
func likeliest(all []Head, text string) []string {
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
	for _, h := range all {
		ids = append(ids, h.ID)
	}
	slices.SortStableFunc(ids, func(a, b string) int { return alike(b) - alike(a) })
	return ids[:min(len(ids), nearest)]
}
