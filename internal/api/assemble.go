package api

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"lcsync/internal/resource"
)

// sortTasks brings the tasks into the order of the registry's kinds and reads,
// client id and row, whenever they ran.
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

// nothing returns an error if every call failed: that of the first that the
// server answered, if there is one.
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
	l.Owner, l.AccountID = owner(l)
	return l
}

// calls returns the calls that tell which rows a kind has, those for the rows
// that it is read for included, and the calls that complete its rows.
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

// known tells whether a kind is there: if all its lists are that are read once,
// and at least one of those that are read for a client id or for the rows of
// another kind, if there are any.
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
	var rows []*resource.Object
	var doubles, nulls, secrets, misread []string
	torn := map[*resource.Object]bool{} // rows whose details are missing
	for _, t := range lists {
		l.Notices = append(l.Notices, t.roundNotice()...)
		rows, doubles, nulls = append(rows, t.rows...), append(doubles, t.doubles...), append(nulls, t.nulls...)
	}
	for _, t := range details {
		if torn[t.row] = t.err != nil; t.err == nil {
			merge(k, t.row, t.rows[0])
			nulls = append(nulls, t.nulls...)
		}
	}
	for _, t := range lists {
		l.Gaps = append(l.Gaps, r.fillHidden(t)...)
	}
	rows, more := dedupe(k, rows)
	for _, row := range rows {
		k.Canonical(row)
		k.DropVolatile(row)
		secrets = append(secrets, k.DropSecrets(row)...)
		if r.opts.Version == "" {
			misread = append(misread, k.DropMisread(row)...)
		}
	}
	tell := func(names []string, format string) {
		for _, name := range sorted(names) {
			l.Notices = append(l.Notices, fmt.Sprintf(format, name))
		}
	}
	tell(append(doubles, more...), k.Singular+" %s came more than once; one is kept")
	tell(secrets, k.Name+": the member %s of answers looks like a secret and is left out")
	tell(misread, k.Name+": lcsync does not know the member %s of answers and leaves it out, as in a file it would look misspelt")
	k.SortRows(rows)
	hideSecrets(l, k, rows)
	r.note(l, k, rows)
	l.SetRows(k.Name, rows)
	if r.opts.Version == "" {
		l.KnowReadable(k.Name, k.Carried(rows))
	}
	// What rows without their details lack is not known, and has no default.
	whole := slices.DeleteFunc(slices.Clone(rows), func(o *resource.Object) bool { return torn[o] })
	if fields := k.FillDefaults(whole, sorted(nulls)); len(fields) > 0 {
		l.Unreadable[k.Name] = fields
	}
}

// note notes with each row of a kind what it would be brought into service with.
func (r *reader) note(l *resource.License, k *resource.Kind, rows []*resource.Object) {
	if !r.opts.Notes || k.Start == nil {
		return
	}
	by := r.kind(k.Start.Kind)
	values := map[string]resource.Value{}
	for _, t := range r.tasks {
		if t.kind != by {
			continue
		}
		if t.err != nil && !slices.Contains(r.kinds, by) {
			l.Notices = append(l.Notices, fmt.Sprintf("%s of %s could not be read, so %s that are created from this snapshot are %s at first: %s",
				by.Name, k.Name, k.Name, k.Start.Initial, reason(t.err)))
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

// hideSecrets moves secrets out of the rows. Of rows that share a secret's
// name the first one's counts. A secret that several rows have has one name,
// the first one's: by the names alone it shows that they are alike.
func hideSecrets(l *resource.License, k *resource.Kind, rows []*resource.Object) {
	named := map[string]resource.Secret{} // by secret
	for _, row := range rows {
		revealed := k.HideSecrets(row)
		for _, name := range slices.Sorted(maps.Keys(revealed)) {
			secret := revealed[name]
			if first, known := named[secret]; known {
				rename(row, resource.Secret(name), first)
			} else if _, taken := l.Secrets[name]; !taken {
				l.Secrets[name], named[secret] = secret, resource.Secret(name)
			}
		}
	}
}

// rename puts one secret in the place of another.
func rename(row *resource.Object, old, now resource.Secret) {
	for name, v := range row.All() {
		row.Set(name, resource.Rewrite(v, func(v resource.Value) resource.Value {
			if v == old {
				return now
			}
			return v
		}))
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
