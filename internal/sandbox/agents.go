package sandbox

var agentMethods = []method{
	{
		name:   "create_agent",
		scopes: []string{"accounts--all:rc", "accounts--all:rw", "subscription.lc:rw", "accounts.roles.lc--all:rw"},
		gate:   []string{"accounts--all:rc"},
		params: append(agentSpecs(maxAgentChats), text("id").need(), text("name").need(), flag("awaiting_approval")),
		run:    createAgent,
		batch:  "batch_create_agents",
	},
	{
		name:   "get_agent",
		scopes: []string{"agents--my:ro", "agents--all:ro"},
		params: []spec{text("id").need(), fieldsOf(agentExtras...)},
		run:    getAgent,
		read:   true,
	},
	{
		name:   "list_agents",
		scopes: []string{"agents--all:ro"},
		params: []spec{
			record("filters", listOf("group_ids", natural("")), flag("suspended")), fieldsOf(agentExtras...),
		},
		run:  listAgents,
		read: true,
	},
	{
		name:   "update_agent",
		scopes: []string{"agents--my:rw", "agents--all:rw", "accounts.roles.lc--all:rw"},
		gate:   []string{"agents--my:rw"},
		params: append(agentSpecs(maxChatsLater), text("id").need(), text("name").notEmpty()),
		run:    updateAgent,
		batch:  "batch_update_agents",
	},
	{
		name:   "delete_agent",
		scopes: []string{"agents--my:rw", "accounts--my:rw", "agents--all:rw", "accounts--all:rw"},
		gate:   []string{"agents--my:rw"},
		params: []spec{text("id").need()},
		run:    deleteAgent,
		batch:  "batch_delete_agents",
	},
	{
		name:   "suspend_agent",
		scopes: []string{"agents--all:rw", "sessions--all:rw"},
		every:  true,
		params: []spec{text("id").need()},
		run:    setAgentFlag("suspended", true),
		batch:  "batch_suspend_agents",
	},
	{
		name:   "unsuspend_agent",
		scopes: []string{"agents--all:rw", "accounts--all:rw", "subscription.lc:rw"},
		every:  true,
		params: []spec{text("id").need()},
		run:    setAgentFlag("suspended", false),
		batch:  "batch_unsuspend_agents",
	},
	{
		name:  "request_agent_unsuspension",
		run:   requestUnsuspension,
		batch: "batch_request_agent_unsuspension", // in the table only, not on the page
	},
	{
		name:   "approve_agent",
		scopes: []string{"agents--all:rw", "accounts--all:rw", "subscription.lc:rw"},
		every:  true,
		params: []spec{text("id").need()},
		run:    setAgentFlag("awaiting_approval", false),
		batch:  "batch_approve_agents",
	},
}

// agentBasics are the fields in every response about an agent; list_agents spells
// avatar differently.
var agentBasics = []string{"id", "account_id", "name", "role", "login_status"}

func (c *call) agentView(row obj, fields []any, list bool) obj {
	v := strange("agents", row).with(row.only(agentBasics...))
	avatar := "avatar"
	if list {
		avatar = "avatar_path"
	}
	v[avatar] = row["avatar"]
	for _, f := range texts(fields) {
		name := f
		if list && f == "email_subscriptions" {
			name = "summaries" // as in the page's sample
		}
		if value, ok := row[f]; ok || c.l.opts.Nulls {
			v[name] = value
		}
	}
	return v
}

func getAgent(c *call, p obj) (any, *apiError) {
	id := p.text("id")
	if id != c.agent && !c.can("agents--all:ro") {
		return nil, refuse("agents--all:ro")
	}
	row, ok := c.st.agents.get(id)
	if !ok {
		return nil, fail(errNotFound, "Agent not found")
	}
	return c.agentView(row, p.list("fields"), false), nil
}

func listAgents(c *call, p obj) (any, *apiError) {
	filters := p.sub("filters")
	groups := numbers(filters.list("group_ids"))
	out := []any{}
	for _, row := range c.st.agents.all() {
		if filters.has("group_ids") && !inAny(row, groups) {
			continue
		}
		if filters.has("suspended") && filters.flag("suspended") != row.flag("suspended") {
			continue
		}
		out = append(out, c.agentView(row, p.list("fields"), true))
	}
	return out, nil
}

// inAny says whether a row is a member of one of the groups.
func inAny(row obj, groups []int64) bool {
	for _, g := range groups {
		if membership(row, g) != "" {
			return true
		}
	}
	return false
}

func createAgent(c *call, p obj) (any, *apiError) {
	id := p.text("id")
	if err := checkAgentID(id); err != nil {
		return nil, err
	}
	if role := p.text("role"); role != "" && role != "normal" {
		if err := c.demand("accounts.roles.lc--all:rw"); err != nil {
			return nil, err
		}
	}
	private := c.can("subscription.lc:rw")
	if p.has("awaiting_approval") && !p.flag("awaiting_approval") && !private {
		return nil, refuse("subscription.lc:rw")
	}
	if err := c.checkPerson(p); err != nil {
		return nil, err
	}
	if c.st.agents.has(id) {
		return nil, fail(errAlreadyExists, "Agent already exists")
	}
	if err := c.roomFor(limitAgents, &c.st.agents); err != nil {
		return nil, err
	}
	if err := c.roomForGroups(id, 0, len(p.list("groups"))); err != nil {
		return nil, err
	}
	row := agentDefaults.with(obj{
		"account_id": c.l.ids.account(),
		// Only a caller with the private scope can skip an approval.
		"awaiting_approval": !private,
	}).with(p)
	c.st.agents.put(id, row)
	c.st.routing.put(id, obj{"agent_id": id, "status": notAccepting})
	return obj{"id": id}, nil
}

func updateAgent(c *call, p obj) (any, *apiError) {
	id := p.text("id")
	if id != c.agent && !c.can("agents--all:rw") {
		return nil, refuse("agents--all:rw")
	}
	if p.has("role") {
		if err := c.demand("accounts.roles.lc--all:rw"); err != nil {
			return nil, err
		}
	}
	row, ok := c.st.agents.get(id)
	if !ok {
		return nil, fail(errNotFound, "Agent not found")
	}
	if p.has("role") && row.text("role") == roleOwner {
		return nil, fail(errOwnership, "Invalid transfer ownership request")
	}
	if err := c.checkPerson(p); err != nil {
		return nil, err
	}
	changed := c.l.overwrite(row, p)
	if err := c.roomForGroups(id, len(row.list("groups")), len(changed.list("groups"))); err != nil {
		return nil, err
	}
	c.st.agents.put(id, changed)
	return nil, nil
}

func deleteAgent(c *call, p obj) (any, *apiError) {
	id := p.text("id")
	// The page lists the agents and the accounts scopes for both cases without
	// "or", so both are required.
	need := []string{"agents--all:rw", "accounts--all:rw"}
	if id == c.agent {
		need = []string{"agents--my:rw", "accounts--my:rw"}
	}
	if err := c.demand(need...); err != nil {
		return nil, err
	}
	row, ok := c.st.agents.get(id)
	switch {
	case !ok:
		return nil, fail(errNotFound, "Agent not found")
	case row.text("role") == roleOwner:
		return nil, fail(errAuthorization, "The owner cannot be deleted")
	case id == c.agent:
		return nil, fail(errAuthorization, "The agent of the access token cannot be deleted")
	}
	c.st.agents.remove(id)
	c.st.routing.remove(id)
	return nil, nil
}

func setAgentFlag(name string, value bool) handler {
	return func(c *call, p obj) (any, *apiError) {
		row, ok := c.st.agents.get(p.text("id"))
		if !ok {
			return nil, fail(errNotFound, "Agent not found")
		}
		if row.text("role") == roleOwner && value {
			return nil, fail(errAuthorization, "The owner cannot be suspended")
		}
		c.st.agents.put(p.text("id"), row.with(obj{name: value}))
		return nil, nil
	}
}

// requestUnsuspension sends e-mail on the real service; here it only checks the
// caller.
func requestUnsuspension(c *call, _ obj) (any, *apiError) {
	row, _ := c.st.agents.get(c.agent)
	if !row.flag("suspended") {
		return nil, fail(errAuthorization, "Only a suspended agent can request unsuspension")
	}
	return nil, nil
}
