package diff

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// Deviations are how a live license differs from a wanted one, whatever could
// be done about it: nothing is planned, blocked or put in order.
type Deviations struct {
	License     Identity
	SameLicense bool
	// Objects are those that differ, by kind in the registry's order.
	Objects []Deviation
	// Orders are the kinds whose objects stand in another order.
	Orders  []Reordering
	Skipped []Skip
	Gaps    []resource.Gap
	Notices []string
	// Equal counts the objects without a difference.
	Equal int
	// Names says what ids in references stand for, by kind and id.
	Names map[string]map[string]string

	pairs *pairs
	rows  map[string]map[string]*deviating // by kind and Deviation.Name
}

// Deviation is an object that differs.
type Deviation struct {
	Kind, Key string
	// Name tells the object from all others of its kind: its server id, or else
	// its key.
	Name string
	// Live and Want are the object on either side, nil on a side that lacks it.
	// Want has its references mapped to the license.
	Live, Want *resource.Object
	Fields     []FieldDeviation // if both sides have it
}

// FieldDeviation is a field that differs: Before is the license's value, After
// the file's. Extra tells that it refers to an object that the file does not
// have, such as a membership in a group that was added by hand.
type FieldDeviation struct {
	FieldChange
	Extra bool
}

// Reordering is the order of a kind's objects where it differs. Only objects
// that both sides have count.
type Reordering struct {
	Kind  string
	Moved []Moved
}

// Moved is an object that stands elsewhere, with its places from 1.
type Moved struct {
	Key, Name  string
	Want, Live int
}

// deviating is an object that was compared, as both sides have it.
// file is the row of the file.
type deviating struct{ live, want, file *resource.Object }

// Deviate compares like Compute, up to the stage where a plan begins. What only
// the license has counts, whatever o says of pruning. An error is a *Decision.
func Deviate(live, want *resource.License, o Options) (*Deviations, error) {
	o.Prune, o.PruneOnly = true, nil
	s, err := normalise(live, want, o)
	if err != nil {
		return nil, err
	}
	ps, err := pair(s)
	if err != nil {
		return nil, err
	}
	c := compare(ps)
	d := &Deviations{License: Identity{live.Owner, live.AccountID, live.ClientIDs}, SameLicense: s.same, pairs: ps,
		rows: map[string]map[string]*deviating{}, Names: gatherNames(live, want)}
	for _, k := range resource.Kinds() {
		if p := ps.of[k.Name]; p != nil {
			d.kind(c, p)
		}
	}
	slices.SortStableFunc(d.Objects, func(a, b Deviation) int { return cmp.Compare(place(a.Kind), place(b.Kind)) })
	d.Gaps, d.Skipped, d.Notices = ps.gaps(), ps.skips(), s.notices
	return d, nil
}

// kind notes how the objects of a kind differ.
func (d *Deviations) kind(c *comparison, p *kindPairs) {
	k := p.kind
	d.rows[k.Name] = map[string]*deviating{}
	for _, w := range p.want {
		switch {
		case w.left, w.file == nil && c.want.Has(k.Name): // see extra
		case w.live == nil:
			d.missing(c, k, w)
		default:
			d.both(c, k, w)
		}
	}
	if c.want.Has(k.Name) {
		d.extra(c, p)
	}
	if k.Order == resource.Linked {
		d.reordered(p)
	}
}

// missing notes an object that the license lacks.
func (d *Deviations) missing(c *comparison, k *resource.Kind, w *wantedRow) {
	if c.unsetInFile(k, w.Object) {
		d.Equal++
		return
	}
	reason := c.foreign(k, w.Object)
	if i := slices.IndexFunc(c.live.Gaps, func(g resource.Gap) bool { return g.Partial && !g.OfOthers(k) && g.Hides(k, w.Object) }); reason == "" && i >= 0 {
		reason = "it may be in the license: " + c.live.Gaps[i].Reason
	}
	if reason != "" {
		c.skip(k.Name, w.key, reason)
		return
	}
	d.add(Deviation{Kind: k.Name, Key: w.key, Name: cmp.Or(nameOf(k, w.Object), w.key), Want: w.Object}, w.file)
}

// unsetInFile tells whether a wanted value row holds the default of the definition
// that the file has, or else of the one that the license has.
func (s *sides) unsetInFile(k *resource.Kind, want *resource.Object) bool {
	if k.Values == nil {
		return false
	}
	def := s.want.Definition(k, want)
	if k.IsDefault(want) || def == nil {
		def = s.definition(k, want)
	}
	return resource.HoldsDefault(def, want.Get(k.Values.Value))
}

// nameOf is the server id of a wanted row, or else its key, "" if that may be
// another one's.
func nameOf(k *resource.Kind, row *resource.Object) string {
	if k.ServerID != "" {
		return resource.Text(k.IDOf(row))
	}
	return ""
}

// both notes how an object differs that both sides have.
func (d *Deviations) both(c *comparison, k *resource.Kind, w *wantedRow) {
	of := Deviation{Kind: k.Name, Key: w.key, Name: k.NameOf(w.live), Live: w.live, Want: w.Object}
	if diff := c.different[w]; diff != nil {
		for _, f := range diff.fields {
			if k.Values != nil && f.Root() == k.Values.Value && c.unset(k, w.live) && c.unsetInFile(k, diff.want) {
				continue // both are the default
			}
			of.Fields = append(of.Fields, FieldDeviation{f, c.isStrange(k, w, f)})
		}
	}
	for _, o := range c.observed {
		if o.Kind == k.Name && o.Key == w.key {
			of.Fields = append(of.Fields, FieldDeviation{FieldChange: FieldChange{o.Path, o.Live, o.Want}})
		}
	}
	d.add(of, w.file)
}

// add takes an object that was compared.
func (d *Deviations) add(of Deviation, file *resource.Object) {
	d.rows[of.Kind][of.Name] = &deviating{of.Live, of.Want, file}
	if of.Live != nil && of.Want != nil && len(of.Fields) == 0 {
		d.Equal++
		return
	}
	d.Objects = append(d.Objects, of)
}

// extra notes the objects that the file lacks.
func (d *Deviations) extra(c *comparison, p *kindPairs) {
	k := p.kind
	if k.Delete == nil {
		return // its rows come and go with other objects
	}
	for _, l := range p.live {
		switch w := p.ofLive[l]; {
		case w != nil && w.file != nil, !c.surplus(p, l, false):
		case w != nil:
			d.add(Deviation{Kind: k.Name, Key: w.key, Name: k.NameOf(l), Live: l}, nil)
		default:
			d.add(Deviation{Kind: k.Name, Key: c.unique(k, k.KeyOf(l)), Name: k.NameOf(l), Live: l}, nil)
		}
	}
}

// reordered notes whether the objects that both sides have stand in the order of
// the file.
func (d *Deviations) reordered(p *kindPairs) {
	rows := slices.DeleteFunc(slices.Clone(p.want), func(w *wantedRow) bool { return w.live == nil })
	at := p.places(rows)
	stay := staying(rows, at, p.picks != nil)
	of := Reordering{Kind: p.kind.Name}
	ranks := slices.Sorted(slices.Values(at))
	for n, w := range rows {
		if !stay[n] {
			rank, _ := slices.BinarySearch(ranks, at[n])
			of.Moved = append(of.Moved, Moved{w.key, p.kind.NameOf(w.live), n + 1, rank + 1})
		}
	}
	if of.Moved != nil {
		d.Orders = append(d.Orders, of)
	}
}

// isStrange tells whether a field that differs is an element that refers to an
// object the file does not know.
func (c *comparison) isStrange(k *resource.Kind, w *wantedRow, ch FieldChange) bool {
	f := k.Field(ch.Root())
	if f == nil || ch.After != nil || stayRef(f) == nil || ch.Path == f.Name {
		return false
	}
	list, isList := w.Get(f.Name).(resource.List)
	return isList && slices.ContainsFunc(c.strangers(f, w.live, list), func(v resource.Value) bool { return resource.Equal(v, ch.Before) })
}
