package handover

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// Old is a registration that an older version keeps: a webhook, or the webhooks
// inside of a bot, which come and go together.
type Old struct {
	Kind    string   `json:"kind"` // webhooks or bots
	ID      string   `json:"id"`   // of the webhook or of the bot
	Name    string   `json:"name,omitempty"`
	Actions []string `json:"actions"` // as the older version calls them
	URL     string   `json:"url"`
	// Owner is the client id of a webhook, if the older version tells it.
	Owner string `json:"owner_client_id,omitempty"`
	// Keep says why it has to stay, "" if it may go.
	Keep string `json:"-"`
	// LeftOut tells that it stays for nothing but that the user asked for it.
	LeftOut bool `json:"left_out,omitempty"`
	// Same tells that the current version has it as it is: there is nothing to
	// hand over.
	Same bool `json:"-"`
	// Unseen tells that it stays as a successor is not registered, or does not
	// show yet.
	Unseen bool `json:"-"`

	protected  bool             // by the profile
	bot        *resource.Object // as the older version shows it
	successors []migrate.Succession
}

// Registrations returns the registrations that webhooks of a migration were,
// in the order of the older version's answers. old is what that version showed.
func Registrations(successions []migrate.Succession, old *resource.License) []*Old {
	var out []*Old
	for _, s := range successions {
		i := slices.IndexFunc(out, func(o *Old) bool { return o.Kind == s.Kind && o.ID == s.ID })
		if s.Kind == hooks || i < 0 || s.ID == "" {
			o := &Old{Kind: s.Kind, ID: s.ID, URL: s.URL}
			for _, row := range old.Rows(s.Kind) {
				switch {
				case resource.Text(row.Get("id")) != s.ID && resource.Text(row.Get("webhook_id")) != s.ID:
				case s.Kind == hooks:
					o.Owner = row.String("owner_client_id")
				default:
					o.bot, o.Name = row, row.String("name")
				}
			}
			out = append(out, o)
			i = len(out) - 1
		}
		out[i].Actions = append(out[i].Actions, s.Action)
		out[i].successors = append(out[i].successors, s)
	}
	return out
}

// String names a registration: chat_deactivated https://… (w1).
func (o *Old) String() string {
	text := strings.Join(o.Actions, ", ") + " " + o.URL
	switch {
	case o.Kind == hooks:
		return text + " (" + o.ID + ")"
	case o.Name != "":
		return text + " (of bot " + o.Name + ", " + o.ID + ")"
	}
	return text + " (of bot " + o.ID + ")"
}

// Protect keeps the webhooks that the options protect, by the keys and ids that
// the older version shows. A bot that lets go of its webhooks is neither deleted
// nor replaced.
func Protect(olds []*Old, o diff.Options) {
	for _, old := range olds {
		old.protected = old.Kind == hooks && o.Protects(resource.Lookup(hooks),
			resource.Of("id", old.ID, "action", old.Actions[0], "owner_client_id", old.Owner, "url", old.URL))
	}
}

// Judge says of each registration whether it may go. want holds the webhooks
// that the migration came to, live what the current version has: webhooks,
// webhooks_state and routing_statuses.
func Judge(olds []*Old, want, live *resource.License) {
	rows := want.Rows(hooks)
	paired := Pair(rows, live)
	for _, o := range olds {
		o.Keep, o.Same, o.Unseen, o.LeftOut = "", false, false, false
		for i := range o.successors {
			s := &o.successors[i]
			switch {
			case s.LeftOut:
				o.keep("%s is left out, as asked", s.Action)
				o.LeftOut = len(o.successors) == 1
			case len(s.Rows) == 0:
				o.keep("nothing succeeds %s in %s", s.Action, resource.APIVersion)
			}
			for _, row := range s.Rows {
				l := paired[row]
				if l == nil {
					o.Unseen = true
					o.keep("its successor %s is not registered", rows[row].String("action"))
					continue
				}
				o.Same = o.Same || o.Kind == hooks && l.String("id") == o.ID
				o.served(l, live)
				for _, field := range live.Unreadable[hooks] {
					if w := rows[row]; !empty(w.Get(field)) && !resource.Equal(w.Get(field), l.Get(field)) {
						o.keep("%s does not tell whether its successor %s has its %s", resource.APIVersion, w.String("action"), field)
					}
				}
			}
		}
		if o.Same { // it would take itself for its successor
			o.keep("%s has it as it is", resource.APIVersion)
		}
		if o.protected {
			o.keep("the profile protects it")
		}
		if o.ID == "" {
			o.keep("the older version does not tell its id")
		}
	}
}

// served keeps a registration whose successor is registered, but would not be
// sent. The vendor's pages leave open whether switching an application's
// webhooks off on a license is about those of type license only, so that it
// counts for bots' as well.
func (o *Old) served(successor *resource.Object, live *resource.License) {
	owner := successor.String("owner_client_id")
	switch on, known := stateOf(live, owner); {
	case !known:
		o.keep("it is not known whether the license webhooks of %s are enabled", owner)
	case !on:
		o.keep("the license webhooks of %s are not enabled", owner)
	}
	if o.Kind == hooks {
		return
	}
	switch status := statusOf(live, o.ID); status {
	case "":
		o.keep("it is not known whether the bot is online")
	case "offline":
		o.keep("the bot is offline, and offline bots are sent nothing")
	}
}

func (o *Old) keep(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	if !slices.Contains(strings.Split(o.Keep, "; "), why) {
		o.Keep = strings.TrimPrefix(o.Keep+"; "+why, "; ")
	}
}

func stateOf(live *resource.License, client string) (enabled, known bool) {
	for _, row := range live.Rows("webhooks_state") {
		if row.String("owner_client_id") == client {
			on, ok := row.Get("license_webhooks_enabled").(bool)
			return on, ok
		}
	}
	return false, false
}

func statusOf(live *resource.License, agent string) string {
	for _, row := range live.Rows("routing_statuses") {
		if row.String("agent_id") == agent {
			return row.String("status")
		}
	}
	return ""
}
