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

// removedActions were removed in v3.2 without a successor. The changelog names
// only access_set; no later table has follow_up_requested.
var removedActions = []string{"access_set", "follow_up_requested"}

// oldActions are all actions that the target version does not have, or has under
// another name.
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
		out = append(out, Rule{Name: "webhooks/" + action + "-out", Kinds: ofHooks, apply: withoutAction(action),
			Doc: "Drops webhooks with the action " + action + ", which v3.2 removed."})
	}
	return out
}

// renames returns the rules that rename actions.
func renames() []Rule {
	var out []Rule
	for _, a := range renamedActions {
		out = append(out, Rule{Name: "webhooks/" + a.old + "-to-" + a.new, Kinds: ofHooks, apply: renamedAction(a.old, a.new),
			Doc: "Renames the action " + a.old + " to " + a.new + "."})
	}
	return out
}

// withoutAction returns a rule that removes webhooks of an action.
func withoutAction(action string) func(d *draft) {
	const why = "v3.2 removed the action"
	return func(d *draft) {
		d.remove("webhooks", why, func(row *resource.Object) bool { return text(row, "action") == action })
		for _, row := range d.rows["bots"] {
			visitBots(row, func(bot *resource.Object) {
				sift(bot.Object("webhooks"), "actions", func(e any) bool {
					o, _ := e.(*resource.Object)
					gone := text(o, "name") == action
					if gone {
						d.mark(e, Dropped, why)
					}
					return gone
				})
			})
		}
	}
}

func renamedAction(from, to string) func(d *draft) {
	return func(d *draft) {
		d.hooks(func(h hook) {
			if h.action() != from {
				return
			}
			d.convert(h.o, h.name, to, "")
			if from == "last_seen_timestamp_updated" {
				d.means(h.kind, h.row, "the action last_seen_timestamp_updated became events_marked_as_seen; the vendor's pages do not confirm that both mean the same")
			}
		})
	}
}

func dropAdditionalData(d *draft) {
	d.hooks(func(h hook) {
		sift(h.o, "additional_data", func(e any) bool {
			x := inside(e)
			gone := x == "access" || x == "thread_id"
			if gone {
				d.gone(h, e, "additional_data", fmt.Sprintf("v3.2 removed the additional data %s", x))
			}
			return gone
		})
		if l, ok := h.o.Get("additional_data").(resource.List); ok && len(l) == 0 {
			h.o.Delete("additional_data")
		}
	})
}
