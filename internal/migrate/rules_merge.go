package migrate

import (
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

// agentIDs brings the filter of agents into the shape that it has since 3.4.
func agentIDs(d *draft) {
	d.filtered("agent_ids", func(h hook, filters *resource.Object, v any) {
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
			d.means(h.kind, h.row, "the vendor's pages disagree on whether agent_deleted takes agent_ids since 3.4")
		}
	})
}

// tellPayloads says once of each address that what it gets has another shape.
func tellPayloads(d *draft) {
	urls := map[string]bool{}
	for _, row := range d.rows["webhooks"] {
		if url := text(row, "url"); url != "" && !urls[url] {
			urls[url] = true
			d.means("webhooks", row, "what is at its address will get payloads in the shape of "+Target)
		}
	}
}

// mergeActions makes one action of several. Webhooks that are equal apart from
// the action and the id become one; others stay beside each other.
func (d *draft) mergeActions(old []string, now string) {
	type group struct {
		row     *resource.Object
		actions []string
	}
	var groups []*group
	d.replace("webhooks", func(row *resource.Object) []*resource.Object {
		action := text(row, "action")
		if !slices.Contains(old, action) {
			return []*resource.Object{row}
		}
		d.convert(row, "action", now, "")
		i := slices.IndexFunc(groups, func(g *group) bool {
			return !slices.Contains(g.actions, action) && sameHook(g.row, row)
		})
		if i < 0 {
			groups = append(groups, &group{row, []string{action}})
			return []*resource.Object{row}
		}
		d.mergeInto(groups[i].row, row)
		groups[i].actions = append(groups[i].actions, action)
		return nil
	})
	for _, g := range groups {
		switch {
		case len(g.actions) == len(old):
		case slices.ContainsFunc(groups, func(o *group) bool {
			return o != g && same(o.row.Get("owner_client_id"), g.row.Get("owner_client_id")) && text(o.row, "url") == text(g.row, "url")
		}):
			d.means("webhooks", g.row, "it was for "+resource.Words(g.actions)+" only and differs from its counterpart: both are kept, and an event is sent to both")
		default:
			d.means("webhooks", g.row, "it was for "+resource.Words(g.actions)+" only; "+now+" is also sent for what "+resource.Words(missing(old, g.actions))+" told")
		}
	}
}

func missing(all, have []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(have, s) })
}

// sameHook tells whether two webhooks differ in nothing but their ids and in
// what people call them. Answers show no secrets, so one without is the same
// as one with.
func sameHook(a, b *resource.Object) bool {
	ignore := []string{"id", "description"}
	if !a.Has("secret_key") || !b.Has("secret_key") {
		ignore = append(ignore, "secret_key")
	}
	form := func(o *resource.Object) *resource.Object {
		p := plainObject(o)
		for _, name := range ignore {
			p.Delete(name)
		}
		resource.Lookup("webhooks").Canonical(p)
		return p
	}
	return resource.Equal(form(a), form(b))
}

// mergeInto accounts for the fields of a webhook that another one stands for.
func (d *draft) mergeInto(row, gone *resource.Object) {
	for name, v := range gone.All() {
		switch have, ok := row.Lookup(name); {
		case !ok:
			row.Set(name, v)
			if name == "id" {
				d.of(row).old = d.of(gone).old
			}
		case name == "id" && !same(have, v):
			d.absorb(v, Merged, row, "the webhook became part of another one")
		case same(have, v) || name != "description":
			d.absorb(v, Merged, spot{row, name}, "the same as its counterpart's")
		default:
			d.mark(v, Dropped, "its counterpart has another description")
		}
	}
}
