package migrate

import "slices"

// Rule is one shape that older versions have, or that answers have in any
// version, and what is done about it where it is seen.
type Rule struct {
	Name  string   `json:"name"`
	Kinds []string `json:"kinds"`
	Doc   string   `json:"doc"`

	// late rules look at the rows of all documents, snapshots of the target
	// version included; the others know only shapes that those cannot have.
	late  bool
	apply func(d *draft) // nil for what is done where documents are entered and finished
}

// The names of what is done where documents are entered and finished.
const (
	ruleNull      = "all/null-out"
	ruleRequests  = "all/request-out"
	ruleGroup     = "group_properties/map-to-list"
	ruleOrder     = "auto_accesses/next_id-to-order"
	ruleSecret    = "webhooks/secret_key-to-secret"
	ruleVolatile  = "all/volatile-out"
	ruleCanonical = "all/canonical"
)

// rules are applied in this order, each to what it finds of its shape. The first
// ones know shapes of single documents, the late ones put together what several
// documents say.
var rules = slices.Concat(removals(), []Rule{
	{Name: "webhooks/agent_status_changed-filter-out", Kinds: ofHooks,
		Doc: "Webhooks of agents' status can no longer be confined to chats of some members.", apply: dropStatusFilter},
	{Name: "webhooks/additional_data-out", Kinds: ofHooks,
		Doc: "The additional data access and thread_id are gone since 3.2.", apply: dropAdditionalData},
}, renames(), []Rule{
	{Name: "bots/bot_agent-unwrap", Kinds: ofBots,
		Doc: "Bots are no longer wrapped in bot_agent or bot_agents.", apply: unwrapBots},
	{Name: "bots/bot_agent_id-to-id", Kinds: ofBots,
		Doc:   "A bot's id is called id everywhere.",
		apply: func(d *draft) { d.renameAll("bots", "bot_agent_id", "id") }},
	{Name: "agents/bots-out", Kinds: []string{"agents", "bots"},
		Doc: "3.2 lists bots among the agents: those whose id is no e-mail address are bots.", apply: moveBots},
	{Name: "bots/application-to-owner_client_id", Kinds: ofBots,
		Doc: "application.client_id is called owner_client_id.", apply: liftOwner},
	{Name: "bots/status-to-routing_statuses", Kinds: []string{"bots", "routing_statuses"},
		Doc: "A bot's status became its routing status: it is noted with the bot, or wanted with --with-routing-statuses.", apply: liftStatus},
	{Name: "webhooks/chat_properties-filter-out", Kinds: ofHooks,
		Doc: "The filter chat_properties, which samples have and no table, is gone.",
		apply: func(d *draft) {
			d.hooks(func(h hook) { d.dropFilter(h, "chat_properties", "there is no such filter since 3.3") })
		}},
	{Name: "webhooks/chat_member_ids-to-chat_presence", Kinds: ofHooks,
		Doc: "chat_member_ids.agents_any and agents_exclude are called chat_presence.user_ids.values and exclude_values.", apply: chatPresence},
	{Name: "bots/webhooks-to-webhooks", Kinds: ofHooks,
		Doc: "A bot's own webhooks are webhooks of its application, one an action, of type bot.", apply: liftWebhooks},
	{Name: "webhooks/webhook_id-to-id", Kinds: ofWebhooks,
		Doc: "A webhook's id is called id.", apply: renameWebhookIDs},
	{Name: "webhooks/license-to-application", Kinds: ofWebhooks,
		Doc: "A webhook has a type, and acts on every license that installed its application.", apply: typeOfWebhooks},
	{Name: "properties/predefined-out", Kinds: ofProperties,
		Doc: "Definitions of the platform's own namespaces, such as core and chats, exist on every license and are nobody's to register.", apply: dropPredefined},
	{Name: "properties/namespace-to-owner_client_id", Kinds: ofProperties,
		Doc:   "A property belongs to the application that its namespace is named after.",
		apply: func(d *draft) { d.renameAll("properties", "namespace", "owner_client_id") }},
	{Name: "properties/locations-to-access", Kinds: ofProperties,
		Doc: "locations.<location>.access.<user>.{read,write} is access.<location>.<user>: [read, write].", apply: accessOfProperties},
	{Name: "webhooks/agent_ids-shape", Kinds: ofWebhooks,
		Doc: "agent_ids, a list before, is {values} or {exclude_values}; since 3.4 it belongs to routing_status_set.", apply: agentIDs},
	{Name: "webhooks/chat_access-merge", Kinds: ofWebhooks,
		Doc: "chat_access_granted and chat_access_revoked are one: chat_access_updated.", apply: mergeAccess},
	{Name: "webhooks/auto_access-merge", Kinds: ofWebhooks,
		Doc: "auto_access_created (or _added), _updated and _deleted are one: auto_accesses_updated.", apply: mergeAutoAccess},
	{Name: "webhooks/payload-of-" + Target, Kinds: ofWebhooks,
		Doc: "Receivers of webhooks get payloads in the shape of " + Target + ".", apply: tellPayloads},
	{Name: "all/secrets-out", Kinds: ofAll, late: true,
		Doc: "What looks like a secret and is no field, such as a bot's own in the answer to create_bot, is in no snapshot.", apply: dropSecrets},
	{Name: "agents/summaries-to-email_subscriptions", Kinds: ofAgents, late: true,
		Doc:   "What lists call summaries is email_subscriptions.",
		apply: func(d *draft) { d.renameAll("agents", "summaries", "email_subscriptions") }},
	{Name: "bots/avatar_path-to-avatar", Kinds: ofBots, late: true,
		Doc:   "What answers call a bot's avatar_path is avatar.",
		apply: func(d *draft) { d.renameAll("bots", "avatar_path", "avatar") }},
	{Name: "agents/avatar_path-to-avatar", Kinds: ofAgents, late: true,
		Doc:   "What answers, and requests before 3.4, call an agent's avatar_path is avatar.",
		apply: func(d *draft) { d.renameAll("agents", "avatar_path", "avatar") }},
	{Name: "agents/work_scheduler-map-to-schedule", Kinds: ofAgents, late: true,
		Doc:   "Working hours by day are a list: each day that was there is enabled.",
		apply: func(d *draft) { d.schedules("agents") }},
	{Name: "bots/work_scheduler-map-to-schedule", Kinds: ofBots, late: true,
		Doc:   "Working hours by day are a list: each day that was there is enabled.",
		apply: func(d *draft) { d.schedules("bots") }},
	{Name: "properties/access_type-to-public_access", Kinds: ofProperties, late: true,
		Doc:   "What the request to publish a property calls access_type is read back as public_access.",
		apply: func(d *draft) { d.renameAll("properties", "access_type", "public_access") }},
	{Name: "values/read-only-out", Kinds: []string{licenseValues, groupValues}, late: true,
		Doc: "What the platform reports and nobody can set, such as plan limits, is no configuration.", apply: dropReadOnly},
	{Name: "all/client-id", Kinds: []string{"properties", "webhooks", "webhooks_state", "bots"}, late: true,
		Doc: "What belongs to an application names it in owner_client_id.", apply: giveOwners},
	{Name: "all/same-object", Kinds: ofAll, late: true,
		Doc: "What several documents say about one object is put together.", apply: joinObjects},
	{Name: "properties/publication-out", Kinds: ofProperties, late: true,
		Doc: "A request to publish a property says something about its definition only.", apply: dropPublications},
	{Name: "all/bare-id-out", Kinds: ofAll, late: true,
		Doc: "An id and nothing else says of nothing that it is to be there: it may be what asked to delete it.", apply: bareIDsOut},
	{Name: ruleOrder, Kinds: []string{"auto_accesses"}, late: true,
		Doc: "The order of the list says what next_id said.", apply: orderLinked},
	{Name: "groups/agent_priorities-to-members", Kinds: []string{"groups", "agents", "bots"}, late: true,
		Doc: "Memberships stand with the members: a group's agent_priorities go where the members' own lists say the same.", apply: joinMembers},
	{Name: "bots/timezone-to-work_scheduler", Kinds: ofBots, late: true,
		Doc: "A bot's timezone is a part of its work_scheduler; one is needed with a schedule.", apply: foldZones},
	{Name: "all/overnight", Kinds: []string{"agents", "bots"}, late: true,
		Doc: "Hours end after they start: those that end on the next day are two spans.", apply: overnight},
	{Name: "webhooks/filters-out", Kinds: ofWebhooks, late: true,
		Doc: "Filters that the action does not take any more are gone.", apply: dropFilters},
	{Name: "webhooks/same-webhook", Kinds: ofWebhooks, late: true,
		Doc: "Webhooks that are the same in everything are one.", apply: joinWebhooks},
	{Name: "all/leave-out", Kinds: []string{"properties", "webhooks"}, late: true,
		Doc: "What the user wants left out is left out.", apply: leaveOut},
	{Name: "webhooks/limit", Kinds: ofWebhooks, late: true,
		Doc: "An application has at most three webhooks an action.", apply: limits},
	{Name: "webhooks/old-id-out", Kinds: ofWebhooks, late: true,
		Doc: "The id of a webhook registered before 3.3 is unknown to " + Target + ": its successor gets its own.", apply: dropOldIDs},
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
})

// Rules returns the list of rules, in its order.
func Rules() []Rule { return slices.Clone(rules) }

var (
	ofAll        = []string{"all"}
	ofBots       = []string{"bots"}
	ofAgents     = []string{"agents"}
	ofWebhooks   = []string{"webhooks"}
	ofHooks      = []string{"bots", "webhooks"}
	ofProperties = []string{"properties"}
)
