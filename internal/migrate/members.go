package migrate

import (
	"lcsync/internal/resource"
)

// joinMembers takes a group's agent_priorities out where the members' own lists
// say the same of every one of them: a snapshot keeps memberships with the
// members. Claims about members that the documents do not have, or that say
// otherwise, stay for whoever checks the result.
func joinMembers(d *draft) {
	own := d.ownGroups()
	for _, group := range d.rows["groups"] {
		claims, ok := group.Get("agent_priorities").(*resource.Object)
		if !ok || d.of(group).settled {
			continue
		}
		confirmed := true
		for id, priority := range claims.All() {
			list, has := own[id]
			entry := entryFor(list, group)
			confirmed = confirmed && has && entry != nil && same(entry.Get("priority"), priority)
		}
		if !confirmed {
			continue
		}
		for id, priority := range claims.All() {
			d.absorb(priority, Merged, spot{entryFor(own[id], group), "priority"}, "the member's own list says the same")
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
