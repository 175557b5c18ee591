package migrate

import (
	"strings"

	"lcsync/internal/resource"
)

// renameWebhookID records which ids come from old registrations.
func renameWebhookID(d *draft, _ string, row *resource.Object) {
	d.of(row).old = row.Has("webhook_id")
	d.rename(row, "webhook_id", "id")
}

// predefined reports whether nobody can define a property: a built-in namespace is
// not an application.
func predefined(_ *draft, _ string, row *resource.Object) bool {
	return resource.DefaultNamespace(text(row, "namespace")) || resource.DefaultNamespace(text(row, "owner_client_id"))
}

const platforms = "built in: every license has it"

// unwrapBots turns the bots inside bot_agent and bot_agents into rows.
func unwrapBots(d *draft) {
	rows := d.rows["bots"]
	d.rows["bots"] = rows[:0:0]
	for _, row := range rows {
		wrapped := false
		for _, wrapper := range wrappers {
			if v := row.Get(wrapper); isObject(v) || isList(v) {
				wrapped = true
				row.Delete(wrapper)
				d.unwrap(row, v)
			}
		}
		if wrapped {
			d.mark(row, Dropped, "not part of a bot")
		} else {
			d.add("bots", row)
		}
	}
}

func (d *draft) unwrap(row *resource.Object, bots any) {
	switch {
	case emptyObject(bots):
		d.nothing(bots, "it is empty")
		return
	case emptyList(bots):
		d.none("bots", bots)
	}
	d.mark(bots, Kept, "")
	for _, e := range elements(bots) {
		if bot, ok := e.(*resource.Object); ok {
			*d.of(bot) = *d.of(row)
			d.add("bots", bot)
		} else {
			d.mark(e, Dropped, "not a bot")
		}
	}
}

// moveBots moves bots that are listed among the agents. It drops members that only
// agents have. Every bot is listed with the same role, so the role has no meaning;
// the login status has none if the status of the bot is known.
func moveBots(d *draft) {
	known := map[string]bool{} // ids of bots with a status
	for _, bot := range d.rows["bots"] {
		known[text(bot, "id")] = known[text(bot, "id")] || bot.Has("status")
	}
	d.filter("agents", func(row *resource.Object) bool {
		id := text(row, "id")
		if id == "" || strings.Contains(id, "@") {
			return true
		}
		d.rename(row, "avatar_path", "avatar")
		for _, name := range row.Names() {
			switch {
			case name != "summaries" && (resource.Lookup("bots").Field(name) != nil || resource.Lookup("agents").Field(name) == nil):
			case name == "role" && text(row, name) == "normal":
				d.imply(row, name, Converted, "v3.2 lists every bot with this value")
			case name == "login_status" && known[id]:
				d.imply(row, name, Converted, "same as the bot's status")
			default:
				d.drop(row, name, "bots have no "+name)
			}
		}
		d.mark(row, Kept, "")
		d.add("bots", row)
		known[id] = known[id] || row.Has("status")
		return false
	})
}

func liftOwner(d *draft, bot *resource.Object, app any) {
	o, ok := app.(*resource.Object)
	if !ok {
		d.nothing(app, "it is empty")
		return
	}
	if v, ok := o.Lookup("client_id"); ok {
		o.Delete("client_id")
		d.give(bot, "owner_client_id", v, Renamed)
	}
	d.mark(o, Dropped, "a snapshot keeps only the client id of a bot's application")
}

var routingStatus = map[string]string{
	"accepting chats": "accepting_chats", "not accepting chats": "not_accepting_chats", "offline": "offline",
}

// liftStatus notes a bot's status with the bot. Existing bots do not go back to
// the status of the day of the export unless the user asks for it.
func liftStatus(d *draft, bot *resource.Object, v any) {
	who := nameOrID(bot)
	old, _ := plain(v).(string)
	now := routingStatus[old]
	switch {
	case who == "" || now == "":
		d.askAbout("bots", bot, v, Decision{About: "status",
			Question: "the status is unknown to v3.1 and v3.2, or the bot has no id and no name", HowTo: "correct the document"})
	case d.opts.RoutingStatuses:
		d.mark(v, Converted, "")
		d.add("routing_statuses", resource.Of("agent_id", made(who), "status", turned(now, v)))
	default:
		d.mark(v, Converted, "only a new bot gets this status; pass --with-routing-statuses to set it on existing bots")
		bot.Set("routing_status", turned(now, v))
	}
}

// userLists are the names of the members of chat_member_ids and their names since
// v3.3.
var userLists = []struct{ old, new string }{{"agents_any", "values"}, {"agents_exclude", "exclude_values"}}

func chatPresence(d *draft, _ hook, filters *resource.Object, v any) {
	filters.Delete("chat_member_ids")
	o, ok := v.(*resource.Object)
	if !ok {
		d.nothing(v, "it is empty")
		return
	}
	users := &resource.Object{}
	for _, l := range userLists {
		if v, ok := o.Lookup(l.old); ok {
			o.Delete(l.old)
			d.give(users, l.new, v, Renamed)
		}
	}
	d.mark(o, Dropped, "v3.3 removed the filter")
	if users.Len() > 0 {
		filters.Set("chat_presence", resource.Of("user_ids", users))
	}
}

func typeOfWebhook(d *draft, kind string, row *resource.Object) {
	if row.Has("action") && !row.Has("type") {
		row.Set("type", made("license"))
		d.means(kind, row, "the webhook acted on one license; it now acts on every license that installed the application")
	}
}
