package sandbox

const maxTemplates = 5 // per client id

func affectSpec() spec { return flag("affect_existing_installations") }

var templateMethods = []method{
	{
		name:   "create_bot_template",
		scopes: []string{"bots.templates:rw"},
		params: append(templateSpecs(), text("name").need(), text("owner_client_id").need(), affectSpec()),
		run:    createTemplate,
	},
	{
		name:   "update_bot_template",
		scopes: []string{"bots.templates:rw"},
		params: append(templateSpecs(),
			text("id").need(), text("name").notEmpty(), text("owner_client_id").need(), affectSpec()),
		run: updateTemplate,
	},
	{
		name:   "delete_bot_template",
		scopes: []string{"bots.templates:rw"},
		params: []spec{text("id").need(), text("owner_client_id").need(), affectSpec()},
		run:    deleteTemplate,
	},
	{
		name:   "list_bot_templates",
		scopes: []string{"bots.templates:rw"},
		params: []spec{text("owner_client_id").need()},
		run:    listTemplates,
		read:   true,
	},
	{
		name:   "reset_bot_template_secret",
		scopes: []string{"bots.templates:rw"},
		params: []spec{text("id").need(), text("owner_client_id").need(), affectSpec()},
		run:    resetTemplateSecret,
	},
}

// template finds a template of the client id that the request names.
func (c *call) template(p obj) (obj, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	row, ok := c.apps.templates.get(p.text("id"))
	if !ok || row.text("owner_client_id") != owner {
		return nil, fail(errNotFound, "Bot template not found")
	}
	return row, nil
}

// installations are the licenses a request about a template reaches.
func (c *call) installations(p obj) []*License {
	if p.flag("affect_existing_installations") {
		return c.l.apps.licenses
	}
	return nil
}

// eachBot changes the template's bot wherever the request reaches.
func (c *call) eachBot(p obj, change func(row obj) obj) {
	for _, l := range c.installations(p) {
		if row, ok := l.st.bots.get(p.text("id")); ok {
			l.st.bots.put(p.text("id"), change(row))
		}
	}
}

func createTemplate(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	count := 0
	for _, row := range c.apps.templates.all() {
		if row.text("owner_client_id") == owner {
			count++
		}
	}
	if count >= maxTemplates {
		return nil, fail(errLimitReached, "Limit reached: %d bot templates", maxTemplates)
	}
	id := c.l.ids.next("template", func(id string) bool { return c.apps.templates.has(id) || c.st.bots.has(id) })
	secret := c.l.ids.next("template secret", nil)
	row := templateDefaults.with(p).with(obj{"id": id, "secret": secret})
	delete(row, "affect_existing_installations")
	c.apps.templates.put(id, row)
	for _, l := range c.installations(p) {
		l.st.addBot(id, botDefaults.with(row))
	}
	return obj{"id": id, "secret": secret}, nil
}

func updateTemplate(c *call, p obj) (any, *apiError) {
	row, err := c.template(p)
	if err != nil {
		return nil, err
	}
	change := p.with(nil)
	delete(change, "affect_existing_installations")
	c.apps.templates.put(p.text("id"), row.with(change))
	c.eachBot(p, func(bot obj) obj { return bot.with(change) })
	return nil, nil
}

func deleteTemplate(c *call, p obj) (any, *apiError) {
	if _, err := c.template(p); err != nil {
		return nil, err
	}
	c.apps.templates.remove(p.text("id"))
	for _, l := range c.installations(p) {
		l.st.removeBot(p.text("id"))
	}
	return nil, nil
}

// listTemplates shows the three fields the page's sample has.
func listTemplates(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, row := range c.apps.templates.all() {
		if row.text("owner_client_id") == owner {
			out = append(out, strange("bot_templates", row).with(row.only("id", "name", "avatar")))
		}
	}
	return out, nil
}

func resetTemplateSecret(c *call, p obj) (any, *apiError) {
	row, err := c.template(p)
	if err != nil {
		return nil, err
	}
	fresh := obj{"secret": c.l.ids.next("template secret", nil)}
	c.apps.templates.put(p.text("id"), row.with(fresh))
	c.eachBot(p, func(bot obj) obj { return bot.with(fresh) })
	return fresh, nil
}
