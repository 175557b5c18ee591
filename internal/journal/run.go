package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Run is a run that is open for appending, by one process at a time. Its
// methods may be called concurrently.
type Run struct {
	place
	store *Store
	to    *appender

	mu    sync.Mutex
	calls map[int64]bool // those with an intent on disk; true if they may be sent again
}

// Intent is a call that is about to be sent. One that is sent again has another
// intent under its number, which may be for a part of its changes.
type Intent struct {
	Call int64     `json:"call"` // unique in the run, over all its processes
	Time time.Time `json:"time"`
	// Method is the method of one item; a batch goes by its batch form.
	Method string `json:"method"`
	// Changes are the ids of the plan's changes that the call is a step of, Args a
	// list of what is sent for each of them, with secrets as references.
	Changes []string        `json:"changes,omitempty"`
	Args    json.RawMessage `json:"args,omitempty"`
	// Step says what the call does to the objects of its changes.
	Step string `json:"note,omitempty"`
}

// Outcome is what is known of a call. A call may have several, such as one
// that says that it is unknown and one that says what was found later.
type Outcome struct {
	Call    int64     `json:"call"`
	Time    time.Time `json:"time"`
	Results []Result  `json:"results,omitempty"` // one a change
}

// Result is what became of one change.
type Result struct {
	Change   string `json:"change"`
	Status   string `json:"status"`
	ServerID string `json:"server_id,omitempty"`
	Error    string `json:"error,omitempty"`
	Note     string `json:"note,omitempty"`
}

// Verdicts are what a process says in the end of all changes of the plan. They
// may differ from what calls did: the work of one may have been done by another.
type Verdicts struct {
	Time    time.Time `json:"time"`
	Results []Result  `json:"results"`
}

// Finish is the end of a run, or of one of several.
type Finish struct {
	Status string    `json:"status"`
	Time   time.Time `json:"time"`
}

// Entry is a line of the journal; one of the four is set.
type Entry struct {
	Intent   *Intent   `json:"intent,omitempty"`
	Outcome  *Outcome  `json:"outcome,omitempty"`
	Verdicts *Verdicts `json:"verdicts,omitempty"`
	Finish   *Finish   `json:"finish,omitempty"`
}

// Resume opens a run for appending, by its id or a prefix of it that no other
// run has. A last line that a crash has torn is cut off. It returns *Held if
// another process has the run open, and an error if the journal is damaged or
// the run was given up. Load the run afterwards: what it holds cannot change any
// more by then.
func (s *Store) Resume(id string) (*Run, error) {
	p, err := s.find(id)
	if err != nil {
		return nil, err
	}
	r, err := s.resume(p)
	return r, p.wrap("resume ", err)
}

func (s *Store) resume(p place) (_ *Run, err error) {
	if _, err := readMeta(p); err != nil {
		return nil, err
	}
	to, err := s.appendTo(p)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, to.close())
		}
	}()
	if err := still(p, to.file); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(to.file)
	if err != nil {
		return nil, err
	}
	entries, whole, err := parse(data)
	if end := finish(entries); end.Status == Abandoned {
		err = errors.New("it was given up")
	}
	if err != nil {
		return nil, err
	}
	if whole < len(data) {
		s.before("resume:cut")
		if err := to.file.Truncate(int64(whole)); err != nil {
			return nil, err
		}
	}
	// What a killed process has written may not be on disk yet.
	s.before("resume:sync")
	if err := to.file.Sync(); err != nil {
		return nil, err
	}
	r := &Run{place: p, store: s, to: to, calls: map[int64]bool{}}
	for _, e := range entries {
		if e.Intent != nil {
			r.calls[e.Intent.Call] = false
		}
	}
	return r, nil
}

// still makes sure that a run was not removed between finding and locking it.
func still(p place, f *os.File) error {
	there, err := os.Stat(p.file(logFile))
	if err != nil {
		return err
	}
	have, err := f.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(there, have) {
		return fs.ErrNotExist
	}
	return nil
}

// ID returns the run's id.
func (r *Run) ID() string { return r.id }

// Intent returns when the intent is on disk; only then may the call be sent. A
// call that has an outcome, or an intent of an earlier process, is an error.
func (r *Run) Intent(in Intent) error {
	if err := r.intend(in); err != nil {
		return fmt.Errorf("journal of run %s in %s: call %d: %w", r.id, r.store.dir, in.Call, err)
	}
	return nil
}

func (r *Run) intend(in Intent) error {
	in.Time = in.Time.UTC()
	line, err := encode(Entry{Intent: &in})
	if err != nil {
		return err
	}
	r.mu.Lock()
	again, known := r.calls[in.Call]
	r.mu.Unlock()
	if known && !again {
		return errors.New("it cannot be sent again")
	}
	if err := r.to.append(line); err != nil {
		return err
	}
	r.mu.Lock()
	r.calls[in.Call] = true
	r.mu.Unlock()
	return nil
}

// Outcome returns when the outcome is on disk. The call's intent has to be.
func (r *Run) Outcome(out Outcome) error {
	r.mu.Lock()
	_, intended := r.calls[out.Call]
	if intended {
		r.calls[out.Call] = false
	}
	r.mu.Unlock()
	err := errors.New("it has an outcome, but no intent")
	if intended {
		out.Time = out.Time.UTC()
		err = r.add(Entry{Outcome: &out})
	}
	if err != nil {
		return fmt.Errorf("journal of run %s in %s: call %d: %w", r.id, r.store.dir, out.Call, err)
	}
	return nil
}

// Judge says what became of the changes and returns when that is on disk. It
// does not finish the run.
func (r *Run) Judge(verdicts []Result, at time.Time) error {
	if err := r.add(Entry{Verdicts: &Verdicts{Time: at.UTC(), Results: verdicts}}); err != nil {
		return fmt.Errorf("journal of run %s in %s: %w", r.id, r.store.dir, err)
	}
	return nil
}

// Finish says how the run ended and returns when that is on disk. A run that
// is gone on with may finish again; the last time counts.
func (r *Run) Finish(status string, at time.Time) error {
	err := errors.New("it needs a status to finish with")
	if status != "" {
		r.store.before("finish")
		err = r.add(Entry{Finish: &Finish{Status: status, Time: at.UTC()}})
	}
	if err != nil {
		return fmt.Errorf("journal of run %s in %s: %w", r.id, r.store.dir, err)
	}
	return nil
}

// Close ends appending and lets other processes resume the run. What was
// journalled is on disk already. Closing twice does nothing.
func (r *Run) Close() error {
	if err := r.to.close(); err != nil {
		return fmt.Errorf("close run %s in %s: %w", r.id, r.store.dir, err)
	}
	return nil
}

func (r *Run) add(e Entry) error {
	line, err := encode(e)
	if err != nil {
		return err
	}
	return r.to.append(line)
}

// encode returns a value as one line of JSON, with its end.
func encode(v any) ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return line.Bytes(), err
}
