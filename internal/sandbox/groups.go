package sandbox

const (
	maxGroupName = 180
	noGroupYet   = -1 // in the place of an id
)

var groupExtras = []string{"agent_priorities", "routing_status"}

func agentPrioritiesSpec() spec {
	return mapOf("agent_priorities", text("").of(priorities))
}

var groupMethods = []method{
	{
		name:   "create_group",
		scopes: []string{"groups--all:rw"},
		params: []spec{
			text("name").need().max(maxGroupName), text("language_code"), agentPrioritiesSpec().need(),
		},
		run: createGroup,
	},
	{
		name:   "update_group",
		scopes: []string{"groups--my:rw", "groups--all:rw"},
		params: []spec{
			natural("id").need(), text("name").notEmpty().max(maxGroupName), text("language_code"), agentPrioritiesSpec(),
		},
		run: updateGroup,
	},
	{
		name:   "delete_group",
		scopes: []string{"groups--my:rw", "groups--all:rw"},
		params: []spec{natural("id").need()},
		run:    deleteGroup,
	},
	{
		name:   "list_groups",
		scopes: []string{"groups--all:ro"},
		params: []spec{fieldsOf(groupExtras...)},
		run:    listGroups,
		read:   true,
	},
	{
		name:   "get_group",
		scopes: []string{"groups--my:ro", "groups--all:ro"},
		params: []spec{natural("id").need(), fieldsOf(groupExtras...)},
		run:    getGroup,
		read:   true,
	},
}

// group finds a group the caller may reach with the scope.
func (c *call) group(id int64, scope string) (obj, *apiError) {
	row, ok := c.st.groups.get(groupKey(id))
	if !ok {
		return nil, noGroup(id)
	}
	if !c.memberOf(id) && !c.can(scope) {
		return nil, refuse(scope)
	}
	return row, nil
}

// checkPriorities refuses members that are not agents. Bots are not agents: their
// membership is written with the bot.
func (c *call) checkPriorities(wanted obj) *apiError {
	for _, id := range sortedKeys(wanted) {
		if !c.st.agents.has(id) {
			return fail(errNotFound, "`agent_priorities` names %s, who is not an agent", id)
		}
	}
	return nil
}

func createGroup(c *call, p obj) (any, *apiError) {
	wanted := p.sub("agent_priorities")
	if err := c.checkPriorities(wanted); err != nil {
		return nil, err
	}
	if !hasValue(wanted, "normal") {
		return nil, invalid("`agent_priorities` must have at least one agent with the priority `normal`")
	}
	if err := c.roomFor(limitGroups, &c.st.groups); err != nil {
		return nil, err
	}
	if err := c.roomForMembers(noGroupYet, wanted); err != nil {
		return nil, err
	}
	id := c.l.ids.group(func(id int64) bool { return c.st.groups.has(groupKey(id)) })
	row := generalGroup().with(p).with(obj{"id": id})
	delete(row, "agent_priorities")
	c.st.groups.put(groupKey(id), row)
	c.st.setMemberships(id, wanted, false)
	return obj{"id": id}, nil
}

func hasValue(o obj, want any) bool {
	for _, v := range o {
		if v == want {
			return true
		}
	}
	return false
}

func updateGroup(c *call, p obj) (any, *apiError) {
	id := p.number("id")
	row, err := c.group(id, "groups--all:rw")
	if err != nil {
		return nil, err
	}
	if err := c.checkPriorities(p.sub("agent_priorities")); err != nil {
		return nil, err
	}
	if err := c.roomForMembers(id, p.sub("agent_priorities")); err != nil {
		return nil, err
	}
	c.st.groups.put(groupKey(id), row.with(p.only("name", "language_code")))
	if p.has("agent_priorities") {
		c.st.setMemberships(id, p.sub("agent_priorities"), c.l.opts.MergeLists)
	}
	return nil, nil
}

func deleteGroup(c *call, p obj) (any, *apiError) {
	id := p.number("id")
	if _, err := c.group(id, "groups--all:rw"); err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, invalid("The group General cannot be deleted")
	}
	c.st.groups.remove(groupKey(id))
	c.st.leaveGroup(id)
	return nil, nil
}

func listGroups(c *call, p obj) (any, *apiError) {
	var members map[int64]dict
	if asked(p, "agent_priorities") {
		members = c.st.priorities()
	}
	out := []any{}
	for _, row := range c.st.groups.all() {
		v := row.with(nil)
		if members != nil {
			v["agent_priorities"] = orEmpty(members[row.number("id")])
		}
		out = append(out, v)
	}
	return out, nil
}

// getGroup shows the routing status only on request, as its page says; list_groups
// always shows it, as in the sample.
func getGroup(c *call, p obj) (any, *apiError) {
	id := p.number("id")
	row, err := c.group(id, "groups--all:ro")
	if err != nil {
		return nil, err
	}
	v := strange("groups", row).with(row.only("id", "name", "language_code"))
	if asked(p, "routing_status") {
		v["routing_status"] = row["routing_status"]
	}
	if asked(p, "agent_priorities") {
		v["agent_priorities"] = orEmpty(c.st.priorities()[id])
	}
	return v, nil
}

func asked(p obj, field string) bool {
	for _, f := range p.list("fields") {
		if f == field {
			return true
		}
	}
	return false
}

func orEmpty(d dict) dict {
	if d == nil {
		return dict{}
	}
	return d
}

// priorities returns the agents' memberships from the groups' side.
func (s *state) priorities() map[int64]dict {
	out := map[int64]dict{}
	for id, row := range s.agents.all() {
		for _, e := range row.list("groups") {
			g := e.(obj)
			if out[g.number("id")] == nil {
				out[g.number("id")] = dict{}
			}
			out[g.number("id")][id] = g.text("priority")
		}
	}
	return out
}
