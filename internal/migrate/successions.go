package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// Succession links a webhook of a document before the target version to the
// webhooks of the result that replace it.
type Succession struct {
	Kind   string // webhooks, or bots for one that stands inside a bot
	ID     string // of the webhook, or of the bot; "" if the document gives none
	Action string // as the document calls it
	URL    string
	File   string // where its action stands
	Line   int
	// Rows are positions in the result's webhooks. The list is empty if the
	// webhook was dropped or left out.
	Rows    []int
	LeftOut bool // as the user asked

	action *Origin
}

// notePredecessors records the webhooks of documents of an older version, before
// they are converted.
func (d *draft) notePredecessors(kind string, rows []*resource.Object) {
	eachHook(kind, rows, func(h hook) {
		action, ok := h.o.Get(h.name).(*leaf)
		if !ok || len(action.from) == 0 {
			return
		}
		at := action.from[0]
		d.before = append(d.before, Succession{Kind: kind, ID: h.id(), Action: resource.Text(plain(action)), URL: resource.Text(plain(h.in.Get("url"))),
			File: at.File(), Line: int(at.Line), action: at})
	})
}

// successions finds the successors of the recorded webhooks.
func (d *draft) successions(webhooks int) []Succession {
	at := map[string]int{}
	for i := range webhooks {
		at[member(element("webhooks", i), "action")] = i
	}
	for i := range d.before {
		s := &d.before[i]
		f := d.ledger.field(s.action)
		s.LeftOut = slices.Contains(f.Rules, ruleLeaveOut)
		for _, target := range f.Targets {
			if row, ok := at[target]; ok {
				s.Rows = append(s.Rows, row)
			}
		}
	}
	return d.before
}
