package migrate

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Report states what happened to every field of the input.
type Report struct {
	Summary   Summary    `json:"summary"`
	Decisions []Decision `json:"decisions"`
	Meanings  []Meaning  `json:"meanings"`
	Fields    Fields     `json:"fields"`
}

// Fields lists what happened to each field, in the order of the documents.
type Fields struct{ ledger ledger }

// All creates the fields on demand: the ledger is much smaller.
func (f Fields) All() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for _, doc := range f.ledger.docs {
			for _, o := range doc.origins {
				if !yield(f.ledger.field(o)) {
					return
				}
			}
		}
	}
}

// Summary counts the fields.
type Summary struct {
	Fields    int `json:"fields"`
	Exact     int `json:"exact"`     // kept and renamed
	Converted int `json:"converted"` // and merged
	Dropped   int `json:"dropped"`
	Undecided int `json:"undecided"`
}

// String returns the counts: "migrated 1,204 fields: 1,180 exact, 20 converted, 4
// dropped".
func (s Summary) String() string {
	text := fmt.Sprintf("migrated %s fields: %s exact, %s converted, %s dropped", thousands(s.Fields), thousands(s.Exact), thousands(s.Converted), thousands(s.Dropped))
	if s.Undecided > 0 {
		text += fmt.Sprintf(", %s undecided", thousands(s.Undecided))
	}
	return text
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Field describes what happened to one field of the input. It does not contain
// values, which may be secrets.
type Field struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Path    string   `json:"path"`
	Status  Status   `json:"status"`
	Rules   []string `json:"rules"`
	Targets []string `json:"targets"` // paths in the snapshot
	Note    string   `json:"note,omitempty"`
}

// Decision is something that only the user can decide.
type Decision struct {
	About    string `json:"about"` // timezone, client_id, input, version…
	Object   string `json:"object"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Question string `json:"question"`
	HowTo    string `json:"settle"` // how to answer it
	// Key is the key of the answer in a file with answers, "" if it has none. Of
	// is the name of the answer if the key holds several.
	Key string `json:"key,omitempty"`
	Of  string `json:"of,omitempty"`
}

// Meaning is a behaviour change: the configuration acts differently, although no
// field is lost.
type Meaning struct {
	Rule   string `json:"rule"`
	Object string `json:"object"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Text   string `json:"text"`
}

// report completes the ledger. A field that no rule mentioned and that is not in
// the result is dropped.
func (d *draft) report() *Report {
	became := map[Status]int{}
	fields := 0
	for _, doc := range d.ledger.docs {
		fields += len(doc.origins)
		for _, o := range doc.origins {
			became[d.ledger.status(o)]++
		}
	}
	slices.SortStableFunc(d.decisions, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.About, b.About))
	})
	return &Report{
		Summary: Summary{Fields: fields, Exact: became[Kept] + became[Renamed], Converted: became[Converted] + became[Merged],
			Dropped: became[Dropped], Undecided: became[Undecided]},
		Decisions: append([]Decision{}, d.decisions...), Meanings: append([]Meaning{}, d.meanings...), Fields: Fields{*d.ledger},
	}
}

// status is what happened to a field, as recorded at the end.
func (l *ledger) status(o *Origin) Status {
	m := l.of(o)
	status := statuses[m.living]
	switch {
	case m.asked:
		return Undecided
	case m.target == 0 && (m.lost || status != Converted && status != Merged):
		return Dropped
	}
	return status
}

// field returns the report of a field at the end.
func (l *ledger) field(o *Origin) Field {
	rules, notes := l.of(o).said.all()
	f := Field{File: o.File(), Line: int(o.Line), Path: o.Path(), Status: l.status(o),
		Rules: rules, Targets: l.targets(o), Note: strings.Join(notes, "; ")}
	if f.Status == Dropped {
		f.Note = cmp.Or(f.Note, "a snapshot has no field for it")
	}
	return f
}
