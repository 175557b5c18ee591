package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// Accept returns the wanted license with what the live one has at some places:
// top-level fields, objects that were added or deleted, and the order of a kind.
// The wanted license is not changed. Objects that only groups of the file speak
// of stay as they are.
func (d *Deviations) Accept(want *resource.License, places []Place) *resource.License {
	out := want
	for _, k := range resource.Kinds() {
		mine := slices.DeleteFunc(slices.Clone(places), func(p Place) bool { return p.Kind != k.Name })
		if len(mine) > 0 && d.pairs.of[k.Name] != nil {
			out = out.WithRows(k.Name, d.accepted(k, want.Rows(k.Name), mine))
		}
	}
	return out
}

// accepted returns rows of the file with what the license has at places.
func (d *Deviations) accepted(k *resource.Kind, rows []*resource.Object, places []Place) []*resource.Object {
	rows = slices.Clone(rows)
	changed := map[*resource.Object]*resource.Object{} // rows of the file → as they will be
	for _, at := range places {
		of := d.rows[k.Name][at.Name]
		switch {
		case at.Name == "":
			rows = d.inLiveOrder(k, rows)
		case of == nil:
		case of.live == nil:
			rows = slices.DeleteFunc(rows, func(r *resource.Object) bool { return r == of.file })
		case of.Object == nil:
			rows = d.insert(k, rows, of.live)
		case of.file != nil && at.Field != "":
			row := changed[of.file]
			if row == nil {
				row = of.file.Clone()
				changed[of.file] = row
			}
			if v, has := of.live.Lookup(at.root()); has {
				row.Set(at.root(), resource.CloneValue(v))
			} else {
				row.Delete(at.root())
			}
		}
	}
	for i, row := range rows {
		if now := changed[row]; now != nil {
			rows[i] = now
		}
	}
	return rows
}

// insert puts a live object behind the row that stands before it in the license,
// where the order counts, and at the end otherwise.
func (d *Deviations) insert(k *resource.Kind, rows []*resource.Object, live *resource.Object) []*resource.Object {
	if k.Order != resource.Linked {
		return append(rows, live.Clone())
	}
	at := 0
	for _, l := range d.pairs.of[k.Name].live {
		if l == live {
			break
		}
		if i := slices.IndexFunc(rows, func(r *resource.Object) bool { return d.liveOf(k, r) == l }); i >= 0 {
			at = i + 1
		}
	}
	return slices.Insert(rows, at, live)
}

// liveOf returns the live object of a row: of the file, or itself if it was taken
// from the license.
func (d *Deviations) liveOf(k *resource.Kind, row *resource.Object) *resource.Object {
	if w := d.pairs.of[k.Name].from(row); w != nil {
		return w.live
	}
	return row
}

// inLiveOrder puts the rows that the license has into its order, in the places
// that they have among the others.
func (d *Deviations) inLiveOrder(k *resource.Kind, rows []*resource.Object) []*resource.Object {
	place := map[*resource.Object]int{}
	for i, l := range d.pairs.of[k.Name].live {
		place[l] = i + 1
	}
	var there []*resource.Object
	for _, r := range rows {
		if place[d.liveOf(k, r)] > 0 {
			there = append(there, r)
		}
	}
	slices.SortStableFunc(there, func(a, b *resource.Object) int { return place[d.liveOf(k, a)] - place[d.liveOf(k, b)] })
	out := slices.Clone(rows)
	for i, r := range rows {
		if place[d.liveOf(k, r)] > 0 {
			out[i], there = there[0], there[1:]
		}
	}
	return out
}
