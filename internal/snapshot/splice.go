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

// SpliceResult is the result of Splice.
type SpliceResult struct {
	Data []byte
	// License is the content of Data: the wanted license, with the file's names
	// for secrets, and for objects that it refers to by name, and with the fields
	// that only the file can know (License.Unreadable).
	License *resource.License
	Notices []Notice
}

// Notice reports a part of a file, written by a person, that could not be kept as
// it was.
type Notice struct {
	Where    string   // agent "ben@acme.example"
	What     string   // what happened to it
	Comments []string // comments that were removed with it
}

// String returns the notice as one line.
func (n Notice) String() string {
	text := n.Where + " " + n.What
	switch len(n.Comments) {
	case 0:
		return text
	case 1:
		return text + "; comment removed: " + n.Comments[0]
	}
	return fmt.Sprintf("%s; %d comments removed: %s", text, len(n.Comments), strings.Join(n.Comments, " "))
}

// Splice writes a license into the text of a file that was decoded as old.
// Unchanged values keep their bytes: comments, the order of kinds, of members and
// of objects in unordered lists, quotes, indentation, line breaks, the names of
// secrets, and names in place of ids. A file in the form of Encode keeps that
// form. New values are written as by Encode, and removed values are deleted. If a
// change cannot be made in place because of aliases, anchors or an unusual layout,
// Splice rewrites the whole object, at worst the whole file. A notice reports each
// rewritten part, and comments that were removed.
//
// Without o.Digest, the file's digest stays unchanged.
//
// Splice decodes the result and compares it with the wanted license. old is nil
// for a file with errors; Splice rewrites such a file, and also a file of an older
// API version.
func Splice(original []byte, old *Document, want *resource.License, o EncodeOptions) (*SpliceResult, error) {
	if old == nil || want.Version != "" {
		return afresh(original, want, o, "is rewritten, because it has errors")
	}
	words := newWording(old.License, want)
	wanted, pairs := words.license(want)
	if untouched(original, old.License) {
		out, err := written(wanted, o)
		if !o.Digest {
			out = append(out, digestPattern.Find(original)...)
		}
		return &SpliceResult{Data: out, License: wanted}, err
	}
	s := newSplicer(original, old, wanted, o)
	s.words, s.pairs = words, pairs
	for range manyTries {
		if !s.everything() {
			break
		}
		if s.lostAnchors() {
			continue // objects that need the anchors are rewritten, too
		}
		data := s.result()
		if !s.verify(data) {
			break
		}
		return &SpliceResult{Data: data, License: wanted, Notices: s.told(data)}, s.err
	}
	return afresh(original, wanted, o, "is rewritten, because its layout is unusual")
}

// manyTries is how often Splice edits a file, rewriting more of it each time,
// before it rewrites the whole file.
const manyTries = 20

// untouched reports whether a text is exactly the output of Encode, without
// changes by a person.
func untouched(text []byte, l *resource.License) bool {
	text = withoutDigest(text)
	for _, noNames := range []bool{false, true} {
		if rest := (expectedText{text}); Encode(&rest, l, EncodeOptions{NoNames: noNames}) == nil && len(rest.text) == 0 {
			return true
		}
	}
	return false
}

// expectedText is a writer that compares what is written with the beginning of a
// text.
type expectedText struct{ text []byte }

var errUnexpected = errors.New("the text differs")

func (e *expectedText) Write(p []byte) (int, error) {
	rest, ok := bytes.CutPrefix(e.text, p)
	if !ok {
		return 0, errUnexpected
	}
	e.text = rest
	return len(p), nil
}

// afresh encodes a license as if there were no file yet.
func afresh(original []byte, want *resource.License, o EncodeOptions, why string) (*SpliceResult, error) {
	out, err := written(want, o)
	lost := missing(commentsOf(withoutDigest(original)), commentsOf(out))
	return &SpliceResult{Data: out, License: want, Notices: []Notice{{Where: "the file", What: why, Comments: lost}}}, err
}

// written returns the output of Encode.
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
	renamed  bool                         // an object has a new name
	own      map[string]bool              // comments with names that lcsync wrote

	found   []fileSection
	starts  []int // of the lines
	asTree  bool  // the file cannot be read in parts
	reader  *decoder
	edits   []edit
	notices []Notice
	forced  map[int]bool // parts to rewrite, by their start
	units   []region     // parts that may be rewritten
	gone    []region     // parts that were rewritten or removed
	moved   []region     // parts that were moved
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
	s.starts = lineStarts(s.data)
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
		if e.start < at { // an edit inside another one, which verify will find
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

// tell adds a notice about a part of the file if a person should know: comments
// that are not in the new text are lost, except comments with names, which lcsync
// wrote.
func (s *splicer) tell(where, what string, always bool, from, to int, now []byte) {
	lost := slices.DeleteFunc(missing(commentsOf(s.data[from:to]), commentsOf(now)), func(c string) bool { return s.own[c] })
	if always || len(lost) > 0 {
		s.notices = append(s.notices, Notice{where, what, lost})
	}
}

// told returns the notices, plus one for lost comments that no other notice names.
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
