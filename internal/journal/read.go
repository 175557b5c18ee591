package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Record is a run as it is on disk.
type Record struct {
	Meta
	Plan     json.RawMessage `json:"plan"`
	Preimage json.RawMessage `json:"preimage"`
	Entries  []Entry         `json:"entries"`
	// Finished is the status that the run finished with, "" if it has not, or
	// if calls were made after it had.
	Finished   string    `json:"finished,omitempty"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	// Torn tells that the journal ends in a part of a line. What it was going
	// to say had not been promised to anybody, and is left out.
	Torn bool `json:"torn,omitempty"`
}

// Load reads a run, by its id or a prefix of it that no other run has; if
// there is none the error is *NotFound. A torn last line is tolerated. A file
// that is damaged in any other way is an error that names the line.
func (s *Store) Load(id string) (*Record, error) {
	id, err := s.find(id)
	if err != nil {
		return nil, err
	}
	rec, err := s.load(id)
	if err != nil {
		return nil, fmt.Errorf("run %s in %s: %w", id, s.runsDir(), err)
	}
	return rec, nil
}

func (s *Store) load(id string) (*Record, error) {
	rec, err := s.readLog(id)
	if err != nil {
		return nil, err
	}
	if rec.Plan, err = s.readJSON(id, planFile); err != nil {
		return nil, err
	}
	if rec.Preimage, err = s.readJSON(id, preimageFile); err != nil {
		return nil, err
	}
	return rec, nil
}

// readLog reads all of a run but the plan and the pre-image. If the meta can
// be read it is returned even with an error.
func (s *Store) readLog(id string) (*Record, error) {
	meta, err := s.readMeta(id)
	if err != nil {
		return nil, err
	}
	rec := &Record{Meta: meta}
	data, err := os.ReadFile(s.logPath(id))
	if err != nil {
		return rec, err
	}
	entries, whole, err := parse(data)
	if err != nil {
		return rec, err
	}
	rec.Entries, rec.Torn = entries, whole < len(data)
	for _, e := range entries {
		switch {
		case e.Finish != nil:
			rec.Finished, rec.FinishedAt = e.Finish.Status, e.Finish.Time
		case e.Intent != nil:
			rec.Finished, rec.FinishedAt = "", time.Time{}
		}
	}
	return rec, nil
}

func (s *Store) readMeta(id string) (Meta, error) {
	data, err := s.readJSON(id, metaFile)
	if err != nil {
		return Meta{}, err
	}
	var m metaJSON
	if err := json.Unmarshal(data, &m); err != nil {
		return Meta{}, fmt.Errorf("%s: %w", metaFile, err)
	}
	switch {
	case m.FormatVersion > formatVersion:
		return Meta{}, fmt.Errorf("%s: format version %d is of a newer lcsync", metaFile, m.FormatVersion)
	case m.FormatVersion < 1:
		return Meta{}, fmt.Errorf("%s: it has no format version", metaFile)
	case m.ID != id:
		return Meta{}, fmt.Errorf("%s: it is of run %q", metaFile, m.ID)
	}
	return m.Meta, nil
}

func (s *Store) readJSON(id, name string) (json.RawMessage, error) {
	data, err := os.ReadFile(filepath.Join(s.runDir(id), name))
	if err != nil {
		return nil, err
	}
	if !json.Valid(data) {
		return nil, fmt.Errorf("%s: it is not JSON", name)
	}
	return data, nil
}

// parse reads the lines of a journal. whole is the length of the lines that
// have an end; what follows them is torn, even if it could be read.
func parse(data []byte) (entries []Entry, whole int, err error) {
	intended := map[int64]bool{}
	for n := 1; ; n++ {
		line, _, ended := bytes.Cut(data[whole:], []byte("\n"))
		if !ended {
			return entries, whole, nil
		}
		e, err := parseLine(line, intended)
		if err != nil {
			return nil, 0, fmt.Errorf("%s: line %d: %w", logFile, n, err)
		}
		entries = append(entries, e)
		whole += len(line) + 1
	}
}

func parseLine(line []byte, intended map[int64]bool) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return e, err
	}
	switch {
	case e.Intent != nil && e.Outcome == nil && e.Finish == nil:
		intended[e.Intent.Call] = true
	case e.Outcome != nil && e.Intent == nil && e.Finish == nil:
		if !intended[e.Outcome.Call] {
			return e, fmt.Errorf("call %d has an outcome, but no intent before it", e.Outcome.Call)
		}
	case e.Finish != nil && e.Intent == nil && e.Outcome == nil:
		if e.Finish.Status == "" {
			return e, errors.New("it finishes without a status")
		}
	default:
		return e, errors.New("it is neither an intent nor an outcome nor the finish")
	}
	return e, nil
}

// Open returns the intents without any outcome, in order: calls of which
// nobody knows whether they were sent.
func (rec *Record) Open() []Intent {
	known := map[int64]bool{}
	for _, e := range rec.Entries {
		if e.Outcome != nil {
			known[e.Outcome.Call] = true
		}
	}
	var open []Intent
	for _, e := range rec.Entries {
		if e.Intent != nil && !known[e.Intent.Call] {
			open = append(open, *e.Intent)
		}
	}
	return open
}

// Result returns the last known result of a change. Calls for the change may
// be open all the same: see Open. For many changes there is Results.
func (rec *Record) Result(change string) (Result, bool) {
	r, ok := rec.Results()[change]
	return r, ok
}

// Results returns the last known result of every change that has one, by the
// change's id.
func (rec *Record) Results() map[string]Result {
	last := map[string]Result{}
	for _, e := range rec.Entries {
		if e.Outcome != nil {
			for _, r := range e.Outcome.Results {
				last[r.Change] = r
			}
		}
	}
	return last
}
