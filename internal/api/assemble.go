package api

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// sortTasks sorts the tasks by the registry's order of kinds and reads, by client
// id and by row, in whatever order they ran.
func (r *reader) sortTasks() {
	place := map[*resource.Read]int{}
	for _, k := range resource.KindsAt(r.opts.Version) {
		for i := range k.Reads {
			place[&k.Reads[i]] = len(place)
		}
	}
	slices.SortStableFunc(r.tasks, func(a, b *task) int {
		return cmp.Or(cmp.Compare(place[a.read], place[b.read]), cmp.Compare(a.client, b.client), cmp.Compare(a.rowID(), b.rowID()))
	})
}

func (t *task) rowID() string {
	if t.row == nil {
		return ""
	}
	return resource.Text(t.of.IDOf(t.row))
}

// nothing returns an error if every call failed. It prefers the error of the first
// call that the server responded to.
func (r *reader) nothing() error {
	if len(r.tasks) == 0 || slices.ContainsFunc(r.tasks, func(t *task) bool { return t.err == nil }) {
		return nil
	}
	answered := slices.IndexFunc(r.tasks, func(t *task) bool { return t.err.Status != 0 })
	return r.tasks[max(answered, 0)].err
}

// assemble makes the license out of what the calls returned.
func (r *reader) assemble() *resource.License {
	l := &resource.License{Version: r.opts.Version, Unreadable: map[string][]string{}, Secrets: map[string]string{}}
	foreign := r.foreign()
	ofForeign := r.foreignNotices(foreign)
	r.tasks = slices.DeleteFunc(r.tasks, func(t *task) bool { return foreign[t.client] })
	for _, k := range r.kinds {
		r.addKind(l, k)
	}
	l.Notices = slices.Concat(l.Notices, r.hiddenNotice(), ofForeign)
	l.ClientIDs = r.covered()
	l.FindOwner()
	return l
}

// calls returns two lists: the calls that list the rows of a kind, including the
// calls for the rows that the kind is read for, and the calls that complete its
// rows.
func (r *reader) calls(k *resource.Kind) (lists, details []*task) {
	sources := r.sources(k)
	for _, t := range r.tasks {
		switch {
		case t.kind == k && t.ownRow():
			details = append(details, t)
		case t.kind == k, slices.Contains(sources, t.kind) && t.row == nil:
			lists = append(lists, t)
		}
	}
	return lists, details
}

// known reports whether a kind could be read: every list that is read once, and at
// least one of the lists that are read for a client id or for the rows of another
// kind, if there are any.
func known(lists []*task) bool {
	many, some := false, false
	for _, t := range lists {
		once := t.read.Per == resource.Once
		if once && t.err != nil {
			return false
		}
		many, some = many || !once, some || !once && t.err == nil
	}
	return len(lists) > 0 && (some || !many)
}

// addKind puts the rows, gaps and notices of a kind into the license.
func (r *reader) addKind(l *resource.License, k *resource.Kind) {
	lists, details := r.calls(k)
	l.Gaps = append(l.Gaps, r.gapsOf(k, lists, details)...)
	if !known(lists) {
		return
	}
	lists = slices.DeleteFunc(lists, func(t *task) bool { return t.kind != k || t.err != nil })
	rows := r.rowsOf(l, k, lists, details)
	var nulls []string
	whole := slices.Clone(rows) // fields that the other rows lack were not read: they get no default
	for _, t := range slices.Concat(lists, details) {
		if nulls = append(nulls, t.nulls...); t.err != nil {
			whole = slices.DeleteFunc(whole, func(o *resource.Object) bool { return o == t.row })
		}
	}
	l.KeepSecrets(k, rows)
	r.note(l, k, rows)
	l.SetRows(k.Name, rows)
	if r.opts.Version == "" {
		l.KnowReadable(k.Name, k.Carried(rows))
	}
	if fields := k.FillDefaults(whole, sorted(nulls)); len(fields) > 0 {
		l.Unreadable[k.Name] = fields
	}
}

// rowsOf returns the rows of a kind from its lists and details, each row once,
// without fields that do not belong in a license.
func (r *reader) rowsOf(l *resource.License, k *resource.Kind, lists, details []*task) []*resource.Object {
	for _, t := range details {
		if t.err == nil {
			k.Merge(t.row, t.rows[0])
		}
	}
	var rows []*resource.Object
	var doubles, secrets, misread []string
	for _, t := range lists {
		l.Notices = append(l.Notices, t.roundNotice()...)
		l.Gaps = append(l.Gaps, r.fillHidden(t)...)
		rows, doubles = append(rows, t.rows...), append(doubles, t.doubles...)
	}
	rows, more := k.Unique(rows)
	for _, row := range rows {
		k.Canonical(row)
		k.DropVolatile(row)
		secrets = append(secrets, k.DropSecrets(row)...)
		if r.opts.Version == "" {
			misread = append(misread, k.DropMisread(row)...)
		}
	}
	k.SortRows(rows)
	l.Notices = slices.Concat(l.Notices,
		notices(k.Singular+" %s was returned more than once; kept one", append(doubles, more...)),
		notices(k.Name+": responses have the unknown field %s, which looks like a secret; left out", secrets),
		notices(k.Name+": responses have the unknown field %s; left out, because a snapshot with it would look misspelled", misread))
	return rows
}

// notices returns a notice for each of some names, once and sorted.
func notices(format string, names []string) (out []string) {
	for _, name := range sorted(names) {
		out = append(out, fmt.Sprintf(format, name))
	}
	return out
}

// note adds to each row of a kind the value that activates a new object
// (Kind.ActivatedBy).
func (r *reader) note(l *resource.License, k *resource.Kind, rows []*resource.Object) {
	if !r.opts.Notes || k.ActivatedBy == nil {
		return
	}
	by := r.kind(k.ActivatedBy.Kind)
	values := map[string]resource.Value{}
	for _, t := range r.tasks {
		if t.kind != by {
			continue
		}
		if t.err != nil && !slices.Contains(r.kinds, by) {
			l.Notices = append(l.Notices, fmt.Sprintf("%s of %s were not read, so %s created from this snapshot start %s: %s",
				by.Name, k.Name, k.Name, k.ActivatedBy.Initial, reason(t.err)))
		}
		for _, row := range t.rows {
			values[by.KeyOf(row)] = row.Get(k.ActivatedBy.Value)
		}
	}
	for _, row := range rows {
		if v := values[resource.Text(k.IDOf(row))]; v != nil {
			row.Set(k.ActivatedBy.Field, v)
			k.Canonical(row)
		}
	}
}

func sorted(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}
