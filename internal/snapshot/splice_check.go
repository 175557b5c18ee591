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

// verify reports whether a text decodes to the wanted license.
func (s *splicer) verify(data []byte) bool {
	if len(data) > provable && !s.asTree {
		return s.complete(data)
	}
	doc, findings := Decode(data, "")
	return doc != nil && findings.Errors() == 0 && alike(doc.License, s.want)
}

// alike reports whether two licenses are written in the same way.
func alike(a, b *resource.License) bool {
	head, gaps := headerOf(a)
	wantHead, wantGaps := headerOf(b)
	return resource.Equal(head, wantHead) && resource.Equal(gaps, wantGaps) && !slices.ContainsFunc(resource.Kinds(), func(k *resource.Kind) bool {
		return a.Has(k.Name) != b.Has(k.Name) || !slices.EqualFunc(a.Rows(k.Name), inOrder(k, b.Rows(k.Name)), func(x, y *resource.Object) bool { return resource.Equal(x, y) })
	})
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

var (
	anchors = regexp.MustCompile(`(?m)(?:^|[\s\[{,])&([^\s\[\]{},]+)`)
	aliases = regexp.MustCompile(`(?m)(?:^|[\s\[{,])\*([^\s\[\]{},]+)`)
)

// lostAnchors marks everything that refers to a removed anchor to be rewritten, and
// everything that moved and may now stand in front of an anchor that it refers to. It
// returns false if there is nothing.
func (s *splicer) lostAnchors() bool {
	lost := map[string]bool{}
	for _, r := range slices.Concat(s.gone, s.moved) {
		for _, m := range anchors.FindAllSubmatch(s.data[r.from:r.to], -1) {
			lost[string(m[1])] = true
		}
	}
	more := false
	for _, r := range s.units {
		moved := slices.ContainsFunc(s.moved, func(m region) bool { return m.from <= r.from && r.from < m.to })
		if s.forced[r.from] || !moved && len(lost) == 0 {
			continue
		}
		refers := func(m [][]byte) bool { return moved || lost[string(m[1])] }
		gone := func(g region) bool { return g.from <= r.from && r.to <= g.to }
		if slices.ContainsFunc(aliases.FindAllSubmatch(s.data[r.from:r.to], -1), refers) && !slices.ContainsFunc(s.gone, gone) {
			s.forced[r.from], more = true, true
		}
	}
	return more
}
