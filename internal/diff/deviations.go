package diff

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// Deviations are how a live license differs from a wanted one, whatever could
// be done about it: nothing is planned, blocked or put in order.
type Deviations struct {
	// All are by kind in the registry's order.
	All     []Deviation
	Skipped []Skip
	Gaps    []resource.Gap
	Notices []string
	// Equal counts the objects without a difference.
	Equal int

	pairs *pairs
	rows  map[string]map[string]*wantedRow // objects that were compared, by kind and Place.Name
	texts *renderer
}

// Deviation is a difference: an object that one side lacks, a field of an object
// that both have, or the order of a kind.
type Deviation struct {
	Place
	// Live and Want are what the license and the file have there: an object, a value,
	// or of an order the places from 1, by key, of the objects that stand elsewhere
	// among those that both sides have. A side that has nothing is nil. References in
	// Want are mapped to the license.
	Live, Want resource.Value
	// Extra tells that only the license has what it is about: an object, or an
	// element that refers to an object that the file does not have, such as a
	// membership in a group that was added by hand.
	Extra bool
}

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
	d := &Deviations{pairs: ps, rows: map[string]map[string]*wantedRow{},
		texts: &renderer{plan: &Plan{License: Identity{live.Owner, live.AccountID, live.ClientIDs}, Names: gatherNames(live, want)}}}
	for _, k := range resource.Kinds() {
		if p := ps.of[k.Name]; p != nil {
			d.kind(c, p)
		}
	}
	d.Gaps, d.Skipped, d.Notices = ps.gaps(), ps.skips(), s.notices
	return d, nil
}

// kind notes how the objects of a kind differ.
func (d *Deviations) kind(c *comparison, p *kindPairs) {
	k := p.kind
	d.rows[k.Name] = map[string]*wantedRow{}
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
	at := d.look(k, w.key, cmp.Or(resource.Text(k.IDOf(w.Object)), w.key), w)
	d.All = append(d.All, Deviation{Place: at, Want: w.Object})
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

// both notes how an object differs that both sides have.
func (d *Deviations) both(c *comparison, k *resource.Kind, w *wantedRow) {
	at := d.look(k, w.key, k.NameOf(w.live), w)
	before := len(d.All)
	if diff := c.different[w]; diff != nil {
		for _, f := range diff.fields {
			if k.Values != nil && f.Root() == k.Values.Value && c.unset(k, w.live) && c.unsetInFile(k, diff.want) {
				continue // both are the default
			}
			at.Field = f.Path
			d.All = append(d.All, Deviation{at, f.Before, f.After, c.isStrange(k, w, f)})
		}
		for _, o := range diff.observed {
			at.Field = o.Path
			d.All = append(d.All, Deviation{Place: at, Live: o.Live, Want: o.Want})
		}
	}
	if len(d.All) == before {
		d.Equal++
	}
}

// look takes note of an object that was compared and returns its place.
func (d *Deviations) look(k *resource.Kind, key, name string, w *wantedRow) Place {
	d.rows[k.Name][name] = w
	return Place{Kind: k.Name, Key: key, Name: name}
}

// extra notes the objects that the file lacks.
func (d *Deviations) extra(c *comparison, p *kindPairs) {
	k := p.kind
	if k.Delete == nil {
		return // its rows come and go with other objects
	}
	for _, l := range p.live {
		w := p.ofLive[l]
		if w != nil && w.file != nil || !c.surplus(p, l, false) {
			continue
		}
		if w == nil {
			w = &wantedRow{key: c.unique(k, k.KeyOf(l))}
		}
		d.All = append(d.All, Deviation{Place: d.look(k, w.key, k.NameOf(l), &wantedRow{live: l}), Live: l, Extra: true})
	}
}

// reordered notes whether the objects that both sides have stand in the order of
// the file.
func (d *Deviations) reordered(p *kindPairs) {
	rows := slices.DeleteFunc(slices.Clone(p.want), func(w *wantedRow) bool { return w.live == nil })
	at := p.places(rows)
	stay := staying(rows, at, p.picks != nil)
	live, want := &resource.Object{}, &resource.Object{}
	ranks := slices.Sorted(slices.Values(at))
	for n, w := range rows {
		if !stay[n] {
			rank, _ := slices.BinarySearch(ranks, at[n])
			live.Set(w.key, int64(rank+1))
			want.Set(w.key, int64(n+1))
		}
	}
	if want.Len() > 0 {
		d.All = append(d.All, Deviation{Place: Place{Kind: p.kind.Name, Field: OrderField}, Live: live, Want: want})
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
