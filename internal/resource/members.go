package resource

import "slices"

// Members describes the create-only view of a membership: Field of this kind
// is a map from a member's id to Priority, and lives in Of's field List, a
// list of {id, priority} that refers to this kind. Need is the priority that at
// least one member of a new object must have. StandIns are the other priorities,
// the most suitable one first: where no member has Need, one of these is created
// with it and gets its own priority in the call after that.
type Members struct {
	Field    string // agent_priorities
	Of       string // agents
	Also     []string
	List     string // groups
	Need     string // normal
	StandIns []string
}

// StandIn returns the member of a new object, given by id with its priority,
// that is to be created with Need in place of its own priority: one with the
// most suitable priority, and of these the one with the lowest id. It returns ""
// if a member has Need anyway, or if there is no suitable one.
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

// Serves tells whether a new object can be created whose only member has a
// priority.
func (m *Members) Serves(priority Value) bool {
	return Equal(priority, m.Need) || slices.Contains(m.StandIns, Text(priority))
}

// Kinds returns the kinds that members are of, the one that Need is about first.
func (m *Members) Kinds() []*Kind {
	out := []*Kind{Lookup(m.Of)}
	for _, also := range m.Also {
		out = append(out, Lookup(also))
	}
	return out
}

// Element returns what a member's list has of a membership.
func (m *Members) Element(of, priority Value) *Object { return Of("id", of, "priority", priority) }

// MemberOf returns the Members whose members the rows of a kind are, nil if they
// are none.
func (k *Kind) MemberOf() *Members {
	for _, of := range Kinds() {
		if m := of.Members; m != nil && (m.Of == k.Name || slices.Contains(m.Also, k.Name)) {
			return m
		}
	}
	return nil
}

// Member returns the row that a membership stated by an object names, and its
// kind: by server id or by key. Nil if there is none, or if it may be several.
func (x *Index) Member(m *Members, name string) (*Kind, *Object) {
	for _, k := range m.Kinds() {
		if rows := x.Candidates(k, name); len(rows) == 1 {
			return k, rows[0]
		}
	}
	return nil, nil
}
