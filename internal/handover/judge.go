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
	Kind    *resource.Kind // of the older version
	ID      string         // of the webhook or of the bot
	Actions []string       // as the older version calls them
	URL     string
	// Keep says why it has to stay, "" if it may go.
	Keep string
	// LeftOut tells that it stays for nothing but that the user asked for it.
	LeftOut bool
	// Same tells that the current version has it as it is: there is nothing to
	// hand over.
	Same bool
	// Unseen tells that it stays as a successor is not registered, or does not
	// show yet.
	Unseen bool

	row        *resource.Object // as the older version shows it, nil if it does not tell its id
	protected  bool             // by the profile
	successors []migrate.Succession
	restsOn    []*resource.Object // what tells that its successors are registered and sent
}

// Registrations returns the registrations of a version that webhooks of a
// migration were, in the order of the version's answers. live is the license
// with what the version shows (License.AddOlder).
func Registrations(version string, successions []migrate.Succession, live *resource.License) []*Old {
	var out []*Old
	for _, s := range successions {
		i := slices.IndexFunc(out, func(o *Old) bool { return o.Kind.Older.Kind == s.Kind && o.ID == s.ID })
		if s.Kind == hooks || i < 0 || s.ID == "" {
			out = append(out, newOld(version, s, live))
			i = len(out) - 1
		}
		out[i].Actions = append(out[i].Actions, s.Action)
		out[i].successors = append(out[i].successors, s)
	}
	return out
}

func newOld(version string, s migrate.Succession, live *resource.License) *Old {
	kinds := resource.OlderKinds(version)
	o := &Old{ID: s.ID, URL: s.URL, Kind: kinds[slices.IndexFunc(kinds, func(k *resource.Kind) bool { return k.Older.Kind == s.Kind })]}
	for _, row := range live.Rows(o.Kind.Name) {
		if s.ID != "" && resource.Text(o.Kind.IdentityOf(row)) == s.ID {
			o.row = row
		}
	}
	return o
}

// ofBot tells that it is what a bot has inside.
func (o *Old) ofBot() bool { return o.Kind.Older.Kind != hooks }

// String names a registration: chat_deactivated https://… (w1).
func (o *Old) String() string {
	text := strings.Join(o.Actions, ", ") + " " + o.URL
	switch name := o.row.String("name"); {
	case !o.ofBot():
		return text + " (" + o.ID + ")"
	case name != "":
		return text + " (of bot " + name + ", " + o.ID + ")"
	}
	return text + " (of bot " + o.ID + ")"
}

// Protect keeps the webhooks that the options protect, by the keys and ids that
// the older version shows. A bot that lets go of its webhooks is neither deleted
// nor replaced.
func Protect(olds []*Old, o diff.Options) {
	for _, old := range olds {
		old.protected = !old.ofBot() && o.Protects(resource.Lookup(hooks),
			resource.Of("id", old.ID, "action", old.Actions[0], "owner_client_id", old.row.String("owner_client_id"), "url", old.URL))
	}
}

// Judge says of each registration whether it may go. want holds the webhooks
// that the migration came to, live what the current version has: webhooks,
// webhooks_state and routing_statuses.
func Judge(olds []*Old, want, live *resource.License) {
	rows := want.Rows(hooks)
	paired := Pair(rows, live)
	for _, o := range olds {
		o.Keep, o.Same, o.Unseen, o.LeftOut, o.restsOn = "", false, false, false, nil
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
				o.restsOn = append(o.restsOn, l)
				o.Same = o.Same || !o.ofBot() && l.String("id") == o.ID
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
	state := o.restOn(live, "webhooks_state", "owner_client_id", owner)
	switch on, known := state.Get("license_webhooks_enabled").(bool); {
	case !known:
		o.keep("it is not known whether the license webhooks of %s are enabled", owner)
	case !on:
		o.keep("the license webhooks of %s are not enabled", owner)
	}
	if !o.ofBot() {
		return
	}
	switch o.restOn(live, "routing_statuses", "agent_id", o.ID).String("status") {
	case "":
		o.keep("it is not known whether the bot is online")
	case "offline":
		o.keep("the bot is offline, and offline bots are sent nothing")
	}
}

// restOn returns the row of a kind that tells of somebody, nil if there is none.
func (o *Old) restOn(live *resource.License, kind, by, id string) *resource.Object {
	for _, row := range live.Rows(kind) {
		if row.String(by) == id {
			o.restsOn = append(o.restsOn, row)
			return row
		}
	}
	return nil
}

func (o *Old) keep(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	if !slices.Contains(strings.Split(o.Keep, "; "), why) {
		o.Keep = strings.TrimPrefix(o.Keep+"; "+why, "; ")
	}
}
