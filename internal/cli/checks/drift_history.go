package checks

import (
	"encoding/json"
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

func runHistory(s *session.Session, since, prune string) (session.Result, error) {
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
	all, err := store.Watches()
	if err != nil {
		return nil, err
	}
	h := &driftHistory{Licenses: []licenseHistory{}}
	for _, w := range all {
		if len(s.Args) > 1 && w.File != s.Abs(s.Args[1]) && w.File != s.Args[1] {
			continue
		}
		if !before.IsZero() {
			n, err := pruneWatch(w, before)
			if err != nil {
				return nil, err
			}
			h.Pruned += n
		}
		one, err := historyOf(w, from)
		if err != nil {
			return nil, err
		}
		h.Licenses = append(h.Licenses, *one)
	}
	if len(h.Licenses) == 0 && len(s.Args) > 1 {
		return nil, session.Inputf("lcsync drift "+s.Args[1]+" makes the first check", "there is no history of %s", s.Args[1])
	}
	return h, nil
}

// historyOf reads the events of a watch since a time.
func historyOf(w *journal.Watch, since time.Time) (*licenseHistory, error) {
	h := &licenseHistory{License: w.License, Want: w.File, Events: []drift.Event{}}
	known, err := w.Known()
	if err != nil {
		return nil, err
	}
	var state drift.State
	if known != nil {
		if err := json.Unmarshal(known, &state); err != nil {
			return nil, fmt.Errorf("read the history of %s: %w", w.File, err)
		}
	}
	h.Checked, h.Open = state.Checked, len(state.Differences)
	lines, err := w.Events()
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		var e drift.Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("read the history of %s: %w", w.File, err)
		}
		if !e.Time.Before(since) {
			h.Events = append(h.Events, e)
		}
	}
	return h, nil
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
