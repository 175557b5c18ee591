package sandbox

import "slices"

// agentForm is how a legacy version writes and shows agents.
type agentForm struct {
	read, listed string   // the avatar's name in get_agent (and requests) and in list_agents
	bots         bool     // bots are shown among the agents
	extras       []string // fields that may be asked for
	bells        []string // notifications there are
}

var (
	// agentExtras32 also have the name that 3.2's sample asks for.
	agentExtras32 = []string{
		"work_scheduler", "groups", "email_subscriptions", "summaries", "notifications", "job_title", "mobile",
		"max_chats_count", "suspended", "awaiting_approval",
	}
	notifications32 = slices.DeleteFunc(slices.Clone(notificationIn), func(n string) bool {
		return n == "incoming_message_for_focused_chat"
	})
)

// specs are the fields both writing methods know.
func (f agentForm) specs() []spec {
	out := agentSpecs(maxAgentChats)
	for i, s := range out {
		switch s.name {
		case "avatar":
			out[i] = text(f.read)
		case "work_scheduler":
			out[i] = daysSpec()
		case "notifications":
			out[i] = listOf(s.name, text("").of(f.bells))
		}
	}
	return out
}

// methods are v3.5's, in the form of the version. Where the pages of 3.3 and 3.4
// give only parameters, the rest is taken from 3.5's.
func (f agentForm) methods() []method {
	out := single(agentMethods)
	for i := range out {
		m := &out[i]
		switch m.name {
		case "create_agent":
			m.params = append(f.specs(), text("id").need(), text("name").need(), flag("awaiting_approval"))
			m.modern = f.modern
		case "update_agent":
			m.params = append(f.specs(), text("id").need(), text("name").notEmpty())
			m.modern = f.modern
		case "get_agent":
			m.params = []spec{text("id").need(), fieldsOf(f.extras...)}
			m.modern, m.run = oldFields, f.get
		case "list_agents":
			m.params = []spec{record("filters", listOf("group_ids", natural(""))), fieldsOf(f.extras...)}
			m.modern, m.run = oldFields, f.list
		}
	}
	return out
}

// modern names the avatar as v3.5 does and gives a schedule the zone the
// agent has already.
func (f agentForm) modern(c *call, p obj) (obj, *apiError) {
	row, _ := c.st.agents.get(p.text("id"))
	p = inZone(p, row.sub("work_scheduler").text("timezone"))
	if avatar, ok := p[f.read]; ok {
		p = p.less(f.read).with(obj{"avatar": avatar})
	}
	return p, nil
}

// oldFields asks for subscriptions by the one name v3.5 has.
func oldFields(_ *call, p obj) (obj, *apiError) {
	fields := []any{}
	for _, f := range texts(p.list("fields")) {
		if f == "summaries" {
			f = "email_subscriptions"
		}
		fields = append(fields, f)
	}
	return p.with(obj{"fields": fields}), nil
}

// view converts a v3.5 response to the form of the version: agents had no account
// id yet.
func (f agentForm) view(v, row obj, fields []any, avatar string) (obj, *apiError) {
	v = v.less("account_id", "avatar", "avatar_path")
	v[avatar] = row["avatar"]
	return v, withDays(v, fields, row)
}

func (f agentForm) get(c *call, p obj) (any, *apiError) {
	fields := p.list("fields")
	if bot, ok := c.st.bots.get(p.text("id")); ok && f.bots {
		if err := c.demand("agents--all:ro"); err != nil {
			return nil, err
		}
		return f.bot(c, bot, fields, f.read), nil
	}
	v, err := getAgent(c, p)
	if err != nil {
		return nil, err
	}
	row, _ := c.st.agents.get(p.text("id"))
	return f.view(v.(obj), row, fields, f.read)
}

func (f agentForm) list(c *call, p obj) (any, *apiError) {
	answer, err := listAgents(c, p)
	if err != nil {
		return nil, err
	}
	fields := p.list("fields")
	out := []any{}
	for _, e := range answer.([]any) {
		row, _ := c.st.agents.get(e.(obj).text("id"))
		v, err := f.view(e.(obj), row, fields, f.listed)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	filters := p.sub("filters")
	groups := numbers(filters.list("group_ids"))
	for _, row := range c.st.bots.all() {
		if f.bots && (!filters.has("group_ids") || inAny(row, groups)) {
			out = append(out, f.bot(c, row, fields, f.listed))
		}
	}
	return out, nil
}

// bot is a bot among agents. No page shows one: it has the fields of every agent
// and the requested fields that a bot has, except its schedule, which 3.2 cannot
// read.
func (f agentForm) bot(c *call, row obj, fields []any, avatar string) obj {
	status := c.botStatus(row.text("id"))
	if !slices.Contains(loginStatuses, status) {
		status = loginStatuses[1]
	}
	v := row.only("id", "name")
	v[avatar], v["role"], v["login_status"] = row["avatar"], "normal", status
	for _, name := range texts(fields) {
		if slices.Contains([]string{"groups", "job_title", "max_chats_count"}, name) {
			v[name] = row[name]
		}
	}
	return v
}
