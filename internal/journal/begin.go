package journal

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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

	hidden  = "."
	beginAs = hidden + "begin-"
	goneAs  = hidden + "gone-"
	guard   = hidden + "lock"
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
	// Digest is of what was asked for: the same command has the same one.
	Digest  string   `json:"digest,omitempty"`
	Command []string `json:"command,omitempty"`
	Version string   `json:"version,omitempty"`
	// Continues is the run of which this one does what was left.
	Continues string `json:"continues,omitempty"`
	// Blocked is how many changes of the plan were not possible, so that no
	// call is made for them.
	Blocked int `json:"blocked,omitempty"`
}

type metaJSON struct {
	FormatVersion int `json:"format_version"`
	Meta
}

// Begin records a new run with its plan and pre-image, and returns when all of
// it is on disk, open for appending. An empty id is made from the time; a
// given one that is taken is an error that wraps fs.ErrExist. A kill before
// the end leaves no run.
func (s *Store) Begin(m Meta, plan, preimage []byte) (*Run, error) {
	r, err := s.begin(m, plan, preimage)
	if err != nil {
		return nil, fmt.Errorf("start a run in the state directory %s: %w", s.dir, err)
	}
	return r, nil
}

func (s *Store) begin(m Meta, plan, preimage []byte) (*Run, error) {
	if preimage == nil {
		preimage = []byte("null")
	}
	switch {
	case m.Started.IsZero():
		return nil, errors.New("the time it started is missing")
	case m.ID != "" && !validID(m.ID):
		return nil, fmt.Errorf("%q cannot be the id of a run", m.ID)
	case !json.Valid(plan):
		return nil, errors.New("the plan is not JSON")
	case !json.Valid(preimage):
		return nil, errors.New("the pre-image is not JSON")
	}
	m.Started, m.License = m.Started.UTC(), m.License.normal()
	if err := s.makeDir(s.runsDir()); err != nil {
		return nil, err
	}
	// Prune takes what half-made runs have left, but not while one is made.
	making := flock.New(filepath.Join(s.runsDir(), guard))
	if err := making.RLock(); err != nil {
		return nil, fmt.Errorf("lock %s: %w", making.Path(), err)
	}
	defer making.Close()

	all, _ := s.walk(nil) // what cannot be listed is no reason not to begin
	taken := map[string]bool{}
	for _, p := range all {
		taken[p.id] = true
	}
	if taken[m.ID] {
		return nil, fmt.Errorf("run %s: %w", m.ID, fs.ErrExist)
	}
	for m.ID == "" || taken[m.ID] {
		m.ID = newID(m.Started)
	}
	return s.make(m, plan, preimage)
}

// newID returns an id that sorts by time, with a random end as several runs
// may start in one second.
func newID(at time.Time) string {
	var random [2]byte
	_, _ = rand.Read(random[:]) // it never fails: the program would end
	return fmt.Sprintf("%s-%x", at.UTC().Format(idLayout), random)
}

// make writes a run under a temporary name and gives it its own at the end.
func (s *Store) make(m Meta, plan, preimage []byte) (_ *Run, err error) {
	dir := filepath.Join(s.runsDir(), m.License.path())
	p := place{m.ID, filepath.Join(dir, m.ID), m.License}
	if err := s.makeDir(dir); err != nil {
		return nil, err
	}
	s.before("mkdir")
	temp, err := os.MkdirTemp(s.runsDir(), beginAs)
	if err != nil {
		return nil, err
	}
	meta, err := encode(metaJSON{formatVersion, m})
	if err == nil {
		err = s.fill(temp, meta, plan, preimage)
	}
	var to *appender
	if err == nil {
		to, err = s.appendTo(place{id: m.ID, dir: temp})
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(temp))
	}
	s.before("begin:rename")
	if err := os.Rename(temp, p.dir); err != nil {
		return nil, errors.Join(err, to.close(), os.RemoveAll(temp))
	}
	if err := s.syncDir(dir, "begin:sync"); err != nil {
		return nil, errors.Join(err, to.close())
	}
	return &Run{place: p, store: s, to: to, calls: map[int64]bool{}}, nil
}

func (s *Store) fill(dir string, meta, plan, preimage []byte) error {
	for _, f := range []struct {
		name, step string
		data       []byte
	}{
		{preimageFile, "begin:preimage", preimage},
		{planFile, "begin:plan", plan},
		{logFile, "begin:journal", nil},
		{metaFile, "begin:meta", meta},
	} {
		if err := s.writeFile(filepath.Join(dir, f.name), f.step, f.data); err != nil {
			return err
		}
	}
	return s.syncDir(dir, "begin:sync")
}

func validID(id string) bool {
	return id != "" && len(id) <= 200 && !strings.HasPrefix(id, hidden) && !strings.ContainsFunc(id, func(r rune) bool {
		return r <= ' ' || r == '/' || r == '\\' || r > '~'
	})
}
