package migrate

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// rules32 bring 3.2 to 3.3.
var rules32 = append(renames("3.2", "3.3"), []Rule{
	{Name: "webhooks/older-names", From: "3.2", To: "3.3", Kinds: ofHooks,
		Doc: "Webhooks that 3.2 lists with actions of 3.1, as they were registered, are renamed like those of 3.1.", apply: olderNames},
	{Name: "webhooks/older-actions-out", From: "3.2", To: "3.3", Kinds: ofHooks,
		Doc: "Webhooks of access_set and follow_up_requested that 3.2 lists, as they were registered, are gone, too.", apply: olderActionsOut},
	{Name: "webhooks/older-additional_data-out", From: "3.2", To: "3.3", Kinds: ofHooks,
		Doc: "The additional data access and thread_id of webhooks of 3.1 that 3.2 lists are gone, too.", apply: dropAdditionalData},
	{Name: "bots/bot_agent-unwrap", From: "3.2", To: "3.3", Kinds: ofBots,
		Doc: "Bots are no longer wrapped in bot_agent or bot_agents.", apply: unwrapBots},
	{Name: "bots/bot_agent_id-to-id", From: "3.2", To: "3.3", Kinds: ofBots,
		Doc:   "A bot's id is called id everywhere.",
		apply: func(d *draft) { d.renameAll("bots", "bot_agent_id", "id") }},
	{Name: "agents/bots-out", From: "3.2", To: "3.3", Kinds: []string{"agents", "bots"},
		Doc: "Agents are listed without bots: those whose id is no e-mail address are bots.", apply: moveBots},
	{Name: "bots/application-to-owner_client_id", From: "3.2", To: "3.3", Kinds: ofBots,
		Doc: "application.client_id is called owner_client_id.", apply: liftOwner},
	{Name: "bots/status-to-routing_statuses", From: "3.2", To: "3.3", Kinds: []string{"bots", "routing_statuses"},
		Doc: "A bot's status became its routing status: it is noted with the bot, or wanted with --with-routing-statuses.", apply: liftStatus},
	{Name: "webhooks/chat_properties-filter-out", From: "3.2", To: "3.3", Kinds: ofHooks,
		Doc: "The filter chat_properties, which samples have and no table, is gone.",
		apply: func(d *draft) {
			d.hooks(func(h hook) { d.dropFilter(h, "chat_properties", "there is no such filter since 3.3") })
		}},
	{Name: "webhooks/chat_member_ids-to-chat_presence", From: "3.2", To: "3.3", Kinds: ofHooks,
		Doc: "chat_member_ids.agents_any and agents_exclude are called chat_presence.user_ids.values and exclude_values.", apply: chatPresence},
	{Name: "bots/webhooks-to-webhooks", From: "3.2", To: "3.3", Kinds: ofHooks,
		Doc: "A bot's own webhooks are webhooks of its application, one an action, of type bot.", apply: liftWebhooks},
	{Name: "webhooks/webhook_id-to-id", From: "3.2", To: "3.3", Kinds: ofWebhooks,
		Doc: "A webhook's id is called id.", apply: renameWebhookIDs},
	{Name: "webhooks/license-to-application", From: "3.2", To: "3.3", Kinds: ofWebhooks,
		Doc: "A webhook has a type, and acts on every license that installed its application.", apply: typeOfWebhooks},
	{Name: "properties/predefined-out", From: "3.2", To: "3.3", Kinds: ofProperties,
		Doc: "Definitions of the platform's own namespaces, such as core and chats, exist on every license and are nobody's to register.", apply: dropPredefined},
	{Name: "properties/namespace-to-owner_client_id", From: "3.2", To: "3.3", Kinds: ofProperties,
		Doc:   "A property belongs to the application that its namespace is named after.",
		apply: func(d *draft) { d.renameAll("properties", "namespace", "owner_client_id") }},
	{Name: "properties/locations-to-access", From: "3.2", To: "3.3", Kinds: ofProperties,
		Doc: "locations.<location>.access.<user>.{read,write} is access.<location>.<user>: [read, write].", apply: accessOfProperties},
}...)

// renameWebhookIDs remembers whose ids are those of old registrations.
func renameWebhookIDs(d *draft) {
	for _, row := range d.rows["webhooks"] {
		d.rename(row, "webhook_id", "id")
		d.old[row] = row.Has("id")
	}
}

// dropPredefined takes out what nobody can define: a namespace of the
// platform's own is no application.
func dropPredefined(d *draft) {
	d.replace("properties", func(row *resource.Object) []*resource.Object {
		if !resource.DefaultNamespace(resource.Text(plain(either(row, "namespace", "owner_client_id")))) {
			return []*resource.Object{row}
		}
		d.mark(row, Dropped, platforms)
		return nil
	})
}

const platforms = "it is the platform's own, which every license has"

func (d *draft) renameAll(kind, from, to string) {
	for _, row := range d.rows[kind] {
		d.rename(row, from, to)
	}
}

func unwrapBots(d *draft) {
	d.replace("bots", func(row *resource.Object) []*resource.Object {
		var out []*resource.Object
		wrapped := false
		for _, wrapper := range []string{"bot_agent", "bot_agents"} {
			v, ok := row.Lookup(wrapper)
			if !ok || !isObject(v) && !isList(v) {
				continue
			}
			wrapped = true
			row.Delete(wrapper)
			switch {
			case emptyObject(v):
				d.nothing(v, "it says nothing")
				continue
			case len(elements(v)) == 0:
				d.none("bots", v)
				continue
			}
			d.mark(v, Kept, "")
			for _, e := range elements(v) {
				if bot, ok := e.(*resource.Object); ok {
					out = append(out, bot)
				} else {
					d.mark(e, Dropped, "no bot")
				}
			}
		}
		if wrapped {
			d.mark(row, Dropped, "it stands beside the bots of an answer and has no meaning")
			return out
		}
		return []*resource.Object{row}
	})
}

func moveBots(d *draft) {
	d.replace("agents", func(row *resource.Object) []*resource.Object {
		id := text(row, "id")
		if id == "" || strings.Contains(id, "@") {
			return []*resource.Object{row}
		}
		d.rename(row, "avatar_path", "avatar")
		for _, name := range row.Names() {
			if resource.Lookup("bots").Field(name) == nil && resource.Lookup("agents").Field(name) != nil || name == "summaries" {
				d.noBots(row, name)
			}
		}
		d.mark(row, Kept, "")
		d.file[row] = firstOrigin(row).File
		d.add("bots", row)
		return nil
	})
}

// noBots takes out of a bot what only agents have. The role that every bot is
// listed with says nothing, and its status at login no more than the status that
// it has among the bots.
func (d *draft) noBots(row *resource.Object, name string) {
	v := row.Get(name)
	known := slices.ContainsFunc(d.rows["bots"], func(bot *resource.Object) bool {
		return text(bot, "id") == text(row, "id") && bot.Has("status")
	})
	switch {
	case name == "role" && text(row, name) == "normal":
		d.absorb(v, Converted, row, "3.2 lists every bot with it")
	case name == "login_status" && known:
		d.absorb(v, Converted, row, "the bot's status says it")
	default:
		d.mark(v, Dropped, "it is a bot, and bots have no "+name)
	}
	row.Delete(name)
}

func liftOwner(d *draft) {
	d.takeOut("bots", "application", func(bot *resource.Object, app any) {
		o, _ := app.(*resource.Object)
		if v, ok := o.Lookup("client_id"); ok {
			o.Delete("client_id")
			bot.Set("application_client_id", v)
			d.rename(bot, "application_client_id", "owner_client_id")
		}
		if o != nil {
			d.mark(o, Dropped, "of a bot's application only its client id is known")
		} else {
			d.nothing(app, "it says nothing")
		}
	})
}

var routingStatus = map[string]string{
	"accepting chats": "accepting_chats", "not accepting chats": "not_accepting_chats", "offline": "offline",
}

// liftStatus notes with the bot what status it had: nobody wants every bot to
// go back to the status of the day of a dump, unless the user says so.
func liftStatus(d *draft) {
	d.takeOut("bots", "status", func(bot *resource.Object, v any) {
		who := nameOrID(bot)
		old, _ := plain(v).(string)
		now := routingStatus[old]
		if who == "" || now == "" {
			d.askAbout("bots", bot, v, Decision{About: "status",
				Question: "its status is none that 3.1 or 3.2 has, or the bot has neither id nor name", Settle: "correct the document"})
			return
		}
		if d.opts.RoutingStatuses {
			d.mark(v, Converted, "")
			d.add("routing_statuses", resource.Of("agent_id", made(who), "status", turned(now, v)))
			return
		}
		d.mark(v, Converted, "what it was: only a bot that is created is given it, unless --with-routing-statuses")
		bot.Set("routing_status", turned(now, v))
	})
}

// userLists are the names of the members of chat_member_ids and what they are
// called since 3.3.
var userLists = []struct{ old, new string }{{"agents_any", "values"}, {"agents_exclude", "exclude_values"}}

func chatPresence(d *draft) {
	d.filtered("chat_member_ids", func(_ hook, filters *resource.Object, v any) {
		filters.Delete("chat_member_ids")
		o, isObject := v.(*resource.Object)
		if !isObject {
			d.nothing(v, "it says nothing")
			return
		}
		users := &resource.Object{}
		for _, l := range userLists {
			if v, ok := o.Lookup(l.old); ok {
				o.Delete(l.old)
				users.Set(l.new, v)
				d.mark(v, Renamed, "")
			}
		}
		d.mark(o, Dropped, "there is no such filter since 3.3")
		if users.Len() > 0 {
			filters.Set("chat_presence", resource.Of("user_ids", users))
		}
	})
}

func typeOfWebhooks(d *draft) {
	for _, row := range d.rows["webhooks"] {
		if !row.Has("action") || text(row, "type") == "bot" {
			continue
		}
		if !row.Has("type") {
			row.Set("type", made("license"))
		}
		d.means("webhooks", row, "it was one license's; it now acts on every license that installed the application")
	}
}
