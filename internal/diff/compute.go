package diff

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// Compute plans the changes that make live as wanted. It leaves kinds alone that the
// wanted license does not have, and skips kinds that could not be read. Both
// licenses must be canonical; Compute changes neither. An error is a *Decision.
//
// Each stage takes what the one before made: the two sides, which row is which,
// what differs, what is to be done, and in which order.
func Compute(live, want *resource.License, o Options) (*Plan, error) {
	s, err := normalise(live, want, o)
	if err != nil {
		return nil, err
	}
	p, err := pair(s)
	if err != nil {
		return nil, err
	}
	d := plan(p, compare(p))
	d.depend()
	return d.finish(), nil
}

// sides are the two licenses that are compared.
type sides struct {
	live, want *resource.Index
	o          Options
	same       bool // the wanted license was taken from the live one
	byID       bool // so are ids: objects are paired by them
	*notes
}

// normalise makes the sides, and decides whether they are of the same license.
func normalise(live, want *resource.License, o Options) (*sides, error) {
	s := &sides{live: resource.NewIndex(live), want: resource.NewIndex(want), o: o, notes: &notes{told: map[string]bool{}}}
	return s, s.identify()
}

// sameIDs tells whether an id of the file means the object that has it in the
// license.
func (s *sides) sameIDs(k *resource.Kind) bool { return s.byID || k.RandomID }

// gap returns a gap of the license in a kind, nil if there is none.
func (s *sides) gap(kind string) *resource.Gap {
	i := slices.IndexFunc(s.live.Gaps, func(g resource.Gap) bool { return g.Kind == kind })
	if i < 0 {
		return nil
	}
	return &s.live.Gaps[i]
}

// notes collect what the stages report beside their results.
type notes struct {
	notices   []string
	told      map[string]bool
	skipped   []Skip
	ignored   []Ignored
	decisions []string // which object is meant
	doubts    []string // the same, where keys differ only in case
	mispicked []string // selections that mean nothing, or several
	// contradictions are things that the file says twice and differently.
	contradictions []string
}

func (n *notes) notice(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !n.told[text] {
		n.told[text] = true
		n.notices = append(n.notices, text)
	}
}

func (n *notes) skip(kind, key, reason string) {
	n.skipped = append(n.skipped, Skip{kind, key, reason})
}

// decision returns what a person has to decide before anything can be planned, nil if
// nothing.
func (n *notes) decision() error {
	switch {
	case len(n.doubts) > 0:
		slices.Sort(n.doubts)
		return &Decision{slices.Compact(n.doubts), spellingHint}
	case len(n.mispicked) > 0:
		return &Decision{n.mispicked, "in --only KIND/KEY, give KEY as lcsync diff prints it, or the id"}
	case len(n.contradictions) > 0:
		return &Decision{n.contradictions, "keep one of the two"}
	case len(n.decisions) > 0:
		return &Decision{n.decisions, matchHint}
	}
	return nil
}

// finish returns the plan with skips, gaps and notices, and sorts the changes by
// kind.
func (d *draft) finish() *Plan {
	slices.SortStableFunc(d.Changes, func(a, b *Change) int { return cmp.Compare(place(a.Kind), place(b.Kind)) })
	d.Gaps, d.Skipped = append(d.Gaps, d.pairs.gaps()...), append(d.Skipped, d.skips()...)
	d.Notices, d.Ignored = append(d.Notices, d.notices...), d.ignored
	d.Found = d.found()
	d.Names = gatherNames(d.live.License, d.want.License)
	return d.Plan
}

// place is the place of a kind in the registry.
func place(kind string) int { return slices.Index(resource.Names(), kind) }

// gaps returns the gaps of the license that count.
func (ps *pairs) gaps() (out []resource.Gap) {
	for _, k := range resource.Kinds() {
		if !ps.wanted(k) {
			continue
		}
		for _, g := range ps.live.Gaps {
			if g.Kind == k.Name && ps.counts(g) {
				out = append(out, g)
			}
		}
	}
	return out
}

// skips returns what was skipped of what is selected.
func (ps *pairs) skips() (out []Skip) {
	for _, s := range ps.skipped {
		if of := ps.of[s.Kind]; of == nil || of.picks == nil || s.Key == "" || of.picks[s.Key] {
			out = append(out, s)
		}
	}
	return out
}
