package drift

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Happening is what an event of a history tells.
type Happening string

// The events of a history: a difference appeared, has another value, or is gone;
// something could not be read, or can be read again.
const (
	New       Happening = "appeared"
	Again     Happening = "changed"
	Gone      Happening = "gone"
	GapBegan  Happening = "gap"
	GapClosed Happening = "gap closed"
)

// Event is one line of a history.
type Event struct {
	Time  time.Time `json:"time"`
	Event Happening `json:"event"`
	ID    string    `json:"id"`
	diff.Place
	Action Action         `json:"action,omitempty"`
	Was    resource.Value `json:"was,omitempty"`
	Is     resource.Value `json:"is,omitempty"`
	// By says, of what is gone, which side changed: "license", "file" or "both";
	// "" if that is not known.
	By string `json:"by,omitempty"`
	// Since is when it was first seen, of what is gone.
	Since time.Time `json:"since,omitzero"`
	// Reason is why something could not be read.
	Reason string `json:"reason,omitempty"`
	// Text is the event for people.
	Text string `json:"text"`
}

// stateVersion is the version of the form of State.
const stateVersion = 1

// State is what checks know of those before them.
type State struct {
	FormatVersion int       `json:"format_version"`
	Checked       time.Time `json:"checked,omitzero"` // the last check
	// Equal is when the license last was equal to the file, and the digest of
	// that.
	Equal       time.Time           `json:"equal,omitzero"`
	EqualFile   string              `json:"equal_file,omitempty"`
	Differences map[string]*Known   `json:"differences"`
	Gaps        map[string]*Missing `json:"gaps"`
	// Reports are what the last check said of rules.
	Reports []string `json:"reports,omitempty"`
	// Told are the differences that a destination was told of, by the
	// destination's and their own identity, with what was said.
	Told map[string]map[string]string `json:"told,omitempty"`
	// Sending are the messages, by the destination's identity, of which it is not
	// known whether they arrived.
	Sending map[string]*Message `json:"sending,omitempty"`
	// Details are answers that later checks may reuse.
	Details json.RawMessage `json:"details,omitempty"`
}

// ReadState reads what the last check kept, nil if there was none.
func ReadState(known []byte) (*State, error) {
	s := &State{}
	if known == nil {
		return s, nil
	}
	if err := json.Unmarshal(known, s); err != nil {
		return nil, err
	}
	if s.FormatVersion > stateVersion {
		return nil, fmt.Errorf("format version %d is not known", s.FormatVersion)
	}
	return s, nil
}

// Known is a difference that a check has found.
type Known struct {
	diff.Place
	Action    Action    `json:"action"`
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
	Text      string    `json:"text"`
	Extra     bool      `json:"extra,omitempty"`
	Value     string    `json:"value"` // digests: of the difference,
	Live      string    `json:"live"`  // of the license's side,
	Want      string    `json:"want"`  // and of the file's
}

// Missing is something that a check could not read.
type Missing struct {
	resource.Gap
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
}

// Check is what one check found.
type Check struct {
	Time        time.Time
	File        string // digest of the file
	Differences []Difference
	Gaps        []resource.Gap
	// InScope tells whether a place was looked at: what is not ignored, was
	// selected, and could be read. A difference in it that is not among
	// Differences is gone.
	InScope func(at diff.Place, extra bool) bool
	// Read tells whether a kind was asked for, so that a gap in it that is not
	// among Gaps is closed.
	Read func(kind string) bool
	// Values returns what the two sides have at a place.
	Values func(at diff.Place) (live, want resource.Value)
}

// Record works a check into the state and returns what happened since the one
// before it: new and changed differences in their order, what is gone, and gaps.
func (s *State) Record(c Check) []Event {
	s.FormatVersion = stateVersion
	if s.Differences == nil {
		s.Differences = map[string]*Known{}
	}
	if s.Gaps == nil {
		s.Gaps = map[string]*Missing{}
	}
	events := slices.Concat(s.found(c), s.gone(c), s.gaps(c))
	s.Checked = c.Time
	if len(c.Differences) == 0 && len(c.Gaps) == 0 && len(s.Differences) == 0 {
		s.Equal, s.EqualFile = c.Time, c.File
	}
	return events
}

// found takes the differences of a check.
func (s *State) found(c Check) (events []Event) {
	for i := range c.Differences {
		d := &c.Differences[i]
		live, want := digests(c, d.Place)
		value := digest(resource.JSON(d.Was) + "\n" + resource.JSON(d.Is))
		known := s.Differences[d.ID]
		e := Event{Time: c.Time, ID: d.ID, Place: d.Place, Action: d.Action, Text: d.String()}
		if d.Action == Changed || d.Action == Reordered {
			e.Was, e.Is = d.Was, d.Is
		}
		switch {
		case known == nil:
			known = &Known{FirstSeen: c.Time}
			s.Differences[d.ID] = known
			e.Event = New
			events = append(events, e)
		case known.Action != d.Action, (d.Action == Changed || d.Action == Reordered) && known.Value != value:
			e.Event = Again
			events = append(events, e)
		}
		*known = Known{Place: d.Place, Action: d.Action, FirstSeen: known.FirstSeen, LastSeen: c.Time, Text: d.String(),
			Extra: d.Extra, Value: value, Live: live, Want: want}
	}
	return events
}

// gone takes out what was known and is no longer so.
func (s *State) gone(c Check) (events []Event) {
	there := map[string]bool{}
	for _, d := range c.Differences {
		there[d.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(s.Differences)) {
		known := s.Differences[id]
		if there[id] || !c.InScope(known.Place, known.Extra) {
			continue
		}
		delete(s.Differences, id)
		live, want := digests(c, known.Place)
		events = append(events, Event{Time: c.Time, Event: Gone, ID: id, Place: known.Place, Action: known.Action,
			By: changed(live != known.Live, want != known.Want), Since: known.FirstSeen, Text: known.Text})
	}
	return events
}

// changed says which of the two sides changed.
func changed(license, file bool) string {
	switch {
	case license && file:
		return "both"
	case license:
		return "license"
	case file:
		return "file"
	}
	return ""
}

// gaps takes what could not be read.
func (s *State) gaps(c Check) (events []Event) {
	there := map[string]bool{}
	for _, g := range c.Gaps {
		id := gapID(g)
		there[id] = true
		if s.Gaps[id] == nil {
			s.Gaps[id] = &Missing{FirstSeen: c.Time}
			events = append(events, gapEvent(c.Time, GapBegan, id, g))
		}
		s.Gaps[id].Gap, s.Gaps[id].LastSeen = g, c.Time
	}
	for _, id := range slices.Sorted(maps.Keys(s.Gaps)) {
		if g := s.Gaps[id]; !there[id] && c.Read(g.Kind) {
			delete(s.Gaps, id)
			events = append(events, gapEvent(c.Time, GapClosed, id, g.Gap))
		}
	}
	return events
}

func gapEvent(now time.Time, what Happening, id string, g resource.Gap) Event {
	text := g.Kind + " could not be read: " + g.Reason
	if what == GapClosed {
		text = g.Kind + " can be read again"
	}
	return Event{Time: now, Event: what, ID: id, Place: diff.Place{Kind: g.Kind, Key: g.ID}, Reason: g.Reason, Text: resource.MaskURLs(text)}
}

// gapID is the identity of what could not be read.
func gapID(g resource.Gap) string {
	return "gap:" + identity(diff.Place{Kind: g.Kind, Name: g.ID, Field: g.ClientID})
}

// IsNewGap tells whether a check before this one did not know a gap.
func (s *State) IsNewGap(g resource.Gap) bool { return s.Gaps[gapID(g)] == nil }

// digests stand for what the two sides have at a place.
func digests(c Check, at diff.Place) (live, want string) {
	l, w := c.Values(at)
	return digest(resource.JSON(l)), digest(resource.JSON(plain(w)))
}

// Edited tells whether the file is another one than that which the license last
// was equal to.
func (s *State) Edited(file string) bool { return s.EqualFile != "" && s.EqualFile != file }
