package journal

import (
	"crypto/rand"
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

// The files of a run, and how directories that are not runs begin.
const (
	metaFile     = "meta.json"
	planFile     = "plan.json"
	preimageFile = "preimage.json"
	logFile      = "journal.jsonl"

	hidden    = "."
	beginAs   = hidden + "begin-"
	goneAs    = hidden + "gone-"
	guardFile = hidden + "lock"
)

const (
	formatVersion = 1
	idLayout      = "20060102T150405Z"
)

// Meta says what a run is about.
type Meta struct {
	// ID names the run. Those that Begin makes sort by time.
	ID      string    `json:"id"`
	Started time.Time `json:"started"`
	License
	ClientIDs []string `json:"client_ids,omitempty"`
	// Digest identifies the request: the same command has the same digest.
	Digest  string   `json:"digest,omitempty"`
	Command []string `json:"command,omitempty"`
	Version string   `json:"version,omitempty"`
	// Continues is the run whose remaining work this run does.
	Continues string `json:"continues,omitempty"`
	// Blocked is the number of blocked changes in the plan: changes for which no
	// call is made.
	Blocked int `json:"blocked,omitempty"`
}

type metaJSON struct {
	FormatVersion int `json:"format_version"`
	Meta
}

// Begin records a new run with its plan and pre-image, and returns when everything
// is on disk, open for appending. An empty id is generated from the time; a given
// id that exists is an error that wraps fs.ErrExist. If the process is killed
// before the end, there is no run.
func (s *Store) Begin(m Meta, plan, preimage []byte) (_ *Run, err error) {
	defer about(&err, "start a run in the state directory %s", s.dir)
	if preimage == nil {
		preimage = []byte("null")
	}
	switch {
	case m.Started.IsZero():
		return nil, errors.New("the start time is missing")
	case m.ID != "" && !validID(m.ID):
		return nil, fmt.Errorf("invalid run id %q", m.ID)
	case !json.Valid(plan):
		return nil, errors.New("the plan is not JSON")
	case !json.Valid(preimage):
		return nil, errors.New("the pre-image is not JSON")
	}
	if err := s.makeDir(s.runsDir()); err != nil {
		return nil, err
	}
	guard := s.guard()
	if err := guard.RLock(); err != nil {
		return nil, err
	}
	defer guard.Close()
	m.Started, m.License = m.Started.UTC(), m.License.normal()
	if m.ID, err = s.newID(m); err != nil {
		return nil, err
	}
	return s.make(m, plan, preimage)
}

// guard is locked while a run is created. Prune removes the remains of incomplete
// runs, but not while guard is locked.
func (s *Store) guard() *flock.Flock { return flock.New(filepath.Join(s.runsDir(), guardFile)) }

// newID returns the given id, or a generated one that sorts by time and ends in
// random digits, because several runs may start in one second.
func (s *Store) newID(m Meta) (string, error) {
	all, _ := s.walk(nil) // a failure to list runs does not prevent a new run
	taken := func(id string) bool { return slices.ContainsFunc(all, func(h Head) bool { return h.ID == id }) }
	if taken(m.ID) {
		return "", fmt.Errorf("run %s: %w", m.ID, fs.ErrExist)
	}
	id := m.ID
	for id == "" || taken(id) {
		var random [2]byte
		_, _ = rand.Read(random[:]) // it never fails: the program would end instead
		id = fmt.Sprintf("%s-%x", m.Started.Format(idLayout), random)
	}
	return id, nil
}

// make writes a run under a temporary name and renames it at the end.
func (s *Store) make(m Meta, plan, preimage []byte) (_ *Run, err error) {
	dir := filepath.Join(s.runsDir(), m.License.path())
	if err := s.makeDir(dir); err != nil {
		return nil, err
	}
	s.before("mkdir")
	temp, err := os.MkdirTemp(s.runsDir(), beginAs)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	if err := s.fill(temp, m, plan, preimage); err != nil {
		return nil, err
	}
	to, err := s.open(Head{Dir: temp}, 0)
	if err != nil {
		return nil, err
	}
	h := headAt(filepath.Join(dir, m.ID), m.License)
	s.before("begin:rename")
	err = os.Rename(temp, h.Dir)
	if err == nil {
		err = s.sync(dir, "begin:sync")
	}
	if err != nil {
		return nil, errors.Join(err, to.close())
	}
	return &Run{head: h, to: to}, nil
}

func (s *Store) fill(dir string, m Meta, plan, preimage []byte) error {
	meta, err := encode(metaJSON{formatVersion, m})
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name, step string
		data       []byte
	}{
		{preimageFile, "begin:preimage", preimage},
		{planFile, "begin:plan", plan},
		{logFile, "begin:journal", nil},
		{metaFile, "begin:meta", meta},
	} {
		path := filepath.Join(dir, f.name)
		s.before(f.step)
		if err := os.WriteFile(path, f.data, 0o600); err != nil {
			return err
		}
		if err := s.sync(path, "begin:sync"); err != nil {
			return err
		}
	}
	return s.sync(dir, "begin:sync")
}

func validID(id string) bool {
	return id != "" && len(id) <= 200 && !strings.HasPrefix(id, hidden) && !strings.ContainsFunc(id, func(r rune) bool {
		return r <= ' ' || r == '/' || r == '\\' || r > '~'
	})
}
