package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// liftWebhooks makes a webhook of each action of a bot's webhooks.
func liftWebhooks(d *draft) {
	var lifted []lift
	takenOut(ofBots, "webhooks", func(d *draft, bot *resource.Object, v any) {
		if own, ok := v.(*resource.Object); ok {
			lifted = append(lifted, d.liftFrom(bot, own)...)
		} else {
			d.nothing(v, "no webhooks")
		}
	})(d)
	d.confine(lifted)
}

// lift is a webhook that was a bot's own.
type lift struct {
	bot, row *resource.Object
	owner    string
}

// hook is the same text for webhooks of one application, action and address.
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
			d.mark(e, Dropped, "no action of a webhook")
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
		d.means("webhooks", row, "it was one bot's; it now is sent for every bot of the application, on every license that installed it, and only while the bot is online")
		out = append(out, lift{bot, row, resource.Text(scalar(row, "owner_client_id"))})
	}
	if len(elements(actions)) == 0 {
		d.mark(actions, Converted, "no actions")
		d.mark(own, Dropped, "without actions nothing is sent")
	}
	return out
}

// pairs counts pairs of texts within groups, and how often each half is there.
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

// differ tells whether a group has a pair that differs from one in both halves.
func (p pairs) differ(group, a, b string) bool {
	keys := halves(group, a, b)
	return p[keys[0]]-p[keys[1]]-p[keys[2]]+p[keys[3]] > 0
}

// confine looks at webhooks of several bots of one application: each bot's
// receiver would get the events of all of them.
func (d *draft) confine(lifted []lift) {
	urls, secrets := pairs{}, pairs{} // of bots
	for _, l := range lifted {
		urls.add(l.owner, text(l.bot, "id"), text(l.row, "url"))
		secrets.add(l.hook(), text(l.bot, "id"), secretOf(l.row))
	}
	for _, l := range lifted {
		id := text(l.bot, "id")
		if secrets.differ(l.hook(), id, secretOf(l.row)) {
			d.means("webhooks", l.row, "several bots of the application have this webhook with different secrets: its address now gets each event once for each of them")
		}
		confinable := id != "" && slices.Contains(filtersOf(text(l.row, "action")), "chat_presence")
		switch {
		case d.opts.PerBot && confinable:
			d.addPresence(l.row, id)
		case urls.differ(l.owner, id, text(l.row, "url")):
			what := "several bots of the application have webhooks of different addresses: each address now gets the events of all of them"
			if confinable {
				what += "; --per-bot confines it with chat_presence.user_ids.values [" + id + "]"
			}
			d.means("webhooks", l.row, what)
		}
	}
}

// addPresence confines a webhook to chats with a bot, unless it is confined to
// some users already.
func (d *draft) addPresence(row *resource.Object, bot string) {
	filters := row.Object("filters")
	switch {
	case filters.Has("chat_presence"):
		d.means("webhooks", row, "it is confined to other users already, and so not to its bot")
		return
	case filters == nil:
		filters = &resource.Object{}
		row.Set("filters", filters)
	}
	filters.Set("chat_presence", resource.Of("user_ids", resource.Of("values", resource.List{made(bot)})))
	d.means("webhooks", row, "it is confined to chats with its bot, as asked")
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

// accessOf turns the locations of a property into access.
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
	d.drop(row, "access", "locations stand beside it")
	row.Set("access", access)
	switch {
	case access.Len() > 0:
	case d.unwanted("properties", row):
		d.mark(all, Dropped, "left out as asked")
	default:
		d.askAbout("properties", row, all, Decision{About: "access", Key: "leave_out", Question: "nobody may read or write it, and since 3.3 somebody must",
			Settle: "correct the document, or leave the property out: --leave-out '" + call("properties", row) + "'"})
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
	d.mark(o, Dropped, "locations have nothing but access")
	for user, v := range byUser.All() {
		rights, ok := v.(*resource.Object)
		if !ok {
			d.nothing(v, "no rights")
		}
		list := resource.List{}
		for name, r := range rights.All() {
			switch allowed := plain(r); {
			case name != "read" && name != "write":
				d.mark(r, Dropped, "there is no right to "+name)
			case allowed == true:
				list = append(list, turned(name, r))
				d.mark(r, Converted, "")
			case allowed == false:
				d.absorb(r, Converted, users, "a right that is not given is left out")
			default:
				d.nothing(r, "a right that is not given is left out")
			}
		}
		if len(list) > 0 {
			users.Set(user, list)
		}
	}
	return users
}
