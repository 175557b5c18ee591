package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/gofrs/flock"
)

// appender puts lines at the end of a file and on disk. Lines that come while
// others are being written are gathered and share the next fsync: whoever
// brings the first line of a batch writes the batch, everybody else waits for
// it. So there is no goroutine to own and no time to wait for company.
type appender struct {
	before func(step string)
	lock   *flock.Flock // there is one writer

	writing sync.Mutex // held while a batch is on its way to the disk
	file    *os.File

	mu     sync.Mutex
	next   *batch // gathers lines until its turn comes
	failed error  // after a failure nothing is known of the file's end
}

type batch struct {
	lines []byte
	done  chan struct{}
	err   error // read after done
}

var errBrokenOff = errors.New("writing was broken off")

// appendTo opens a run's journal for appending. It returns *Held if a process
// has it open.
func (s *Store) appendTo(p place) (*appender, error) {
	path := p.file(logFile)
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	ok, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, &Held{Key: "run " + p.id}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &appender{before: s.before, lock: lock, file: f}, nil
}

// append returns when the lines are on disk. Lines are on disk in the order in
// which append was called.
func (a *appender) append(lines []byte) error {
	b, first, err := a.join(lines)
	if err != nil {
		return err
	}
	if first {
		a.commit(b)
	} else {
		<-b.done
	}
	return b.err
}

// join adds lines to the batch that gathers, and tells whether it is new.
func (a *appender) join(lines []byte) (b *batch, first bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed != nil {
		return nil, false, a.failed
	}
	if a.next == nil {
		a.next, first = &batch{done: make(chan struct{})}, true
	}
	a.next.lines = append(a.next.lines, lines...)
	return a.next, first, nil
}

// commit writes a batch when those before it are on disk. No other batch is
// begun until this one's turn has come, so batches stay in order.
func (a *appender) commit(b *batch) {
	defer close(b.done)
	a.writing.Lock()
	defer a.writing.Unlock()
	a.mu.Lock()
	a.next = nil
	b.err = a.failed
	a.mu.Unlock()
	if b.err != nil {
		return
	}
	b.err = errBrokenOff // should write not return
	defer func() {
		if b.err != nil {
			a.fail(fmt.Errorf("nothing can be added since a write failed: %w", b.err))
		}
	}()
	b.err = a.write(b.lines)
}

func (a *appender) write(lines []byte) error {
	a.before("append")
	if _, err := a.file.Write(lines); err != nil {
		return err
	}
	a.before("sync")
	return a.file.Sync()
}

func (a *appender) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed == nil {
		a.failed = err
	}
}

// close waits for the batch that is being written.
func (a *appender) close() error {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.fail(fmt.Errorf("the run is closed: %w", fs.ErrClosed))
	if a.file == nil {
		return nil
	}
	f := a.file
	a.file = nil
	return errors.Join(f.Close(), a.lock.Close())
}
