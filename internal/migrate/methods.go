package migrate

import "strings"

// method is a method of the API: what its requests and answers are about, and
// what it is to a migration.
type method struct {
	kind string
	role string // carries, or what a request does that holds no configuration
}

// carries marks methods whose requests or answers hold configuration.
const carries = "carries"

// kindOfFile returns the kind that a file called after a method is about, such
// as list_bots.json; "" if its name does not tell. That there is none of a kind
// only a list says.
func kindOfFile(file string, content any) string {
	name, _, _ := strings.Cut(file[strings.LastIndexAny(file, `/\`)+1:], ".")
	if m := methods[name]; m.role == carries && (!emptyList(content) || strings.HasPrefix(name, "list_")) {
		return m.kind
	}
	return ""
}

// methods are those that a dump may hold answers of, from the vendor's tables
// for 3.1 to 3.5.
var methods = map[string]method{
	"create_bot_agent":      {"bots", carries},
	"update_bot_agent":      {"bots", carries},
	"get_bot_agents":        {"bots", carries},
	"get_bot_agent_details": {"bots", carries},
	"remove_bot_agent":      {"bots", "delete"},
	"create_properties":     {"properties", carries},
	"get_property_configs":  {"properties", carries},
	"get_webhooks_config":   {"webhooks", carries},

	"create_agent":               {"agents", carries},
	"update_agent":               {"agents", carries},
	"get_agent":                  {"agents", carries},
	"list_agents":                {"agents", carries},
	"delete_agent":               {"agents", "delete"},
	"suspend_agent":              {"agents", "suspend"},
	"unsuspend_agent":            {"agents", "unsuspend"},
	"approve_agent":              {"agents", "approve"},
	"request_agent_unsuspension": {"agents", "ask for unsuspension"},
	"create_bot":                 {"bots", carries},
	"update_bot":                 {"bots", carries},
	"get_bot":                    {"bots", carries},
	"list_bots":                  {"bots", carries},
	"delete_bot":                 {"bots", "delete"},
	"create_group":               {"groups", carries},
	"update_group":               {"groups", carries},
	"get_group":                  {"groups", carries},
	"list_groups":                {"groups", carries},
	"delete_group":               {"groups", "delete"},
	"register_properties":        {"properties", carries},
	"list_registered_properties": {"properties", carries},
	"update_license_properties":  {"license_properties", carries},
	"list_license_properties":    {"license_properties", carries},
	"delete_license_properties":  {"license_properties", "delete"},
	"update_group_properties":    {groupValues, carries},
	"list_group_properties":      {groupValues, carries},
	"delete_group_properties":    {groupValues, "delete"},
	"register_webhook":           {"webhooks", carries},
	"list_registered_webhooks":   {"webhooks", carries},
	"unregister_webhook":         {"webhooks", "unregister"},

	"list_webhooks":              {"webhooks", carries},
	"register_property":          {"properties", carries},
	"list_properties":            {"properties", carries},
	"publish_property":           {"properties", carries},
	"unregister_property":        {"properties", "unregister"},
	"add_auto_access":            {"auto_accesses", carries},
	"update_auto_access":         {"auto_accesses", carries},
	"list_auto_accesses":         {"auto_accesses", carries},
	"delete_auto_access":         {"auto_accesses", "delete"},
	"get_license_webhooks_state": {"webhooks_state", carries},
	"enable_license_webhooks":    {"webhooks_state", "enable webhooks"},
	"disable_license_webhooks":   {"webhooks_state", "disable webhooks"},
	"list_webhook_names":         {"webhooks", "list names"},
	"get_license_id":             {"", "tell the license's number"},
	"get_organization_id":        {"", "tell the organization"},

	"list_groups_properties": {groupValues, carries},
	"list_tags":              {"tags", carries},
	"list_bot_templates":     {"bot_templates", carries},
	"list_channels":          {"channels", carries},
	"get_product_source":     {"product_source", carries},
}
