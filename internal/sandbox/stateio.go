package sandbox

// State is the license as indented JSON: one object with the kinds as keys,
// in the API's field names; what only 3.1 and 3.2 know stands under legacy.
// What applications own is in it, too. Built-in properties are not, and of their
// values only what was set. Equal states give equal bytes.
func (l *License) State() []byte {
	l.apps.mu.Lock()
	defer l.apps.mu.Unlock()
	st, apps := &l.st, &l.apps.own
	out := obj{
		"organization_id":    st.organization,
		"agents":             st.agents.list(),
		"groups":             st.groups.list(),
		"bots":               st.bots.list(),
		"bot_templates":      apps.templates.list(),
		"tags":               st.tags.list(),
		"auto_accesses":      st.rules.list(),
		"properties":         apps.properties.list(),
		"license_properties": nestValues(&st.licenseValues),
		"group_properties":   st.groupPropertyList(),
		"webhooks":           apps.webhooks.list(),
		"webhooks_state":     st.webhooksState.list(),
		"routing_statuses":   st.routing.list(),
		"channels":           append([]any{}, st.channels...),
		"product_source":     st.source,
	}
	if st.hooks.len()+st.botHooks.len() > 0 {
		out["legacy"] = st.legacy()
	}
	return encodeValue(out, "  ")
}

// nestValues is explicitly set values as namespace → name → value.
func nestValues(t *table) obj {
	out := obj{}
	for _, row := range t.all() {
		namespace := row.text("namespace")
		if out.sub(namespace) == nil {
			out[namespace] = obj{}
		}
		out.sub(namespace)[row.text("name")] = row["value"]
	}
	return out
}

// groupPropertyList is the groups that have values set.
func (s *state) groupPropertyList() []any {
	byGroup := map[int64]obj{}
	for _, row := range s.groupValues.all() {
		id, namespace := row.number("id"), row.text("namespace")
		if byGroup[id] == nil {
			byGroup[id] = obj{}
		}
		if byGroup[id].sub(namespace) == nil {
			byGroup[id][namespace] = obj{}
		}
		byGroup[id].sub(namespace)[row.text("name")] = row["value"]
	}
	out := []any{}
	for _, row := range s.groups.all() {
		if values := byGroup[row.number("id")]; values != nil {
			out = append(out, obj{"id": row["id"], "properties": values})
		}
	}
	return out
}

// stateSpecs is what Load accepts: the shape State writes.
func stateSpecs() []spec {
	return []spec{
		text("organization_id").notEmpty(),
		listOf("agents", record("", append(agentSpecs(maxAgentChats)[1:],
			text("id").need(), text("name").need(), text("role").of(rolesAll), text("account_id"),
			flag("suspended"), flag("awaiting_approval"), text("last_logout"))...)),
		listOf("groups", record("",
			natural("id"), text("name").need().max(maxGroupName), text("language_code"), text("routing_status"))),
		listOf("bots", record("", append(templateSpecs(), membershipsSpec(), schedulerSpec(),
			text("id"), text("name").need(), text("owner_client_id").need(), text("secret"))...)),
		listOf("bot_templates", record("", append(templateSpecs(),
			text("id"), text("name").need(), text("owner_client_id").need(), text("secret"))...)),
		listOf("tags", record("",
			text("name").need(), listOf("group_ids", natural("")), text("author_id"), text("created_at"))),
		listOf("auto_accesses", record("",
			text("id"), text("description"), accessSpec().need(), conditionsSpec().need())),
		listOf("properties", record("",
			text("owner_client_id").need(), text("name").need(), text("type").need().of(propertyTypes),
			propertyAccessSpec().need(), text("description"), listOf("domain", anything("")),
			rangeSpec(), anything("default_value"),
			listOf("public_access", text("").of(rights)))),
		mapOf("license_properties", mapOf("", anything(""))),
		listOf("group_properties", record("", natural("id"), valuesSpec().need())),
		listOf("webhooks", record("",
			text("id"), text("owner_client_id").need(), text("action").need(), text("type").need(),
			text("url").need(), text("description"), listOf("additional_data", text("").of(additionalData)),
			filtersSpec(), text("secret_key"))),
		listOf("webhooks_state", record("", text("owner_client_id").need(), flag("license_webhooks_enabled"))),
		listOf("routing_statuses", record("",
			text("agent_id").need(), text("status").need().of([]string{accepting, notAccepting, offline}))),
		listOf("channels", record("",
			text("channel_type"), text("channel_subtype"), text("first_activity_timestamp"))),
		record("product_source", text("source_id"), text("source_type"), text("source_url")),
		legacySpec(),
	}
}

// described are the members of each kind's records that the state describes.
var described = func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, s := range stateSpecs() {
		if s.kind != kindList {
			continue
		}
		out[s.name] = map[string]bool{}
		for _, f := range s.elem.fields {
			out[s.name][f.name] = true
		}
	}
	return out
}()

// strange is what a record has beyond that. Answers show it: it was loaded as
// what servers may have that no page names.
func strange(kind string, row obj) obj {
	out := obj{}
	for name, v := range row {
		if !described[kind][name] {
			out[name] = v
		}
	}
	return out
}
