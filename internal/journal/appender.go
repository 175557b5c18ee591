package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/gofrs/flock"
)

// appender appends lines to a run's journal and syncs them to disk. Lines that
// arrive during a write are collected, and one of their callers writes them all
// with one fsync. So there is no goroutine to own and no delay to collect lines.
type appender struct {
	before func(step string)
	lock   *flock.Flock // there is one writer

	gathering sync.Mutex
	next      *batch

	writing sync.Mutex
	file    *os.File
	failed  error // after a failed write, the end of the file is unknown
}

// batch is lines that share an fsync.
type batch struct {
	lines []byte
	write sync.Once
	err   error // of that
}

var errBrokenOff = errors.New("incomplete write")

// open opens a run's journal for appending, with further flags of os.OpenFile.
// It returns *Held if a process has it open, and an error that wraps
// fs.ErrNotExist if it is not there or was removed meanwhile.
func (s *Store) open(h Head, flags int) (*appender, error) {
	lock := flock.New(h.file(logFile), flock.SetFlag(os.O_RDWR|flags))
	switch ok, err := lock.TryLock(); {
	case err != nil:
		return nil, err
	case !ok:
		return nil, &Held{Key: "run " + h.ID}
	}
	f, err := os.OpenFile(lock.Path(), os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &appender{before: s.before, lock: lock, file: f, next: &batch{}}, nil
}

// append returns when the lines are on disk. Lines are on disk in the order in
// which append was called.
func (a *appender) append(lines []byte) error {
	a.gathering.Lock()
	b := a.next
	b.lines = append(b.lines, lines...)
	a.gathering.Unlock()

	b.write.Do(func() { a.write(b) })
	return b.err
}

// write writes a batch after the batch before it is written. Until then it
// collects lines, so there is never a second batch waiting.
func (a *appender) write(b *batch) {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.gathering.Lock()
	a.next = &batch{}
	a.gathering.Unlock()
	if b.err = a.failed; b.err != nil {
		return
	}
	b.err, a.failed = errBrokenOff, errBrokenOff // in case a step does not return
	a.before("append")
	_, err := a.file.Write(b.lines)
	if err == nil {
		a.before("sync")
		err = a.file.Sync()
	}
	b.err, a.failed = err, err
	about(&a.failed, "an earlier write failed")
}

// close waits for the batch that is being written. Closing twice does nothing.
func (a *appender) close() error {
	a.writing.Lock()
	defer a.writing.Unlock()
	if a.failed == nil {
		a.failed = fmt.Errorf("the run is closed: %w", fs.ErrClosed)
	}
	if a.file == nil {
		return nil
	}
	f := a.file
	a.file = nil
	return errors.Join(f.Close(), a.lock.Close())
}
