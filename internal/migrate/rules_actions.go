package migrate

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// renamedActions are actions of webhooks that got another name in 3.2 and 3.3.
var renamedActions = []struct{ old, new string }{
	{"incoming_chat_thread", "incoming_chat"},
	{"thread_closed", "chat_deactivated"},
	{"chat_thread_properties_updated", "thread_properties_updated"},
	{"chat_thread_properties_deleted", "thread_properties_deleted"},
	{"chat_thread_tagged", "thread_tagged"},
	{"chat_thread_untagged", "thread_untagged"},
	{"chat_user_added", "user_added_to_chat"},
	{"chat_user_removed", "user_removed_from_chat"},
	{"access_granted", "chat_access_granted"},
	{"access_revoked", "chat_access_revoked"},
	{"agent_status_changed", "routing_status_set"},
	// The vendor's clients for 3.1 and 3.2 know both names.
	{"last_seen_timestamp_updated", "events_marked_as_seen"},
	{"customer_created", "incoming_customer"},
}

// removedActions are gone since 3.2 and have no successor. The changelog names
// access_set only; of follow_up_requested no table since has anything.
var removedActions = []string{"access_set", "follow_up_requested"}

// oldActions are all actions that the target version has under no name or
// under another one.
var oldActions = func() []string {
	all := slices.Concat(removedActions, accessActions, autoAccessActions, []string{addedAction})
	for _, a := range renamedActions {
		all = append(all, a.old)
	}
	return all
}()

// removals returns the rules that take webhooks of removed actions out.
func removals() []Rule {
	var out []Rule
	for _, action := range removedActions {
		out = append(out, Rule{Name: "webhooks/" + action + "-out", Kinds: ofHooks,
			Doc:   "The action " + action + " is gone since 3.2, and its webhooks with it.",
			apply: func(d *draft) { d.removeAction(action) }})
	}
	return out
}

// renames returns the rules that rename actions.
func renames() []Rule {
	var out []Rule
	for _, a := range renamedActions {
		out = append(out, Rule{Name: "webhooks/" + a.old + "-to-" + a.new, Kinds: ofHooks,
			Doc:   "The action " + a.old + " is called " + a.new + ".",
			apply: func(d *draft) { d.renameAction(a.old, a.new) }})
	}
	return out
}

func dropStatusFilter(d *draft) {
	d.hooks(func(h hook) {
		if h.action() == "agent_status_changed" {
			d.dropFilter(h, "chat_member_ids", "changes of status have no such filter since 3.2")
		}
	})
}

func dropAdditionalData(d *draft) {
	d.hooks(func(h hook) {
		l, ok := h.o.Get("additional_data").(resource.List)
		if !ok {
			return
		}
		kept := slices.DeleteFunc(slices.Clone(l), func(e any) bool {
			x, ok := e.(*leaf)
			gone := ok && (x.value == "access" || x.value == "thread_id")
			if gone {
				d.gone(h, e, "additional_data", fmt.Sprintf("its additional data %s is gone since 3.2", x.value))
			}
			return gone
		})
		if len(kept) > 0 {
			h.o.Set("additional_data", kept)
		} else {
			h.o.Delete("additional_data")
		}
	})
}

// hook is a webhook: a row, or one action of the webhooks inside a bot.
type hook struct {
	kind string           // of the row it is in
	row  *resource.Object // the row it is in
	o    *resource.Object
	name string // the member with its action
}

func (h hook) action() string { return text(h.o, h.name) }

// hooks calls fn with every webhook, those inside bots included.
func (d *draft) hooks(fn func(h hook)) {
	for _, row := range d.rows["webhooks"] {
		fn(hook{"webhooks", row, row, "action"})
	}
	for _, row := range d.rows["bots"] {
		visitBots(row, func(bot *resource.Object) {
			for _, a := range elements(bot.Object("webhooks").Get("actions")) {
				if o, ok := a.(*resource.Object); ok {
					fn(hook{"bots", bot, o, "name"})
				}
			}
		})
	}
}

// filtered calls fn with every webhook that has a filter, and with the filter.
func (d *draft) filtered(name string, fn func(h hook, filters *resource.Object, v any)) {
	d.hooks(func(h hook) {
		filters := h.o.Object("filters")
		if v, ok := filters.Lookup(name); ok {
			fn(h, filters, v)
		}
	})
}

// visitBots calls fn with the bots of a row, wrapped or not.
func visitBots(row *resource.Object, fn func(bot *resource.Object)) {
	fn(row)
	for _, wrapper := range []string{"bot_agent", "bot_agents"} {
		for _, e := range elements(row.Get(wrapper)) {
			if bot, ok := e.(*resource.Object); ok {
				fn(bot)
			}
		}
	}
}

func (d *draft) renameAction(from, to string) {
	d.hooks(func(h hook) {
		if h.action() != from {
			return
		}
		d.convert(h.o, h.name, to, "")
		if from == "last_seen_timestamp_updated" {
			d.means(h.kind, h.row, "the vendor's pages name events_marked_as_seen in the place of last_seen_timestamp_updated without saying that the two are the same")
		}
	})
}

// removeAction takes webhooks of an action out.
func (d *draft) removeAction(action string) {
	const why = "the action is gone since 3.2"
	d.remove("webhooks", why, func(row *resource.Object) bool { return text(row, "action") == action })
	for _, row := range d.rows["bots"] {
		visitBots(row, func(bot *resource.Object) {
			own := bot.Object("webhooks")
			l, ok := own.Get("actions").(resource.List)
			if !ok {
				return
			}
			own.Set("actions", slices.DeleteFunc(slices.Clone(l), func(e any) bool {
				o, _ := e.(*resource.Object)
				gone := text(o, "name") == action
				if gone {
					d.mark(e, Dropped, why)
				}
				return gone
			}))
		})
	}
}

// dropFilter takes a filter out, and an object of filters that is left empty.
func (d *draft) dropFilter(h hook, name, why string) {
	filters := h.o.Object("filters")
	v, ok := filters.Lookup(name)
	if !ok {
		return
	}
	filters.Delete(name)
	stays := d.gone(h, v, "filter", "its filter "+name+" has no place: "+why)
	if filters.Len() == 0 {
		h.o.Delete("filters")
	}
	if stays {
		d.means(h.kind, h.row, h.action()+" is sent more often than before: the filter "+name+" is gone")
	}
}

// gone accounts for a part of a webhook that no longer exists. What is sent
// changes with it, so that the user has to agree. It tells whether the webhook
// stays.
func (d *draft) gone(h hook, v any, about, why string) (stays bool) {
	id := ""
	if h.kind == "webhooks" {
		id = resource.Text(plain(either(h.row, "webhook_id", "id")))
	}
	stays = id == "" || !slices.Contains(d.opts.LeaveOut, id)
	if d.opts.DropGone || !stays {
		d.mark(v, Dropped, why)
		return stays
	}
	settle := "--drop-gone drops what no longer exists"
	if id != "" {
		settle += "; --leave-out " + id + " leaves the webhook out"
	}
	d.askAbout(h.kind, h.row, v, Decision{About: about, Key: "drop_gone", Question: why, Settle: settle})
	return stays
}
