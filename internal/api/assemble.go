package api

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// nothing returns an error if every call failed, that of the first in the
// registry's order that the server answered for.
func (r *reader) nothing() error {
	var first error
	for _, t := range r.inOrder() {
		if t.err == nil {
			return nil
		}
		var we *wire.Error
		if first == nil || errors.As(t.err, &we) && !errors.As(first, &we) {
			first = t.err
		}
	}
	return first
}

// inOrder returns the tasks by kind in the registry's order, read, client id
// and row, whenever they ran.
func (r *reader) inOrder() []*task {
	place := make(map[*resource.Kind]int, len(r.kinds))
	for i, k := range r.kinds {
		place[k] = i
	}
	tasks := slices.Clone(r.tasks)
	slices.SortStableFunc(tasks, func(a, b *task) int {
		return cmp.Or(cmp.Compare(place[a.kind], place[b.kind]), cmp.Compare(a.read, b.read),
			cmp.Compare(a.client, b.client), cmp.Compare(a.rowID(), b.rowID()))
	})
	return tasks
}

func (t *task) rowID() string {
	if t.row == nil {
		return ""
	}
	return resource.Text(t.of.IDOf(t.row))
}

// assemble makes the license out of what the calls returned.
func (r *reader) assemble() *resource.License {
	l := &resource.License{Version: r.opts.Version, Unreadable: map[string][]string{}, Secrets: map[string]string{}}
	tasks := r.inOrder()
	foreign := r.foreign(tasks)
	for _, k := range r.kinds {
		var mine []*task
		for _, t := range tasks {
			if t.kind == k && !(t.client != "" && foreign[t.client]) {
				mine = append(mine, t)
			}
		}
		r.addKind(l, k, mine, tasks)
	}
	l.Notices = append(l.Notices, r.hiddenNotice(tasks)...)
	l.ClientIDs = r.covered(tasks, foreign)
	l.Notices = append(l.Notices, foreignNotices(tasks, foreign)...)
	l.Owner, l.AccountID = owner(l)
	return l
}

// addKind puts the rows, gaps and notices of a kind into the license. The kind
// is there if all its lists are: those that are read once, and at least one of
// those that are read for a client id or for the rows of another kind, if that
// kind has any.
func (r *reader) addKind(l *resource.License, k *resource.Kind, tasks, all []*task) {
	var rows []*resource.Object
	var doubles, masked, nulls []string
	lists, read, once := 0, 0, true
	l.Gaps = append(l.Gaps, gaps(tasks, all)...)
	for _, t := range tasks {
		doubles, masked = append(doubles, t.doubles...), append(masked, t.masked...)
		nulls = append(nulls, t.nulls...)
		if t.ownRow() {
			continue
		}
		lists++
		if t.err == nil {
			read++
			l.Notices = append(l.Notices, t.roundNotice()...)
			rows = append(rows, t.rows...)
		} else if t.spec().Per == resource.Once {
			once = false
		}
	}
	source, missing := r.source(k, all)
	l.Gaps = append(l.Gaps, missing...)
	if !(lists == 0 && source) && (lists == 0 || read == 0 || !once) {
		return
	}
	for _, t := range tasks {
		if t.ownRow() && t.err == nil {
			merge(k, t.row, t.rows[0])
		}
	}
	rows, more := dedupe(k, rows)
	for _, key := range sorted(append(doubles, more...)) {
		l.Notices = append(l.Notices, fmt.Sprintf("%s %s came more than once; one is kept", k.Singular, key))
	}
	for _, name := range sorted(masked) {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: the member %s of answers looks like a secret and is left out", k.Name, name))
	}
	for _, name := range r.misread(k, rows) {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: lcsync does not know the member %s of answers and leaves it out, as in a file it would look misspelt", k.Name, name))
	}
	r.fillHidden(l, k, rows)
	k.SortRows(rows)
	hideSecrets(l, k, rows)
	r.note(l, k, rows, all)
	l.SetRows(k.Name, rows)
	if r.opts.Version == "" {
		l.KnowReadable(k.Name, k.Carried(rows))
	}
	if fields := k.FillDefaults(whole(rows, tasks), sorted(nulls)); len(fields) > 0 {
		l.Unreadable[k.Name] = fields
	}
}

// roundNotice tells of a list that has as many entries as a page might have: no
// method for lists is documented to answer in pages, and none says that it did.
func (t *task) roundNotice() []string {
	if t.entries == 0 || t.entries%100 != 0 {
		return nil
	}
	of := ""
	if t.client != "" {
		of = " of " + t.client
	}
	return []string{fmt.Sprintf("%s%s: the list has exactly %d entries; if the server cuts lists there, some are missing", t.kind.Name, of, t.entries)}
}

// misread takes members out of the rows that a snapshot could not have, as they
// look like slips of the pen there, and returns their names.
func (r *reader) misread(k *resource.Kind, rows []*resource.Object) []string {
	var names []string
	if r.opts.Version == "" {
		for _, row := range rows {
			names = append(names, k.DropMisread(row)...)
		}
	}
	return sorted(names)
}

// source tells whether the rows of another kind are known for which calls for
// this one are made, and what is missing if they are not.
func (r *reader) source(k *resource.Kind, all []*task) (known bool, missing []resource.Gap) {
	for i := range k.Reads {
		of := r.kind(k.Reads[i].Of)
		if of == nil {
			continue
		}
		for _, t := range all {
			if t.kind != of || t.spec().Per == resource.PerRow {
				continue
			}
			g, torn := t.gap()
			if known = !torn; torn {
				missing = append(missing, g)
			}
			for _, g := range t.oddGaps() {
				g.ID, g.Partial = "", true // rows here have other names
				missing = append(missing, g)
			}
		}
	}
	for i := range missing {
		missing[i].Kind = k.Name
	}
	return known, missing
}

// whole returns the rows whose details could be read, if they have any: what
// the others lack is not known, and has no default.
func whole(rows []*resource.Object, tasks []*task) []*resource.Object {
	torn := map[*resource.Object]bool{}
	for _, t := range tasks {
		if t.ownRow() && t.err != nil {
			torn[t.row] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(o *resource.Object) bool { return torn[o] })
}

// hideSecrets moves secrets out of the rows. Of rows that share a secret's
// name the first one's counts. A secret that several rows have has one name,
// the first one's: by the names alone it shows that they are alike.
func hideSecrets(l *resource.License, k *resource.Kind, rows []*resource.Object) {
	named := map[string]string{} // by secret
	for _, row := range rows {
		revealed := k.HideSecrets(row)
		for _, name := range slices.Sorted(maps.Keys(revealed)) {
			secret := revealed[name]
			if first, known := named[secret]; known {
				rename(row, resource.Secret(name), resource.Secret(first))
				continue
			}
			if _, taken := l.Secrets[name]; !taken {
				l.Secrets[name], named[secret] = secret, name
			}
		}
	}
}

// rename puts one secret in the place of another, in records too.
func rename(o *resource.Object, old, now resource.Secret) {
	for name, v := range o.All() {
		switch v := v.(type) {
		case resource.Secret:
			if v == old {
				o.Set(name, now)
			}
		case *resource.Object:
			rename(v, old, now)
		}
	}
}

// owner returns the id and account id of the object whose role is the one that
// nobody can be given: the owner's.
func owner(l *resource.License) (id, account string) {
	for _, k := range l.Kinds() {
		role := k.Field("role")
		if role == nil {
			continue
		}
		for _, row := range l.Rows(k.Name) {
			if slices.Contains(role.Fixed, row.String("role")) {
				return row.String("id"), row.String("account_id")
			}
		}
	}
	return "", ""
}

func sorted(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}
