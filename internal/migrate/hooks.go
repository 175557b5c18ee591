package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// hook is a webhook: a row, or one action of the webhooks inside a bot.
type hook struct {
	kind string           // webhooks, or bots
	row  *resource.Object // the row or the bot
	in   *resource.Object // what has its address
	o    *resource.Object // what has its action and its filters
	name string           // the member with its action
}

func (h hook) action() string { return text(h.o, h.name) }

// idNames are the names of an object's id in the different versions.
var idNames = []string{"webhook_id", "id", "bot_agent_id"}

// id returns the id of the webhook, or of the bot.
func (h hook) id() string {
	if i := slices.IndexFunc(idNames, h.row.Has); i >= 0 {
		return resource.Text(plain(h.row.Get(idNames[i])))
	}
	return ""
}

// hooks calls fn with every webhook, those inside bots included.
func (d *draft) hooks(fn func(h hook)) {
	for _, kind := range []string{"webhooks", "bots"} {
		eachHook(kind, d.rows[kind], fn)
	}
}

// eachHook calls fn with the webhooks in rows of a kind.
func eachHook(kind string, rows []*resource.Object, fn func(h hook)) {
	for _, row := range rows {
		switch kind {
		case "webhooks":
			fn(hook{kind, row, row, row, "action"})
		case "bots":
			visitBots(row, func(bot *resource.Object) {
				own := bot.Object("webhooks")
				for _, a := range elements(own.Get("actions")) {
					if o, ok := a.(*resource.Object); ok {
						fn(hook{kind, bot, own, o, "name"})
					}
				}
			})
		}
	}
}

// visitBots calls fn with the bots of a row, wrapped or not.
func visitBots(row *resource.Object, fn func(bot *resource.Object)) {
	fn(row)
	for _, wrapper := range wrappers {
		for _, e := range elements(row.Get(wrapper)) {
			if bot, ok := e.(*resource.Object); ok {
				fn(bot)
			}
		}
	}
}

// wrappers are the members in which v3.1 has bots.
var wrappers = []string{"bot_agent", "bot_agents"}

// dropFilter removes a filter that a webhook has, and the object of filters if it is empty then.
func (d *draft) dropFilter(h hook, name, why string) {
	filters := h.o.Object("filters")
	v := filters.Get(name)
	filters.Delete(name)
	stays := d.gone(h, v, "filter", "its filter "+name+" is not supported: "+why)
	if filters.Len() == 0 {
		h.o.Delete("filters")
	}
	if stays {
		d.means(h.kind, h.row, h.action()+" is sent more often than before, because the filter "+name+" is dropped")
	}
}

// gone handles a part of a webhook that no longer exists. Without it the webhook
// is sent in other cases, so the user has to agree. gone reports whether the
// webhook stays.
func (d *draft) gone(h hook, v any, about, why string) (stays bool) {
	id := ""
	if h.kind == "webhooks" {
		id = h.id()
	}
	stays = id == "" || !slices.Contains(d.opts.LeaveOut, id)
	if d.opts.DropGone || !stays {
		d.mark(v, Dropped, why)
		return stays
	}
	howTo := "pass --drop-gone to drop what the API no longer has"
	if id != "" {
		howTo += "; or pass --leave-out " + id + " to leave the webhook out"
	}
	d.askAbout(h.kind, h.row, v, Decision{About: about, Key: "drop_gone", Question: why, HowTo: howTo})
	return stays
}
