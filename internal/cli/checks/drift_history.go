package checks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/drift"
	"lcsync/internal/journal"
)

// driftHistory is what checks have found.
type driftHistory struct {
	Pruned   int              `json:"pruned,omitempty"`
	Licenses []licenseHistory `json:"histories"`
}

// licenseHistory is the history of one license and snapshot.
type licenseHistory struct {
	License journal.License `json:"license"`
	Want    string          `json:"want"`
	Checked time.Time       `json:"last_check,omitzero"`
	Events  []drift.Event   `json:"events"`
	// Open are the differences that the last check knew.
	Open int `json:"open"`
}

func runHistory(ctx context.Context, s *session.Session, since, prune string, wait time.Duration) (session.Result, error) {
	var from, before time.Time
	var err error
	if since != "" {
		if from, err = readTime("since", since, s.Clock.Now()); err != nil {
			return nil, err
		}
	}
	if prune != "" {
		if before, err = readTime("prune-history", prune, s.Clock.Now()); err != nil {
			return nil, err
		}
	}
	store, err := openHistory(s.Places)
	if err != nil {
		return nil, err
	}
	all, err := watchesOf(store, s)
	if err != nil {
		return nil, err
	}
	h := &driftHistory{Licenses: []licenseHistory{}}
	for _, w := range all {
		if !before.IsZero() {
			n, err := pruneLocked(ctx, s, store, w, before, wait)
			if err != nil {
				return nil, err
			}
			h.Pruned += n
		}
		one, damaged, err := historyOf(w, from)
		if err != nil {
			return nil, err
		}
		if damaged > 0 {
			s.Noticef("the history of %s has %s that cannot be read", w.File, session.Count(damaged, "damaged line"))
		}
		h.Licenses = append(h.Licenses, *one)
	}
	if len(h.Licenses) == 0 && len(s.Args) > 1 {
		return nil, session.Inputf("lcsync drift "+s.Args[1]+" makes the first check", "there is no history of %s", s.Args[1])
	}
	return h, nil
}

// watchesOf returns the watches of the snapshot of the command line, or all.
func watchesOf(store *journal.Store, s *session.Session) ([]*journal.Watch, error) {
	file := ""
	switch {
	case len(s.Args) > 1 && s.Args[1] == session.Stdio:
		file = session.Stdio
	case len(s.Args) > 1:
		file = s.Abs(s.Args[1])
	}
	all, err := store.Watches("", file)
	return all, damaged(err)
}

// stateOf reads what the last check of a watch knew.
func stateOf(w *journal.Watch) (*drift.State, error) {
	known, err := w.Known()
	if err != nil {
		return nil, damaged(err)
	}
	state, err := drift.ReadState(known)
	if err != nil {
		return nil, damaged(fmt.Errorf("read what the last check of %s knew: %w", w.File, &journal.Damaged{Dir: w.Dir(), Err: err}))
	}
	return state, nil
}

// damaged adds to an error what to do about a watch that cannot be read. No check
// begins anew by itself: everything would be told again.
func damaged(err error) error {
	var bad *journal.Damaged
	if !errors.As(err, &bad) {
		return err
	}
	return &session.Failure{Code: session.Failed, Text: err.Error(), Err: err,
		Hint: fmt.Sprintf("use the lcsync that wrote it, or move %s away: then the next check begins a new history", bad.Dir)}
}

// historyOf reads the events of a watch since a time, and counts the lines that
// are none.
func historyOf(w *journal.Watch, since time.Time) (h *licenseHistory, damaged int, err error) {
	h = &licenseHistory{License: w.License, Want: w.File, Events: []drift.Event{}}
	state, err := stateOf(w)
	if err != nil {
		return nil, 0, err
	}
	h.Checked, h.Open = state.Checked, len(state.Differences)
	lines, err := w.Events()
	if err != nil {
		return nil, 0, err
	}
	for _, line := range lines {
		var e drift.Event
		if json.Unmarshal(line, &e) != nil {
			damaged++
			continue
		}
		if !e.Time.Before(since) {
			h.Events = append(h.Events, e)
		}
	}
	return h, damaged, nil
}

// pruneLocked forgets events while no check adds any.
func pruneLocked(ctx context.Context, s *session.Session, store *journal.Store, w *journal.Watch, before time.Time, wait time.Duration) (int, error) {
	lock, err := lockChecks(ctx, s, store, w.File, w.License.Host, wait)
	if err != nil {
		return 0, err
	}
	n, err := pruneWatch(w, before)
	return n, errors.Join(err, lock.Unlock())
}

// pruneWatch forgets events that happened before a time.
func pruneWatch(w *journal.Watch, before time.Time) (int, error) {
	return w.Prune(func(line json.RawMessage) bool {
		var e struct {
			Time time.Time `json:"time"`
		}
		return json.Unmarshal(line, &e) == nil && e.Time.Before(before)
	})
}

// Text prints the events, the oldest first.
func (h *driftHistory) Text(p *session.Page) {
	for _, one := range h.Licenses {
		p.Printf("%s\n", p.Bold(fmt.Sprintf("%s, the license of %s on %s", one.Want, one.License.Owner, one.License.Host)))
		for _, e := range one.Events {
			text := e.Text
			if e.Event == drift.Gone {
				text = goneText(e)
			}
			p.Printf("  %s  %-10s  %s\n", minute(e.Time), e.Event, text)
		}
		p.Printf("  last check %s: %s\n", minute(one.Checked), session.Count(one.Open, "difference"))
	}
	if len(h.Licenses) == 0 {
		p.Printf("no history\n")
	}
}
