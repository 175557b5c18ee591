package journal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// Record is a run as it is on disk.
type Record struct {
	Meta
	Plan, Preimage json.RawMessage
	Entries        []Entry
	// Finished and FinishedAt are as in Head.
	Finished   string
	FinishedAt time.Time
	// Torn tells that the journal ends in a part of a line. What it was going
	// to say had not been promised to anybody, and is left out.
	Torn bool
	// Damage says what could not be read, and is left out, of a run that was
	// given up.
	Damage error
}

// Load reads a run, by its id or a prefix of it that no other run has; if
// there is none the error is *NotFound. A torn last line is tolerated. A file
// that is damaged in any other way is an error that names the line, unless the
// run was given up.
func (s *Store) Load(id string) (*Record, error) {
	p, err := s.find(id)
	if err != nil {
		return nil, err
	}
	rec, err := readLog(p)
	if err == nil {
		rec.Plan, err = readJSON(p, planFile)
	}
	if err == nil {
		rec.Preimage, err = readJSON(p, preimageFile)
	}
	if err != nil {
		return nil, p.wrap("", err)
	}
	return rec, nil
}

// readLog reads all of a run but the plan and the pre-image.
func readLog(p place) (*Record, error) {
	meta, metaErr := readMeta(p)
	data, err := os.ReadFile(p.file(logFile))
	if err != nil {
		return nil, err
	}
	entries, whole, err := parse(data)
	rec := &Record{Meta: meta, Entries: entries, Torn: whole < len(data)}
	end := finish(entries)
	rec.Finished, rec.FinishedAt = end.Status, end.Time
	err = cmp.Or(metaErr, err)
	if rec.Finished == Abandoned {
		rec.Damage, err = err, nil
	}
	return rec, err
}

// finish returns the entry that a run has finished with; no status if it has
// not, or goes on.
func finish(entries []Entry) (end Finish) {
	for _, e := range entries {
		switch {
		case e.Finish != nil:
			end = *e.Finish
		case e.Intent != nil:
			end = Finish{}
		}
	}
	return end
}

// readMeta returns what a run is about, and with an error what is known of it
// all the same.
func readMeta(p place) (Meta, error) {
	known := Meta{ID: p.id, License: p.license}
	known.Started, _ = time.Parse(idLayout, p.id[:min(len(idLayout), len(p.id))]) // an id that has no time goes last
	data, err := readJSON(p, metaFile)
	if err != nil {
		return known, err
	}
	var m metaJSON
	if err := json.Unmarshal(data, &m); err != nil {
		return known, fmt.Errorf("%s: %w", metaFile, err)
	}
	switch {
	case m.FormatVersion > formatVersion:
		return known, fmt.Errorf("%s: format version %d is of a newer lcsync", metaFile, m.FormatVersion)
	case m.FormatVersion < 1:
		return known, fmt.Errorf("%s: it has no format version", metaFile)
	case m.ID != p.id:
		return known, fmt.Errorf("%s: it is of run %q", metaFile, m.ID)
	}
	m.License = m.License.normal()
	return m.Meta, nil
}

func readJSON(p place, name string) (json.RawMessage, error) {
	data, err := os.ReadFile(p.file(name))
	if err == nil && !json.Valid(data) {
		err = fmt.Errorf("%s: it is not JSON", name)
	}
	return data, err
}

// parse reads the lines of a journal, and returns those that it can read even
// with an error, which is of the first that it cannot. whole is the length of
// the lines that have an end; what follows them is torn, even if it could be
// read.
func parse(data []byte) (entries []Entry, whole int, damage error) {
	intended := map[int64]bool{}
	for n := 1; ; n++ {
		line, _, ended := bytes.Cut(data[whole:], []byte("\n"))
		if !ended {
			return entries, whole, damage
		}
		whole += len(line) + 1
		e, err := parseLine(line)
		switch {
		case err != nil:
		case e.Intent != nil:
			intended[e.Intent.Call] = true
		case e.Outcome != nil && !intended[e.Outcome.Call]:
			err = fmt.Errorf("call %d has an outcome, but no intent before it", e.Outcome.Call)
		}
		if err == nil {
			entries = append(entries, e)
		} else if damage == nil {
			damage = fmt.Errorf("%s: line %d: %w", logFile, n, err)
		}
	}
}

func parseLine(line []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return e, err
	}
	cases := 0
	for _, set := range []bool{e.Intent != nil, e.Outcome != nil, e.Verdicts != nil, e.Finish != nil} {
		if set {
			cases++
		}
	}
	switch {
	case cases != 1:
		return e, errors.New("it is neither an intent nor an outcome nor the finish")
	case e.Finish != nil && e.Finish.Status == "":
		return e, errors.New("it finishes without a status")
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

// Results returns the last that was said of every change, by the change's id.
// Calls for a change may be open all the same: see Open.
func (rec *Record) Results() map[string]Result {
	last := map[string]Result{}
	for _, e := range rec.Entries {
		var said []Result
		switch {
		case e.Outcome != nil:
			said = e.Outcome.Results
		case e.Verdicts != nil:
			said = e.Verdicts.Results
		}
		for _, r := range said {
			last[r.Change] = r
		}
	}
	return last
}
