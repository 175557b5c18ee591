package sandbox

import "slices"

// The actions of each legacy version, with the filters they take.
var (
	memberFilters = []string{"chat_member_ids", "only_my_chats"}
	authorFilters = []string{"chat_member_ids", "author_type", "only_my_chats"}

	actions31 = []action{
		{"incoming_chat_thread", memberFilters},
		{"incoming_rich_message_postback", memberFilters},
		{"last_seen_timestamp_updated", memberFilters},
		{"thread_closed", memberFilters},
		{"chat_properties_updated", memberFilters},
		{"chat_properties_deleted", memberFilters},
		{"chat_thread_properties_updated", memberFilters},
		{"chat_thread_properties_deleted", memberFilters},
		{"chat_user_added", memberFilters},
		{"chat_user_removed", memberFilters},
		{"chat_thread_tagged", memberFilters},
		{"chat_thread_untagged", memberFilters},
		{"incoming_event", authorFilters},
		{"event_updated", authorFilters},
		{"agent_status_changed", []string{"chat_member_ids"}},
		{"agent_deleted", []string{"agent_ids"}},
	}

	actions32 = []action{
		{"incoming_chat", memberFilters},
		{"chat_deactivated", memberFilters},
		{"chat_access_granted", memberFilters},
		{"chat_access_revoked", memberFilters},
		{"user_added_to_chat", memberFilters},
		{"user_removed_from_chat", memberFilters},
		{"incoming_event", authorFilters},
		{"event_updated", authorFilters},
		{"incoming_rich_message_postback", memberFilters},
		{"chat_properties_updated", memberFilters},
		{"chat_properties_deleted", memberFilters},
		{"thread_properties_updated", memberFilters},
		{"thread_properties_deleted", memberFilters},
		{"event_properties_updated", memberFilters},
		{"event_properties_deleted", memberFilters},
		{"thread_tagged", memberFilters},
		{"thread_untagged", memberFilters},
		{"routing_status_set", []string{}},
		{"agent_deleted", []string{"agent_ids"}},
		{"customer_created", []string{}},
		{"events_marked_as_seen", memberFilters},
	}

	presenceFilters = []string{"chat_presence", "only_my_chats"}
	writerFilters   = []string{"chat_presence", "author_type", "only_my_chats"}

	actions33 = []action{
		{"incoming_chat", presenceFilters},
		{"chat_deactivated", presenceFilters},
		{"chat_access_granted", presenceFilters},
		{"chat_access_revoked", presenceFilters},
		{"user_added_to_chat", presenceFilters},
		{"user_removed_from_chat", presenceFilters},
		{"incoming_event", writerFilters},
		{"event_updated", writerFilters},
		{"incoming_rich_message_postback", presenceFilters},
		{"chat_properties_updated", presenceFilters},
		{"chat_properties_deleted", presenceFilters},
		{"thread_properties_updated", presenceFilters},
		{"thread_properties_deleted", presenceFilters},
		{"event_properties_updated", presenceFilters},
		{"event_properties_deleted", presenceFilters},
		{"thread_tagged", presenceFilters},
		{"thread_untagged", presenceFilters},
		{"routing_status_set", []string{}},
		{"agent_deleted", []string{"agent_ids"}},
		{"incoming_customer", []string{}},
		{"customer_session_fields_updated", []string{"chat_presence"}},
		{"events_marked_as_seen", presenceFilters},
	}

	// actions34 are v3.5's, but for auto accesses (an action for each of
	// their changes) and tags (which came with 3.5).
	actions34 = append(slices.DeleteFunc(slices.Clone(actions), func(a action) bool {
		return slices.Contains([]string{"auto_accesses_updated", "tag_created", "tag_updated", "tag_deleted"}, a.name)
	}),
		action{"auto_access_created", sourceFilter},
		action{"auto_access_updated", sourceFilter},
		action{"auto_access_deleted", sourceFilter},
	)
)

// clientActions are actions, by version, that no table has but that the vendor's
// own clients of the version send or its changelog names. No page documents their
// filters; they accept those of similar actions.
var clientActions = map[string][]action{
	"3.1": {
		{"events_marked_as_seen", memberFilters},
		{"event_properties_updated", memberFilters},
		{"event_properties_deleted", memberFilters},
		{"access_granted", memberFilters},
		{"access_revoked", memberFilters},
		{"access_set", memberFilters},
		{"follow_up_requested", memberFilters},
		{"customer_created", []string{}},
	},
	"3.2": {{"last_seen_timestamp_updated", memberFilters}},
	"3.3": {{"chat_transferred", presenceFilters}},
	// The table has created, the changelog added.
	"3.4": {{"auto_access_added", sourceFilter}},
}

// taken returns the actions of a version's table and those of clients.
func taken(version string, table []action) []action {
	return slices.Concat(table, clientActions[version])
}

// namesSince33 are the actions list_webhook_names of 3.3 and 3.4 knows.
var namesSince33 = map[string][]action{
	"3.3": taken("3.3", actions33), "3.4": taken("3.4", actions34), currentVersion: actions,
}

// The limits of 3.3 and 3.4 for webhooks, per action and client id.
const (
	maxPATWebhooks    = 10
	maxBearerWebhooks = 60
)

// webhookMethodsOf are v3.5's with a version's own actions and limits. The
// webhooks are shared: each version lists all of a client id's, with the action
// names used at registration.
func webhookMethodsOf(version string, filters spec) []method {
	out := single(webhookMethods)
	for i := range out {
		m := &out[i]
		switch m.name {
		case "register_webhook":
			m.params = slices.Clone(m.params)
			for i, s := range m.params {
				switch s.name {
				case filters.name:
					m.params[i] = filters
				case "url":
					m.params[i] = s.max(0) // the limit of 3.5
				}
			}
			m.run = webhookForm{actions: namesSince33[version], pat: maxPATWebhooks, bearer: maxBearerWebhooks}.register
		case "list_webhook_names":
			m.run = webhookNames(namesSince33, version)
		}
	}
	return out
}

// filters33 are v3.5's without the distinction of sources.
func filters33() spec {
	s := filtersSpec()
	s.fields = slices.DeleteFunc(s.fields, func(f spec) bool { return f.name == "source_type" })
	return s
}
