package migrate

// autoAccessActions are those of 3.4. Clients and the changelog call the first
// one auto_access_added.
var autoAccessActions = []string{"auto_access_created", "auto_access_updated", "auto_access_deleted"}

// rules34 bring 3.4 to 3.5, as far as only older documents are meant.
var rules34 = []Rule{
	{Name: "webhooks/older-chat_access-merge", From: "3.4", To: "3.5", Kinds: ofWebhooks,
		Doc: "Webhooks that 3.4 lists with actions of 3.3, as they were registered, become chat_access_updated, too.", apply: mergeAccess},
	{Name: "webhooks/older-agent_ids-shape", From: "3.4", To: "3.5", Kinds: ofWebhooks,
		Doc: "agent_ids of webhooks that 3.4 lists with the filters of 3.3, as they were registered, is {values}, too.", apply: agentIDLists},
	{Name: "webhooks/auto_access-merge", From: "3.4", To: "3.5", Kinds: ofWebhooks,
		Doc: "auto_access_created (or _added), _updated and _deleted are one: auto_accesses_updated.",
		apply: func(d *draft) {
			for _, row := range d.rows["webhooks"] {
				if text(row, "action") == "auto_access_added" {
					d.convert(row, "action", "auto_access_created", "")
				}
			}
			d.mergeActions(autoAccessActions, "auto_accesses_updated")
		}},
	{Name: "webhooks/payload-of-3.5", From: "3.4", To: "3.5", Kinds: ofWebhooks,
		Doc: "Receivers of webhooks get payloads in the shape of 3.5.",
		apply: func(d *draft) {
			urls := map[string]bool{}
			for _, row := range d.rows["webhooks"] {
				if url := text(row, "url"); url != "" && !urls[url] {
					urls[url] = true
					d.means("webhooks", row, "what is at its address will get payloads in the shape of 3.5")
				}
			}
		}},
}

// rulesLate bring 3.4 to 3.5 and also serve answers and samples of 3.5, which
// have the old shapes in places; the last ones put together what several
// documents say.
var rulesLate = []Rule{
	{Name: "all/secrets-out", From: "3.4", To: "3.5", Kinds: ofAll, late: true,
		Doc: "What looks like a secret and is no field, such as a bot's own in the answer to create_bot, is in no snapshot.", apply: dropSecrets},
	{Name: "agents/summaries-to-email_subscriptions", From: "3.4", To: "3.5", Kinds: ofAgents, late: true,
		Doc:   "What lists call summaries is email_subscriptions.",
		apply: func(d *draft) { d.renameAll("agents", "summaries", "email_subscriptions") }},
	{Name: "bots/avatar_path-to-avatar", From: "3.4", To: "3.5", Kinds: []string{"bots", "agents"}, late: true,
		Doc: "What answers call avatar_path is avatar.",
		apply: func(d *draft) {
			d.renameAll("bots", "avatar_path", "avatar")
			d.renameAll("agents", "avatar_path", "avatar")
		}},
	{Name: "agents/work_scheduler-map-to-schedule", From: "3.4", To: "3.5", Kinds: ofAgents, late: true,
		Doc:   "Working hours by day are a list: each day that was there is enabled.",
		apply: func(d *draft) { d.schedules("agents") }},
	{Name: "bots/work_scheduler-map-to-schedule", From: "3.4", To: "3.5", Kinds: ofBots, late: true,
		Doc:   "Working hours by day are a list: each day that was there is enabled.",
		apply: func(d *draft) { d.schedules("bots") }},
	{Name: "properties/access_type-to-public_access", From: "3.4", To: "3.5", Kinds: ofProperties, late: true,
		Doc:   "What the request to publish a property calls access_type is read back as public_access.",
		apply: func(d *draft) { d.renameAll("properties", "access_type", "public_access") }},
	{Name: "properties/platform-out", From: "3.4", To: "3.5", Kinds: ofProperties, late: true,
		Doc: "The platform's own namespaces are no applications in later versions, either.", apply: dropPredefined},
	{Name: "values/read-only-out", From: "3.4", To: "3.5", Kinds: []string{licenseValues, groupValues}, late: true,
		Doc: "What the platform reports and nobody can set, such as plan limits, is no configuration.", apply: dropReadOnly},
	{Name: "all/client-id", From: "3.4", To: "3.5", Kinds: []string{"properties", "webhooks", "webhooks_state", "bots"}, late: true,
		Doc: "What belongs to an application names it in owner_client_id.", apply: giveOwners},
	{Name: "all/same-object", From: "3.4", To: "3.5", Kinds: ofAll, late: true,
		Doc: "What several documents say about one object is put together.", apply: joinObjects},
	{Name: "properties/publication-out", From: "3.4", To: "3.5", Kinds: ofProperties, late: true,
		Doc: "A request to publish a property says something about its definition only.", apply: dropPublications},
	{Name: "all/bare-id-out", From: "3.4", To: "3.5", Kinds: ofAll, late: true,
		Doc: "An id and nothing else says of nothing that it is to be there: it may be what asked to delete it.", apply: bareIDsOut},
	{Name: ruleOrder, From: "3.4", To: "3.5", Kinds: []string{"auto_accesses"}, late: true,
		Doc: "The order of the list says what next_id said.", apply: orderLinked},
	{Name: "groups/agent_priorities-to-members", From: "3.4", To: "3.5", Kinds: []string{"groups", "agents", "bots"}, late: true,
		Doc: "Memberships stand with the members: a group's agent_priorities go where the members' own lists say the same.", apply: joinMembers},
	{Name: "bots/timezone-to-work_scheduler", From: "3.4", To: "3.5", Kinds: ofBots, late: true,
		Doc: "A bot's timezone is a part of its work_scheduler; one is needed with a schedule.", apply: foldZones},
	{Name: "all/overnight", From: "3.4", To: "3.5", Kinds: []string{"agents", "bots"}, late: true,
		Doc: "Hours end after they start: those that end on the next day are two spans.", apply: overnight},
	{Name: "webhooks/filters-out", From: "3.4", To: "3.5", Kinds: ofWebhooks, late: true,
		Doc: "Filters that the action does not take any more are gone.", apply: dropFilters},
	{Name: "webhooks/same-webhook", From: "3.4", To: "3.5", Kinds: ofWebhooks, late: true,
		Doc: "Webhooks that are the same in everything are one.", apply: joinWebhooks},
	{Name: "all/leave-out", From: "3.4", To: "3.5", Kinds: []string{"properties", "webhooks"}, late: true,
		Doc: "What the user wants left out is left out.", apply: leaveOut},
	{Name: "webhooks/limit", From: "3.4", To: "3.5", Kinds: ofWebhooks, late: true,
		Doc: "An application has at most three webhooks an action.", apply: limits},
	{Name: "webhooks/old-id-out", From: "3.4", To: "3.5", Kinds: ofWebhooks, late: true,
		Doc: "The id of a webhook registered before 3.3 is unknown to 3.5: its successor gets its own.", apply: dropOldIDs},
}
