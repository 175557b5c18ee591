package snapshot

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Spliced is what Splice made of a file.
type Spliced struct {
	Data []byte
	// License is what Data says: the license that was wanted, with the names
	// that the file has for secrets, and for objects that it refers to by name,
	// and with the fields that only the file can know (License.Unreadable).
	License *resource.License
	Notices []Notice
}

// Notice is something about a file that a person wrote and that could not stay
// as it was.
type Notice struct {
	Where    string   // agent "ben@acme.example"
	What     string   // what became of it
	Comments []string // what went with it
}

// String returns the notice as one line.
func (n Notice) String() string {
	text := n.Where + " " + n.What
	switch len(n.Comments) {
	case 0:
		return text
	case 1:
		return text + "; a comment went with it: " + n.Comments[0]
	}
	return fmt.Sprintf("%s; %d comments went with it: %s", text, len(n.Comments), strings.Join(n.Comments, " "))
}

// Splice writes what a license says into the text of a file that was decoded as
// old. What the file says already keeps its bytes: comments, the order of kinds,
// of members and of objects that have none, quotes, indentation, line breaks,
// the names of secrets, and names in the place of ids. A file as Encode writes it
// stays one. What is new stands as
// Encode writes it, what is gone is taken out. Where a change meets aliases,
// anchors or a layout that it cannot be made in, the object is written anew as a
// whole, at worst the file. A notice tells of each that was, and of comments
// that went with what they stood at.
//
// Without o.Digest, the digest that a file has stays as it is.
//
// The result was decoded and says what is wanted. old is nil for a file with
// errors, which is written anew; so is one of an older version of the API.
func Splice(original []byte, old *Document, want *resource.License, o EncodeOptions) (*Spliced, error) {
	if old == nil || want.Version != "" {
		return afresh(original, want, o, "is written anew, as it has errors")
	}
	words := newWording(old.License, want)
	wanted, pairs := words.license(want)
	if untouched(original, old.License) {
		out, err := written(wanted, o)
		return &Spliced{Data: out, License: wanted}, err
	}
	s := newSplicer(original, old, wanted, o)
	s.words, s.pairs = words, pairs
	for range manyTries {
		if !s.everything() {
			break
		}
		data := s.result()
		if s.lostAnchors() {
			continue // objects that need them are written anew, too
		}
		bad, ok := s.verify(data)
		if ok {
			return &Spliced{Data: data, License: wanted, Notices: s.told(data)}, s.err
		}
		if !s.force(bad) && !s.forceAliases() {
			break
		}
	}
	return afresh(original, wanted, o, "is written anew, as its layout is unusual")
}

// manyTries is how often a file is edited with more of it written anew than the
// time before, until it is written anew as a whole.
const manyTries = 20

// untouched tells whether a text is what Encode writes, so that nothing in it is
// a person's.
func untouched(text []byte, l *resource.License) bool {
	text = withoutDigest(text)
	for _, noNames := range []bool{false, true} {
		if rest := (expected{text}); Encode(&rest, l, EncodeOptions{NoNames: noNames}) == nil && len(rest.text) == 0 {
			return true
		}
	}
	return false
}

// expected is a writer of what a text begins with.
type expected struct{ text []byte }

var errUnexpected = errors.New("something else was expected")

func (e *expected) Write(p []byte) (int, error) {
	rest, ok := bytes.CutPrefix(e.text, p)
	if !ok {
		return 0, errUnexpected
	}
	e.text = rest
	return len(p), nil
}

// afresh writes a file as if there were none yet.
func afresh(original []byte, want *resource.License, o EncodeOptions, why string) (*Spliced, error) {
	out, err := written(want, o)
	lost := missing(commentsOf(withoutDigest(original)), commentsOf(out))
	return &Spliced{Data: out, License: want, Notices: []Notice{{Where: "the file", What: why, Comments: lost}}}, err
}

// written is what Encode writes.
func written(l *resource.License, o EncodeOptions) ([]byte, error) {
	var b bytes.Buffer
	err := Encode(&b, l, o)
	return b.Bytes(), err
}

// edit replaces a part of the file.
type edit struct {
	start, end int
	text       string
}

// splicer makes one file of another.
type splicer struct {
	bom, data []byte // the file without its digest; its last line has a break
	crlf      bool
	old       *Document
	want      *resource.License
	words     *wording
	pairs     map[string][]int // by kind, the row of the file that each row succeeds
	options   EncodeOptions

	was, now map[string]map[string]string // names by kind and id
	renamed  bool                         // some object has another name now
	own      map[string]bool              // comments with names, which are lcsync's own

	found   []fileSection
	tree    *unit // of the whole file, if it cannot be read in parts
	reader  *decoder
	edits   []edit
	notices []Notice
	forced  map[int]bool // what is written anew, by where it begins
	units   []region     // what may be written anew
	gone    []region     // what was, or is not there any more
	moved   []region     // what stands in another place
	err     error
}

// region is a part of the file.
type region struct{ from, to int }

var bom = []byte("\xEF\xBB\xBF")

func newSplicer(original []byte, old *Document, want *resource.License, o EncodeOptions) *splicer {
	s := &splicer{old: old, want: want, options: o, forced: map[int]bool{}}
	s.data = original
	if o.Digest {
		s.data = withoutDigest(original)
	}
	if rest, ok := bytes.CutPrefix(s.data, bom); ok {
		s.bom, s.data = bom, rest
	}
	first, _, _ := bytes.Cut(s.data, []byte("\n"))
	s.crlf = bytes.HasSuffix(first, []byte("\r"))
	if len(s.data) > 0 && s.data[len(s.data)-1] != '\n' {
		s.data = append(slices.Clone(s.data), s.breaks("\n")...)
	}
	s.was, s.now, s.own = namesOf(old.License), namesOf(want), map[string]bool{}
	for kind, names := range s.was {
		for id, name := range names {
			s.own["# "+remark(name)] = true
			now := s.now[kind][id]
			s.renamed = s.renamed || now != "" && now != name
		}
	}
	s.reader = &decoder{size: len(s.data)}
	return s
}

// breaks gives a text the line breaks of the file.
func (s *splicer) breaks(text string) string {
	if s.crlf {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

func (s *splicer) put(start, end int, text string) {
	if start != end || text != "" {
		s.edits = append(s.edits, edit{start, end, text})
	}
}

// render returns a part of the file with some edits, which are inside of it.
func (s *splicer) render(from, to int, edits []edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var out []byte
	at := from
	for _, e := range edits {
		if e.start < at { // one inside of another, which the check will find
			continue
		}
		out = append(append(out, s.data[at:e.start]...), e.text...)
		at = e.end
	}
	return append(out, s.data[at:to]...)
}

// result returns the file with all edits.
func (s *splicer) result() []byte {
	out := append(slices.Clone(s.bom), s.render(0, len(s.data), s.edits)...)
	if s.options.Digest {
		out = append(out, s.breaks(digestLine(s.want))...)
	}
	return out
}

// tell notes what became of a part of the file, if a person should know:
// comments that are not in the new text are gone, except those with names, which
// are lcsync's own.
func (s *splicer) tell(where, what string, always bool, from, to int, now []byte) {
	lost := slices.DeleteFunc(missing(commentsOf(s.data[from:to]), commentsOf(now)), func(c string) bool { return s.own[c] })
	if always || len(lost) > 0 {
		s.notices = append(s.notices, Notice{where, what, lost})
	}
}

// told returns the notices, with comments that are gone and that none of them
// has named.
func (s *splicer) told(data []byte) []Notice {
	if len(data) > provable {
		return s.notices
	}
	lost := missing(commentsOf(s.data), commentsOf(data))
	for _, n := range s.notices {
		lost = missing(lost, n.Comments)
	}
	lost = slices.DeleteFunc(lost, func(c string) bool { return s.own[c] })
	if len(lost) > 0 {
		s.notices = append(s.notices, Notice{"the file", "was changed", lost})
	}
	return s.notices
}
