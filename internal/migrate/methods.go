package migrate

import (
	"maps"
	"strings"
)

// method describes a method of the API: the subject of its requests and responses,
// and what a migration does with them.
type method struct {
	kind string
	role string // carries, or what a request without configuration does
}

// carries marks methods whose requests or responses contain configuration.
const carries = "carries"

// kindOfFile returns the kind for a file named after a method, such as
// list_bots.json; "" if the name does not match. Only a list can show that there
// are no objects of a kind.
func kindOfFile(file string, content any) string {
	name, _, _ := strings.Cut(file[strings.LastIndexAny(file, `/\`)+1:], ".")
	if m := methods[name]; m.role == carries && (!emptyList(content) || strings.HasPrefix(name, "list_")) {
		return m.kind
	}
	return ""
}

// methods are those that a dump may hold answers of, from the vendor's tables
// for 3.1 to 3.5.
var methods = func() map[string]method {
	all := map[string]method{}
	for kind, names := range carriers {
		for _, name := range strings.Fields(names) {
			all[name] = method{kind, carries}
		}
	}
	maps.Copy(all, others)
	return all
}()

// carriers are the methods whose requests or answers hold configuration, by its
// kind.
var carriers = map[string]string{
	"agents":         "create_agent update_agent get_agent list_agents",
	"auto_accesses":  "add_auto_access update_auto_access list_auto_accesses",
	"bot_templates":  "list_bot_templates",
	"bots":           "create_bot_agent update_bot_agent get_bot_agents get_bot_agent_details create_bot update_bot get_bot list_bots",
	"channels":       "list_channels",
	groupValues:      "update_group_properties list_group_properties list_groups_properties",
	"groups":         "create_group update_group get_group list_groups",
	licenseValues:    "update_license_properties list_license_properties",
	"product_source": "get_product_source",
	"properties":     "create_properties get_property_configs register_properties list_registered_properties register_property list_properties publish_property",
	"tags":           "list_tags",
	"webhooks":       "get_webhooks_config register_webhook list_registered_webhooks list_webhooks",
	"webhooks_state": "get_license_webhooks_state",
}

// others are the methods whose requests contain none.
var others = map[string]method{
	"remove_bot_agent":           {"bots", "delete"},
	"delete_agent":               {"agents", "delete"},
	"suspend_agent":              {"agents", "suspend"},
	"unsuspend_agent":            {"agents", "unsuspend"},
	"approve_agent":              {"agents", "approve"},
	"request_agent_unsuspension": {"agents", "ask for unsuspension"},
	"delete_bot":                 {"bots", "delete"},
	"delete_group":               {"groups", "delete"},
	"delete_license_properties":  {licenseValues, "delete"},
	"delete_group_properties":    {groupValues, "delete"},
	"unregister_webhook":         {"webhooks", "unregister"},
	"unregister_property":        {"properties", "unregister"},
	"delete_auto_access":         {"auto_accesses", "delete"},
	"enable_license_webhooks":    {"webhooks_state", "enable webhooks"},
	"disable_license_webhooks":   {"webhooks_state", "disable webhooks"},
	"list_webhook_names":         {"webhooks", "list names"},
	"get_license_id":             {"", "get the license's number"},
	"get_organization_id":        {"", "get the organization"},
}
