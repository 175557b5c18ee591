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

// find returns the whole id of a run.
func (s *Store) find(id string) (string, error) {
	ids, err := s.ids()
	if err != nil {
		return "", err
	}
	if slices.Contains(ids, id) {
		return id, nil
	}
	var match []string
	for _, have := range ids {
		if id != "" && strings.HasPrefix(have, id) {
			match = append(match, have)
		}
	}
	switch len(match) {
	case 1:
		return match[0], nil
	case 0:
		return "", &NotFound{ID: id, Dir: s.runsDir(), Near: near(ids, id)}
	}
	return "", &NotFound{ID: id, Dir: s.runsDir(), Near: match[:min(len(match), nearest)], Several: true}
}

// near sorts ids by how much they look like a text: they contain it, such as
// their random end, or begin alike. Those that look equally like it stay in
// order.
func near(ids []string, text string) []string {
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
	out := slices.Clone(ids)
	slices.SortStableFunc(out, func(a, b string) int { return alike(b) - alike(a) })
	return out[:min(len(out), nearest)]
}

// ids returns the ids of all runs, the greatest first: a run is a directory
// with a meta.json.
func (s *Store) ids() ([]string, error) {
	names, err := os.ReadDir(s.runsDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the runs in the state directory %s: %w", s.dir, err)
	}
	var ids []string
	for _, n := range names {
		if !n.IsDir() || !validID(n.Name()) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(s.runDir(n.Name()), metaFile)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		ids = append(ids, n.Name())
	}
	slices.Reverse(ids)
	return ids, nil
}
