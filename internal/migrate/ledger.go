package migrate

import "slices"

// Status is what became of a field.
type Status string

// What can become of a field. Kept and renamed fields are exact; a merged one
// says the same as another and shares its place; what a dropped one said is
// lost; an undecided one waits for an answer.
const (
	Kept      Status = "kept"
	Renamed   Status = "renamed"
	Converted Status = "converted"
	Merged    Status = "merged"
	Dropped   Status = "dropped"
	Undecided Status = "decision"
)

var statuses = []Status{Kept, Renamed, Converted, Merged, Dropped, Undecided}

func stronger(a, b Status) Status {
	if slices.Index(statuses, a) > slices.Index(statuses, b) {
		return a
	}
	return b
}

// ledger is the books about the fields of the input.
type ledger struct {
	order []*Origin
	marks map[*Origin]*marks
}

// marks is what the rules said about one field.
type marks struct {
	living Status // of fields that are in the output: kept … merged
	lost   bool   // dropped at least once
	asked  bool
	rules  []string
	notes  []string
	into   any    // what says what the field said
	target string // its place, where that is not in a row
}

func newLedger() *ledger { return &ledger{marks: map[*Origin]*marks{}} }

// add opens the books for fields.
func (l *ledger) add(origins ...*Origin) {
	for _, o := range origins {
		if l.marks[o] == nil {
			l.order = append(l.order, o)
			l.marks[o] = &marks{living: Kept}
		}
	}
}

func (l *ledger) mark(o *Origin, rule string, s Status, note string, into any) {
	l.add(o)
	m := l.marks[o]
	switch s {
	case Dropped:
		m.lost = true
	case Undecided:
		m.asked = true
	default:
		m.living = stronger(s, m.living)
	}
	if rule != "" && !slices.Contains(m.rules, rule) {
		m.rules = append(m.rules, rule)
	}
	if note != "" && !slices.Contains(m.notes, note) {
		m.notes = append(m.notes, note)
	}
	if into != nil {
		m.into = into
	}
}

// place says where a field of a snapshot's head is.
func (l *ledger) place(v any, s Status, target string) {
	each(v, func(x *leaf) {
		for _, o := range x.from {
			l.mark(o, "", s, "", nil)
			l.marks[o].target = target
		}
	})
}
