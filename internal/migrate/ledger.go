package migrate

import "slices"

// Status is what became of a field.
type Status string

// The statuses of a field. Kept and renamed fields are exact. A merged field has
// the same content as another one and shares its place. The content of a dropped
// field is lost. An undecided field waits for an answer.
const (
	Kept      Status = "kept"
	Renamed   Status = "renamed"
	Converted Status = "converted"
	Merged    Status = "merged"
	Dropped   Status = "dropped"
	Undecided Status = "decision"
)

var statuses = []Status{Kept, Renamed, Converted, Merged, Dropped, Undecided}

// ledger records what happened to the fields of the input, by document.
type ledger struct {
	docs  []*Document
	marks map[*Document][]marks // by the step of the field
	known map[remark]*remark
	steps steps               // the places of fields in the result
	more  map[*Origin][]int32 // places behind the first
	into  map[*Origin]spot    // what holds the content of a field, until its place is known
	at    map[spot]int32      // the places of those in into, 0 until they are known
}

// marks is what happened to one field so far.
type marks struct {
	living uint8 // of fields that are in the output: index in statuses
	lost   bool  // dropped at least once
	asked  bool
	target int32   // its first place in the result, 0 if it has none
	said   *remark // nil if nothing was said
}

// remark is what a rule reports, linked to earlier remarks. Many fields share
// remarks: they are never changed.
type remark struct {
	behind     *remark
	rule, note string
}

// all returns the rules and the notes, each once.
func (r *remark) all() (rules, notes []string) {
	if r == nil {
		return []string{}, nil
	}
	rules, notes = r.behind.all()
	if r.rule != "" && !slices.Contains(rules, r.rule) {
		rules = append(rules, r.rule)
	}
	if r.note != "" && !slices.Contains(notes, r.note) {
		notes = append(notes, r.note)
	}
	return rules, notes
}

// open starts the ledger for the fields of a document.
func (l *ledger) open(doc *Document) {
	if l.marks[doc] == nil {
		l.docs = append(l.docs, doc)
		l.marks[doc] = make([]marks, 1+len(doc.steps.all))
	}
}

func (l *ledger) of(o *Origin) *marks { return &l.marks[o.doc][o.at] }

// mark records what a rule did with the fields of a value. into, if set, is the
// part of a row with the same content.
func (l *ledger) mark(v any, rule string, s Status, note string, into spot) {
	for o := range origins(v) {
		m := l.of(o)
		switch s {
		case Dropped:
			m.lost = true
		case Undecided:
			m.asked = true
		default:
			m.living = max(m.living, uint8(slices.Index(statuses, s)))
		}
		m.said = l.say(m.said, rule, note)
		if into != (spot{}) {
			l.into[o], l.at[into] = into, 0
		}
	}
}

// say adds a remark.
func (l *ledger) say(behind *remark, rule, note string) *remark {
	if rule == "" && note == "" || behind != nil && behind.rule == rule && behind.note == note {
		return behind
	}
	if have := l.known[remark{behind, rule, note}]; have != nil {
		return have
	}
	r := &remark{behind, rule, note}
	l.known[*r] = r
	return r
}

// place says where a field of a snapshot's head is.
func (l *ledger) place(v any, s Status, target string) {
	l.mark(v, "", s, "", spot{})
	for o := range origins(v) {
		l.found(o, l.steps.member(0, target))
	}
}

// found records a place of a field in the result.
func (l *ledger) found(o *Origin, at int32) {
	if m := l.of(o); m.target == 0 {
		m.target = at
	} else {
		l.more[o] = append(l.more[o], at)
	}
}

// targets returns the places of a field in the result.
func (l *ledger) targets(o *Origin) []string {
	targets := []string{}
	if first := l.of(o).target; first != 0 {
		for _, at := range append([]int32{first}, l.more[o]...) {
			targets = append(targets, l.steps.path(at))
		}
	}
	return slices.Compact(targets)
}
