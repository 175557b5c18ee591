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
	Kind *resource.Kind   // of the older version
	Row  *resource.Object // as that shows it
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

	protected  bool // by the profile
	successors []migrate.Succession
	restsOn    []*resource.Object // what tells that its successors are registered and sent
}

// Registrations returns the registrations of a version. live is the license with
// what the version shows (License.AddOlder).
func Registrations(version string, successions []migrate.Succession, live *resource.License) []*Old {
	var out []*Old
	for _, k := range resource.OlderKinds(version) {
		for _, row := range live.Rows(k.Name) {
			o := &Old{Kind: k, Row: row}
			for _, s := range successions {
				if s.Kind == k.Older.Kind && s.ID == o.ID() {
					o.successors = append(o.successors, s)
				}
			}
			out = append(out, o)
		}
	}
	return out
}

// ID is that of the webhook or of the bot, "" if the version does not tell it.
func (o *Old) ID() string { return resource.Text(o.Kind.IdentityOf(o.Row)) }

// ofBot tells that it is what a bot has inside.
func (o *Old) ofBot() bool { return o.Kind.Older.Kind != hooks }

// actions are those that it is sent for, as the older version calls them.
func (o *Old) actions() []string {
	if !o.ofBot() {
		return []string{o.Row.String("action")}
	}
	var names []string
	for _, v := range o.Row.List("actions") {
		action, _ := v.(*resource.Object)
		names = append(names, action.String("name"))
	}
	return names
}

// String names a registration: chat_deactivated https://… (w1).
func (o *Old) String() string {
	whose := o.ID()
	if name := o.Row.String("name"); o.ofBot() && name != "" {
		whose = "of bot " + name + ", " + whose
	} else if o.ofBot() {
		whose = "of bot " + whose
	}
	return strings.Join(o.actions(), ", ") + " " + o.Row.String("url") + " (" + whose + ")"
}

// Protect keeps the webhooks that the options protect, by the keys and ids that
// the older version shows. A bot that lets go of its webhooks is neither deleted
// nor replaced.
func Protect(olds []*Old, o diff.Options) {
	for _, old := range olds {
		row := old.Row.Clone()
		row.Set("id", old.ID())
		old.protected = !old.ofBot() && o.Protects(resource.Lookup(hooks), row)
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
		if len(o.successors) < len(o.actions()) {
			o.keep("what becomes of it in %s is not known", resource.APIVersion)
		}
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
				o.Same = o.Same || !o.ofBot() && l.String("id") == o.ID()
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
		if o.ID() == "" {
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
	switch o.restOn(live, "routing_statuses", "agent_id", o.ID()).String("status") {
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
