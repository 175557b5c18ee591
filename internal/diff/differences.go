package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// comparison is what differs between rows that are paired.
type comparison struct {
	*pairs
	different map[*wantedRow]*difference
	known     map[string]map[string]bool // ids of live objects that the file knows, by kind
}

// difference is what an object differs in, and how it would be.
type difference struct {
	want     *resource.Object // what of the wanted row counts
	fields   []FieldChange
	observed []Observation // what the API cannot change
}

// compare compares the rows that are paired and selected.
func compare(ps *pairs) *comparison {
	c := &comparison{pairs: ps, different: map[*wantedRow]*difference{}, known: map[string]map[string]bool{}}
	for _, k := range resource.Kinds() {
		p := ps.of[k.Name]
		if p == nil {
			continue
		}
		for _, w := range p.want {
			if w.live != nil && !w.left {
				c.row(p, w)
			}
		}
		c.tellUnreadable(p)
	}
	return c
}

func (c *comparison) row(p *kindPairs, w *wantedRow) {
	k, live := p.kind, w.live
	d := difference{want: c.withoutProblems(k, w)}
	c.keepStrangers(k, live, d.want)
	fields := c.withoutUnknown(k, Compare(k, live, d.want, p.unreadable))
	c.observe(p, w, &d)
	d.fields = c.withoutIgnored(k, w, d.want, c.withoutFixed(k, w, &d, fields))
	if len(d.fields)+len(d.observed) > 0 {
		kept := d // most rows do not differ, and need no memory
		c.different[w] = &kept
	}
}

// withoutProblems drops the fields whose references lead nowhere, and notes that. A
// value that the license has too is no problem. Ids of objects that do not exist
// stay; the change is blocked if it would send them.
func (c *comparison) withoutProblems(k *resource.Kind, w *wantedRow) *resource.Object {
	want := w.Clone()
	for _, trouble := range w.problems {
		v, has := want.Lookup(trouble.root)
		if has && !trouble.dangling && !resource.Equal(v, w.live.Get(trouble.root)) {
			want.Delete(trouble.root)
			c.skip(k.Name, w.key, trouble.root+": "+trouble.text)
		}
	}
	return want
}

// withoutUnknown drops, on another license, fields that the registry does not describe:
// their values may be specific to the license.
func (c *comparison) withoutUnknown(k *resource.Kind, fields []FieldChange) []FieldChange {
	if c.same {
		return fields
	}
	return slices.DeleteFunc(fields, func(ch FieldChange) bool {
		if fieldAt(k, ch.Path) != nil {
			return false
		}
		c.notice("%s: lcsync does not know %s and does not compare it with another license", k.Name, ch.Root())
		return true
	})
}

// observe notes the differences of fields that the API cannot change.
func (c *comparison) observe(p *kindPairs, w *wantedRow, d *difference) {
	for i := range p.kind.Fields {
		f := &p.kind.Fields[i]
		v, wanted := d.want.Lookup(f.Name)
		if f.Class != resource.Observed || !wanted || slices.Contains(p.unreadable, f.Name) {
			continue
		}
		if l := or(w.live.Get(f.Name), f); !resource.Equal(l, or(v, f)) {
			c.observation(p.kind, w, d, FieldChange{f.Name, l, v}, "cannot be changed through the API")
		}
	}
}

// withoutFixed drops values that can be neither set nor left, such as the
// owner's role.
func (c *comparison) withoutFixed(k *resource.Kind, w *wantedRow, d *difference, fields []FieldChange) []FieldChange {
	return slices.DeleteFunc(fields, func(ch FieldChange) bool {
		f := k.Field(ch.Path)
		if f == nil || !isFixed(f, ch.Before) && !isFixed(f, ch.After) {
			return false
		}
		c.observation(k, w, d, ch, fmt.Sprintf("the API can neither grant nor revoke the %s %s", f.Name, strings.Join(f.Fixed, ", ")))
		return true
	})
}

func isFixed(f *resource.Field, v resource.Value) bool {
	s, ok := v.(string)
	return ok && slices.Contains(f.Fixed, s)
}

// observation notes a difference that the API cannot change, if the file is of this
// license.
func (c *comparison) observation(k *resource.Kind, w *wantedRow, d *difference, f FieldChange, reason string) {
	if c.same && !c.ignores(k, w.key, w.live, f.Path) {
		d.observed = append(d.observed, Observation{k.Name, w.key, f.Path, f.Before, f.After, reason})
	}
}

// tellUnreadable says once which wanted fields cannot be compared.
func (c *comparison) tellUnreadable(p *kindPairs) {
	var names []string
	for _, f := range p.unreadable {
		if slices.ContainsFunc(p.want, func(w *wantedRow) bool { return w.Has(f) }) {
			names = append(names, f)
		}
	}
	if len(names) > 0 {
		c.notice("%s: the license does not return %s, so lcsync sends it with new objects only and does not compare it", p.kind.Name, strings.Join(names, ", "))
	}
}

// keepStrangers adds to a wanted list the live elements that refer to objects that the
// file does not have, so memberships in other groups stay as they are.
func (c *comparison) keepStrangers(k *resource.Kind, live, want *resource.Object) {
	if c.o.Prune {
		return
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		ref := stayRef(f)
		list, isList := want.Get(f.Name).(resource.List)
		if ref == nil || !isList {
			continue
		}
		strange := c.strangers(f, live, list)
		if len(strange) > 0 {
			want.Set(f.Name, slices.Concat(list, resource.CloneValue(strange).(resource.List)))
			k.Canonical(want)
		}
	}
}

// strangers returns the elements of a live row's list that the wanted list lacks
// and that refer to objects the file does not know. A deleted object is no such object:
// a list that refers to it may be refused.
func (c *comparison) strangers(f *resource.Field, live *resource.Object, list resource.List) resource.List {
	target := resource.Lookup(stayRef(f).Kinds[0])
	if !c.want.Has(target.Name) {
		return nil // the file has no such kind: the list is all it says
	}
	known, wanted := c.knownIDs(target), keyed(f, list)
	return slices.DeleteFunc(slices.Clone(live.List(f.Name)), func(v resource.Value) bool {
		return c.deleted(target, keyOf(f, v)) || known[resource.Text(keyOf(f, v))] || wanted[resource.JSON(keyOf(f, v))] != nil || slices.ContainsFunc(list, func(w resource.Value) bool { return resource.Equal(v, w) })
	})
}

// deleted tells whether the license shows that it has no object of an id.
func (s *sides) deleted(k *resource.Kind, id resource.Value) bool {
	return s.live.Has(k.Name) && s.live.ByID(k, id) == nil &&
		!slices.ContainsFunc(s.live.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })
}

// knownIDs returns the ids of the live objects of a kind that the file has,
// whether the kind is compared or not.
func (c *comparison) knownIDs(k *resource.Kind) map[string]bool {
	if c.known[k.Name] == nil {
		c.known[k.Name] = map[string]bool{}
		for _, row := range c.want.Rows(k.Name) {
			id, ok := c.target(k, row)
			if _, isNew := id.(resource.Ref); ok && !isNew {
				c.known[k.Name][resource.Text(id)] = true
			}
		}
	}
	return c.known[k.Name]
}

func stayRef(f *resource.Field) *resource.RefTo {
	if f.List != resource.Keyed {
		return nil
	}
	if m := f.Member(f.Key); m != nil && m.Ref != nil && m.Ref.KeepUnlisted {
		return m.Ref
	}
	return nil
}
