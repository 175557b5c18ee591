package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// NamedRef is a reference that a file gives by number and by name. The number
// counts, and the name must be that object's.
type NamedRef struct {
	Kind, Name string
	ID         resource.Value
	Place      string // in the file: name:line:column
}

// contradict notes that the file gives two different values for one thing.
func (ps *pairs) contradict(place, text string) {
	if place != "" {
		text = place + ": " + text
	}
	ps.contradictions = append(ps.contradictions, text)
}

func (ps *pairs) where(row *resource.Object, path string) string {
	if ps.o.Where == nil || row == nil {
		return ""
	}
	return ps.o.Where(row, path)
}

// named compares references by number and name with the license, if the file's ids
// are those of the license.
func (ps *pairs) named() {
	for _, r := range ps.o.Named {
		k := resource.Lookup(r.Kind)
		if !ps.byID || !ps.live.Has(r.Kind) {
			continue
		}
		byID, byName := ps.live.ByID(k, r.ID), ps.live.Named(k, r.Name)
		switch {
		case byID != nil && k.KeyOf(byID) != r.Name:
			ps.contradict(r.Place, fmt.Sprintf("%s %s is called %q in the license, not %q", k.Singular, resource.Text(r.ID), k.KeyOf(byID), r.Name))
		case byID == nil && byName != nil:
			ps.contradict(r.Place, fmt.Sprintf("%s %q has the id %s in the license, not %s", k.Singular, r.Name, resource.Text(k.IDOf(byName)), resource.Text(r.ID)))
		}
	}
}

// contradicted notes where a row contradicts itself.
func (ps *pairs) contradicted(k *resource.Kind, w *wantedRow) {
	for _, t := range w.problems {
		if t.contradicts != "" {
			ps.contradict(ps.where(w.file, t.contradicts), fmt.Sprintf("%s %s: %s", k.Singular, k.KeyOf(w.file), t.text))
		}
	}
}

// oneEach removes from the lists of a mapped row, in place, the second of two elements
// that refer to one object by number and by name. Two elements by number stay, as a
// license may have them.
func (ps *pairs) oneEach(k *resource.Kind, row, mapped *resource.Object) []problem {
	var out []problem
	for i := range k.Fields {
		f := &k.Fields[i]
		m := f.Member(f.Key)
		if f.List != resource.Keyed || m == nil || m.Ref == nil {
			continue
		}
		same := repeated(f, mapped.List(f.Name))
		if len(same) == 0 {
			continue
		}
		for at, v := range row.List(f.Name) {
			name, isName := keyOf(f, v).(string)
			if !isName {
				continue
			}
			id, text := ps.mapRef(m.Ref, name)
			all := same[resource.JSON(id)]
			switch {
			case len(all) == 0 || text != "" || resource.Equal(id, name):
			case slices.ContainsFunc(all, func(e resource.Value) bool { return !resource.Equal(e, all[0]) }):
				out = append(out, problem{root: f.Name, contradicts: fmt.Sprintf("%s[%d]", f.Name, at),
					text: fmt.Sprintf("%s lists %s twice, with different values", f.Name, resource.Quote(name))})
			default:
				mapped.Set(f.Name, slices.CompactFunc(mapped.List(f.Name), func(a, b resource.Value) bool {
					return resource.Equal(a, b) && resource.Equal(a, all[0])
				}))
			}
		}
	}
	return out
}

// repeated returns the elements of a canonical list that share a key, by key.
func repeated(f *resource.Field, l resource.List) map[string][]resource.Value {
	out := map[string][]resource.Value{}
	for i, v := range l {
		if key := keyOf(f, v); i > 0 && resource.Equal(key, keyOf(f, l[i-1])) {
			at := resource.JSON(key)
			if out[at] == nil {
				out[at] = l[i-1 : i]
			}
			out[at] = append(slices.Clone(out[at]), v)
		}
	}
	return out
}

// again tells whether a row is about the object of an earlier one with the same
// key, which the file names in another way.
func (ps *pairs) again(k *resource.Kind, first, w *wantedRow) bool {
	if k.ServerID != "" || k.JoinKey(first.file) == k.JoinKey(w.file) {
		return false
	}
	if a, b := k.KeyOf(first.file), k.KeyOf(w.file); strings.EqualFold(a, b) {
		ps.oneForServer(k, []string{a, b})
	} else if !resource.Equal(w.Object, first.Object) {
		ps.contradict(ps.where(w.file, ""), fmt.Sprintf("%s %s is given twice, by number and by name, with different values", k.Singular, k.KeyOf(w.file)))
	}
	return true
}

// numberless notes rows without an id that have the name of a live object which
// another row means by its id: one object by number and by name.
func (ps *pairs) numberless(p *kindPairs) {
	k := p.kind
	if k.ServerID == "" || k.RandomID {
		return
	}
	taken := map[string]*resource.Object{}
	for _, w := range p.want {
		if w.live != nil && k.IDOf(w.Object) != nil && (k.JoinKey(w.Object) == "" || k.JoinKey(w.Object) == k.JoinKey(w.live)) {
			taken[k.JoinKey(w.live)] = w.live
		}
	}
	for _, w := range p.want {
		if l := taken[k.JoinKey(w.Object)]; l != nil && w.live == nil && k.IDOf(w.Object) == nil {
			ps.contradict(ps.where(w.file, k.Key[0]), fmt.Sprintf("%s %q is given twice: by name, and by its id %s", k.Singular, k.KeyOf(w.Object), resource.Text(k.IDOf(l))))
		}
	}
}
