package migrate

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// accessActions are those of 3.2 and 3.3, and autoAccessActions those of 3.4.
// Clients and the changelog call the first of these auto_access_added.
var (
	accessActions     = []string{"chat_access_granted", "chat_access_revoked"}
	autoAccessActions = []string{"auto_access_created", "auto_access_updated", "auto_access_deleted"}
)

const addedAction = "auto_access_added"

func mergeAccess(d *draft) { d.mergeActions(accessActions, "chat_access_updated") }

func mergeAutoAccess(d *draft) {
	for _, row := range d.rows["webhooks"] {
		if text(row, "action") == addedAction {
			d.convert(row, "action", autoAccessActions[0], "")
		}
	}
	d.mergeActions(autoAccessActions, "auto_accesses_updated")
}

// agentIDs converts the filter agent_ids to the shape that it has since v3.4.
func agentIDs(d *draft, h hook, filters *resource.Object, v any) {
	o, isObject := v.(*resource.Object)
	l, isList := v.(resource.List)
	switch {
	case isObject && hasAny(o, "agents_any", "agents_exclude"):
		for _, l := range userLists {
			d.rename(o, l.old, l.new)
		}
	case isList:
		filters.Set("agent_ids", resource.Of("values", l))
		d.mark(l, Renamed, "")
	default:
		return
	}
	if h.action() == "agent_deleted" {
		d.means(h.kind, h.row, "the vendor's pages contradict each other on whether agent_deleted accepts agent_ids since v3.4")
	}
}

// tellPayloads reports once for each address that its payloads have a new format.
func tellPayloads(d *draft) {
	urls := map[string]bool{}
	for _, row := range d.rows["webhooks"] {
		if url := text(row, "url"); url != "" && !urls[url] {
			urls[url] = true
			d.means("webhooks", row, "its URL will receive payloads in the format of v"+Target)
		}
	}
}

// mergeActions merges several actions into one. Webhooks that are equal apart from
// action and id become one; others stay separate.
func (d *draft) mergeActions(old []string, now string) {
	type group struct {
		row     *resource.Object
		actions []string
	}
	var groups []*group
	lacking := map[[2]string][]*group{} // by the form of the webhook and the action
	receivers := map[string]int{}
	receiver := func(row *resource.Object) string {
		return text(row, "url") + " " + sortedJSON(plain(row.Get("owner_client_id")))
	}
	d.filter("webhooks", func(row *resource.Object) bool {
		action := text(row, "action")
		if !slices.Contains(old, action) {
			return true
		}
		d.convert(row, "action", now, "")
		form := hookForm(row)
		open := lacking[[2]string{form, action}]
		if i := slices.IndexFunc(open, func(g *group) bool { return sameSecret(g.row, row) }); i >= 0 {
			d.mergeInto(open[i].row, row)
			open[i].actions = append(open[i].actions, action)
			lacking[[2]string{form, action}] = slices.Delete(open, i, i+1)
			return false
		}
		g := &group{row, []string{action}}
		groups = append(groups, g)
		receivers[receiver(row)]++
		for _, other := range missing(old, g.actions) {
			at := [2]string{form, other}
			lacking[at] = append(lacking[at], g)
		}
		return true
	})
	for _, g := range groups {
		switch {
		case len(g.actions) == len(old):
		case receivers[receiver(g.row)] > 1:
			d.means("webhooks", g.row, "the webhook was only for "+resource.Words(g.actions)+" and differs from the webhook of the other action: both are kept, and both receive every event")
		default:
			d.means("webhooks", g.row, "the webhook was only for "+resource.Words(g.actions)+"; "+now+" also covers the events of "+resource.Words(missing(old, g.actions)))
		}
	}
}

func missing(all, have []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(have, s) })
}

// hookForm returns a text that is equal for webhooks that differ only in ids,
// secrets and descriptions.
func hookForm(row *resource.Object) string {
	p := plainObject(row)
	for _, name := range []string{"id", "description", "secret_key"} {
		p.Delete(name)
	}
	resource.Lookup("webhooks").Canonical(p)
	return sortedJSON(p)
}

// secretOf returns a text that is equal for webhooks with the same secret,
// noSecret for webhooks without one.
func secretOf(row *resource.Object) string { return sortedJSON(plain(row.Get("secret_key"))) }

const noSecret = "null"

// sameSecret reports whether two webhooks can have the same secret. Responses do
// not show secrets, so a webhook without one matches any.
func sameSecret(a, b *resource.Object) bool {
	return !a.Has("secret_key") || !b.Has("secret_key") || same(a.Get("secret_key"), b.Get("secret_key"))
}

// sortedJSON returns a text that is equal for equal values. It sorts the value in
// place.
func sortedJSON(v resource.Value) string {
	sortMembers(v)
	return resource.JSON(v)
}

func sortMembers(v resource.Value) {
	switch v := v.(type) {
	case *resource.Object:
		v.SortBy(cmp.Compare[string])
		for _, m := range v.All() {
			sortMembers(m)
		}
	case resource.List:
		for _, e := range v {
			sortMembers(e)
		}
	}
}

// mergeInto records the fields of a webhook that is merged into another one.
func (d *draft) mergeInto(row, gone *resource.Object) {
	for name, v := range gone.All() {
		switch have, ok := row.Lookup(name); {
		case !ok:
			row.Set(name, v)
			if name == "id" {
				d.of(row).old = d.of(gone).old
			}
		case name == "id" && !same(have, v):
			d.absorb(v, Merged, whole(row), "merged into another webhook")
		case same(have, v) || name != "description":
			d.absorb(v, Merged, spot{row, name}, "same as in the other webhook")
		default:
			d.mark(v, Dropped, "the other webhook has a different description")
		}
	}
}
