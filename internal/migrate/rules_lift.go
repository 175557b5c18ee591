package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// liftWebhooks turns each action of a bot's webhooks into a webhook.
func liftWebhooks(d *draft) {
	var lifted []lift
	takenOut(ofBots, "webhooks", func(d *draft, bot *resource.Object, v any) {
		if own, ok := v.(*resource.Object); ok {
			lifted = append(lifted, d.liftFrom(bot, own)...)
		} else {
			d.nothing(v, "not webhooks")
		}
	})(d)
	d.confine(lifted)
}

// lift is a webhook that was a bot's own.
type lift struct {
	bot, row *resource.Object
	owner    string
}

// hook returns a text that is equal for webhooks of one application, action and
// address.
func (l lift) hook() string {
	return sortedJSON(resource.List{l.owner, text(l.row, "url"), plain(l.row.Get("action"))})
}

func (d *draft) liftFrom(bot, own *resource.Object) []lift {
	var out []lift
	actions := own.Get("actions")
	own.Delete("actions")
	for _, e := range elements(actions) {
		a, ok := e.(*resource.Object)
		if !ok {
			d.mark(e, Dropped, "not an action of a webhook")
			continue
		}
		row := &resource.Object{}
		if v, ok := a.Lookup("name"); ok {
			a.Delete("name")
			d.give(row, "action", v, Renamed)
		}
		for _, members := range []*resource.Object{a, own} {
			for name, v := range members.All() {
				d.give(row, name, v, Kept)
			}
		}
		row.Set("type", made("bot"))
		if v, ok := bot.Lookup("owner_client_id"); ok {
			row.Set("owner_client_id", turned(plain(v)))
		}
		d.of(row).file = d.of(bot).file
		d.add("webhooks", row)
		d.means("webhooks", row, "the webhook was for one bot; it is now sent for every bot of the application, on every license that installed it, while the bot is online")
		out = append(out, lift{bot, row, resource.Text(scalar(row, "owner_client_id"))})
	}
	if len(elements(actions)) == 0 {
		d.mark(actions, Converted, "no actions")
		d.mark(own, Dropped, "a webhook without actions sends nothing")
	}
	return out
}

// pairs counts pairs of texts within groups, and each half of them.
type pairs map[[3]string]int

func halves(group, a, b string) [4][3]string {
	a, b = "="+a, "="+b
	return [...][3]string{{group}, {group, a}, {group, "", b}, {group, a, b}}
}

func (p pairs) add(group, a, b string) {
	for _, key := range halves(group, a, b) {
		p[key]++
	}
}

// differ reports whether a group has a pair that differs from the given one in
// both halves.
func (p pairs) differ(group, a, b string) bool {
	keys := halves(group, a, b)
	return p[keys[0]]-p[keys[1]]-p[keys[2]]+p[keys[3]] > 0
}

// confine reports webhooks of several bots of one application: each endpoint would
// receive the events of all these bots.
func (d *draft) confine(lifted []lift) {
	urls, secrets := pairs{}, pairs{} // of bots
	for _, l := range lifted {
		urls.add(l.owner, text(l.bot, "id"), text(l.row, "url"))
		secrets.add(l.hook(), text(l.bot, "id"), secretOf(l.row))
	}
	for _, l := range lifted {
		id := text(l.bot, "id")
		if secrets.differ(l.hook(), id, secretOf(l.row)) {
			d.means("webhooks", l.row, "several bots of the application have this webhook with different secrets: its URL now receives each event once for each secret")
		}
		confinable := id != "" && slices.Contains(filtersOf(text(l.row, "action")), "chat_presence")
		switch {
		case d.opts.PerBot && confinable:
			d.addPresence(l.row, id)
		case urls.differ(l.owner, id, text(l.row, "url")):
			what := "several bots of the application have webhooks with different URLs: each URL now receives the events of all these bots"
			if confinable {
				what += "; pass --per-bot to limit the webhook with chat_presence.user_ids.values [" + id + "]"
			}
			d.means("webhooks", l.row, what)
		}
	}
}

// addPresence limits a webhook to chats with a bot, unless it is limited to some
// users already.
func (d *draft) addPresence(row *resource.Object, bot string) {
	filters := row.Object("filters")
	switch {
	case filters.Has("chat_presence"):
		d.means("webhooks", row, "the webhook already has a filter for other users, so it is not limited to its bot")
		return
	case filters == nil:
		filters = &resource.Object{}
		row.Set("filters", filters)
	}
	filters.Set("chat_presence", resource.Of("user_ids", resource.Of("values", resource.List{made(bot)})))
	d.means("webhooks", row, "limited to chats with its bot (--per-bot)")
}

// filtersOf returns the filters that an action takes in the target version,
// as the registry's rule about webhooks knows them.
func filtersOf(action string) []string {
	k := resource.Lookup("webhooks")
	var takes []string
	for _, f := range k.Field("filters").Fields {
		refused := false
		k.Check(&resource.Inspection{Report: func(p resource.Problem) { refused = refused || p.Severity == resource.Refused }},
			resource.Of("action", action, "filters", resource.Of(f.Name, nil)))
		if !refused {
			takes = append(takes, f.Name)
		}
	}
	return takes
}

// accessOf converts the locations of a property to access.
func accessOf(d *draft, row *resource.Object, v any) {
	all := resource.CloneValue(v)
	access := &resource.Object{}
	locations, ok := v.(*resource.Object)
	if !ok {
		d.nothing(v, "no locations")
	}
	for location, at := range locations.All() {
		if users := d.usersOf(at); users.Len() > 0 {
			access.Set(location, users)
		}
	}
	d.drop(row, "access", "locations replace it")
	row.Set("access", access)
	switch {
	case access.Len() > 0:
	case d.unwanted("properties", row):
		d.mark(all, Dropped, "left out with --leave-out")
	default:
		d.askAbout("properties", row, all, Decision{About: "access", Key: "leave_out", Question: "nobody has access to the property; v3.3 requires access for at least one user",
			HowTo: "correct the document, or pass --leave-out '" + call("properties", row) + "'"})
	}
}

// usersOf returns the rights at one location.
func (d *draft) usersOf(at any) *resource.Object {
	users := &resource.Object{}
	o, _ := at.(*resource.Object)
	byUser, _ := o.Get("access").(*resource.Object)
	if byUser == nil {
		d.nothing(at, "no rights here")
		return users
	}
	o.Delete("access")
	d.mark(o, Dropped, "a location has only access")
	for user, v := range byUser.All() {
		rights, ok := v.(*resource.Object)
		if !ok {
			d.nothing(v, "no rights")
		}
		list := resource.List{}
		for name, r := range rights.All() {
			switch allowed := plain(r); {
			case name != "read" && name != "write":
				d.mark(r, Dropped, "unknown right: "+name)
			case allowed == true:
				list = append(list, turned(name, r))
				d.mark(r, Converted, "")
			case allowed == false:
				d.absorb(r, Converted, whole(users), "a right that is not granted is omitted")
			default:
				d.nothing(r, "a right that is not granted is omitted")
			}
		}
		if len(list) > 0 {
			users.Set(user, list)
		}
	}
	return users
}
