package migrate

import "slices"

// Rule handles one shape that older versions, or responses in any version, have.
type Rule struct {
	Name  string   `json:"name"`
	Kinds []string `json:"kinds"`
	Doc   string   `json:"doc"`

	apply func(d *draft) // nil if the conversion happens when documents are read or the result is finished
}

// The names of rules that other code refers to, and of conversions when documents
// are read and the result is finished.
const (
	ruleNull      = "all/null-out"
	ruleRequests  = "all/request-out"
	ruleGroup     = "group_properties/map-to-list"
	ruleOrder     = "auto_accesses/next_id-to-order"
	ruleSecret    = "webhooks/secret_key-to-secret"
	ruleVolatile  = "all/volatile-out"
	ruleCanonical = "all/canonical"
	ruleLeaveOut  = "all/leave-out"
)

// rules are applied in this order, each to everything that has its shape.
var rules = slices.Concat(shapeRules, joinRules, borderRules)

// shapeRules handle shapes of single documents, which snapshots of the target
// version cannot have.
var shapeRules = slices.Concat(removals(), []Rule{
	{Name: "webhooks/agent_status_changed-filter-out", Kinds: ofHooks, apply: withoutFilter("agent_status_changed", "chat_member_ids", "since v3.2 routing_status_set does not have this filter"),
		Doc: "Drops the filter chat_member_ids of agent_status_changed, which v3.2 removed."},
	{Name: "webhooks/additional_data-out", Kinds: ofHooks, apply: dropAdditionalData,
		Doc: "Drops the additional data access and thread_id, which v3.2 removed."},
}, renames(), []Rule{
	{Name: "bots/bot_agent-unwrap", Kinds: ofBots, apply: unwrapBots,
		Doc: "Takes bots out of the wrappers bot_agent and bot_agents."},
	renaming("bots", "bot_agent_id", "id", "Renames a bot's bot_agent_id to id."),
	{Name: "agents/bots-out", Kinds: []string{"agents", "bots"}, apply: moveBots,
		Doc: "Moves agents whose id is not an e-mail address to bots: v3.2 lists bots among the agents."},
	{Name: "bots/application-to-owner_client_id", Kinds: ofBots, apply: takenOut(ofBots, "application", liftOwner),
		Doc: "Renames a bot's application.client_id to owner_client_id."},
	{Name: "bots/status-to-routing_statuses", Kinds: []string{"bots", "routing_statuses"}, apply: takenOut(ofBots, "status", liftStatus),
		Doc: "Turns a bot's status into routing_status, which only a new bot gets; with --with-routing-statuses, into a routing status."},
	{Name: "webhooks/chat_properties-filter-out", Kinds: ofHooks, apply: withoutFilter("", "chat_properties", "v3.3 removed the filter"),
		Doc: "Drops the filter chat_properties, which the vendor's samples have but no version documents."},
	{Name: "webhooks/chat_member_ids-to-chat_presence", Kinds: ofHooks, apply: filtered("chat_member_ids", chatPresence),
		Doc: "Renames chat_member_ids.agents_any and agents_exclude to chat_presence.user_ids.values and exclude_values."},
	{Name: "bots/webhooks-to-webhooks", Kinds: ofHooks, apply: liftWebhooks,
		Doc: "Turns a bot's own webhooks into webhooks of its application: one for each action, with type bot."},
	{Name: "webhooks/webhook_id-to-id", Kinds: ofWebhooks, apply: everyRow(ofWebhooks, renameWebhookID),
		Doc: "Renames a webhook's webhook_id to id."},
	{Name: "webhooks/license-to-application", Kinds: ofWebhooks, apply: everyRow(ofWebhooks, typeOfWebhook),
		Doc: "Adds type license to a webhook, which then acts on every license that installed its application."},
	{Name: "properties/predefined-out", Kinds: ofProperties, apply: without(ofProperties, platforms, predefined),
		Doc: "Drops definitions of built-in namespaces such as core and chats: every license has them, and nobody can register them."},
	renaming("properties", "namespace", "owner_client_id", "Renames a property's namespace to owner_client_id: the namespace is the client id of the application."),
	{Name: "properties/locations-to-access", Kinds: ofProperties, apply: takenOut(ofProperties, "locations", accessOf),
		Doc: "Turns locations.<location>.access.<user>.{read,write} into access.<location>.<user>: [read, write]."},
	{Name: "webhooks/agent_ids-shape", Kinds: ofWebhooks, apply: filtered("agent_ids", agentIDs),
		Doc: "Turns the filter agent_ids from a list into {values} or {exclude_values}, as v3.4 requires."},
	{Name: "webhooks/chat_access-merge", Kinds: ofWebhooks, apply: mergeAccess,
		Doc: "Merges chat_access_granted and chat_access_revoked into chat_access_updated."},
	{Name: "webhooks/auto_access-merge", Kinds: ofWebhooks, apply: mergeAutoAccess,
		Doc: "Merges auto_access_created (or _added), _updated and _deleted into auto_accesses_updated."},
	{Name: "webhooks/payload-of-" + Target, Kinds: ofWebhooks, apply: tellPayloads,
		Doc: "Reports that endpoints of webhooks receive payloads in the format of v" + Target + "."},
})

// joinRules work on the rows of all documents and combine what several documents
// state.
var joinRules = []Rule{
	{Name: "all/secrets-out", Kinds: ofAll, apply: everyRow(ofAll, dropSecrets),
		Doc: "Drops members that look like secrets and are not fields, such as the bot's secret in the response to create_bot."},
	renaming("agents", "summaries", "email_subscriptions", "Renames an agent's summaries to email_subscriptions."),
	renaming("bots", "avatar_path", "avatar", "Renames a bot's avatar_path to avatar."),
	renaming("agents", "avatar_path", "avatar", "Renames an agent's avatar_path to avatar."),
	{Name: "agents/work_scheduler-map-to-schedule", Kinds: ofAgents, apply: everyRow(ofAgents, scheduleOf),
		Doc: "Turns working hours by day into a list, with every given day enabled."},
	{Name: "bots/work_scheduler-map-to-schedule", Kinds: ofBots, apply: everyRow(ofBots, scheduleOf),
		Doc: "Turns working hours by day into a list, with every given day enabled."},
	renaming("properties", "access_type", "public_access", "Renames access_type of the request to publish a property to public_access."),
	{Name: "values/read-only-out", Kinds: ofValues, apply: without(ofValues, "read only: the API cannot set it", readOnly),
		Doc: "Drops read-only values, such as plan limits."},
	{Name: "all/client-id", Kinds: ofClients, apply: giveOwners,
		Doc: "Adds owner_client_id to objects of an application."},
	{Name: "all/same-object", Kinds: ofAll, apply: joinObjects,
		Doc: "Combines the documents that describe one object."},
	{Name: "properties/publication-out", Kinds: ofProperties, apply: without(ofProperties, "a request to publish a property whose definition is in no document", undefined),
		Doc: "Drops a request to publish a property whose definition is in no document."},
	{Name: "all/bare-id-out", Kinds: ofAll, apply: without(ofAll, "an id without any other field", bareID),
		Doc: "Drops objects that have only an id: they may come from a delete request."},
	{Name: ruleOrder, Kinds: []string{"auto_accesses"}, apply: orderLinked,
		Doc: "Turns next_id into the order of the list."},
	{Name: "groups/agent_priorities-to-members", Kinds: []string{"groups", "agents", "bots"}, apply: joinMembers,
		Doc: "Drops a group's agent_priorities if the groups of its members state the same."},
	{Name: "bots/timezone-to-work_scheduler", Kinds: ofBots, apply: everyRow(ofBots, foldZone),
		Doc: "Moves a bot's timezone into work_scheduler, which requires it with a schedule."},
	{Name: "all/overnight", Kinds: []string{"agents", "bots"}, apply: everyRow([]string{"agents", "bots"}, overnight),
		Doc: "Splits working hours that end on the next day into two spans."},
	{Name: "webhooks/filters-out", Kinds: ofWebhooks, apply: everyRow(ofWebhooks, dropFilters),
		Doc: "Drops filters that the action no longer accepts."},
	{Name: "webhooks/same-webhook", Kinds: ofWebhooks, apply: joinWebhooks,
		Doc: "Merges identical webhooks."},
	{Name: ruleLeaveOut, Kinds: []string{"properties", "webhooks"}, apply: without([]string{"properties", "webhooks"}, "left out with --leave-out", (*draft).leftOut),
		Doc: "Drops objects named by --leave-out."},
	{Name: "webhooks/limit", Kinds: ofWebhooks, apply: limits,
		Doc: "Asks which webhooks to drop if an application has more than three for one action."},
	{Name: "webhooks/old-id-out", Kinds: ofWebhooks, apply: dropOldIDs,
		Doc: "Drops the id of a webhook registered before v3.3: v" + Target + " assigns a new one."},
}

// borderRules describe conversions when documents are read and the result is
// finished.
var borderRules = []Rule{
	{Name: ruleNull, Kinds: ofAll,
		Doc: "Drops nulls of requests, responses and older snapshots: a null there means that the field is not set."},
	{Name: ruleRequests, Kinds: ofAll,
		Doc: "Drops requests that list, get or delete, and the ids of the license."},
	{Name: ruleGroup, Kinds: []string{groupValues},
		Doc: "Turns the map of one group's values into an entry {id, properties} of a list."},
	{Name: ruleSecret, Kinds: ofWebhooks,
		Doc: "Replaces secrets by names; their values go to the secrets file."},
	{Name: ruleVolatile, Kinds: ofAll,
		Doc: "Drops state, such as a group's routing_status."},
	{Name: ruleCanonical, Kinds: ofAll,
		Doc: "Renames fields from the names in responses to their own names, and removes duplicates from sets."},
}

// Rules returns the rules in their order.
func Rules() []Rule { return slices.Clone(rules) }

var (
	ofAll        = []string{"all"}
	ofBots       = []string{"bots"}
	ofAgents     = []string{"agents"}
	ofWebhooks   = []string{"webhooks"}
	ofHooks      = []string{"bots", "webhooks"}
	ofProperties = []string{"properties"}
	ofValues     = []string{licenseValues, groupValues}
	ofClients    = []string{"properties", "webhooks", "webhooks_state", "bots"}
)
