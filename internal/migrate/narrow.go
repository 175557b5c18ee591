package migrate

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// sign is a member that only some versions have.
type sign struct {
	name         string
	since, until string
}

// signs tell versions apart, by kind. They are the differences that the
// vendor's tables and sample answers show.
var signs = map[string][]sign{
	"bots": {
		{"bot_agent", "", "3.2"}, {"bot_agents", "", "3.2"}, {"bot_agent_id", "", "3.2"}, {"status", "", "3.2"},
		{"application", "", "3.2"}, {"webhooks", "", "3.2"}, {"work_scheduler", "3.2", ""}, {"job_title", "3.2", ""},
		{"owner_client_id", "3.3", ""}, {"timezone", "3.3", ""}, {"avatar_path", "3.3", ""},
	},
	"webhooks": {
		{"webhook_id", "", "3.2"}, {"id", "3.3", ""}, {"type", "3.3", ""},
	},
	"properties": {
		{"locations", "", "3.2"}, {"access", "3.3", ""}, {"access_type", "3.3", ""}, {"default_value", "3.3", ""}, {"public_access", "3.3", ""},
	},
	"agents":             {{"account_id", "3.5", ""}, {"id", "3.2", ""}},
	"groups":             {{"id", "3.2", ""}},
	"license_properties": {{"value", "3.2", ""}},
	"auto_accesses":      {{"id", "3.3", ""}},
	"webhooks_state":     {{"license_webhooks_enabled", "3.3", ""}},
}

// since is the version in which a kind appeared.
var since = map[string]string{
	"agents": "3.2", "groups": "3.2", licenseValues: "3.2", groupValues: "3.2",
	"auto_accesses": "3.3", "webhooks_state": "3.3",
	"tags": "3.5", "bot_templates": "3.5", "channels": "3.5", "product_source": "3.5", "routing_statuses": "3.5",
}

// narrow takes the versions out that the content of a piece, without what is
// null, speaks against. A snapshot's word counts. Where that leaves none, webhooks may be older than the
// document: lists have them as they were registered, and the vendor's clients
// register some under names that their version has no more.
func (p *piece) narrow(said any) {
	if p.snapshot {
		return
	}
	p.keep(since[p.kind], "")
	for _, e := range elements(said) {
		p.narrowBy(e)
	}
	if p.kind != "webhooks" && p.kind != "bots" {
		return
	}
	before := p.versions
	for _, older := range []bool{false, true} {
		p.versions = before
		visitHooks(said, func(hook *resource.Object, action string) { p.narrowByHook(hook, action, older) })
		if len(p.versions) > 0 {
			return
		}
	}
}

func (p *piece) keep(since, until string) {
	p.versions = slices.DeleteFunc(slices.Clone(p.versions), func(v string) bool {
		return since != "" && v < since || until != "" && v > until
	})
}

// narrowBy goes down into definitions by name and namespace and into wrappers.
func (p *piece) narrowBy(v any) {
	o, ok := v.(*resource.Object)
	if !ok {
		return
	}
	for _, s := range signs[p.kind] {
		if o.Has(s.name) {
			p.keep(s.since, s.until)
		}
	}
	if ws := o.Object("work_scheduler"); ws.Has("schedule") {
		p.keep("3.5", "")
	}
	switch id := text(o, "id"); {
	case p.kind == "agents" && id != "" && !strings.Contains(id, "@"):
		p.keep("", "3.2") // a bot: from 3.3 on they are not listed with the agents
	case p.kind == "properties" && !definition(o):
		for _, m := range o.All() {
			p.narrowBy(m)
		}
	case p.kind == "bots":
		for _, name := range []string{"bot_agent", "bot_agents"} {
			for _, e := range elements(o.Get(name)) {
				p.narrowBy(e)
			}
		}
	case p.kind == "webhooks" && hasAny(o, "url", "secret_key") && !o.Has("type"):
		p.keep("", "3.2") // from 3.3 on a webhook has a type
	}
}

// visitHooks calls fn with every webhook in a value: rows of webhooks, and the
// actions of webhooks inside bots.
func visitHooks(v any, fn func(hook *resource.Object, action string)) {
	for _, e := range elements(v) {
		o, ok := e.(*resource.Object)
		if !ok {
			continue
		}
		if o.Has("action") {
			fn(o, text(o, "action"))
		}
		for _, a := range elements(o.Object("webhooks").Get("actions")) {
			if hook, ok := a.(*resource.Object); ok {
				fn(hook, text(hook, "name"))
			}
		}
		for _, name := range []string{"bot_agent", "bot_agents"} {
			if o.Has(name) {
				visitHooks(o.Get(name), fn)
			}
		}
	}
}

// narrowByHook tells versions apart by the names of actions, filters and
// additional data. The webhook may be of the version before, if older says so.
func (p *piece) narrowByHook(hook *resource.Object, action string, older bool) {
	since, until := actionVersions(action)
	p.keep(since, lasting(until, older))
	filters := hook.Object("filters")
	switch {
	case filters.Has("chat_member_ids"):
		p.keep("", "3.2")
	case filters.Has("chat_presence"):
		p.keep("3.3", "")
	}
	if filters.Has("source_type") {
		p.keep("3.4", "")
	}
	for _, e := range elements(hook.Get("additional_data")) {
		if l, ok := e.(*leaf); ok && (l.value == "access" || l.value == "thread_id") {
			p.keep("", lasting("3.1", older))
		}
	}
}

// lasting returns the last version whose documents may have what a version has:
// that one itself, or, for older webhooks, the one in whose lists they stay.
func lasting(until string, older bool) string {
	if next := map[string]string{"3.1": "3.2", "3.3": "3.4"}[until]; older && next != "" {
		return next
	}
	return until
}

// actionVersions returns the first and the last version that have an action; ""
// is open.
func actionVersions(action string) (since, until string) {
	switch {
	case slices.Contains(removedActions, action):
		return "", "3.1"
	case action == "chat_access_granted" || action == "chat_access_revoked":
		return "3.2", "3.3"
	case slices.Contains(autoAccessActions, action) || action == "auto_access_added":
		return "3.4", "3.4"
	case action == "chat_access_updated":
		return "3.4", ""
	}
	for _, r := range renamedActions {
		switch action {
		case r.old:
			return "", r.last
		case r.new:
			return r.since, ""
		}
	}
	return "", ""
}
