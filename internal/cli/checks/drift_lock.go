package checks

import (
	"context"
	"errors"
	"os"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/journal"
)

// lockPoll is how long to wait before a lock is tried again.
const lockPoll = 200 * time.Millisecond

// DriftLock names the lock of the checks of a file against licenses of a host.
func DriftLock(file, host string) string { return "the check of " + file + " on " + host }

// lockChecks keeps others from checking a snapshot and from changing its history
// at the same time. Runs of apply have other locks.
func lockChecks(ctx context.Context, s *session.Session, store *journal.Store, file, host string, wait time.Duration) (*journal.Lock, error) {
	machine, _ := os.Hostname() // for a message
	began := s.Clock.Now()
	for {
		lock, err := store.Lock([]string{DriftLock(file, host)},
			journal.Holder{PID: os.Getpid(), Host: machine, Command: "lcsync drift", Since: s.Clock.Now()})
		var held *journal.Held
		switch {
		case !errors.As(err, &held):
			if err != nil {
				return nil, session.Inputf("pass --state-dir DIR", "the history cannot be kept: %s", err)
			}
			return lock, nil
		case s.Clock.Now().Sub(began) >= wait:
			return nil, &session.Failure{Code: session.Failed, Text: held.Error(), Hint: "wait until it has ended, or pass a longer --lock-wait", Err: err}
		}
		if err := s.Clock.Sleep(ctx, lockPoll); err != nil {
			return nil, err
		}
	}
}
