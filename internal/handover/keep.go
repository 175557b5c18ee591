package handover

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// Registration is a registration that an older version keeps: a webhook, or the webhooks
// inside of a bot, which come and go together.
type Registration struct {
	Kind *resource.Kind   // of the older version
	Row  *resource.Object // as that version returns it
	// Keep says why it must not be deleted, "" if it may be.
	Keep string
	// LeftOut tells that it stays only because the user left it out.
	LeftOut bool
	// Same tells that the current version has the same webhook: there is nothing to
	// hand over.
	Same bool
	// Unseen tells that it stays because a successor is not registered, or does not
	// appear yet.
	Unseen bool

	protected  bool // by the profile
	successors []migrate.Succession
	restsOn    []*resource.Object // rows that show that its successors are registered and sent
}

// Registrations returns the registrations of a version. live is the license with
// what the version shows (License.AddOlder).
func Registrations(version string, successions []migrate.Succession, live *resource.License) []*Registration {
	var out []*Registration
	for _, k := range resource.OlderKinds(version) {
		for _, row := range live.Rows(k.Name) {
			o := &Registration{Kind: k, Row: row}
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

// ID is the id of the webhook or of the bot, "" if the version does not return it.
func (o *Registration) ID() string { return resource.Text(o.Kind.IdentityOf(o.Row)) }

// ofBot tells that these are the webhooks inside of a bot.
func (o *Registration) ofBot() bool { return o.Kind.Older.Kind != hooks }

// actions returns the actions that it is sent for, as the older version names them.
func (o *Registration) actions() []string {
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
func (o *Registration) String() string {
	whose := o.ID()
	if name := o.Row.String("name"); o.ofBot() && name != "" {
		whose = "of bot " + name + ", " + whose
	} else if o.ofBot() {
		whose = "of bot " + whose
	}
	return strings.Join(o.actions(), ", ") + " " + o.Row.String("url") + " (" + whose + ")"
}

// Protect keeps the webhooks that the options protect, by the keys and ids that
// the older version shows. A bot whose webhooks are removed is neither deleted nor
// replaced.
func Protect(olds []*Registration, o diff.Options) {
	for _, old := range olds {
		row := old.Row.Clone()
		row.Set("id", old.ID())
		old.protected = !old.ofBot() && o.Protects(resource.Lookup(hooks), row)
	}
}

// MarkKept decides for each registration whether it may be deleted (Keep). want holds the
// webhooks of the migration, live what the current version has: webhooks,
// webhooks_state and routing_statuses.
func MarkKept(olds []*Registration, want, live *resource.License) {
	rows := want.Rows(hooks)
	paired := Pair(rows, live)
	for _, o := range olds {
		o.Keep, o.Same, o.Unseen, o.LeftOut, o.restsOn = "", false, false, false, nil
		if len(o.successors) < len(o.actions()) {
			o.keep("its successor in %s is not known", resource.APIVersion)
		}
		for i := range o.successors {
			s := &o.successors[i]
			switch {
			case s.LeftOut:
				o.keep("%s is left out as requested", s.Action)
				o.LeftOut = len(o.successors) == 1
			case len(s.Rows) == 0:
				o.keep("%s has no successor in %s", s.Action, resource.APIVersion)
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
					if w := rows[row]; !resource.IsHollow(w.Get(field)) && !resource.Equal(w.Get(field), l.Get(field)) {
						o.keep("%s does not show whether its successor %s has its %s", resource.APIVersion, w.String("action"), field)
					}
				}
			}
		}
		if o.Same { // it would be its own successor
			o.keep("%s has the same webhook", resource.APIVersion)
		}
		if o.protected {
			o.keep("the profile protects it")
		}
		if o.ID() == "" {
			o.keep("the older version does not show its id")
		}
	}
}

// served keeps a registration whose successor is registered but would not be sent. The
// vendor's pages do not say whether disabling an application's webhooks on a license
// disables only those of type license, so lcsync assumes that it disables those of bots
// too.
func (o *Registration) served(successor *resource.Object, live *resource.License) {
	owner := successor.String("owner_client_id")
	state := o.restOn(live, "webhooks_state", "owner_client_id", owner)
	switch on, known := state.Get("license_webhooks_enabled").(bool); {
	case !known:
		o.keep("could not read whether the license webhooks of %s are enabled", owner)
	case !on:
		o.keep("the license webhooks of %s are not enabled", owner)
	}
	if !o.ofBot() {
		return
	}
	switch o.restOn(live, "routing_statuses", "agent_id", o.ID()).String("status") {
	case "":
		o.keep("could not read whether the bot is online")
	case "offline":
		o.keep("the bot is offline, and offline bots receive no webhooks")
	}
}

// restOn returns the row of a kind that has id in the field by, nil if there is none.
func (o *Registration) restOn(live *resource.License, kind, by, id string) *resource.Object {
	for _, row := range live.Rows(kind) {
		if row.String(by) == id {
			o.restsOn = append(o.restsOn, row)
			return row
		}
	}
	return nil
}

func (o *Registration) keep(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	if !slices.Contains(strings.Split(o.Keep, "; "), why) {
		o.Keep = strings.TrimPrefix(o.Keep+"; "+why, "; ")
	}
}
