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

// ledger is the books about the fields of the input, by document.
type ledger struct {
	docs  []*Document
	marks map[*Document][]marks
}

// marks is what became of one field, so far.
type marks struct {
	living  uint8 // of fields that are in the output: index in statuses
	lost    bool  // dropped at least once
	asked   bool
	targets []string // where it is in the result
	said    *remarks // what the rules said, if anything
}

type remarks struct {
	rules, notes []string
	into         any    // what says what the field said
	target       string // its place, where that is not in a row
}

// open opens the books for the fields of a document.
func (l *ledger) open(doc *Document) {
	if l.marks[doc] == nil {
		l.docs = append(l.docs, doc)
		l.marks[doc] = make([]marks, len(doc.origins))
	}
}

func (l *ledger) of(o *Origin) *marks { return &l.marks[o.doc][o.n] }

// remarks returns what was said about a field, to add to it.
func (m *marks) remarks() *remarks {
	if m.said == nil {
		m.said = &remarks{}
	}
	return m.said
}

// mark enters what a rule did with the fields of a value. into, if any, is the
// part of a row that says what they said.
func (l *ledger) mark(v any, rule string, s Status, note string, into any) {
	each(v, func(x *leaf) {
		for _, o := range x.from {
			m := l.of(o)
			switch s {
			case Dropped:
				m.lost = true
			case Undecided:
				m.asked = true
			default:
				m.living = max(m.living, uint8(slices.Index(statuses, s)))
			}
			if rule != "" && !(m.said != nil && slices.Contains(m.said.rules, rule)) {
				m.remarks().rules = append(m.said.rules, rule)
			}
			if note != "" && !slices.Contains(m.remarks().notes, note) {
				m.said.notes = append(m.said.notes, note)
			}
			if into != nil {
				m.remarks().into = into
			}
		}
	})
}

// place says where a field of a snapshot's head is.
func (l *ledger) place(v any, s Status, target string) {
	l.mark(v, "", s, "", nil)
	each(v, func(x *leaf) {
		for _, o := range x.from {
			l.of(o).remarks().target = target
		}
	})
}
