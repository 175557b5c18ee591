package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Match says how objects are paired.
type Match string

// Auto pairs by id where both sides are the same license, by name otherwise;
// ByID and ByName ignore the evidence. Mapped is for what was
// taken from another license and already has the ids of this one.
const (
	Auto   Match = "auto"
	ByID   Match = "id"
	ByName Match = "name"
	Mapped Match = "mapped"
)

// Decision is an error that names what a person has to decide, one line each.
type Decision struct {
	Lines []string
	Hint  string
}

// Error returns the lines.
func (d *Decision) Error() string { return strings.Join(d.Lines, "\n") }

// evidence says whether two licenses are the same.
type evidence struct {
	owner, other bool // same owner account, another one; neither = unknown
	common       int  // objects that prove the same license
	both         bool
	ours, theirs int    // objects that could prove it
	rename       string // a group id that both have under different names
}

// gather compares the identities of two licenses. Kinds that belong to an application
// and small numeric ids prove nothing, because licenses share them.
func gather(live, want *resource.Index) evidence {
	same, known := sameOwner(live, want)
	e := evidence{owner: known && same, other: known && !same}
	for _, k := range resource.Kinds() {
		if len(k.Evidence) == 0 {
			continue
		}
		l, w := proofs(k, live), proofs(k, want)
		if len(l) > 0 && len(w) > 0 {
			e.both = true
		}
		e.ours, e.theirs = e.ours+len(l), e.theirs+len(w)
		for id := range w {
			if l[id] {
				e.common++
			}
		}
	}
	if e.common == 0 {
		e.rename = countedClash(live, want)
	}
	return e
}

// SameLicense tells whether two licenses are one: they have the same owner, and
// objects in common, or nothing that could tell them apart.
func SameLicense(a, b *resource.License) bool {
	x, y := resource.NewIndex(a), resource.NewIndex(b)
	e := gather(x, y)
	return e.owner && (e.common > 0 || !anyProof(x) && !anyProof(y))
}

// many is from how many objects on it is no chance that none of them is on the other
// side as well.
const many = 5

// OtherLicense tells whether two licenses are certainly not one: they have no object
// in common that proves it, and owners of other names or many such objects each.
func OtherLicense(a, b *resource.License) bool {
	e := gather(resource.NewIndex(a), resource.NewIndex(b))
	return e.common == 0 && (e.other && !strings.EqualFold(a.Owner, b.Owner) || min(e.ours, e.theirs) >= many)
}

// anyProof tells whether a license has anything that tells it from others.
func anyProof(l *resource.Index) bool {
	return slices.ContainsFunc(resource.Kinds(), func(k *resource.Kind) bool { return len(k.Evidence) > 0 && len(proofs(k, l)) > 0 })
}

// same tells whether both sides are one license.
func (e evidence) same() bool { return e.owner && (e.common > 0 || !e.both) }

// sameOwner tells whether two licenses have the same owner, and whether that is
// known.
func sameOwner(live, want *resource.Index) (same, known bool) {
	if want.AccountID != "" && live.AccountID != "" {
		return want.AccountID == live.AccountID, true
	}
	return strings.EqualFold(want.Owner, live.Owner), want.Owner != "" && live.Owner != ""
}

func proofs(k *resource.Kind, l *resource.Index) map[string]bool {
	out := map[string]bool{}
	for _, r := range l.Rows(k.Name) {
		var parts []string
		for _, f := range k.Evidence {
			if t := resource.Text(r.Get(f)); t != "" || f != k.Evidence[len(k.Evidence)-1] {
				parts = append(parts, t)
			}
		}
		if len(parts) == len(k.Evidence) {
			out[strings.Join(parts, "\x00")] = true
		}
	}
	return out
}

// countedClash finds an id that the server counts and that stands for
// differently named objects on the two sides.
func countedClash(live, want *resource.Index) string {
	for _, k := range resource.Kinds() {
		if k.ServerID == "" || k.RandomID {
			continue
		}
		for _, w := range want.Rows(k.Name) {
			if l := live.Find(k, w); k.IDOf(w) != nil && l != nil && k.JoinKey(w) != "" && k.KeyOf(l) != k.KeyOf(w) {
				return fmt.Sprintf("%s %s is %q in the file and %q in the license", k.Singular, resource.Text(k.IDOf(w)), k.KeyOf(w), k.KeyOf(l))
			}
		}
	}
	return ""
}

const matchHint = "pass --match id if the file is of this license, --match name if it is of another"

// identify decides whether the wanted license was taken from the live one, and
// how to pair, and says so where the user should know.
func (s *sides) identify() error {
	e := gather(s.live, s.want)
	s.same = e.same() || s.o.Match == ByID
	s.byID = s.same && s.o.Match != ByName
	switch {
	case s.o.Match == Mapped:
		s.same, s.byID = false, true
	case s.o.Match == ByID, s.o.Match == ByName:
	case e.other && e.common > 0:
		return &Decision{[]string{"the file and the license have different owners but share objects"}, matchHint}
	case s.same && e.common == 0 && e.rename != "":
		return &Decision{[]string{"cannot tell whether the file is of this license: the owner is the same, but " + e.rename}, matchHint}
	case !s.same:
		s.notice("the file may be of another license: objects are matched by name, or by id where ids are random; numbers such as group ids are ignored")
	}
	return nil
}
