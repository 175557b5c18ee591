package resource

import (
	"slices"
)

// webhookAction is an event that a webhook can be registered for, with the filters
// that it accepts, from the vendor's table of triggering actions for v3.5.
type webhookAction struct {
	name    string
	filters []string
	noData  bool // the payload has no additional_data
}

var (
	chatFilters  = []string{"chat_presence", "only_my_chats", "source_type"}
	eventFilters = []string{"chat_presence", "author_type", "only_my_chats", "source_type"}
	plainFilters = []string{"source_type"}
)

var webhookActions = []webhookAction{
	{name: "incoming_chat", filters: chatFilters},
	{name: "chat_deactivated", filters: chatFilters},
	{name: "chat_access_updated", filters: chatFilters},
	{name: "chat_transferred", filters: chatFilters},
	{name: "user_added_to_chat", filters: chatFilters},
	{name: "user_removed_from_chat", filters: chatFilters},
	{name: "incoming_event", filters: eventFilters},
	{name: "event_updated", filters: eventFilters},
	{name: "incoming_rich_message_postback", filters: chatFilters},
	{name: "chat_properties_updated", filters: chatFilters},
	{name: "chat_properties_deleted", filters: chatFilters},
	{name: "thread_properties_updated", filters: chatFilters},
	{name: "thread_properties_deleted", filters: chatFilters},
	{name: "event_properties_updated", filters: chatFilters},
	{name: "event_properties_deleted", filters: chatFilters},
	{name: "thread_tagged", filters: chatFilters},
	{name: "thread_untagged", filters: chatFilters},
	{name: "routing_status_set", filters: []string{"agent_ids", "source_type"}},
	{name: "incoming_customer", filters: plainFilters, noData: true},
	{name: "customer_session_fields_updated", filters: []string{"chat_presence", "source_type"}},
	{name: "events_marked_as_seen", filters: chatFilters},
	{name: "group_created", filters: plainFilters, noData: true},
	{name: "group_updated", filters: plainFilters, noData: true},
	{name: "group_deleted", filters: plainFilters, noData: true},
	{name: "agent_created", filters: plainFilters, noData: true},
	{name: "agent_updated", filters: plainFilters, noData: true},
	{name: "agent_deleted", filters: plainFilters, noData: true},
	{name: "agent_suspended", filters: plainFilters, noData: true},
	{name: "agent_unsuspended", filters: plainFilters, noData: true},
	{name: "agent_approved", filters: plainFilters, noData: true},
	{name: "bot_created", filters: plainFilters, noData: true},
	{name: "bot_updated", filters: plainFilters, noData: true},
	{name: "bot_deleted", filters: plainFilters, noData: true},
	{name: "auto_accesses_updated", filters: plainFilters, noData: true},
	{name: "tag_created", filters: plainFilters, noData: true},
	{name: "tag_deleted", filters: plainFilters, noData: true},
	{name: "tag_updated", filters: plainFilters, noData: true},
}

var filterNames = []string{"author_type", "only_my_chats", "chat_presence", "agent_ids", "source_type"}

// disputedFilters are filters that only some of the vendor's pages name.
var disputedFilters = map[string][]string{"agent_deleted": {"agent_ids"}}

// WebhookActions returns the names of the actions a webhook can have.
func WebhookActions() []string {
	names := make([]string, len(webhookActions))
	for i, a := range webhookActions {
		names[i] = a.name
	}
	return names
}

// checkWebhook checks filters and additional data against the action.
func checkWebhook(x *Inspection, o *Object) {
	name := o.String("action")
	i := slices.IndexFunc(webhookActions, func(a webhookAction) bool { return a.name == name })
	if i < 0 {
		return
	}
	action, at := webhookActions[i], fieldPath("filters")
	for filter := range o.Object("filters").All() {
		switch {
		case slices.Contains(action.filters, filter):
		case slices.Contains(disputedFilters[name], filter):
			x.warn(at.Member(filter), correct, "the vendor's pages contradict each other on whether %s accepts the filter %s", name, filter)
		case slices.Contains(filterNames, filter):
			x.refuse(at.Member(filter), correct, "%s does not accept the filter %s; accepted: %s", name, filter, Words(action.filters))
		}
	}
	if action.noData && len(o.List("additional_data")) > 0 {
		x.warn(fieldPath("additional_data"), correct, "%s does not accept additional data", name)
	}
}
