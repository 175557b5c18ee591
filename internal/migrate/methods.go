package migrate

// method is a method of the API: what its requests and answers are about, what
// it is to a migration, and the versions that have it.
type method struct {
	kind         string
	role         string // carries, or what a request does that holds no configuration
	since, until string
}

// carries marks methods whose requests or answers hold configuration.
const carries = "carries"

// methods are those that a dump may hold answers of, from the vendor's tables
// for 3.1 to 3.5.
var methods = map[string]method{
	"create_bot_agent":      {"bots", carries, "3.1", "3.1"},
	"update_bot_agent":      {"bots", carries, "3.1", "3.1"},
	"get_bot_agents":        {"bots", carries, "3.1", "3.1"},
	"get_bot_agent_details": {"bots", carries, "3.1", "3.1"},
	"remove_bot_agent":      {"bots", "delete", "3.1", "3.1"},
	"create_properties":     {"properties", carries, "3.1", "3.1"},
	"get_property_configs":  {"properties", carries, "3.1", "3.1"},
	"get_webhooks_config":   {"webhooks", carries, "3.1", "3.1"},

	"create_agent":               {"agents", carries, "3.2", ""},
	"update_agent":               {"agents", carries, "3.2", ""},
	"get_agent":                  {"agents", carries, "3.2", ""},
	"list_agents":                {"agents", carries, "3.2", ""},
	"delete_agent":               {"agents", "delete", "3.2", ""},
	"suspend_agent":              {"agents", "suspend", "3.2", ""},
	"unsuspend_agent":            {"agents", "unsuspend", "3.2", ""},
	"approve_agent":              {"agents", "approve", "3.2", ""},
	"request_agent_unsuspension": {"agents", "ask for unsuspension", "3.2", ""},
	"create_bot":                 {"bots", carries, "3.2", ""},
	"update_bot":                 {"bots", carries, "3.2", ""},
	"get_bot":                    {"bots", carries, "3.2", ""},
	"list_bots":                  {"bots", carries, "3.2", ""},
	"delete_bot":                 {"bots", "delete", "3.2", ""},
	"create_group":               {"groups", carries, "3.2", ""},
	"update_group":               {"groups", carries, "3.2", ""},
	"get_group":                  {"groups", carries, "3.2", ""},
	"list_groups":                {"groups", carries, "3.2", ""},
	"delete_group":               {"groups", "delete", "3.2", ""},
	"register_properties":        {"properties", carries, "3.2", "3.2"},
	"list_registered_properties": {"properties", carries, "3.2", "3.2"},
	"update_license_properties":  {"license_properties", carries, "3.2", ""},
	"list_license_properties":    {"license_properties", carries, "3.2", ""},
	"delete_license_properties":  {"license_properties", "delete", "3.2", ""},
	"update_group_properties":    {groupValues, carries, "3.2", ""},
	"list_group_properties":      {groupValues, carries, "3.2", "3.4"},
	"delete_group_properties":    {groupValues, "delete", "3.2", ""},
	"register_webhook":           {"webhooks", carries, "", ""},
	"list_registered_webhooks":   {"webhooks", carries, "3.2", "3.2"},
	"unregister_webhook":         {"webhooks", "unregister", "", ""},

	"list_webhooks":              {"webhooks", carries, "3.3", ""},
	"register_property":          {"properties", carries, "3.3", ""},
	"list_properties":            {"properties", carries, "3.3", ""},
	"publish_property":           {"properties", carries, "3.3", ""},
	"unregister_property":        {"properties", "unregister", "3.3", ""},
	"add_auto_access":            {"auto_accesses", carries, "3.3", ""},
	"update_auto_access":         {"auto_accesses", carries, "3.3", ""},
	"list_auto_accesses":         {"auto_accesses", carries, "3.3", ""},
	"delete_auto_access":         {"auto_accesses", "delete", "3.3", ""},
	"get_license_webhooks_state": {"webhooks_state", carries, "3.3", ""},
	"enable_license_webhooks":    {"webhooks_state", "enable webhooks", "3.3", ""},
	"disable_license_webhooks":   {"webhooks_state", "disable webhooks", "3.3", ""},
	"list_webhook_names":         {"webhooks", "list names", "3.3", ""},
	"get_license_id":             {"", "tell the license's number", "3.4", ""},
	"get_organization_id":        {"", "tell the organization", "3.4", ""},

	"list_groups_properties": {groupValues, carries, "3.5", ""},
	"list_tags":              {"tags", carries, "3.5", ""},
	"list_bot_templates":     {"bot_templates", carries, "3.5", ""},
	"list_channels":          {"channels", carries, "3.5", ""},
	"get_product_source":     {"product_source", carries, "3.5", ""},
}
