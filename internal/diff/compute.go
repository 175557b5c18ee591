package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// computation is one run of Compute.
type computation struct {
	live, want *resource.License
	o          Options
	plan       *Plan
	space      *space
	claims     *claims
	byRow      map[*resource.Object]*Change // mapped wanted row → its change
	origins    map[*Change]*resource.Object // the file's row that a change is made of
	defs       map[string]*definitions      // by kind
	redefined  map[string]*Change           // definitions that are created or replaced, by defKey
	known      map[string]map[string]bool   // ids of live objects that the file knows, by kind
	ids        map[string]bool
	noticed    map[string]bool
	questions  []string
	picks      map[string]*picked             // by kind, those that are narrowed down
	unclaimed  map[string]map[string][]string // by kind and member, groups that name it and are not compared
	unpicked   map[string]bool                // ids of creates that are not selected
	mispicked  []string                       // selections that mean nothing, or several

	doubts         map[string][]Refusal // what is sent and may not be meant so, by its text
	doubted        []string             // texts in order
	contradictions []string             // things that the file says twice and differently
}

// Compute says what has to be done to make live as wanted. Kinds that the
// wanted license does not have are left alone, kinds that live could not be
// read of are not planned at all. Both licenses must be canonical; neither is
// changed. An error is a *Decision.
func Compute(live, want *resource.License, o Options) (*Plan, error) {
	want, err := respelled(live, want)
	if err != nil {
		return nil, err
	}
	same, how, notice, err := identify(live, want, o.Match)
	if err != nil {
		return nil, err
	}
	c := &computation{live: live, want: want, o: o,
		byRow: map[*resource.Object]*Change{}, origins: map[*Change]*resource.Object{}, doubts: map[string][]Refusal{}, ids: map[string]bool{}, noticed: map[string]bool{}, defs: map[string]*definitions{},
		redefined: map[string]*Change{}, known: map[string]map[string]bool{},
		picks: map[string]*picked{}, unclaimed: map[string]map[string][]string{}, unpicked: map[string]bool{},
		plan: &Plan{
			FormatVersion: FormatVersion,
			License:       Identity{live.Owner, live.AccountID, live.ClientIDs},
			Only:          o.selection(), SameLicense: same, Pairing: string(how), Prune: o.Prune,
			Changes: []*Change{}, Unmanaged: []Item{}, Observed: []Observation{}, Skipped: []Skip{},
			Gaps: []resource.Gap{}, Notices: []string{}, Unchanged: map[string]int{},
		}}
	c.space = &space{live: live, want: want, same: same && how == ByID, only: len(o.Only) > 0, pairs: map[string]*pairing{},
		liveIndex: map[string]*refIndex{}, wantIndex: map[string]*refIndex{}, used: map[string]bool{}}
	if notice != "" {
		c.notice("%s", notice)
	}
	for _, k := range resource.Kinds() {
		c.kind(k, how)
	}
	c.named()
	if len(c.mispicked) > 0 {
		return nil, &Decision{c.mispicked, "KEY in --only KIND/KEY is what lcsync diff prints, or the id"}
	}
	if len(c.contradictions) > 0 {
		return nil, &Decision{c.contradictions, "keep one of the two"}
	}
	if len(c.questions) > 0 {
		return nil, &Decision{c.questions, matchHint}
	}
	c.keepUsed()
	c.keepTargets()
	c.restoreValues()
	for again := true; again; again = c.blockHalf() {
		c.fillMembers()
	}
	c.start()
	c.need()
	c.order()
	c.wait()
	c.tellAlong()
	c.remember()
	c.tellDoubts()
	c.finish()
	return c.plan, nil
}

func (c *computation) notice(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !c.noticed[text] {
		c.noticed[text] = true
		c.plan.Notices = append(c.plan.Notices, text)
	}
}

func (c *computation) skip(kind, key, reason string) {
	c.plan.Skipped = append(c.plan.Skipped, Skip{kind, key, reason})
}

// kind compares one kind.
func (c *computation) kind(k *resource.Kind, match Match) {
	if !c.o.selected(k) {
		return
	}
	if !c.want.Has(k.Name) && !c.claimed(k) {
		c.pickedAbsent(k)
		return
	}
	if !c.live.Has(k.Name) {
		c.skipKind(k)
		return
	}
	p := c.readable(k)
	p.pair(match == ByID, c.o.Match == ByName)
	c.questionsOf(p)
	c.name(p)
	c.space.pairs[k.Name] = p
	c.gatherClaims(k)
	c.applyClaims(p)
	if of := c.pick(p); of != nil {
		c.picks[k.Name] = of
	}
	c.compareRows(p)
	if c.want.Has(k.Name) {
		c.unmanaged(p)
	}
}

// claimed tells whether groups of the file state members of this kind.
func (c *computation) claimed(k *resource.Kind) bool {
	if c.claims == nil {
		return false
	}
	m, whole := c.membersOf(k)
	return m != nil && (len(c.claims.of[k.Name]) > 0 || whole && len(c.claims.closed) > 0)
}

// skipKind says that a wanted kind cannot be compared. A kind that was not
// asked for and of which nothing is wanted is no loss.
func (c *computation) skipKind(k *resource.Kind) {
	i := slices.IndexFunc(c.live.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })
	switch {
	case i >= 0:
		c.skip(k.Name, "", "the license's "+k.Name+" could not be read: "+c.live.Gaps[i].Reason)
	case len(c.want.Rows(k.Name)) > 0, c.claimed(k):
		c.skip(k.Name, "", "the license's "+k.Name+" were not read")
	}
}

// readable sets up the pairing of a kind without the rows that a gap hides and
// those that are the platform's, on either side.
func (c *computation) readable(k *resource.Kind) *pairing {
	hidden := func(o *resource.Object) string {
		for _, g := range c.live.Gaps {
			if !g.Partial && (g.ClientID != "" || g.ID != "") && g.Hides(k, o) {
				return g.Reason
			}
		}
		return ""
	}
	var live, mapped []*resource.Object
	dark := map[string]string{} // key of a live row that a gap hides → reason
	for _, l := range c.live.Rows(k.Name) {
		if c.platforms(k, l) {
			continue
		}
		if reason := hidden(l); reason == "" {
			live = append(live, l)
		} else if key := joinKey(k, l); key != "" {
			dark[key] = reason
		}
	}
	source := map[*resource.Object]int{}
	earlier := map[string]int{} // mapped rows by key
	var problems [][]problem
	var origin []*resource.Object
	for _, w := range c.want.Rows(k.Name) {
		if c.platforms(k, w) {
			continue
		}
		if reason := hidden(w); reason != "" {
			c.skip(k.Name, k.KeyOf(w), "the license's side could not be read: "+reason)
			continue
		}
		row, trouble := c.space.mapRow(k, w)
		if k.Members != nil { // see gatherClaims, which knows members that come later
			trouble = slices.DeleteFunc(trouble, func(t problem) bool { return t.root == k.Members.Field })
		}
		c.contradicted(k, w, trouble)
		lost := func(t problem) bool { return slices.Contains(k.Key, t.root) && !t.dangling }
		if i := slices.IndexFunc(trouble, lost); i >= 0 {
			// Without its key nobody knows which object is meant.
			c.skip(k.Name, k.KeyOf(w), trouble[i].root+": "+trouble[i].text)
			continue
		}
		if reason := dark[joinKey(k, row)]; reason != "" && !c.elsewhere(k, live, row) {
			c.skip(k.Name, k.KeyOf(w), "the license's side could not be read: "+reason)
			continue
		}
		if first, ok := c.again(k, w, row, earlier, origin, mapped); ok {
			source[w] = first
			continue
		}
		if key := joinKey(k, row); key != "" {
			earlier[key] = len(mapped)
		}
		source[w] = len(mapped)
		mapped = append(mapped, row)
		problems = append(problems, trouble)
		origin = append(origin, w)
	}
	p := newPairing(k, live, mapped, c.live.Unreadable[k.Name])
	p.source, p.problems, p.origin = source, problems, origin
	return p
}

// elsewhere tells whether a wanted row goes by the id of one of the live rows.
func (c *computation) elsewhere(k *resource.Kind, live []*resource.Object, row *resource.Object) bool {
	id := k.IDOf(row)
	return id != nil && (c.space.same || k.RandomID) &&
		slices.ContainsFunc(live, func(l *resource.Object) bool { return resource.Equal(k.IDOf(l), id) })
}

func (c *computation) questionsOf(p *pairing) {
	if c.o.Match != ByID {
		c.questions = append(c.questions, p.questions()...)
	}
	c.numberless(p)
	for _, text := range p.lookalikes() {
		c.notice("%s", text)
	}
}

// name gives each wanted row a key that no other row of its kind has.
func (c *computation) name(p *pairing) {
	p.keys = make([]string, len(p.want))
	for i, w := range p.want {
		o := w
		if l := p.ofWant[i]; l >= 0 {
			o = p.live[l]
		}
		p.keys[i] = c.unique(p.kind, cmp.Or(p.kind.KeyOf(o), "new"))
	}
}

func (c *computation) unique(k *resource.Kind, key string) string {
	id := key
	for n := 2; c.ids[k.Name+"/"+id]; n++ {
		id = fmt.Sprintf("%s#%d", key, n)
	}
	c.ids[k.Name+"/"+id] = true
	return id
}

// compareRows makes a change of each wanted row that is not as live.
func (c *computation) compareRows(p *pairing) {
	of := c.picks[p.kind.Name]
	for i, w := range p.want {
		if of != nil && !of.want[i] {
			continue
		}
		if l := p.ofWant[i]; l >= 0 {
			c.update(p, i, p.live[l], w)
		} else {
			c.create(p, i, w)
		}
	}
	c.tellUnreadable(p)
}

// tellUnreadable says once which wanted fields cannot be compared.
func (c *computation) tellUnreadable(p *pairing) {
	var names []string
	for _, f := range p.unreadable {
		if slices.ContainsFunc(p.want, func(w *resource.Object) bool { return w.Has(f) }) {
			names = append(names, f)
		}
	}
	if len(names) > 0 {
		c.notice("%s: the license does not return %s, which is not compared and used only for new objects", p.kind.Name, strings.Join(names, ", "))
	}
}

// add puts a change into the plan.
func (c *computation) add(change *Change, row *resource.Object) *Change {
	c.plan.Changes = append(c.plan.Changes, change)
	if row != nil {
		c.byRow[row] = change
	}
	if k := change.kind(); (change.Action == Create || change.Action == Replace) && len(k.ValueKinds()) > 0 {
		c.redefined[k.DefinitionKey(change.After)] = change
	}
	return change
}

// finish sorts what has no order of its own.
func (c *computation) finish() {
	p := c.plan
	for _, k := range resource.Kinds() {
		if !c.want.Has(k.Name) && !c.claimed(k) || !c.o.selected(k) {
			continue
		}
		for _, g := range c.live.Gaps {
			if g.Kind == k.Name {
				p.Gaps = append(p.Gaps, g)
			}
		}
	}
	c.forgetUnpicked()
	place := map[string]int{}
	for i, name := range resource.Names() {
		place[name] = i
	}
	slices.SortStableFunc(p.Changes, func(a, b *Change) int { return place[a.Kind] - place[b.Kind] })
	p.Names = gatherNames(c.live, c.want)
}
