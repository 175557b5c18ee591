package api

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// followNotes plans the calls that tell what the objects of a list are brought
// into service with. Where their kind is wanted itself, they are made anyway.
func (r *reader) followNotes(t *task) {
	if !r.opts.Notes || t.kind.Start == nil || len(t.rows) == 0 || !slices.Contains(r.kinds, t.kind) {
		return
	}
	by := r.kind(t.kind.Start.Kind)
	if by == nil || slices.ContainsFunc(r.tasks, func(o *task) bool { return o.kind == by }) {
		return
	}
	for i := range by.Reads {
		r.tasks = append(r.tasks, &task{kind: by, read: i})
	}
}

// note notes with each row of a kind what it would be brought into service with.
func (r *reader) note(l *resource.License, k *resource.Kind, rows []*resource.Object, all []*task) {
	if !r.opts.Notes || k.Start == nil || len(rows) == 0 {
		return
	}
	by := r.kind(k.Start.Kind)
	values := map[string]resource.Value{}
	for _, t := range all {
		if t.kind != by {
			continue
		}
		if t.err != nil && !slices.Contains(r.kinds, by) {
			l.Notices = append(l.Notices, fmt.Sprintf("%s of %s could not be read, so %s that are created from this snapshot are %s at first: %s",
				k.Start.Kind, k.Name, k.Name, k.Start.Initial, reason(t.err)))
		}
		for _, row := range t.rows {
			values[by.KeyOf(row)] = row.Get(k.Start.Value)
		}
	}
	for _, row := range rows {
		if v := values[resource.Text(k.IDOf(row))]; v != nil {
			row.Set(k.Start.Field, v)
			k.Canonical(row)
		}
	}
}
