package resource

import "slices"

// DropNulls takes the members out of a row that are null, and returns their
// names.
func DropNulls(o *Object) (names []string) {
	for _, name := range o.Names() {
		if o.Get(name) == nil {
			o.Delete(name)
			names = append(names, name)
		}
	}
	return names
}

// FillDefaults completes the rows of a kind as an answer returned them: a
// field that answers leave out when it is empty, that other rows carry, or that
// shown names because answers had it as null, is given its default where it is
// absent, so that a file made of the rows says so. It returns the documented
// fields that no row carries: whether they are set cannot be known.
func (k *Kind) FillDefaults(rows []*Object, shown []string) (unreadable []string) {
	if len(rows) == 0 {
		return nil
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Class != User || f.Seen == Never || f.Input == SecretInput || f.Input == WriteOnly {
			continue
		}
		carried := f.Omitted || slices.Contains(shown, f.Name)
		for _, r := range rows {
			carried = carried || r.Get(f.Name) != nil
		}
		if !carried {
			unreadable = append(unreadable, f.Name)
			continue
		}
		k.fill(f, rows)
	}
	return unreadable
}

// fill gives rows that lack a field its default, if there is one that could be
// written; kinds that a file describes whole need none.
func (k *Kind) fill(f *Field, rows []*Object) {
	zero := f.Zero()
	if k.Whole || zero == nil || f.Enum != nil && f.Type == String && f.Default == nil {
		return
	}
	for _, r := range rows {
		if r.Get(f.Name) != nil {
			continue
		}
		r.Set(f.Name, CloneValue(zero))
		sortMembers(k.Fields, r)
	}
}
