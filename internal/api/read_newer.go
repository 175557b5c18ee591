package api

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// An older version may refuse a whole list because the value of a field of one
// object has a shape that came later. The list is then asked for without the
// field, and a task of its own reads the field through resource.APIVersion.

// hide decides after a refusal whether the call is to be made again without
// the fields that the server may be unable to show.
func (t *task) hide(err error) bool {
	var refused *wire.Error
	if t.newer || !t.spec().Fields || !errors.As(err, &refused) || refused.Type != "validation" {
		return false
	}
	before := len(t.hidden)
	for i := range t.kind.Fields {
		f := &t.kind.Fields[i]
		if f.NewShape && !slices.Contains(t.hidden, f.Name) {
			t.hidden = append(slices.Clip(t.hidden), f.Name)
		}
	}
	return len(t.hidden) > before
}

// ask returns the fields to ask for.
func (t *task) ask() resource.List {
	if !t.spec().Fields {
		return nil
	}
	return slices.DeleteFunc(t.kind.AskFields(), func(v resource.Value) bool {
		name, _ := v.(string)
		if t.newer {
			return !t.wants(name)
		}
		return slices.Contains(t.hidden, name)
	})
}

// wants tells whether a task that reads hidden fields needs a field: it is one
// of them, or answers have it in the place of a member of one.
func (t *task) wants(name string) bool {
	return slices.ContainsFunc(t.hidden, func(hidden string) bool {
		return name == hidden || t.kind.Field(hidden).Member(name) != nil
	})
}

// followHidden plans to read through resource.APIVersion what a list would not
// show.
func (r *reader) followHidden(t *task) {
	k := resource.Lookup(t.kind.Name)
	if len(t.hidden) == 0 || r.opts.Newer == nil || k == nil {
		return
	}
	for i := range k.Reads {
		if k.Reads[i].Per == resource.Once && k.Reads[i].Fields {
			r.tasks = append(r.tasks, &task{kind: k, read: i, hidden: t.hidden, newer: true})
			return
		}
	}
}

// through returns the client that makes a task's call.
func (r *reader) through(t *task) wire.API {
	if t.newer {
		return r.opts.Newer
	}
	return r.api
}

// fillHidden puts the fields into the rows of a kind that its lists would not
// show. What cannot be had is a gap.
func (r *reader) fillHidden(l *resource.License, k *resource.Kind, rows []*resource.Object) {
	for _, list := range r.tasks {
		if list.kind != k || list.err != nil || list.newer || list.spec().Per == resource.PerRow || len(list.hidden) == 0 {
			continue
		}
		names := resource.Words(list.hidden)
		i := slices.IndexFunc(r.tasks, func(t *task) bool { return t.newer && t.kind.Name == k.Name })
		g := resource.Gap{Kind: k.Name, Method: list.spec().Method, Partial: true,
			Reason: fmt.Sprintf("version %s does not show the %s of all objects in one answer", r.opts.Version, names)}
		switch {
		case i < 0:
		case r.tasks[i].err != nil:
			failed, _ := r.tasks[i].gap()
			g.Method, g.Scopes = failed.Method, failed.Scopes
			g.Reason += fmt.Sprintf(", and reading it through %s failed: %s", resource.APIVersion, failed.Reason)
		default:
			fillFrom(k, rows, r.tasks[i])
			continue
		}
		l.Gaps = append(l.Gaps, g)
	}
}

// hiddenNotice tells of what was read through resource.APIVersion instead.
func (r *reader) hiddenNotice(tasks []*task) []string {
	var kinds, fields []string
	for _, t := range tasks {
		if t.newer && t.err == nil {
			kinds, fields = append(kinds, t.kind.Name), append(fields, t.hidden...)
		}
	}
	if kinds == nil {
		return nil
	}
	return []string{fmt.Sprintf("version %s would not show %s of %s: it was read through %s and has the shape of that version",
		r.opts.Version, strings.Join(sorted(fields), " and "), strings.Join(sorted(kinds), " and "), resource.APIVersion)}
}

func fillFrom(k *resource.Kind, rows []*resource.Object, t *task) {
	newer := make(map[string]*resource.Object, len(t.rows))
	for _, row := range t.rows {
		newer[identity(t.kind, row)] = row
	}
	for _, row := range rows {
		for _, name := range t.hidden {
			if v, ok := newer[identity(k, row)].Lookup(name); ok {
				row.Set(name, v)
			}
		}
		k.Canonical(row)
	}
}
