package sandbox

import "slices"

// routingMethods are the Agent Chat API's two, alike in 3.5 and 3.6.
var routingMethods = []method{
	{
		name:   "set_routing_status",
		scopes: []string{"agents--my:rw", "agents--all:rw", "agents-bot--my:rw", "agents-bot--all:rw"},
		params: []spec{text("status").need().of([]string{accepting, notAccepting, offline}), text("agent_id")},
		run:    setRoutingStatus,
	},
	{
		name:   "list_routing_statuses",
		scopes: []string{"agents--all:ro", "agents-bot--all:ro"},
		every:  true,
		params: []spec{record("filters", listOf("group_ids", natural("")))},
		run:    listRoutingStatuses,
		read:   true,
	},
}

// setRoutingStatus changes the caller's own status when no one is named.
func setRoutingStatus(c *call, p obj) (any, *apiError) {
	id, status := p.text("agent_id"), p.text("status")
	if id == "" {
		id = c.agent
	}
	if err := c.checkRouting(id, status); err != nil {
		return nil, err
	}
	c.st.routing.put(id, obj{"agent_id": id, "status": status})
	return nil, nil
}

func (c *call) checkRouting(id, status string) *apiError {
	if bot, ok := c.st.bots.get(id); ok {
		if c.holds(bot.text("owner_client_id")) {
			return c.demand("agents-bot--my:rw")
		}
		return c.demand("agents-bot--all:rw")
	}
	switch {
	case id == c.agent && !c.can("agents--my:rw"):
		return refuse("agents--my:rw")
	case id != c.agent && !c.can("agents--all:rw"):
		return refuse("agents--all:rw")
	case !c.st.agents.has(id):
		return fail(errNotFound, "Agent not found")
	case status == offline:
		return invalid("`status` of an agent must be one of %s", quoted([]string{accepting, notAccepting}))
	}
	return nil
}

func listRoutingStatuses(c *call, p obj) (any, *apiError) {
	filters := p.sub("filters")
	groups := numbers(filters.list("group_ids"))
	out := []any{}
	for _, t := range []*table{&c.st.agents, &c.st.bots} {
		for id, row := range t.all() {
			if filters.has("group_ids") && !slices.ContainsFunc(groups, func(g int64) bool { return membership(row, g) != "" }) {
				continue
			}
			if status, ok := c.st.routing.get(id); ok {
				out = append(out, status)
			}
		}
	}
	return out, nil
}
