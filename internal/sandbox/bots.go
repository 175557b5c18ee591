package sandbox

import (
	"encoding/base64"
	"time"
)

const botTokenAge = 24 * time.Hour

var botMethods = []method{
	{
		name:   "create_bot",
		scopes: []string{"agents-bot--my:rw"},
		params: append(botSpecs(), text("name").need(), text("owner_client_id").needPAT()),
		run:    createBot,
		batch:  "batch_create_bots",
	},
	{
		name:   "update_bot",
		scopes: []string{"agents-bot--my:rw", "agents-bot--all:rw"},
		params: append(botSpecs(), text("id").need(), text("name").notEmpty()),
		run:    updateBot,
		batch:  "batch_update_bots",
	},
	{
		name:   "delete_bot",
		scopes: []string{"agents-bot--my:rw", "agents-bot--all:rw"},
		params: []spec{text("id").need()},
		run:    deleteBot,
		batch:  "batch_delete_bots",
	},
	{
		name:   "list_bots",
		scopes: []string{"agents-bot--my:ro", "agents-bot--all:ro"},
		params: []spec{flag("all"), fieldsOf(botExtras...)},
		run:    listBots,
		read:   true,
	},
	{
		name:   "get_bot",
		scopes: []string{"agents-bot--my:ro", "agents-bot--all:ro"},
		params: []spec{text("id").need(), fieldsOf(botExtras...)},
		run:    getBot,
		read:   true,
	},
	{
		name:   "reset_bot_secret",
		scopes: []string{"agents-bot--my:rw"},
		params: []spec{text("id").need(), text("owner_client_id").needPAT()},
		run:    resetBotSecret,
	},
	{
		name: "issue_bot_token",
		params: []spec{
			text("bot_id").need(), text("client_id").need(), text("bot_secret").need(), text("organization_id").need(),
		},
		run: issueBotToken,
	},
}

// bot finds a bot the caller may reach: one of the caller's own client id,
// or any with the scope.
func (c *call) bot(id, scope string) (obj, *apiError) {
	row, ok := c.st.bots.get(id)
	if !ok {
		return nil, fail(errNotFound, "Bot not found")
	}
	if !c.holds(row.text("owner_client_id")) && !c.can(scope) {
		return nil, refuse(scope)
	}
	return row, nil
}

// botView adds the asked fields to the basic ones. A bot's zone is a field
// of its own in answers, so that work_scheduler is the schedule alone.
func (c *call) botView(row obj, fields []any, basic ...string) obj {
	v := strange("bots", row).with(row.only(append(basic, "id", "name", "avatar")...))
	for _, f := range texts(fields) {
		switch f {
		case "timezone":
			v[f] = row.sub("work_scheduler")["timezone"]
			if v[f] == "" && c.l.opts.Nulls {
				v[f] = nil
			}
		case "work_scheduler":
			v[f] = row.sub("work_scheduler").only("schedule")
		default:
			v[f] = row[f]
		}
	}
	return v
}

func listBots(c *call, p obj) (any, *apiError) {
	everyone := p.flag("all") && c.can("agents-bot--all:ro")
	out := []any{}
	for _, row := range c.st.bots.all() {
		if everyone || c.holds(row.text("owner_client_id")) {
			out = append(out, c.botView(row, p.list("fields")))
		}
	}
	return out, nil
}

func getBot(c *call, p obj) (any, *apiError) {
	row, err := c.bot(p.text("id"), "agents-bot--all:ro")
	if err != nil {
		return nil, err
	}
	return c.botView(row, p.list("fields"), "default_group_priority", "owner_client_id", "groups", "max_chats_count"), nil
}

func createBot(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	if err := c.checkPerson(p); err != nil {
		return nil, err
	}
	id, secret := c.l.ids.next("bot", c.st.bots.has), c.l.ids.next("bot secret", nil)
	c.st.addBot(id, botDefaults.with(p).with(obj{"id": id, "owner_client_id": owner, "secret": secret}))
	return obj{"id": id, "secret": secret}, nil
}

// foreignClient is the client id of another organization's application, the same
// on every license that has it.
var foreignClient = digest(0, "foreign client", 0)[:32]

// addForeignBot gives the license that bot, unless it has one.
func (l *License) addForeignBot(s *state) {
	of := func(row obj) bool { return row.text("owner_client_id") == foreignClient }
	if !l.opts.ForeignBot || s.bots.any(of) {
		return
	}
	id, secret := l.ids.next("bot", s.bots.has), l.ids.next("bot secret", nil)
	s.addBot(id, botDefaults.with(obj{
		"id": id, "name": "Marketplace bot", "owner_client_id": foreignClient, "secret": secret,
		"groups": []any{obj{"id": int64(0), "priority": "first"}},
	}))
}

// addBot adds a new bot to the license; it is offline until its status is set.
func (s *state) addBot(id string, row obj) {
	s.bots.put(id, row)
	s.routing.put(id, obj{"agent_id": id, "status": offline})
}

func (s *state) removeBot(id string) {
	s.bots.remove(id)
	s.routing.remove(id)
	s.botHooks.remove(id)
}

func updateBot(c *call, p obj) (any, *apiError) {
	row, err := c.bot(p.text("id"), "agents-bot--all:rw")
	if err != nil {
		return nil, err
	}
	if err := c.checkPerson(p); err != nil {
		return nil, err
	}
	c.st.bots.put(p.text("id"), c.l.overwrite(row, p))
	return nil, nil
}

// deleteBot also deletes bots made from a template: the page says that they are
// ordinary bots.
func deleteBot(c *call, p obj) (any, *apiError) {
	if _, err := c.bot(p.text("id"), "agents-bot--all:rw"); err != nil {
		return nil, err
	}
	c.st.removeBot(p.text("id"))
	return nil, nil
}

func resetBotSecret(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	id := p.text("id")
	row, ok := c.st.bots.get(id)
	if !ok || row.text("owner_client_id") != owner {
		return nil, fail(errNotFound, "Bot not found")
	}
	secret := c.l.ids.next("bot secret", nil)
	c.st.bots.put(id, row.with(obj{"secret": secret}))
	return obj{"secret": secret}, nil
}

func issueBotToken(c *call, p obj) (any, *apiError) {
	row, ok := c.st.bots.get(p.text("bot_id"))
	switch {
	case p.text("organization_id") != c.st.organization,
		!ok, row.text("owner_client_id") != p.text("client_id"):
		return nil, fail(errNotFound, "Bot not found")
	case !same(row.text("secret"), p.text("bot_secret")):
		return nil, fail(errAuthentication, "Wrong bot secret")
	}
	expires := c.l.clock.Now().Add(botTokenAge)
	token := jwt(obj{"sub": row["id"], "exp": expires.Unix(), "jti": c.l.ids.next("bot token", nil)})
	c.l.tokens[token] = botToken{client: p.text("client_id"), bot: row.text("id"), expires: expires}
	return obj{"token": token}, nil
}

// jwt has the shape of a signed token; nobody checks the signature.
func jwt(claims obj) string {
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(encodeValue(v, "")) }
	return part(obj{"alg": "none", "typ": "JWT"}) + "." + part(claims) + "." + part("sandbox")
}
