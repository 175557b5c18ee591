package resource

import "slices"

// scopes lists what a method takes any one of.
func scopes(names ...string) []string { return names }

// The methods of older versions that lcsync calls, from the vendor's tables for
// 3.1 to 3.4; testdata/vendor contains the copies for the tests. Methods that
// versions share are listed once.
var (
	ofAgents32 = []Method{
		{Name: "list_agents", Scopes: scopes("agents--all:ro")},
		{Name: "list_groups", Scopes: scopes("groups--all:ro")},
	}
	ofBots32 = []Method{
		{Name: "list_bots", Scopes: scopes("agents-bot--all:ro", "agents-bot--my:ro")},
		{Name: "get_bot", Scopes: scopes("agents-bot--all:ro", "agents-bot--my:ro")},
		{Name: "update_bot", Scopes: scopes("agents-bot--all:rw", "agents-bot--my:rw"), Effect: Sets},
	}

	methods31 = []Method{
		{Name: "get_bot_agents", Scopes: scopes("agents-bot--all:ro", "agents-bot--my:ro")},
		{Name: "get_bot_agent_details", Scopes: scopes("agents-bot--all:ro", "agents-bot--my:ro")},
		{Name: "update_bot_agent", Scopes: scopes("agents-bot--my:rw"), Effect: Sets},
		{Name: "get_property_configs", Scopes: scopes("properties--all:ro", "properties--my:ro")},
		{Name: "get_webhooks_config", Scopes: scopes("webhooks--all:ro", "webhooks--my:ro")},
		{Name: "register_webhook", Scopes: scopes("webhooks--my:rw"), Effect: Adds},
		{Name: "unregister_webhook", Scopes: scopes("webhooks--all:rw", "webhooks--my:rw"), Effect: Removes},
	}
	// methods32 need no scopes for values: the definitions of properties decide
	// who can read them.
	methods32 = slices.Concat(ofAgents32, ofBots32, []Method{
		{Name: "list_registered_properties", Scopes: scopes("properties--all:ro", "properties--my:ro")},
		{Name: "list_license_properties"},
		{Name: "list_group_properties"},
		{Name: "list_registered_webhooks", Scopes: scopes("webhooks--all:ro", "webhooks--my:ro")},
		{Name: "register_webhook", Scopes: scopes("webhooks--my:rw"), Effect: Adds},
		{Name: "unregister_webhook", Scopes: scopes("webhooks--all:rw", "webhooks--my:rw"), Effect: Removes},
	})
	methods33 = slices.Concat(ofAgents32, ofBots32, []Method{
		{Name: "list_auto_accesses", Scopes: scopes("access_rules:ro")},
		{Name: "list_properties", Scopes: scopes("properties.configuration:rw")},
		{Name: "list_license_properties", Scopes: scopes("properties.license.value--all:ro", "properties.license.value--my:ro")},
		{Name: "list_group_properties", Scopes: scopes("properties.group.value--all:ro", "properties.group.value--my:ro")},
		{Name: "list_webhooks", Scopes: scopes("webhooks.configuration:rw")},
		{Name: "register_webhook", Scopes: scopes("webhooks.configuration:rw"), Effect: Adds},
		{Name: "unregister_webhook", Scopes: scopes("webhooks.configuration:rw"), Effect: Removes},
		{Name: "get_license_webhooks_state", Scopes: scopes("webhooks.state:ro")},
	})
)
