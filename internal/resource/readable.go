package resource

import "slices"

// DropNulls removes the null members of a row, and returns their names.
func DropNulls(o *Object) (names []string) {
	for _, name := range o.Names() {
		if o.Get(name) == nil {
			o.Delete(name)
			names = append(names, name)
		}
	}
	return names
}

// FillDefaults completes the rows of a kind as a response returned them. Responses
// omit some fields if they are empty. If another row has such a field, or shown
// contains it because a response had it as null, the rows without it get its
// default, so that a file made from the rows states it. FillDefaults returns the
// documented fields that no row has: whether they are set is unknown.
func (k *Kind) FillDefaults(rows []*Object, shown []string) (unreadable []string) {
	if len(rows) == 0 {
		return nil
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		if !f.Comparable() {
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

// fill adds the default of a field to rows without it, if the default can be
// written; kinds that a file describes completely need no default.
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
		SortMembers(k.Fields, r)
	}
}

// Carried returns the fields of a kind that some row of a response has, and that
// responses may omit if they are empty: these fields can be read, whatever rows
// there are later.
func (k *Kind) Carried(rows []*Object) []string {
	var out []string
	for i := range k.Fields {
		f := &k.Fields[i]
		if !f.Comparable() || f.Required || f.Omitted {
			continue
		}
		has, empty := false, false
		for _, r := range rows {
			v := r.Get(f.Name)
			has, empty = has || v != nil, empty || v != nil && Equal(v, f.Zero())
		}
		if has && !empty {
			out = append(out, f.Name)
		}
	}
	return out
}

// KnowReadable records that fields of a kind can be read.
func (l *License) KnowReadable(kind string, fields []string) {
	if len(fields) == 0 {
		return
	}
	if l.Readable == nil {
		l.Readable = map[string][]string{}
	}
	all := slices.Concat(l.Readable[kind], fields)
	slices.Sort(all)
	l.Readable[kind] = slices.Compact(all)
}
