package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// giveOwners sets the owner given by the user on objects of applications without
// one, and adds one decision per file and kind for those that are missing.
func giveOwners(d *draft) {
	for _, kind := range ofClients {
		asked := map[string]int{}
		for _, row := range d.rows[kind] {
			file := d.of(row).file
			names := ownerNames(kind, file, row)
			for _, name := range names {
				d.answered("client_ids", name)
			}
			if !blank(row.Get("owner_client_id")) || d.of(row).exact || kind == "webhooks" && !row.Has("action") ||
				kind == "bots" && row.Has("id") {
				continue
			}
			if id := answerFor(d.opts.ClientIDs, names, d.opts.ClientID); id != "" {
				d.nothing(row.Get("owner_client_id"), "it is empty")
				row.Set("owner_client_id", turned(id, row.Get("owner_client_id")))
			} else if kind != "bots" && !d.unwanted(kind, row) {
				asked[file]++
				d.mark(row, Undecided, "its owner is in no document")
			}
		}
		for _, row := range d.rows[kind] {
			if n := asked[d.of(row).file]; n > 0 {
				asked[d.of(row).file] = 0
				d.ask(Decision{About: "client_id", Key: "client_ids", Of: d.of(row).file, Object: strings.ReplaceAll(kind, "_", " "), File: d.of(row).file, Line: int(firstOrigin(row).Line),
					Question: fmt.Sprintf("the documents do not name the application that owns %d of the %s in this file", n, strings.ReplaceAll(kind, "_", " ")),
					HowTo:    "pass --client-id ID, or set client_ids in the file for --decisions"})
			}
		}
	}
}

// identity returns a text that is equal for two rows of one object, "" if nothing
// identifies the row.
func identity(k *resource.Kind, row *resource.Object) string {
	switch {
	case k.Single:
		return k.Name
	case k.ServerID != "":
		if !row.Has(k.ServerID) {
			return ""
		}
		return resource.JSON(plain(row.Get(k.ServerID)))
	}
	var parts []string
	for _, f := range k.Key {
		parts = append(parts, resource.JSON(plain(row.Get(f))))
	}
	return strings.Join(parts, "/")
}

// joinObjects combines the rows of one object into one.
func joinObjects(d *draft) {
	for _, k := range resource.Kinds() {
		first := map[string]*resource.Object{}
		d.filter(k.Name, func(row *resource.Object) bool {
			id := identity(k, row)
			have := first[id]
			if have == nil || id == "" {
				first[id] = row
				return true
			}
			d.of(have).exact = d.of(have).exact && d.of(row).exact
			d.joinFields(k, have, have, row, "")
			return false
		})
	}
}

// joinFields adds the fields of one row to another. If they contradict each other,
// it adds a decision.
func (d *draft) joinFields(k *resource.Kind, row, to, from *resource.Object, path string) {
	for name, v := range from.All() {
		have, ok := to.Lookup(name)
		f := k.Field(name)
		a, aIsObject := have.(*resource.Object)
		b, bIsObject := v.(*resource.Object)
		switch {
		case !ok:
			to.Set(name, v)
			d.mark(v, Kept, "")
		case d.sameField(k, name, have, v):
			d.absorb(v, Merged, spot{to, name}, "same as in another document")
		case path == "" && f != nil && (f.Class == resource.Volatile || f.OnChange == resource.ByStart):
			d.mark(v, Dropped, "the server changes it; a snapshot does not keep it")
		case aIsObject && bIsObject:
			d.joinFields(k, row, a, b, member(path, name))
		default:
			d.conflict(k.Name, row, to, name, member(path, name), v)
		}
	}
}

func (d *draft) sameField(k *resource.Kind, name string, a, b any) bool {
	x, y := resource.Of(name, plain(a)), resource.Of(name, plain(b))
	k.Canonical(x)
	k.Canonical(y)
	return resource.Equal(x, y)
}

// joinWebhooks merges identical webhooks. Webhooks with different ids stay: both
// are registered.
func joinWebhooks(d *draft) {
	seen := map[string][]*resource.Object{} // by form
	secrets := map[[2]string]bool{}         // by form
	d.filter("webhooks", func(row *resource.Object) bool {
		if !row.Has("action") {
			return true
		}
		key, secret := hookForm(row), secretOf(row)
		alike := seen[key]
		if secret != noSecret && !secrets[[2]string{key, secret}] && !secrets[[2]string{key, noSecret}] {
			alike = nil
		}
		secrets[[2]string{key, secret}] = true
		i := slices.IndexFunc(alike, func(s *resource.Object) bool {
			twoIDs := s.Has("id") && row.Has("id") && d.of(s).old == d.of(row).old
			return !twoIDs && sameSecret(s, row) && !(d.of(s).exact && d.of(row).exact)
		})
		if i < 0 {
			seen[key] = append(seen[key], row)
			return true
		}
		first := alike[i]
		if id, ok := row.Lookup("id"); ok && d.of(first).old {
			d.imply(first, "id", Converted, oldID)
			first.Set("id", id)
			d.of(first).old = false
		}
		d.mergeInto(first, row)
		return false
	})
}

// dropFilters removes filters that exist, but not for the action. Unknown actions
// and filters are left to the validation of the result.
func dropFilters(d *draft, kind string, row *resource.Object) {
	filters, action := row.Object("filters"), text(row, "action")
	if filters == nil || d.of(row).exact || !slices.Contains(resource.WebhookActions(), action) {
		return
	}
	takes := filtersOf(action)
	for _, f := range resource.Lookup(kind).Field("filters").Fields {
		if filters.Has(f.Name) && !slices.Contains(takes, f.Name) {
			d.dropFilter(hook{kind, row, row, row, "action"}, f.Name, "v"+Target+" does not accept it with "+action)
		}
	}
}

// readOnly reports whether a value is never written. A snapshot of the target
// version has such values because somebody wanted to see them.
func readOnly(d *draft, kind string, row *resource.Object) bool {
	return !d.of(row).exact && resource.Lookup(kind).ReadOnlyRow(plainObject(row))
}

const oldID = "the id of the old registration; the new webhook gets another id"

// dropOldIDs removes ids that do not exist in the target version. With such an id,
// a snapshot would state that the webhook exists, or existed, there.
func dropOldIDs(d *draft) {
	d.remove("webhooks", "only the id of a webhook registered before v3.3", func(row *resource.Object) bool {
		return d.of(row).old && row.Has("id") && !row.Has("action")
	})
	for _, row := range d.rows["webhooks"] {
		if d.of(row).old {
			d.imply(row, "id", Converted, oldID)
		}
	}
}

// limits adds a decision if there are more objects than the API allows. The user
// decides which to leave out.
func limits(d *draft) {
	for _, k := range resource.Kinds() {
		for _, limit := range k.Caps {
			groups := map[string][]*resource.Object{}
			var order []string
			for _, row := range d.rows[k.Name] {
				key := limit.Place(plainObject(row))
				if groups[key] == nil {
					order = append(order, key)
				}
				groups[key] = append(groups[key], row)
			}
			for _, key := range order {
				if rows := groups[key]; len(rows) > limit.N {
					d.tooMany(k, limit, rows)
				}
			}
		}
	}
}

func (d *draft) tooMany(k *resource.Kind, limit resource.Cap, rows []*resource.Object) {
	var names []string
	for _, row := range rows {
		name := cmp.Or(text(row, "id"), call(k.Name, row))
		names = append(names, fmt.Sprintf("%s (%s, %s)", name, text(row, "url"), firstOrigin(row)))
		d.mark(row, Undecided, fmt.Sprintf("more than %d", limit.N))
	}
	d.askAbout(k.Name, rows[0], nil, Decision{About: "limit", Key: "leave_out",
		Question: fmt.Sprintf("%d %s have the same %s; the API allows %d: %s", len(rows), k.Name, strings.Join(limit.Per, " and "), limit.N, strings.Join(names, ", ")),
		HowTo:    fmt.Sprintf("leave out %d of them: pass --leave-out ID", len(rows)-limit.N)})
}

// joinMembers removes a group's agent_priorities if the groups of every member
// state the same: a snapshot stores memberships with the members. Entries for
// members that are not in the documents, or that differ, are left to the
// validation of the result.
func joinMembers(d *draft) {
	own := d.ownGroups()
	for _, group := range d.rows["groups"] {
		claims, ok := group.Get("agent_priorities").(*resource.Object)
		if !ok || d.of(group).exact {
			continue
		}
		confirmed := true
		for id, priority := range claims.All() {
			entry := entryFor(own[id], group)
			confirmed = confirmed && entry != nil && same(entry.Get("priority"), priority)
		}
		if !confirmed {
			continue
		}
		for id, priority := range claims.All() {
			d.absorb(priority, Merged, spot{entryFor(own[id], group), "priority"}, "same as in the member's groups")
		}
		group.Delete("agent_priorities")
	}
}

// ownGroups returns the lists of groups of the agents and bots that have one,
// by id.
func (d *draft) ownGroups() map[string]resource.List {
	own := map[string]resource.List{}
	for _, kind := range []string{"agents", "bots"} {
		for _, row := range d.rows[kind] {
			if id := text(row, "id"); id != "" && isList(row.Get("groups")) {
				own[id] = elements(row.Get("groups"))
			}
		}
	}
	return own
}

// entryFor returns the entry of a member's list that is about a group, nil if
// there is none.
func entryFor(list resource.List, group *resource.Object) *resource.Object {
	for _, e := range list {
		if o, ok := e.(*resource.Object); ok && o.Has("id") && same(o.Get("id"), group.Get("id")) {
			return o
		}
	}
	return nil
}
