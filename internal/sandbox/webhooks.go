package sandbox

import (
	"net/url"
	"slices"
)

const (
	maxWebhooks   = 3   // per action and client id, in 3.5
	maxWebhookURL = 500 // likewise
)

var webhookMethods = []method{
	{
		name:   "register_webhook",
		scopes: []string{"webhooks.configuration:rw"},
		params: []spec{
			text("action").need(), text("secret_key").need(), text("url").need().max(maxWebhookURL),
			listOf("additional_data", text("").of(additionalData)), text("description"), filtersSpec(),
			text("owner_client_id").need(), text("type").need().of([]string{"bot", "license"}),
		},
		run: webhookForm{actions: actions, pat: maxWebhooks, bearer: maxWebhooks}.register,
	},
	{
		name:   "list_webhooks",
		scopes: []string{"webhooks.configuration:rw"},
		params: []spec{text("owner_client_id").need()},
		run:    listWebhooks,
		read:   true,
	},
	{
		name:   "unregister_webhook",
		scopes: []string{"webhooks.configuration:rw"},
		params: []spec{text("id").need(), text("owner_client_id").need()},
		run:    unregisterWebhook,
	},
	{
		name:   "list_webhook_names",
		params: []spec{text("version")},
		run:    webhookNames(map[string][]action{currentVersion: actions}, currentVersion),
		open:   true,
		read:   true,
	},
	{
		name:   "enable_license_webhooks",
		scopes: []string{"webhooks.state:rw"},
		params: []spec{text("owner_client_id").needPAT()},
		run:    setWebhooksState(true),
	},
	{
		name:   "disable_license_webhooks",
		scopes: []string{"webhooks.state:rw"},
		params: []spec{text("owner_client_id").needPAT()},
		run:    setWebhooksState(false),
	},
	{
		name:   "get_license_webhooks_state",
		scopes: []string{"webhooks.state:ro"},
		params: []spec{text("owner_client_id").needPAT()},
		run:    getWebhooksState,
		read:   true,
	},
}

var additionalData = []string{"chat_properties", "chat_presence_user_ids"}

// filtersSpec knows agent_ids, too: the table of actions offers it for
// routing_status_set, but no page describes its shape, so any is taken.
func filtersSpec() spec {
	return record("filters",
		text("author_type").of([]string{"customer", "agent"}), flag("only_my_chats"),
		record("chat_presence",
			record("user_ids", listOf("values", text("")), listOf("exclude_values", text(""))), flag("my_bots")),
		listOf("source_type", text("").of([]string{"my_client", "other_clients", "system"})),
		anything("agent_ids"),
	)
}

var (
	chatFilters  = []string{"chat_presence", "only_my_chats", "source_type"}
	eventFilters = []string{"chat_presence", "author_type", "only_my_chats", "source_type"}
	sourceFilter = []string{"source_type"}
)

// action is what can trigger a webhook, with the filters it takes.
type action struct {
	name    string
	filters []string
}

var actions = []action{
	{"incoming_chat", chatFilters},
	{"chat_deactivated", chatFilters},
	{"chat_access_updated", chatFilters},
	{"chat_transferred", chatFilters},
	{"user_added_to_chat", chatFilters},
	{"user_removed_from_chat", chatFilters},
	{"incoming_event", eventFilters},
	{"event_updated", eventFilters},
	{"incoming_rich_message_postback", chatFilters},
	{"chat_properties_updated", chatFilters},
	{"chat_properties_deleted", chatFilters},
	{"thread_properties_updated", chatFilters},
	{"thread_properties_deleted", chatFilters},
	{"event_properties_updated", chatFilters},
	{"event_properties_deleted", chatFilters},
	{"thread_tagged", chatFilters},
	{"thread_untagged", chatFilters},
	{"routing_status_set", []string{"agent_ids", "source_type"}},
	{"incoming_customer", sourceFilter},
	{"customer_session_fields_updated", []string{"chat_presence", "source_type"}},
	{"events_marked_as_seen", chatFilters},
	{"group_created", sourceFilter},
	{"group_updated", sourceFilter},
	{"group_deleted", sourceFilter},
	{"agent_created", sourceFilter},
	{"agent_updated", sourceFilter},
	{"agent_deleted", sourceFilter},
	{"agent_suspended", sourceFilter},
	{"agent_unsuspended", sourceFilter},
	{"agent_approved", sourceFilter},
	{"bot_created", sourceFilter},
	{"bot_updated", sourceFilter},
	{"bot_deleted", sourceFilter},
	{"auto_accesses_updated", sourceFilter},
	{"tag_created", sourceFilter},
	{"tag_deleted", sourceFilter},
	{"tag_updated", sourceFilter},
}

// withoutData are the actions the page takes additional data from.
var withoutData = []string{"agent_deleted", "incoming_customer"}

// webhookForm is what webhooks may be in a version from 3.3 on.
type webhookForm struct {
	actions     []action
	pat, bearer int // how many per action and client id, by how the caller came
}

func (f webhookForm) check(p obj) *apiError {
	i := slices.IndexFunc(f.actions, func(a action) bool { return a.name == p.text("action") })
	if i < 0 {
		return invalid("`action` is not a known webhook action")
	}
	if err := checkURL("url", p.text("url")); err != nil {
		return err
	}
	if len(p.list("additional_data")) > 0 && slices.Contains(withoutData, p.text("action")) {
		return invalid("`additional_data` is not available for the action %s", p.text("action"))
	}
	filters := p.sub("filters")
	for _, name := range sortedKeys(filters) {
		if !slices.Contains(f.actions[i].filters, name) {
			return invalid("`filters.%s` is not available for the action %s", name, p.text("action"))
		}
	}
	if users := filters.sub("chat_presence").sub("user_ids"); users != nil {
		return oneSide("filters.chat_presence.user_ids", users)
	}
	return nil
}

func checkURL(path, address string) *apiError {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return invalid("`%s` must be an absolute http or https URL", path)
	}
	return nil
}

func (f webhookForm) register(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	if err := f.check(p); err != nil {
		return nil, err
	}
	// Whether bot and license webhooks share the limit no page says; they do
	// here.
	if err := c.room(&c.apps.webhooks, owner, p.text("action"), f.pat, f.bearer); err != nil {
		return nil, err
	}
	id := c.l.ids.next("webhook", c.apps.webhooks.has)
	c.apps.webhooks.put(id, obj{"description": ""}.with(p).with(obj{"id": id}))
	return obj{"id": id}, nil
}

// room refuses one more webhook of an owner's for an action when there are as
// many as the way the caller came allows.
func (c *call) room(t *table, owner, action string, pat, bearer int) *apiError {
	most, count := bearer, 0
	if c.pat {
		most = pat
	}
	for _, row := range t.all() {
		if row.text("owner_client_id") == owner && row.text("action") == action {
			count++
		}
	}
	if count >= most {
		return fail(errLimitReached, "Limit reached: %d webhooks for the action", most)
	}
	return nil
}

// listWebhooks never shows secret keys; what was not given is not shown,
// unless as null.
func listWebhooks(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, row := range c.apps.webhooks.all() {
		if row.text("owner_client_id") == owner {
			view := strange("webhooks", row).with(row.only(
				"id", "url", "description", "action", "additional_data", "filters", "owner_client_id", "type"))
			out = append(out, c.unset(view, listOf("additional_data", text("")), filtersSpec()))
		}
	}
	return out, nil
}

func unregisterWebhook(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	row, ok := c.apps.webhooks.get(p.text("id"))
	if !ok || row.text("owner_client_id") != owner {
		return nil, fail(errNotFound, "Webhook not found")
	}
	c.apps.webhooks.remove(p.text("id"))
	return nil, nil
}

// webhookNames lists the actions of the version asked for, or of this one.
func webhookNames(known map[string][]action, version string) handler {
	return func(_ *call, p obj) (any, *apiError) {
		asked := p.text("version")
		if asked == "" {
			asked = version
		}
		list, ok := known[asked]
		if !ok {
			return nil, invalid("`version` is not a known version")
		}
		out := []any{}
		for _, a := range list {
			row := obj{"action": a.name}
			if len(a.filters) > 0 {
				row["filters"] = anys(a.filters)
			}
			if !slices.Contains(withoutData, a.name) {
				row["additional_data"] = anys(additionalData)
			}
			out = append(out, row)
		}
		return out, nil
	}
}

// setWebhooksState switches the license webhooks of a client id here only.
func setWebhooksState(enabled bool) handler {
	return func(c *call, p obj) (any, *apiError) {
		owner, err := c.ownerOf(p)
		if err != nil {
			return nil, err
		}
		c.st.webhooksState.put(owner, obj{"owner_client_id": owner, "license_webhooks_enabled": enabled})
		return nil, nil
	}
}

// getWebhooksState says true unless told otherwise: webhooks come enabled.
func getWebhooksState(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	row, ok := c.st.webhooksState.get(owner)
	return obj{"license_webhooks_enabled": !ok || row.flag("license_webhooks_enabled")}, nil
}
