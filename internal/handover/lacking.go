package handover

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// hooks is the only kind whose objects differ between versions.
const hooks = "webhooks"

// sameEverywhere tells whether the objects of a kind are the same in every version: one
// that the current version does not return no longer exists.
func sameEverywhere(k *resource.Kind) bool {
	return k.Person || k.ServerID != "" && k.Name != hooks
}

// Lacking returns what live lacks of want, which was migrated from what an older version
// returned of the same license, and notices about the rest.
//
// Except for webhooks, objects are the same in every version, and the values of live
// take precedence, because an older version returns them in an older shape. So of an
// object that live has, Lacking returns only the fields that are empty in live, and it
// does not return objects that live does not have if only the server can have made
// them. It returns webhooks unless live has one that differs at most in id and
// description: without their ids, which belong to the old registrations, and together
// with those that live has. It returns kinds that could not be read whole, so the
// comparison reports them.
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
			continue // of another organization, which is not changed
		}
		i := slices.IndexFunc(have, func(l *resource.Object) bool { return sameObject(k, w, l) })
		switch {
		case i >= 0:
			row, differ := lackingFields(k, w, have[i], live.Unreadable[k.Name])
			if row != nil {
				rows = append(rows, row)
			}
			for _, path := range differ {
				notices = append(notices, migrate.Meaning{Object: k.Singular + " " + k.KeyOf(have[i]), Text: path + " differs in the older version; it is not changed"})
			}
		case sameEverywhere(k):
			notices = append(notices, migrate.Meaning{Object: k.Singular + " " + k.KeyOf(w), Text: "only the older version has it; it is not created"})
		default:
			rows = append(rows, w.Clone())
		}
	}
	return rows, notices
}

// lackingHooks returns the webhooks that live lacks together with those that it has, so
// none of these is paired with a lacking one.
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

// lackingFields returns the fields of want that are empty in live, with the identity of
// the object; nil if there is none. It returns the paths of those that differ. A kind
// that is described whole lacks nothing.
func lackingFields(k *resource.Kind, want, live *resource.Object, unreadable []string) (row *resource.Object, differ []string) {
	for _, c := range diff.Compare(k, live, want, unreadable) {
		name := c.Root()
		f := k.Field(name)
		switch {
		case f == nil || k.Members != nil && name == k.Members.Field || f.OnChange == resource.Blocked:
		case k.Whole || !resource.IsHollow(live.Get(name)):
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

// Pair returns, for each webhook, the equal one of live, nil if there is none. Equal
// webhooks differ at most in id and description. If a webhook was registered twice, each
// has its own counterpart. The exception is a webhook that live has under the same id:
// it may also be the counterpart of another one, as after an interrupted hand-over.
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
