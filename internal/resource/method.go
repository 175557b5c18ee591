package resource

import "strings"

// Method is one method of the API.
type Method struct {
	Name   string
	Source Source
	// Scopes lists the scopes of which the method needs any one; empty means that
	// a valid token is enough.
	Scopes []string
	// All says that every scope in Scopes is needed.
	All bool
	// Batch is the method's batch form, "" if it has none.
	Batch string
	// Effect says what happens if the call is repeated.
	Effect Effect
}

// Effect is the effect of a call. It decides whether a call with unknown outcome
// may be repeated.
type Effect int

const (
	// Reads change nothing.
	Reads Effect = iota
	// Sets leave the same state when repeated.
	Sets
	// Removes leave the same state when repeated, but the second call does not
	// find the object.
	Removes
	// Adds create another object, or another secret, each time: such a call is
	// repeated only if the first one provably had no effect.
	Adds
)

// Repeatable tells whether a call with an unknown outcome may be sent again.
func (e Effect) Repeatable() bool { return e != Adds }

// methods is the vendor's method table for v3.5 (configuration-api-v3.5) with
// the routing methods of the Agent Chat API; testdata/vendor holds the copy it
// is tested against.
var methods = []Method{
	{Name: "create_agent", Scopes: []string{"accounts--all:rc", "accounts--all:rw", "accounts.roles.lc--all:rw", "subscription.lc:rw"}, Batch: "batch_create_agents", Effect: Adds},
	{Name: "get_agent", Scopes: []string{"agents--all:ro", "agents--my:ro"}},
	{Name: "list_agents", Scopes: []string{"agents--all:ro"}},
	{Name: "update_agent", Scopes: []string{"accounts.roles.lc--all:rw", "agents--all:rw", "agents--my:rw"}, Batch: "batch_update_agents", Effect: Sets},
	{Name: "delete_agent", Scopes: []string{"accounts--all:rw", "accounts--my:rw", "agents--all:rw", "agents--my:rw"}, Batch: "batch_delete_agents", Effect: Removes},
	{Name: "suspend_agent", Scopes: []string{"agents--all:rw", "sessions--all:rw"}, Batch: "batch_suspend_agents", Effect: Sets},
	{Name: "unsuspend_agent", Scopes: []string{"accounts--all:rw", "agents--all:rw", "subscription.lc:rw"}, Batch: "batch_unsuspend_agents", Effect: Sets},
	{Name: "request_agent_unsuspension", Batch: "batch_request_agent_unsuspension", Effect: Adds},
	{Name: "approve_agent", Scopes: []string{"accounts--all:rw", "agents--all:rw", "subscription.lc:rw"}, Batch: "batch_approve_agents", Effect: Sets},

	{Name: "add_auto_access", Scopes: []string{"access_rules:rw"}, Effect: Adds},
	{Name: "list_auto_accesses", Scopes: []string{"access_rules:ro"}},
	{Name: "delete_auto_access", Scopes: []string{"access_rules:rw"}, Effect: Removes},
	{Name: "update_auto_access", Scopes: []string{"access_rules:rw"}, Effect: Sets},

	{Name: "create_bot_template", Scopes: []string{"bots.templates:rw"}, Effect: Adds},
	{Name: "delete_bot_template", Scopes: []string{"bots.templates:rw"}, Effect: Removes},
	{Name: "update_bot_template", Scopes: []string{"bots.templates:rw"}, Effect: Sets},
	{Name: "list_bot_templates", Scopes: []string{"bots.templates:rw"}},
	{Name: "reset_bot_template_secret", Scopes: []string{"bots.templates:rw"}, Effect: Adds},
	{Name: "create_bot", Scopes: []string{"agents-bot--my:rw"}, Batch: "batch_create_bots", Effect: Adds},
	{Name: "delete_bot", Scopes: []string{"agents-bot--all:rw", "agents-bot--my:rw"}, Batch: "batch_delete_bots", Effect: Removes},
	{Name: "update_bot", Scopes: []string{"agents-bot--all:rw", "agents-bot--my:rw"}, Batch: "batch_update_bots", Effect: Sets},
	{Name: "list_bots", Scopes: []string{"agents-bot--all:ro", "agents-bot--my:ro"}},
	{Name: "get_bot", Scopes: []string{"agents-bot--all:ro", "agents-bot--my:ro"}},
	{Name: "issue_bot_token", Effect: Adds},
	{Name: "reset_bot_secret", Scopes: []string{"agents-bot--my:rw"}, Effect: Adds},

	{Name: "create_group", Scopes: []string{"groups--all:rw"}, Effect: Adds},
	{Name: "update_group", Scopes: []string{"groups--all:rw", "groups--my:rw"}, Effect: Sets},
	{Name: "delete_group", Scopes: []string{"groups--all:rw", "groups--my:rw"}, Effect: Removes},
	{Name: "list_groups", Scopes: []string{"groups--all:ro"}},
	{Name: "get_group", Scopes: []string{"groups--all:ro", "groups--my:ro"}},

	{Name: "register_property", Scopes: []string{"properties.configuration:rw"}, Effect: Adds},
	{Name: "unregister_property", Scopes: []string{"properties.configuration:rw"}, Effect: Removes},
	{Name: "publish_property", Scopes: []string{"properties.configuration:rw"}, Effect: Sets},
	{Name: "list_properties", Scopes: []string{"properties.configuration:rw"}},
	{Name: "update_license_properties", Scopes: []string{"properties.license.value--all:rw", "properties.license.value--my:rw"}, Effect: Sets},
	{Name: "list_license_properties", Scopes: []string{"properties.license.value--all:ro", "properties.license.value--my:ro"}},
	{Name: "delete_license_properties", Scopes: []string{"properties.license.value--all:rw", "properties.license.value--my:rw"}, Effect: Removes},
	{Name: "update_group_properties", Scopes: []string{"properties.group.value--all:rw", "properties.group.value--my:rw"}, Effect: Sets},
	{Name: "list_groups_properties", Scopes: []string{"properties.group.value--all:ro"}},
	{Name: "delete_group_properties", Scopes: []string{"properties.group.value--all:rw", "properties.group.value--my:rw"}, Effect: Removes},

	{Name: "create_tag", Scopes: []string{"tags--all:rw", "tags--groups:rw"}, Effect: Adds},
	{Name: "delete_tag", Scopes: []string{"tags--all:rw", "tags--groups:rw"}, Effect: Removes},
	{Name: "list_tags", Scopes: []string{"tags--all:ro", "tags--groups:ro"}},
	{Name: "update_tag", Scopes: []string{"tags--all:rw", "tags--groups:rw"}, Effect: Sets},

	{Name: "register_webhook", Scopes: []string{"webhooks.configuration:rw"}, Effect: Adds},
	{Name: "list_webhooks", Scopes: []string{"webhooks.configuration:rw"}},
	{Name: "unregister_webhook", Scopes: []string{"webhooks.configuration:rw"}, Effect: Removes},
	{Name: "list_webhook_names"},
	{Name: "enable_license_webhooks", Scopes: []string{"webhooks.state:rw"}, Effect: Sets},
	{Name: "disable_license_webhooks", Scopes: []string{"webhooks.state:rw"}, Effect: Sets},
	{Name: "get_license_webhooks_state", Scopes: []string{"webhooks.state:ro"}},

	{Name: "list_channels"},
	{Name: "check_product_limits_for_plan", Scopes: []string{"subscription.lc:rw"}},
	{Name: "get_product_source"},

	{Name: "list_routing_statuses", Source: AgentChat, Scopes: []string{"agents--all:ro", "agents-bot--all:ro"}, All: true},
	{Name: "set_routing_status", Source: AgentChat, Scopes: []string{"agents--all:rw", "agents--my:rw", "agents-bot--all:rw", "agents-bot--my:rw"}, Effect: Sets},
}

// BatchMethod returns the batch form of a method, "" if it has none.
func BatchMethod(name string) string {
	if m := LookupMethod(name); m != nil {
		return m.Batch
	}
	return ""
}

// Grants reports whether a token with the granted scopes has the wanted one: rw
// includes ro and rc, all includes access, groups and my.
func Grants(granted []string, want string) bool {
	for _, g := range granted {
		if scopeIncludes(g, want) {
			return true
		}
	}
	return false
}

func scopeIncludes(have, want string) bool {
	hb, hr, _ := strings.Cut(have, ":")
	wb, wr, _ := strings.Cut(want, ":")
	if hr != wr && hr != "rw" {
		return false
	}
	hn, hq, _ := strings.Cut(hb, "--")
	wn, wq, _ := strings.Cut(wb, "--")
	return hn == wn && breadth(hq) >= breadth(wq)
}

// breadth orders the qualifiers of a scope from narrow to wide.
func breadth(q string) int {
	switch q {
	case "my":
		return 1
	case "access", "groups":
		return 2
	case "all":
		return 3
	}
	return 0
}
