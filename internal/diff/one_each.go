package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// Named is a reference that a file gives by number and by name. The number
// counts, and the name must be that object's.
type Named struct {
	Kind, Name string
	ID         resource.Value
	Place      string // in the file: name:line:column
}

// contradict notes that the file says something twice and differently.
func (c *computation) contradict(place, text string) {
	if place != "" {
		text = place + ": " + text
	}
	c.contradictions = append(c.contradictions, text)
}

func (c *computation) where(row *resource.Object, path string) string {
	if c.o.Where == nil || row == nil {
		return ""
	}
	return c.o.Where(row, path)
}

// named holds references by number and name against the license, where its ids
// mean anything.
func (c *computation) named() {
	for _, r := range c.o.Named {
		k := resource.Lookup(r.Kind)
		if !c.space.same || !c.live.Has(r.Kind) {
			continue
		}
		x := c.space.index(c.space.liveIndex, c.live, k)
		byID, byName := x.byID[resource.Text(r.ID)], x.named(r.Name)
		switch {
		case byID != nil && k.KeyOf(byID) != r.Name:
			c.contradict(r.Place, fmt.Sprintf("%s %s is called %q in the license, not %q", k.Singular, resource.Text(r.ID), k.KeyOf(byID), r.Name))
		case byID == nil && byName != nil:
			c.contradict(r.Place, fmt.Sprintf("%s %q has the id %s in the license, not %s", k.Singular, r.Name, resource.Text(k.IDOf(byName)), resource.Text(r.ID)))
		}
	}
}

// contradicted notes where a row contradicts itself.
func (c *computation) contradicted(k *resource.Kind, row *resource.Object, trouble []problem) {
	for _, t := range trouble {
		if t.contradicts != "" {
			c.contradict(c.where(row, t.contradicts), fmt.Sprintf("%s %s: %s", k.Singular, k.KeyOf(row), t.text))
		}
	}
}

// oneEach leaves one element for each object in the lists of a mapped row, where
// the file has it by number and by name, in place. Elements that are both by
// number stay, as a license may have them.
func (s *space) oneEach(k *resource.Kind, row, mapped *resource.Object) []problem {
	var out []problem
	for i := range k.Fields {
		f := &k.Fields[i]
		m := f.Member(f.Key)
		if f.List != resource.Keyed || m == nil || m.Ref == nil {
			continue
		}
		list := mapped.List(f.Name)
		for at, v := range row.List(f.Name) {
			key, isName := keyOf(f, v).(string)
			id, text := s.mapRef(m.Ref, key)
			if !isName || text != "" || resource.Equal(id, key) {
				continue
			}
			same := slices.DeleteFunc(slices.Clone(list), func(e resource.Value) bool { return !resource.Equal(keyOf(f, e), id) })
			switch {
			case len(same) < 2:
				continue
			case slices.ContainsFunc(same, func(e resource.Value) bool { return !resource.Equal(e, same[0]) }):
				out = append(out, problem{root: f.Name, contradicts: fmt.Sprintf("%s[%d]", f.Name, at),
					text: fmt.Sprintf("%s has %s twice, and the two disagree", f.Name, resource.Quote(key))})
			default:
				list = slices.DeleteFunc(slices.Clone(list), func(e resource.Value) bool { return resource.Equal(e, same[0]) })
				list = append(list, same[0])
				mapped.Set(f.Name, list)
				k.Canonical(mapped)
			}
		}
	}
	return out
}

// again tells whether a mapped row is about the object of an earlier one, which
// the file names in another way, and which one that is.
func (c *computation) again(k *resource.Kind, w, row *resource.Object, earlier map[string]int, origin, mapped []*resource.Object) (int, bool) {
	i, found := earlier[joinKey(k, row)]
	if !found || k.ServerID != "" || joinKey(k, origin[i]) == joinKey(k, w) {
		return 0, false
	}
	if !resource.Equal(row, mapped[i]) {
		c.contradict(c.where(w, ""), fmt.Sprintf("%s %s stands twice, by number and by name, and the two disagree", k.Singular, k.KeyOf(w)))
	}
	return i, true
}

// numberless notes rows without an id that have the name of a live object which
// another row means by its id: one object by number and by name.
func (c *computation) numberless(p *pairing) {
	k := p.kind
	if k.ServerID == "" || k.RandomID {
		return
	}
	taken := map[string]*resource.Object{}
	for i, w := range p.want {
		if l := p.ofWant[i]; l >= 0 && k.IDOf(w) != nil && (joinKey(k, w) == "" || joinKey(k, w) == joinKey(k, p.live[l])) {
			taken[joinKey(k, p.live[l])] = p.live[l]
		}
	}
	for i, w := range p.want {
		if l := taken[joinKey(k, w)]; l != nil && p.ofWant[i] < 0 && k.IDOf(w) == nil {
			c.contradict(c.where(p.origin[i], k.Key[0]), fmt.Sprintf("%s %q is the one with the id %s, which the file has as well", k.Singular, k.KeyOf(w), resource.Text(k.IDOf(l))))
		}
	}
}
