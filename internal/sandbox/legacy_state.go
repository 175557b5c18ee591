package sandbox

// legacy is what only 3.1 and 3.2 know: the license's webhooks, and those
// embedded in bots by the bot's id.
func (s *state) legacy() obj {
	bots := obj{}
	for id, hooks := range s.botHooks.all() {
		bots[id] = hooks
	}
	return obj{"webhooks": s.hooks.list(), "bot_webhooks": bots}
}

// legacySpec is what Load accepts of it.
func legacySpec() spec {
	bots := botHooksSpec()
	bots.name = ""
	return record("legacy",
		listOf("webhooks", record("",
			text("webhook_id"), text("owner_client_id").need(), text("action").need(), text("url").need(),
			text("description"), listOf("additional_data", text("")), record("filters", oldFilters()...),
			text("secret_key"))),
		mapOf("bot_webhooks", bots),
	)
}

func (in *loader) legacy(st *state) {
	doc := in.doc.sub("legacy")
	taken := map[string]bool{}
	for _, e := range doc.list("webhooks") {
		taken[e.(obj).text("webhook_id")] = true
	}
	for i, e := range doc.list("webhooks") {
		row := obj{"description": ""}.with(e.(obj))
		if row.text("webhook_id") == "" {
			row["webhook_id"] = in.l.ids.next("legacy webhook", func(id string) bool { return taken[id] })
		}
		if row.text("secret_key") == "" {
			row["secret_key"] = in.l.ids.next("legacy webhook secret", nil)
		}
		if st.hooks.has(row.text("webhook_id")) {
			in.fail("`legacy.webhooks[%d]` is a duplicate", i)
		}
		st.hooks.put(row.text("webhook_id"), row)
	}
	hooks := doc.sub("bot_webhooks")
	for _, id := range sortedKeys(hooks) {
		if !st.bots.has(id) {
			in.rule("`legacy.bot_webhooks` names %s, which is not a bot", id)
		}
		st.botHooks.put(id, hooks.sub(id))
	}
}
