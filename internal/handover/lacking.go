package handover

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// hooks is the one kind whose objects are others in older versions.
const hooks = "webhooks"

// sameEverywhere tells whether the objects of a kind are the same ones in every
// version, so that one which the current version does not show is no more.
func sameEverywhere(k *resource.Kind) bool {
	return k.Person || k.ServerID != "" && k.Name != hooks
}

// Lacking returns what want, which was migrated from what an older version
// showed of the same license, has beyond live, and what is worth telling of the
// rest.
//
// Objects are the same ones in every version, webhooks apart, and what live
// says of them counts: an older version sees it through an older shape. So of
// an object that live has only those fields are returned that say nothing in
// live, and objects that live has not are not returned if only the server can
// have made them. Webhooks are returned unless live has one that differs in its
// id and description at most, without their ids, which then are of an old
// registration, and beside those that live has. Kinds that live has not, as they
// could not be read, are returned whole, for whoever compares to say so.
func Lacking(want, live *resource.License) (*resource.License, []migrate.Meaning) {
	out := &resource.License{Owner: live.Owner, AccountID: live.AccountID, ClientIDs: want.ClientIDs}
	var notices []migrate.Meaning
	for _, k := range want.Kinds() {
		if k.ReadOnly {
			continue
		}
		if !live.Has(k.Name) {
			out.SetRows(k.Name, want.Clone().Rows(k.Name))
			continue
		}
		rows, told := lackingRows(k, want.Rows(k.Name), live)
		notices = append(notices, told...)
		if len(rows) > 0 {
			out.SetRows(k.Name, rows)
		}
	}
	return out, notices
}

func lackingRows(k *resource.Kind, want []*resource.Object, live *resource.License) (rows []*resource.Object, notices []migrate.Meaning) {
	if k.Name == hooks {
		return lackingHooks(k, want, live), nil
	}
	have := live.Rows(k.Name)
	for _, w := range want {
		if k.PerClient() && !slices.Contains(live.ClientIDs, w.String(k.OwnedBy)) {
			continue // another organization's, which has them as it had
		}
		i := slices.IndexFunc(have, func(l *resource.Object) bool { return sameObject(k, w, l) })
		switch {
		case i >= 0:
			row, differ := lackingFields(k, w, have[i], live.Unreadable[k.Name])
			if row != nil {
				rows = append(rows, row)
			}
			for _, path := range differ {
				notices = append(notices, migrate.Meaning{Object: k.Singular + " " + k.KeyOf(have[i]), Text: path + " is not what the older version says: it stays as it is"})
			}
		case sameEverywhere(k):
			notices = append(notices, migrate.Meaning{Object: k.Singular + " " + k.KeyOf(w), Text: "it is in the older version only: it is not created"})
		default:
			rows = append(rows, w.Clone())
		}
	}
	return rows, notices
}

// lackingHooks returns the webhooks that live lacks, beside all that it has:
// none of those is to be taken for another form of one that it lacks.
func lackingHooks(k *resource.Kind, want []*resource.Object, live *resource.License) []*resource.Object {
	var rows []*resource.Object
	for i, l := range Pair(want, live) {
		if l == nil {
			w := want[i].Clone()
			w.Delete(k.ServerID)
			rows = append(rows, w)
		}
	}
	if rows == nil {
		return nil
	}
	for _, l := range live.Rows(k.Name) {
		rows = append(rows, l.Clone())
	}
	k.SortRows(rows)
	return rows
}

// sameObject pairs by id where there are ids, and by natural key otherwise.
func sameObject(k *resource.Kind, a, b *resource.Object) bool {
	fields := k.Key
	if k.ServerID != "" {
		fields = []string{k.ServerID}
	}
	return !slices.ContainsFunc(fields, func(f string) bool { return !resource.Equal(a.Get(f), b.Get(f)) })
}

// lackingFields returns the fields of want that say nothing in live, with what
// tells whose they are; nil if there is none. Those that live says otherwise are
// returned by their paths. A kind that is described whole lacks nothing.
func lackingFields(k *resource.Kind, want, live *resource.Object, unreadable []string) (row *resource.Object, differ []string) {
	for _, c := range diff.Compare(k, live, want, unreadable) {
		name := c.Root()
		f := k.Field(name)
		switch {
		case f == nil || k.Members != nil && name == k.Members.Field || f.OnChange == resource.Blocked:
		case k.Whole || !empty(live.Get(name)):
			differ = append(differ, c.Path)
		default:
			if row == nil {
				row = identity(k, live)
			}
			row.Set(name, resource.CloneValue(want.Get(name)))
		}
	}
	if row != nil {
		k.Canonical(row)
	}
	return row, differ
}

func identity(k *resource.Kind, o *resource.Object) *resource.Object {
	row := &resource.Object{}
	for _, f := range append([]string{k.ServerID, k.OwnedBy}, k.Key...) {
		if v, ok := o.Lookup(f); ok {
			row.Set(f, resource.CloneValue(v))
		}
	}
	return row
}

// empty tells whether a value says nothing: it is absent, null, empty text, or
// has no part that says something.
func empty(v resource.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case resource.List:
		return len(v) == 0
	case *resource.Object:
		for _, m := range v.All() {
			if !empty(m) {
				return false
			}
		}
		return true
	}
	return false
}

// Pair returns, for each of some webhooks, the one of live that does what it is
// to do: the two differ in their ids and in what people call them at most. It is
// nil where there is none. Of webhooks that are alike, as somebody registered
// the same twice, each has its own, but for those that stand for themselves:
// such a one may do another's work, too, as it does after a hand-over that was
// stopped.
func Pair(webhooks []*resource.Object, live *resource.License) []*resource.Object {
	k := resource.Lookup(hooks)
	out := make([]*resource.Object, len(webhooks))
	for i, w := range webhooks {
		for _, l := range live.Rows(hooks) {
			if w.Has(k.ServerID) && resource.Equal(k.IDOf(w), k.IDOf(l)) && alike(k, w, l, live) {
				out[i] = l
			}
		}
	}
	taken := map[*resource.Object]bool{}
	for i, w := range webhooks {
		for _, l := range live.Rows(hooks) {
			if out[i] == nil && !taken[l] && alike(k, w, l, live) {
				out[i], taken[l] = l, true
			}
		}
	}
	return out
}

func alike(k *resource.Kind, w, l *resource.Object, live *resource.License) bool {
	if w.String(k.OwnedBy) != l.String(k.OwnedBy) {
		return false
	}
	w, l = w.Clone(), l.Clone()
	w.Delete("description")
	l.Delete("description")
	return len(diff.Compare(k, l, w, live.Unreadable[hooks])) == 0
}
