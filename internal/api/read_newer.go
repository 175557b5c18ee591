package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// An older version may refuse a whole list because a field of one object has a
// newer shape. lcsync then repeats the call without the field, and a separate task
// reads the field through resource.APIVersion.

// leaveOut removes the fields that the server may be unable to show, and reports
// whether the call asked for any.
func (t *task) leaveOut() bool {
	var ask resource.List
	for _, name := range t.ask {
		if f := t.kind.Field(name.(string)); f.NewShape {
			t.hidden = append(t.hidden, f.Name)
		} else {
			ask = append(ask, name)
		}
	}
	before := len(t.ask)
	t.ask = ask
	return len(ask) < before
}

// readHidden reads through resource.APIVersion the fields that a list does not
// show.
func (t *task) readHidden(ctx context.Context, newer wire.API) {
	k := resource.Lookup(t.kind.Name)
	if newer == nil || k == nil || t.err != nil || t.ownRow() {
		return
	}
	i := slices.IndexFunc(k.Reads, func(r resource.Read) bool { return r.Per == resource.Once && r.Fields })
	if i < 0 {
		return
	}
	t.newer = newTask(k, &k.Reads[i])
	t.newer.ask = slices.DeleteFunc(t.newer.ask, func(v resource.Value) bool {
		return !slices.ContainsFunc(t.hidden, func(hidden string) bool {
			return v == hidden || k.Field(hidden).Member(v.(string)) != nil // answers have it in the place of a member
		})
	})
	t.newer.call(ctx, newer)
}

// fillHidden adds to the rows of a list the fields that the list did not show. It
// returns what could not be read as a gap.
func (r *reader) fillHidden(list *task) []resource.Gap {
	if list.hidden == nil {
		return nil
	}
	newer := list.newer
	g := resource.Gap{Kind: list.kind.Name, Method: list.read.Method, Partial: true,
		Reason: fmt.Sprintf("API version %s cannot list the %s of every object", r.opts.Version, resource.Words(list.hidden))}
	switch {
	case newer == nil:
		return []resource.Gap{g}
	case newer.err != nil:
		g.Method, g.Scopes = newer.read.Method, newer.err.Scopes
		g.Reason += fmt.Sprintf(", and reading the field through v%s failed: %s", resource.APIVersion, reason(newer.err))
		return []resource.Gap{g}
	}
	shown := make(map[string]*resource.Object, len(newer.rows))
	for _, row := range newer.rows {
		shown[newer.kind.NameOf(row)] = row
	}
	for _, row := range list.rows {
		for _, name := range list.hidden {
			if v, ok := shown[list.kind.NameOf(row)].Lookup(name); ok {
				row.Set(name, v)
			}
		}
	}
	return nil
}

// hiddenNotice reports what was read through resource.APIVersion instead.
func (r *reader) hiddenNotice() []string {
	var kinds, fields []string
	for _, t := range r.tasks {
		if t.newer != nil && t.newer.err == nil {
			kinds, fields = append(kinds, t.kind.Name), append(fields, t.hidden...)
		}
	}
	if kinds == nil {
		return nil
	}
	return []string{fmt.Sprintf("API version %s could not list %s of %s: read through v%s, in the format of that version",
		r.opts.Version, strings.Join(sorted(fields), " and "), strings.Join(sorted(kinds), " and "), resource.APIVersion)}
}
