package diff

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// pairs says of each kind that takes part which wanted row is which live row.
type pairs struct {
	*sides
	of       map[string]*pairing
	claims   claims
	used     map[string]bool // live objects that only references of the file speak of
	ids      map[string]bool // of changes
	unpicked map[string]bool // ids of creates that are not selected
}

// pairing is what pairs says of one kind. Rows that a gap hides and those that
// are the platform's have no part in it.
type pairing struct {
	kind       *resource.Kind
	live       []*resource.Object
	want       []*wanted
	ofLive     map[*resource.Object]*wanted // nil if the object is not wanted
	ofFile     map[*resource.Object]*wanted
	unreadable []string
	picks      map[string]bool           // what objects are called that are selected one by one; nil = all are
	picked     map[*resource.Object]bool // live ones of these
}

// wanted is a row of the wanted license with its references mapped to the live
// one.
type wanted struct {
	*resource.Object
	file     *resource.Object // the row of the file, nil if groups alone speak of it
	live     *resource.Object // the object that it is, nil if that does not exist
	key      string           // unique in the plan
	problems []problem
	left     bool // it is not selected
}

// pair decides which rows are which. An error is a *Decision.
func pair(s *sides) (*pairs, error) {
	ps := &pairs{sides: s, of: map[string]*pairing{}, claims: claims{map[*resource.Object]resource.List{}, map[string]bool{}, map[string]bool{}},
		used: map[string]bool{}, ids: map[string]bool{}, unpicked: map[string]bool{}}
	for _, k := range resource.Kinds() {
		if k.AnyCase {
			ps.spelled(k)
		}
		ps.kind(k)
	}
	ps.named()
	return ps, s.decision()
}

// wanted tells whether the file says anything of a kind that takes part.
func (ps *pairs) wanted(k *resource.Kind) bool {
	return ps.o.selected(k) && (ps.want.Has(k.Name) || ps.claimed(k))
}

func (ps *pairs) kind(k *resource.Kind) {
	switch {
	case !ps.o.selected(k):
		return
	case !ps.wanted(k):
		ps.pickedAbsent(k)
		return
	case !ps.live.Has(k.Name):
		ps.skipKind(k)
		return
	}
	p := ps.readable(k)
	p.join(ps.byID, ps.o.Match == ByName)
	ps.ask(p)
	for _, w := range p.want {
		w.key = ps.unique(k, cmp.Or(k.KeyOf(w.object()), "new"))
	}
	ps.of[k.Name] = p
	ps.gatherClaims(p)
	ps.applyClaims(p)
	ps.pick(p)
}

// object is the object that a row is, as far as it exists.
func (w *wanted) object() *resource.Object {
	if w.live != nil {
		return w.live
	}
	return w.Object
}

// from returns what became of a row of the file, nil if it has no part.
func (p *pairing) from(row *resource.Object) *wanted {
	if p == nil {
		return nil
	}
	return p.ofFile[row]
}

// unique returns the key of a change that no other one of its kind has.
func (ps *pairs) unique(k *resource.Kind, key string) string {
	id := key
	for n := 2; ps.ids[resource.Address(k.Name, id)]; n++ {
		id = fmt.Sprintf("%s#%d", key, n)
	}
	ps.ids[resource.Address(k.Name, id)] = true
	return id
}

// skipKind says that a wanted kind cannot be compared. A kind that was not
// asked for and of which nothing is wanted is no loss.
func (ps *pairs) skipKind(k *resource.Kind) {
	switch g := ps.gap(k.Name); {
	case g != nil:
		ps.skip(k.Name, "", "the license's "+k.Name+" could not be read: "+g.Reason)
	case len(ps.want.Rows(k.Name)) > 0, ps.claimed(k):
		ps.skip(k.Name, "", "the license's "+k.Name+" were not read")
	}
}

// hidden says for which gap an object of the license could not be read, "" for
// none.
func (s *sides) hidden(k *resource.Kind, o *resource.Object) string {
	for i := range s.live.Gaps {
		if g := &s.live.Gaps[i]; g.Kind == k.Name && !g.Partial && (g.ClientID != "" || g.ID != "") && g.Hides(k, o) {
			return g.Reason
		}
	}
	return ""
}

// readable sets up the pairing of a kind without the rows that a gap hides and
// those that are the platform's, on either side.
func (ps *pairs) readable(k *resource.Kind) *pairing {
	p := &pairing{kind: k, unreadable: ps.live.Unreadable[k.Name],
		ofLive: map[*resource.Object]*wanted{}, ofFile: map[*resource.Object]*wanted{}}
	dark := map[string]string{} // key of a live row that a gap hides → reason
	for _, l := range ps.live.Rows(k.Name) {
		if ps.platforms(k, l) {
			continue
		}
		if reason := ps.hidden(k, l); reason == "" {
			p.live = append(p.live, l)
		} else if key := folded(k, l); key != "" {
			dark[key] = reason
		}
	}
	earlier := map[string]*wanted{} // by key
	for _, row := range ps.want.Rows(k.Name) {
		if ps.platforms(k, row) {
			continue
		}
		w, reason := ps.readRow(k, row)
		if unread := dark[folded(k, w.Object)]; reason == "" && unread != "" && !ps.elsewhere(k, w.Object) {
			reason = "the license's side could not be read: " + unread
		}
		if reason != "" {
			ps.skip(k.Name, k.KeyOf(row), reason)
			continue
		}
		key := k.JoinKey(w.Object)
		if first := earlier[key]; first != nil && ps.again(k, first, w) {
			p.ofFile[row] = first
			continue
		}
		if key != "" {
			earlier[key] = w
		}
		p.ofFile[row] = w
		p.want = append(p.want, w)
	}
	return p
}

// readRow maps a row of the file, and says why it cannot be compared.
func (ps *pairs) readRow(k *resource.Kind, row *resource.Object) (w *wanted, reason string) {
	w = &wanted{Object: row, file: row}
	if reason = ps.hidden(k, row); reason != "" {
		return w, "the license's side could not be read: " + reason
	}
	w.Object, w.problems = ps.mapRow(k, row)
	if k.Members != nil { // see gatherClaims, which knows members that come later
		w.problems = slices.DeleteFunc(w.problems, func(t problem) bool { return t.root == k.Members.Field })
	}
	ps.contradicted(k, w)
	lost := func(t problem) bool { return slices.Contains(k.Key, t.root) && !t.dangling }
	if i := slices.IndexFunc(w.problems, lost); i >= 0 {
		// Without its key nobody knows which object is meant.
		return w, w.problems[i].root + ": " + w.problems[i].text
	}
	return w, ""
}

// elsewhere tells whether a wanted row goes by the id of one of the live rows
// that could be read.
func (ps *pairs) elsewhere(k *resource.Kind, row *resource.Object) bool {
	l := ps.live.ByID(k, k.IDOf(row))
	return k.IDOf(row) != nil && ps.sameIDs(k) && l != nil && ps.hidden(k, l) == ""
}

// ask notes where a person has to say which object is meant, and where an object
// may be meant that is not.
func (ps *pairs) ask(p *pairing) {
	if ps.o.Match == Mapped {
		return // whoever mapped the file has asked
	}
	if ps.o.Match != ByID {
		ps.questions = append(ps.questions, p.clashes()...)
	}
	ps.numberless(p)
	if text := p.lookalike(); text != "" {
		ps.notice("%s", text)
	}
}

// clashes are pairs by id whose wanted name another live object carries: a
// person has to say which is meant.
func (p *pairing) clashes() []string {
	k := p.kind
	if k.ServerID == "" || len(k.Key) != 1 {
		return nil
	}
	loose := map[string]*resource.Object{}
	_, live := p.loose()
	for _, l := range live {
		loose[k.JoinKey(l)] = l
	}
	var out []string
	for _, w := range p.want {
		key, l := k.JoinKey(w.Object), w.live
		if other := loose[key]; other != nil && key != "" && l != nil && k.JoinKey(l) != key && resource.Equal(k.IDOf(w.Object), k.IDOf(l)) {
			out = append(out, fmt.Sprintf("%s %q in the file has the id %s, which is %q in the license, but %s has that name",
				k.Singular, k.KeyOf(w.Object), resource.Text(k.IDOf(l)), k.KeyOf(l), resource.Text(k.IDOf(other))))
		}
	}
	return out
}

// lookalike names a wanted row without an id that would be created although the
// only object that is not wanted differs from it in its key alone.
func (p *pairing) lookalike() string {
	k := p.kind
	if k.ServerID == "" || len(k.Key) != 1 || k.Order == resource.Linked {
		return ""
	}
	created, left := p.loose()
	left = slices.DeleteFunc(left, func(l *resource.Object) bool { return k.Keep != nil && k.Keep(l) != "" })
	// With several on either side nobody can tell which is meant.
	if len(created) != 1 || len(left) != 1 || k.IDOf(created[0].Object) != nil {
		return ""
	}
	w, l := created[0], left[0]
	if changes := Compare(k, l, w.Object, p.unreadable); w.Len() < 2 || len(changes) != 1 || changes[0].Path != k.Key[0] {
		return ""
	}
	return fmt.Sprintf("%s %q will be created, but looks like %q renamed: give it the id %s to rename that one",
		k.Singular, k.KeyOf(w.Object), k.KeyOf(l), resource.Text(k.IDOf(l)))
}
