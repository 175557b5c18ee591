package snapshot

import (
	"bytes"
	"regexp"
	"slices"

	"lcsync/internal/resource"
)

// provable is the size up to which a result is decoded as a whole. In larger
// results every changed part has been decoded by itself, and unchanged parts are
// known; only the presence of all parts is checked. A file that was parsed as a
// whole is decoded as a whole.
const provable = 1 << 20

// verify reports whether a text decodes to the wanted license, and returns the
// sections that do not.
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

// complete reports whether a text has the expected sections and the expected
// number of items in each list.
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

// force marks sections to be rewritten. It returns false if they are marked
// already, or if there are none.
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

// lostAnchors marks everything that refers to a removed anchor to be rewritten. It
// returns false if there is nothing.
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

// forceAliases marks everything with an alias to be rewritten. It returns false if
// there is nothing.
func (s *splicer) forceAliases() bool { return s.forceUnits(aliases.Match) }

// forceUnits marks the parts that contain a text to be rewritten, unless they are
// marked already. It returns false if there are none.
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
