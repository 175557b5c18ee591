package sandbox

import "strings"

// homeZone is the zone of a schedule written through 3.2 if the calling agent has
// none: the page says that a bot's hours are in that agent's zone.
const homeZone = "UTC"

// botAgentMethods32 wrap bots and embed webhooks in them.
var botAgentMethods32 = []method{
	botAgentMethod("create_bot", "create_bot", createBotAgent(hooks32),
		append(botAgentSpecs(), text("name").need(), text("job_title"), daysSpec())...),
	botAgentMethod("update_bot", "update_bot", updateBotAgent(hooks32),
		append(botAgentSpecs(), text("id").need(), text("name").notEmpty(), daysSpec())...),
	botAgentMethod("delete_bot", "delete_bot", deleteBot, text("bot_agent_id").need()),
	botAgentMethod("list_bots", "list_bots", listBotAgents, flag("all")),
	botAgentMethod("get_bot", "get_bot", getBotAgent, text("bot_agent_id").need()),
}

// botAgentMethods31 are the same under other names, with the routing status in the
// requests and without schedules. Its update lists only the narrow scope; 3.2 adds
// that other clients' bots need the wide one.
var botAgentMethods31 = []method{
	botAgentMethod("create_bot_agent", "create_bot", createBotAgent(hooks31),
		append(botAgentSpecs(), text("name").need(), statusSpec().need())...),
	func() method {
		m := botAgentMethod("update_bot_agent", "update_bot", updateBotAgent(hooks31),
			append(botAgentSpecs(), text("id").need(), text("name").notEmpty(), statusSpec())...)
		m.scopes = []string{"agents-bot--my:rw"}
		return m
	}(),
	botAgentMethod("remove_bot_agent", "delete_bot", deleteBot, text("bot_agent_id").need()),
	botAgentMethod("get_bot_agents", "list_bots", listBotAgents, flag("all")),
	botAgentMethod("get_bot_agent_details", "get_bot", getBotAgent, text("bot_agent_id").need()),
}

// botAgentMethod is v3.5's method of the second name in the old terms.
func botAgentMethod(name, modern string, run handler, params ...spec) method {
	m := named(botMethods, modern)
	m.name, m.params, m.run, m.modern = name, params, run, botAgent
	return m
}

// botAgentSpecs are the fields both versions' writing methods know.
func botAgentSpecs() []spec {
	return []spec{
		text("avatar"), natural("max_chats_count").max(maxBotChats), text("default_group_priority").of(priorities),
		membershipsSpec(), botHooksSpec(),
	}
}

// statuses31 are the routing statuses in the words of 3.1 and 3.2.
var statuses31 = []string{"accepting chats", "not accepting chats", offline}

func statusSpec() spec { return text("status").of(statuses31) }

// botAgent names the id as v3.5 does and puts hours in the caller's zone.
func botAgent(c *call, p obj) (obj, *apiError) {
	if id, ok := p["bot_agent_id"]; ok {
		p = p.less("bot_agent_id").with(obj{"id": id})
	}
	agent, _ := c.st.agents.get(c.agent)
	zone := agent.sub("work_scheduler").text("timezone")
	if zone == "" {
		zone = homeZone
	}
	return inZone(p, zone), nil
}

func createBotAgent(form hookForm) handler {
	return func(c *call, p obj) (any, *apiError) {
		if err := form.checkBot(p.sub("webhooks")); err != nil {
			return nil, err
		}
		made, err := createBot(c, p.less("webhooks", "status").with(obj{"owner_client_id": c.own()}))
		if err != nil {
			return nil, err
		}
		id := made.(obj).text("id")
		c.setBotAgent(id, p)
		return obj{"bot_agent_id": id}, nil
	}
}

func updateBotAgent(form hookForm) handler {
	return func(c *call, p obj) (any, *apiError) {
		id, hooks := p.text("id"), p.sub("webhooks")
		if err := form.checkBot(hooks); err != nil {
			return nil, err
		}
		if c.l.opts.KeepBotWebhooks && hooks != nil && len(hooks.list("actions")) == 0 {
			return nil, invalid("`webhooks.actions` must not be empty")
		}
		if _, err := updateBot(c, p.less("webhooks", "status")); err != nil {
			return nil, err
		}
		c.setBotAgent(id, p)
		return nil, nil
	}
}

// setBotAgent stores what v3.5 does not keep with the bot.
func (c *call) setBotAgent(id string, p obj) {
	if status := p.text("status"); status != "" {
		c.st.routing.put(id, obj{"agent_id": id, "status": strings.ReplaceAll(status, " ", "_")})
	}
	hooks := p.sub("webhooks")
	switch {
	case hooks == nil:
	case len(hooks.list("actions")) == 0:
		c.st.botHooks.remove(id)
	default:
		c.st.botHooks.put(id, hooks)
	}
}

// botStatus is a bot's routing status in the words of 3.1 and 3.2.
func (c *call) botStatus(id string) string {
	row, _ := c.st.routing.get(id)
	return strings.ReplaceAll(row.text("status"), "_", " ")
}

func (c *call) botAgentView(row obj) obj {
	v := row.only("id", "name", "avatar")
	v["status"] = c.botStatus(row.text("id"))
	return v
}

func listBotAgents(c *call, p obj) (any, *apiError) {
	everyone := p.flag("all") && c.can("agents-bot--all:ro")
	out := []any{}
	for _, row := range c.st.bots.all() {
		if everyone || c.holds(row.text("owner_client_id")) {
			out = append(out, c.botAgentView(row))
		}
	}
	return obj{"bot_agents": out}, nil
}

// getBotAgent shows what the samples show: embedded webhooks with their secret,
// but neither the default priority nor the schedule.
func getBotAgent(c *call, p obj) (any, *apiError) {
	row, err := c.bot(p.text("id"), "agents-bot--all:ro")
	if err != nil {
		return nil, err
	}
	v := c.botAgentView(row).with(row.only("groups", "max_chats_count"))
	v["application"] = obj{"client_id": row["owner_client_id"]}
	if hooks, ok := c.st.botHooks.get(p.text("id")); ok {
		v["webhooks"] = botHooksView(hooks)
	}
	return obj{"bot_agent": c.unset(v, botHooksSpec())}, nil
}
