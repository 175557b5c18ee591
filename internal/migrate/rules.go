package migrate

import "slices"

// Rule is one shape that older versions have, or that answers have in any
// version, and what is done about it where it is seen.
type Rule struct {
	Name  string   `json:"name"`
	Kinds []string `json:"kinds"`
	Doc   string   `json:"doc"`

	apply func(d *draft) // nil for what is done where documents are entered and finished
}

// The names of rules that others speak of, and of what is done where documents
// are entered and finished.
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

// rules are applied in this order, each to what it finds of its shape.
var rules = slices.Concat(shapeRules, joinRules, borderRules)

// shapeRules know shapes of single documents, which snapshots of the target
// version cannot have.
var shapeRules = slices.Concat(removals(), []Rule{
	{Name: "webhooks/agent_status_changed-filter-out", Kinds: ofHooks, apply: withoutFilter("agent_status_changed", "chat_member_ids", "changes of status have no such filter since 3.2"),
		Doc: "Webhooks of agents' status can no longer be confined to chats of some members."},
	{Name: "webhooks/additional_data-out", Kinds: ofHooks, apply: dropAdditionalData,
		Doc: "The additional data access and thread_id are gone since 3.2."},
}, renames(), []Rule{
	{Name: "bots/bot_agent-unwrap", Kinds: ofBots, apply: unwrapBots,
		Doc: "Bots are no longer wrapped in bot_agent or bot_agents."},
	renaming("bots", "bot_agent_id", "id", "A bot's id is called id everywhere."),
	{Name: "agents/bots-out", Kinds: []string{"agents", "bots"}, apply: moveBots,
		Doc: "3.2 lists bots among the agents: those whose id is no e-mail address are bots."},
	{Name: "bots/application-to-owner_client_id", Kinds: ofBots, apply: takenOut(ofBots, "application", liftOwner),
		Doc: "application.client_id is called owner_client_id."},
	{Name: "bots/status-to-routing_statuses", Kinds: []string{"bots", "routing_statuses"}, apply: takenOut(ofBots, "status", liftStatus),
		Doc: "A bot's status became its routing status: it is noted with the bot, or wanted with --with-routing-statuses."},
	{Name: "webhooks/chat_properties-filter-out", Kinds: ofHooks, apply: withoutFilter("", "chat_properties", "there is no such filter since 3.3"),
		Doc: "The filter chat_properties, which samples have and no table, is gone."},
	{Name: "webhooks/chat_member_ids-to-chat_presence", Kinds: ofHooks, apply: filtered("chat_member_ids", chatPresence),
		Doc: "chat_member_ids.agents_any and agents_exclude are called chat_presence.user_ids.values and exclude_values."},
	{Name: "bots/webhooks-to-webhooks", Kinds: ofHooks, apply: liftWebhooks,
		Doc: "A bot's own webhooks are webhooks of its application, one an action, of type bot."},
	{Name: "webhooks/webhook_id-to-id", Kinds: ofWebhooks, apply: everyRow(ofWebhooks, renameWebhookID),
		Doc: "A webhook's id is called id."},
	{Name: "webhooks/license-to-application", Kinds: ofWebhooks, apply: everyRow(ofWebhooks, typeOfWebhook),
		Doc: "A webhook has a type, and acts on every license that installed its application."},
	{Name: "properties/predefined-out", Kinds: ofProperties, apply: without(ofProperties, platforms, predefined),
		Doc: "Definitions of the platform's own namespaces, such as core and chats, exist on every license and are nobody's to register."},
	renaming("properties", "namespace", "owner_client_id", "A property belongs to the application that its namespace is named after."),
	{Name: "properties/locations-to-access", Kinds: ofProperties, apply: takenOut(ofProperties, "locations", accessOf),
		Doc: "locations.<location>.access.<user>.{read,write} is access.<location>.<user>: [read, write]."},
	{Name: "webhooks/agent_ids-shape", Kinds: ofWebhooks, apply: filtered("agent_ids", agentIDs),
		Doc: "agent_ids, a list before, is {values} or {exclude_values}; since 3.4 it belongs to routing_status_set."},
	{Name: "webhooks/chat_access-merge", Kinds: ofWebhooks, apply: mergeAccess,
		Doc: "chat_access_granted and chat_access_revoked are one: chat_access_updated."},
	{Name: "webhooks/auto_access-merge", Kinds: ofWebhooks, apply: mergeAutoAccess,
		Doc: "auto_access_created (or _added), _updated and _deleted are one: auto_accesses_updated."},
	{Name: "webhooks/payload-of-" + Target, Kinds: ofWebhooks, apply: tellPayloads,
		Doc: "Receivers of webhooks get payloads in the shape of " + Target + "."},
})

// joinRules look at the rows of all documents and put together what several say.
var joinRules = []Rule{
	{Name: "all/secrets-out", Kinds: ofAll, apply: everyRow(ofAll, dropSecrets),
		Doc: "What looks like a secret and is no field, such as a bot's own in the answer to create_bot, is in no snapshot."},
	renaming("agents", "summaries", "email_subscriptions", "What lists call summaries is email_subscriptions."),
	renaming("bots", "avatar_path", "avatar", "What answers call a bot's avatar_path is avatar."),
	renaming("agents", "avatar_path", "avatar", "What answers, and requests before 3.4, call an agent's avatar_path is avatar."),
	{Name: "agents/work_scheduler-map-to-schedule", Kinds: ofAgents, apply: everyRow(ofAgents, scheduleOf),
		Doc: "Working hours by day are a list: each day that was there is enabled."},
	{Name: "bots/work_scheduler-map-to-schedule", Kinds: ofBots, apply: everyRow(ofBots, scheduleOf),
		Doc: "Working hours by day are a list: each day that was there is enabled."},
	renaming("properties", "access_type", "public_access", "What the request to publish a property calls access_type is read back as public_access."),
	{Name: "values/read-only-out", Kinds: ofValues, apply: without(ofValues, "the platform reports it, and nobody can set it", readOnly),
		Doc: "What the platform reports and nobody can set, such as plan limits, is no configuration."},
	{Name: "all/client-id", Kinds: ofClients, apply: giveOwners,
		Doc: "What belongs to an application names it in owner_client_id."},
	{Name: "all/same-object", Kinds: ofAll, apply: joinObjects,
		Doc: "What several documents say about one object is put together."},
	{Name: "properties/publication-out", Kinds: ofProperties, apply: without(ofProperties, "a request to publish a property that no document defines", undefined),
		Doc: "A request to publish a property says something about its definition only."},
	{Name: "all/bare-id-out", Kinds: ofAll, apply: without(ofAll, "an id, and nothing about what it is of", bareID),
		Doc: "An id and nothing else says of nothing that it is to be there: it may be what asked to delete it."},
	{Name: ruleOrder, Kinds: []string{"auto_accesses"}, apply: orderLinked,
		Doc: "The order of the list says what next_id said."},
	{Name: "groups/agent_priorities-to-members", Kinds: []string{"groups", "agents", "bots"}, apply: joinMembers,
		Doc: "Memberships stand with the members: a group's agent_priorities go where the members' own lists say the same."},
	{Name: "bots/timezone-to-work_scheduler", Kinds: ofBots, apply: everyRow(ofBots, foldZone),
		Doc: "A bot's timezone is a part of its work_scheduler; one is needed with a schedule."},
	{Name: "all/overnight", Kinds: []string{"agents", "bots"}, apply: everyRow([]string{"agents", "bots"}, overnight),
		Doc: "Hours end after they start: those that end on the next day are two spans."},
	{Name: "webhooks/filters-out", Kinds: ofWebhooks, apply: everyRow(ofWebhooks, dropFilters),
		Doc: "Filters that the action does not take any more are gone."},
	{Name: "webhooks/same-webhook", Kinds: ofWebhooks, apply: joinWebhooks,
		Doc: "Webhooks that are the same in everything are one."},
	{Name: ruleLeaveOut, Kinds: []string{"properties", "webhooks"}, apply: without([]string{"properties", "webhooks"}, "left out as asked", (*draft).leftOut),
		Doc: "What the user wants left out is left out."},
	{Name: "webhooks/limit", Kinds: ofWebhooks, apply: limits,
		Doc: "An application has at most three webhooks an action."},
	{Name: "webhooks/old-id-out", Kinds: ofWebhooks, apply: dropOldIDs,
		Doc: "The id of a webhook registered before 3.3 is unknown to " + Target + ": its successor gets its own."},
}

// borderRules tell what is done where documents are entered and finished.
var borderRules = []Rule{
	{Name: ruleNull, Kinds: ofAll,
		Doc: "Null in a request, an answer or a snapshot of an older version says that there is nothing: it is absent."},
	{Name: ruleRequests, Kinds: ofAll,
		Doc: "Requests that only list, get or delete, and ids of the license, hold no configuration."},
	{Name: ruleGroup, Kinds: []string{groupValues},
		Doc: "Values of groups are a list of {id, properties} instead of a map for one group."},
	{Name: ruleSecret, Kinds: ofWebhooks,
		Doc: "A snapshot names secrets; their values go to the secrets file."},
	{Name: ruleVolatile, Kinds: ofAll,
		Doc: "What changes by itself, such as a group's routing_status, is not kept."},
	{Name: ruleCanonical, Kinds: ofAll,
		Doc: "Names that answers use become the field's own, and sets have no repetition."},
}

// Rules returns the list of rules, in its order.
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
