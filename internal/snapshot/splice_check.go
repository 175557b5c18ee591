package snapshot

import (
	"bytes"
	"regexp"
	"slices"

	"lcsync/internal/resource"
)

// provable is the size up to which a result is decoded as a whole. In larger
// ones all that was changed has been decoded by itself, and what was not changed
// is known already; what is looked at is whether they are all there. A file that
// was parsed as a whole is decoded as a whole.
const provable = 1 << 20

// verify tells whether a text says what is wanted, and otherwise which sections
// do not.
func (s *splicer) verify(data []byte) (bad []string, ok bool) {
	if len(data) > provable && s.tree == nil {
		return nil, s.complete(data)
	}
	doc, findings := Decode(data, "")
	if doc == nil || findings.Errors() > 0 {
		return nil, false
	}
	return differing(doc.License, s.want)
}

// differing returns the sections in which two licenses differ.
func differing(a, b *resource.License) (keys []string, ok bool) {
	head, gaps := headerOf(a)
	wantHead, wantGaps := headerOf(b)
	if !resource.Equal(head, wantHead) {
		keys = append(keys, keyLicense)
	}
	if !resource.Equal(gaps, wantGaps) {
		keys = append(keys, keyIncomplete)
	}
	for _, k := range resource.Kinds() {
		if a.Has(k.Name) != b.Has(k.Name) || !slices.EqualFunc(a.Rows(k.Name), inOrder(k, b.Rows(k.Name)), func(x, y *resource.Object) bool { return resource.Equal(x, y) }) {
			keys = append(keys, k.Name)
		}
	}
	return keys, len(keys) == 0
}

// complete tells whether a text has the sections and as many items in each list
// as it should.
func (s *splicer) complete(data []byte) bool {
	parts, ok := split(bytes.TrimPrefix(data, bom), 0)
	if !ok {
		return false
	}
	kinds := 0
	for _, p := range parts {
		k := resource.Lookup(p.key)
		if k == nil {
			continue
		}
		kinds++
		rows := s.want.Rows(p.key)
		if !s.want.Has(p.key) || plainList(k) && len(rows) > 0 && (p.chunks[0].depth != items || len(p.chunks) != len(rows)) {
			return false
		}
	}
	return kinds == len(s.want.Kinds())
}

// force has sections written anew. It returns false if they have been already,
// or if there are none.
func (s *splicer) force(keys []string) bool {
	sections, ok := s.sections()
	more := false
	for _, sec := range sections {
		if slices.Contains(keys, sec.key) && !s.forced[sec.from] {
			s.forced[sec.from], more = true, true
		}
	}
	return ok && more
}

var (
	anchors = regexp.MustCompile(`(?m)(?:^|[\s\[{,])&([^\s\[\]{},]+)`)
	aliases = regexp.MustCompile(`(?m)(?:^|[\s\[{,])\*([^\s\[\]{},]+)`)
)

// lostAnchors has what refers to an anchor that is gone written anew. It returns
// false if there is no such thing.
func (s *splicer) lostAnchors() bool {
	lost := map[string]bool{}
	for _, r := range slices.Concat(s.gone, s.moved) {
		for _, m := range anchors.FindAllSubmatch(s.data[r.from:r.to], -1) {
			lost[string(m[1])] = true
		}
	}
	return len(lost) > 0 && s.forceUnits(func(text []byte) bool {
		return slices.ContainsFunc(aliases.FindAllSubmatch(text, -1), func(m [][]byte) bool { return lost[string(m[1])] })
	})
}

// forceAliases has everything with an alias written anew. It returns false if
// there is no such thing.
func (s *splicer) forceAliases() bool { return s.forceUnits(aliases.Match) }

// forceUnits has what some text stands in written anew, unless it has been. It
// returns false if there is no such thing.
func (s *splicer) forceUnits(has func(text []byte) bool) bool {
	more := false
	for _, r := range s.units {
		over := func(g region) bool { return g.from <= r.from && r.to <= g.to }
		if !s.forced[r.from] && !slices.ContainsFunc(s.gone, over) && has(s.data[r.from:r.to]) {
			s.forced[r.from], more = true, true
		}
	}
	return more
}
