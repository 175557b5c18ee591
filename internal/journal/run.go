package journal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Run is a run that is open for appending, by one process at a time. Its
// methods may be called concurrently.
type Run struct {
	head  Head
	to    *appender
	calls sync.Map // those with an intent on disk: whether they may be sent again
}

// Resume opens a run for appending, by its id or a unique prefix of it. It removes
// an incomplete last line left by a crash. It returns *Held if another process has
// the run open, and an error if the journal is damaged or the run was abandoned.
// Load the run afterwards: its content cannot change any more by then.
func (s *Store) Resume(id string) (*Run, error) { return s.reopen(id, 0, (*Run).resume) }

// reopen finds a run, opens it, with further flags of os.OpenFile, and hands what
// is journalled to use, whose error closes it again.
func (s *Store) reopen(id string, flags int, use func(*Run, []byte) error) (*Run, error) {
	h, err := s.find(id)
	if err != nil {
		return nil, err
	}
	to, err := s.open(h, flags)
	if err != nil {
		return nil, err
	}
	r := &Run{head: h, to: to}
	data, err := io.ReadAll(to.file)
	if err == nil {
		err = use(r, data)
	}
	if err != nil {
		h.about(&err)
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// resume takes note of what earlier processes have journalled.
func (r *Run) resume(data []byte) error {
	if end, _, _ := endOf(data, true); end.Status == Abandoned {
		return errors.New("the run was abandoned")
	}
	entries, whole, damage := parse(data)
	if err := cmp.Or(r.head.readMeta(), damage); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Intent != nil {
			r.calls.Store(e.Intent.Call, false)
		}
	}
	if whole < len(data) {
		r.to.before("resume:cut")
		if err := r.to.file.Truncate(int64(whole)); err != nil {
			return err
		}
	}
	// What a killed process has written may not be on disk yet.
	r.to.before("resume:sync")
	return r.to.file.Sync()
}

// Abandoned is the status of an abandoned run.
const Abandoned = "abandoned"

// Abandon marks a run as abandoned, by its id or a unique prefix of it: it counts
// as finished and cannot be resumed. This also works for runs that cannot be read:
// Abandon removes nothing of them, and Load returns what can be read. It returns
// *Held if a process has the run open, and an error if the run has finished
// otherwise.
func (s *Store) Abandon(id string, at time.Time) error {
	s.before("begin:journal") // which may be what was lost
	r, err := s.reopen(id, os.O_CREATE, func(r *Run, data []byte) error {
		if err := s.sync(r.head.Dir, "begin:sync"); err != nil {
			return err
		}
		return r.abandon(data, at)
	})
	if err != nil {
		return err
	}
	return r.Close()
}

func (r *Run) abandon(data []byte, at time.Time) error {
	switch end, _, _ := endOf(data, true); end.Status {
	case "": // or it cannot be read
	case Abandoned:
		return nil
	default:
		return fmt.Errorf("the run has finished: %s", end.Status)
	}
	line, err := encode(Entry{Finish: &Finish{Status: Abandoned, Time: at.UTC()}})
	if err != nil {
		return err
	}
	if len(data) > 0 && !bytes.HasSuffix(data, []byte("\n")) {
		line = append([]byte("\n"), line...) // what is torn stays
	}
	r.to.before("finish")
	return r.to.append(line)
}

// ID returns the run's id.
func (r *Run) ID() string { return r.head.ID }

// Intent returns when the intent is on disk; only then may the call be sent. A
// call that has an outcome, or an intent of an earlier process, is an error.
func (r *Run) Intent(in Intent) (err error) {
	defer r.head.about(&err)
	if again, known := r.calls.Load(in.Call); known && again != true {
		return fmt.Errorf("call %d cannot be sent again", in.Call)
	}
	in.Time = in.Time.UTC()
	if err := r.add(Entry{Intent: &in}); err != nil {
		return err
	}
	r.calls.Store(in.Call, true)
	return nil
}

// Outcome returns when the outcome is on disk. The call's intent has to be.
func (r *Run) Outcome(out Outcome) (err error) {
	defer r.head.about(&err)
	if _, intended := r.calls.Load(out.Call); !intended {
		return fmt.Errorf("call %d has an outcome without an intent", out.Call)
	}
	r.calls.Store(out.Call, false)
	out.Time = out.Time.UTC()
	return r.add(Entry{Outcome: &out})
}

// RecordVerdicts records the results of the changes and returns when they are on
// disk. It does not finish the run.
func (r *Run) RecordVerdicts(verdicts []Result, at time.Time) (err error) {
	defer r.head.about(&err)
	return r.add(Entry{Verdicts: &Verdicts{Time: at.UTC(), Results: verdicts}})
}

// Finish records how the run ended and returns when that is on disk. A resumed run
// may finish again; the last finish counts.
func (r *Run) Finish(status string, at time.Time) (err error) {
	defer r.head.about(&err)
	if status == "" {
		return errors.New("a status is required to finish the run")
	}
	r.to.before("finish")
	return r.add(Entry{Finish: &Finish{Status: status, Time: at.UTC()}})
}

// Close ends appending and lets other processes resume the run. What was
// journalled is on disk already. Closing twice does nothing.
func (r *Run) Close() (err error) {
	defer r.head.about(&err)
	return r.to.close()
}

func (r *Run) add(e Entry) error {
	line, err := encode(e)
	if err != nil {
		return err
	}
	return r.to.append(line)
}
