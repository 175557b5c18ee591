package drift

import (
	"maps"
	"slices"
	"time"
)

// Message is what a destination is told in one text: differences that are new to
// it, and those that are gone. It is kept before it is sent, until it is known
// whether it was taken. A check that finds it sends it again as it is, under its
// id, as it may have arrived.
type Message struct {
	ID   string    `json:"id"`
	Time time.Time `json:"time"` // of the check that first sent it
	Text string    `json:"text"`
	// New are differences by their identity, with what is said of one when it is
	// gone.
	New  map[string]string `json:"new,omitempty"`
	Gone []string          `json:"gone,omitempty"` // identities
}

// Untold returns what a destination was not told yet: those differences that are
// new to it, and the identities of those that it was told of and are gone.
func (s *State) Untold(to string, all []Difference) (fresh []Difference, gone []string) {
	told := s.Told[to]
	for _, d := range all {
		if _, known := told[d.ID]; !known {
			fresh = append(fresh, d)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(told)) {
		if s.Differences[id] == nil {
			gone = append(gone, id)
		}
	}
	return fresh, gone
}

// Sends notes that a destination is sent a message about what it was not told.
func (s *State) Sends(to string, m *Message, fresh []Difference, gone []string) {
	m.Gone, m.New = gone, map[string]string{}
	for _, d := range WithoutValues(fresh) {
		m.New[d.ID] = d.String()
	}
	if s.Sending == nil {
		s.Sending = map[string]*Message{}
	}
	s.Sending[to] = m
}

// Took notes that a destination has the message that it was sent.
func (s *State) Took(to string) {
	m := s.Sending[to]
	if s.Told == nil {
		s.Told = map[string]map[string]string{}
	}
	if s.Told[to] == nil {
		s.Told[to] = map[string]string{}
	}
	for _, id := range m.Gone {
		delete(s.Told[to], id)
	}
	maps.Copy(s.Told[to], m.New)
	delete(s.Sending, to)
}

// Refused notes that a destination has nothing of the message that it was sent.
func (s *State) Refused(to string) { delete(s.Sending, to) }
