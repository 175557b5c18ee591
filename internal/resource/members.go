package resource

import "slices"

// Members describes a membership that an object states when it is created: Field
// of this kind is a map from a member's id to Priority. Otherwise the membership
// is in Of's field List, a list of {id, priority} that refers to this kind. Need
// is the priority that at least one member of a new object must have. StandIns are
// the other priorities, the most suitable first: if no member has Need, lcsync
// creates the object with one of these members at priority Need, and sets its own
// priority in the next call.
type Members struct {
	Field    string // agent_priorities
	Of       string // agents
	Also     []string
	List     string // groups
	Need     string // normal
	StandIns []string
}

// StandIn returns the id of the member with which a new object is created at
// priority Need in place of the member's own: a member with the most suitable
// priority, and of these the one with the lowest id. It returns "" if a member has
// Need already, or if no member is suitable.
func (m *Members) StandIn(members *Object) string {
	best, rank := "", len(m.StandIns)
	for id, priority := range members.All() {
		if Equal(priority, m.Need) {
			return ""
		}
		r := slices.Index(m.StandIns, Text(priority))
		if r >= 0 && (r < rank || r == rank && id < best) {
			best, rank = id, r
		}
	}
	return best
}

// Serves reports whether a new object can be created if its only member has a
// priority.
func (m *Members) Serves(priority Value) bool {
	return Equal(priority, m.Need) || slices.Contains(m.StandIns, Text(priority))
}

// Kinds returns the kinds of members, the kind that Need applies to first.
func (m *Members) Kinds() []*Kind {
	out := []*Kind{Lookup(m.Of)}
	for _, also := range m.Also {
		out = append(out, Lookup(also))
	}
	return out
}

// Element returns the entry of a member's list for a membership.
func (m *Members) Element(of, priority Value) *Object { return Of("id", of, "priority", priority) }

// MemberOf returns the Members whose members are rows of a kind, nil if there are
// none.
func (k *Kind) MemberOf() *Members {
	for _, of := range Kinds() {
		if m := of.Members; m != nil && (m.Of == k.Name || slices.Contains(m.Also, k.Name)) {
			return m
		}
	}
	return nil
}

// Member returns the row that an object's membership names, and its kind: by
// server id or by key. Nil if there is none, or if there are several.
func (x *Index) Member(m *Members, name string) (*Kind, *Object) {
	for _, k := range m.Kinds() {
		if rows := x.Candidates(k, name); len(rows) == 1 {
			return k, rows[0]
		}
	}
	return nil, nil
}
