package migrate

import "lcsync/internal/resource"

// Succession says what became of a webhook that a document before the target
// version has: which webhooks of the result are to do its work.
type Succession struct {
	Kind   string // webhooks, or bots for one that stands inside a bot
	ID     string // of the webhook, or of the bot; "" if the document gives none
	Action string // as the document calls it
	URL    string
	File   string // where its action stands
	Line   int
	// Rows are places in the result's webhooks. There is none if the webhook
	// was dropped or left out.
	Rows    []int
	LeftOut bool // as the user asked

	action *Origin
}

// notePredecessors takes note of the webhooks of documents of a version before
// the target, as they are when they join.
func (d *draft) notePredecessors(kind string, rows []*resource.Object) {
	note := func(id, action, url any, name *leaf) {
		if len(name.from) == 0 {
			return
		}
		s := Succession{Kind: kind, Action: resource.Text(plain(action)), URL: resource.Text(plain(url)), action: name.from[0]}
		if id != nil {
			s.ID = resource.Text(plain(id))
		}
		s.File, s.Line = s.action.File(), int(s.action.Line)
		d.before = append(d.before, s)
	}
	for _, row := range rows {
		switch kind {
		case "webhooks":
			if action, ok := row.Get("action").(*leaf); ok {
				note(either(row, "webhook_id", "id"), action, row.Get("url"), action)
			}
		case "bots":
			visitBots(row, func(bot *resource.Object) {
				own := bot.Object("webhooks")
				for _, e := range elements(own.Get("actions")) {
					a, _ := e.(*resource.Object)
					if action, ok := a.Get("name").(*leaf); ok {
						note(either(bot, "id", "bot_agent_id"), action, own.Get("url"), action)
					}
				}
			})
		}
	}
}

// either returns the first of several members that is there.
func either(o *resource.Object, names ...string) any {
	for _, n := range names {
		if v, ok := o.Lookup(n); ok {
			return v
		}
	}
	return nil
}

// successions finds the successors of the webhooks that were there before.
func (d *draft) successions(webhooks int) []Succession {
	at := map[string]int{}
	for i := range webhooks {
		at[member(element("webhooks", i), "action")] = i
	}
	for i := range d.before {
		s := &d.before[i]
		s.LeftOut = d.omitted[s.action]
		for _, target := range d.ledger.field(s.action).Targets {
			if row, ok := at[target]; ok {
				s.Rows = append(s.Rows, row)
			}
		}
	}
	return d.before
}
