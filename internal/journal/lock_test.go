package journal

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLock(t *testing.T) {
	s := openStore(t, Options{})
	mine := Holder{PID: 42, Host: "host-1", Since: start, Command: "lcsync apply"}
	l, err := s.Lock([]string{"license d24f", "client asXd", "license d24f"}, mine)
	check(t, err)

	// Another store of the same process is as foreign as another process.
	other, err := Open(s.Dir())
	check(t, err)
	_, err = other.Lock([]string{"client asXd"}, Holder{PID: 43})
	var held *Held
	if !errors.As(err, &held) {
		t.Fatalf("a second holder got %v", err)
	}
	if d := cmp.Diff(&Held{Key: "client asXd", By: mine.String()}, held); d != "" {
		t.Errorf("held (-want +got):\n%s", d)
	}
	free, err := other.Lock([]string{"client other"}, Holder{PID: 43})
	check(t, err)
	check(t, free.Unlock())

	check(t, l.Unlock())
	check(t, l.Unlock())
	l, err = other.Lock([]string{"client asXd", "license d24f"}, Holder{PID: 43})
	check(t, err)
	check(t, l.Unlock())
}

// TestLockAllOrNothing: the keys are tried in sorted order, the error names
// the first that is taken, and those before it are free again.
func TestLockAllOrNothing(t *testing.T) {
	s := openStore(t, Options{})
	l, err := s.Lock([]string{"d", "b"}, Holder{PID: 1})
	check(t, err)
	var held *Held
	if _, err := s.Lock([]string{"e", "d", "c", "b", "a"}, Holder{PID: 2}); !errors.As(err, &held) || held.Key != "b" {
		t.Fatalf("got %v, want b held", err)
	}
	rest, err := s.Lock([]string{"e", "c", "a"}, Holder{PID: 2})
	check(t, err)
	check(t, rest.Unlock())
	check(t, l.Unlock())
	none, err := s.Lock(nil, Holder{PID: 1})
	check(t, err)
	check(t, none.Unlock())
}

func TestHeldByNobodyKnown(t *testing.T) {
	s := openStore(t, Options{})
	l, err := s.Lock([]string{"k"}, Holder{PID: 1})
	check(t, err)
	check(t, os.WriteFile(s.lockPath("k"), []byte("process 4"), 0o600)) // as it is being written
	_, err = s.Lock([]string{"k"}, Holder{PID: 2})
	if err == nil || err.Error() != "k is locked by another process" {
		t.Errorf("got %v", err)
	}
	check(t, os.RemoveAll(s.Dir())) // unlocking minds no more
	check(t, l.Unlock())
}

// TestLockSteps: what is written is told to the hook, in sorted order.
func TestLockSteps(t *testing.T) {
	var seen steps
	s := openStore(t, Options{Before: seen.before})
	l, err := s.Lock([]string{"b", "a"}, Holder{PID: 1})
	check(t, err)
	check(t, l.Unlock())
	want := []string{"lock:holder", "lock:holder", "lock:clear", "lock:clear"}
	if got := seen.names[len(seen.names)-4:]; !slices.Equal(got, want) {
		t.Errorf("steps %q, want %q", got, want)
	}
}
