package sandbox

import "slices"

// hookForm describes webhooks in 3.1 or 3.2. They belong to the license, have a
// webhook_id and are not listed by later versions; both old versions see all of
// them, with the action names used at registration.
type hookForm struct {
	actions []action
	data    map[string][]string // additional data of some actions; see usually
}

// usually is the additional data of actions that hookForm.data does not name.
var usually = []string{"chat_properties"}

var (
	hooks31 = hookForm{actions: taken("3.1", actions31), data: map[string][]string{
		"incoming_event":       {"chat_properties", "access"},
		"chat_user_added":      {"chat_properties", "access", "thread_id"},
		"agent_status_changed": {},
		"agent_deleted":        {},
		"customer_created":     {},
	}}
	// hooks32 treats the page's agent_status_changed as the action's name in 3.2.
	hooks32 = hookForm{actions: taken("3.2", actions32), data: map[string][]string{
		"routing_status_set": {}, "agent_deleted": {}, "customer_created": {},
	}}
)

var legacyHookMethods31 = hooks31.methods("get_webhooks_config")

var legacyHookMethods32 = hooks32.methods("list_registered_webhooks")

func (f hookForm) methods(list string) []method {
	return []method{
		{
			name:   "register_webhook",
			scopes: []string{"webhooks--my:rw"},
			params: []spec{
				text("action").need(), text("secret_key").need(), text("url").need(),
				listOf("additional_data", text("")), text("description"), record("filters", oldFilters()...),
			},
			run: f.register,
		},
		{name: list, scopes: []string{"webhooks--my:ro", "webhooks--all:ro"}, run: listHooks, read: true},
		{
			name:   "unregister_webhook",
			scopes: []string{"webhooks--my:rw", "webhooks--all:rw"},
			params: []spec{text("webhook_id").need()},
			run:    unregisterHook,
		},
	}
}

// oldFilters include agent_ids: the tables of actions list it for agent_deleted,
// but no page describes its shape, so any value is accepted.
func oldFilters() []spec {
	return []spec{
		text("author_type").of([]string{"customer", "agent"}), flag("only_my_chats"),
		record("chat_member_ids", listOf("agents_any", text("")), listOf("agents_exclude", text(""))),
		anything("agent_ids"),
	}
}

// botHooksSpec is webhooks embedded in a bot. Their filters know properties
// of the chat, by the pages' samples alone.
func botHooksSpec() spec {
	return record("webhooks",
		text("url").need(), text("secret_key").need(),
		listOf("actions", record("",
			text("name").need(), listOf("additional_data", text("")),
			record("filters", append(oldFilters(), mapOf("chat_properties", anything("")))...),
		)).need(),
	)
}

// check checks the filters and additional data of one action.
func (f hookForm) check(path, name string, filters obj, data []any) *apiError {
	i := slices.IndexFunc(f.actions, func(a action) bool { return a.name == name })
	if i < 0 {
		return invalid("`%s` is not a known webhook action", path)
	}
	allowed, ok := f.data[name]
	if !ok {
		allowed = usually
	}
	for _, d := range texts(data) {
		if !slices.Contains(allowed, d) {
			return invalid("`additional_data` %s is not available for the action %s", d, name)
		}
	}
	for _, filter := range sortedKeys(filters) {
		if filter != "chat_properties" && !slices.Contains(f.actions[i].filters, filter) {
			return invalid("`filters.%s` is not available for the action %s", filter, name)
		}
	}
	members := filters.sub("chat_member_ids")
	if members != nil && members.has("agents_any") == members.has("agents_exclude") {
		return invalid("`filters.chat_member_ids` must have `agents_any` or `agents_exclude`")
	}
	return nil
}

// checkBot checks webhooks embedded in a bot. 3.1's page does not say that
// their actions have to be unique; 3.2's does.
func (f hookForm) checkBot(hooks obj) *apiError {
	if hooks == nil {
		return nil
	}
	if err := checkURL("webhooks.url", hooks.text("url")); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, e := range hooks.list("actions") {
		name := e.(obj).text("name")
		if seen[name] {
			return invalid("`webhooks.actions` names %s twice", name)
		}
		seen[name] = true
		if err := f.check("webhooks.actions[].name", name, e.(obj).sub("filters"), e.(obj).list("additional_data")); err != nil {
			return err
		}
	}
	return nil
}

func (f hookForm) register(c *call, p obj) (any, *apiError) {
	if err := f.check("action", p.text("action"), p.sub("filters"), p.list("additional_data")); err != nil {
		return nil, err
	}
	if err := checkURL("url", p.text("url")); err != nil {
		return nil, err
	}
	owner := c.own()
	// 3.1's page has no limit; 3.2's does.
	if err := c.room(&c.st.hooks, owner, p.text("action"), maxPATWebhooks, maxBearerWebhooks); err != nil {
		return nil, err
	}
	id := c.l.ids.next("legacy webhook", c.st.hooks.has)
	c.st.hooks.put(id, obj{"description": ""}.with(p).with(obj{"webhook_id": id, "owner_client_id": owner}))
	return obj{"webhook_id": id}, nil
}

// listHooks shows the caller's own webhooks or, with the scope, all of the
// license's, never their secret keys.
func listHooks(c *call, _ obj) (any, *apiError) {
	out := []any{}
	for _, row := range c.st.hooks.all() {
		if c.can("webhooks--all:ro") || c.holds(row.text("owner_client_id")) {
			view := row.only(
				"webhook_id", "url", "description", "action", "additional_data", "filters", "owner_client_id")
			out = append(out, c.unset(view, listOf("additional_data", text("")), record("filters", oldFilters()...)))
		}
	}
	return out, nil
}

func unregisterHook(c *call, p obj) (any, *apiError) {
	row, ok := c.st.hooks.get(p.text("webhook_id"))
	if !ok {
		return nil, fail(errNotFound, "Webhook not found")
	}
	if !c.holds(row.text("owner_client_id")) && !c.can("webhooks--all:rw") {
		return nil, refuse("webhooks--all:rw")
	}
	c.st.hooks.remove(p.text("webhook_id"))
	return nil, nil
}

// botHooksView returns embedded webhooks, with the names of chat properties marked
// as data.
func botHooksView(hooks obj) obj {
	actions := []any{}
	for _, e := range hooks.list("actions") {
		v := e.(obj).with(nil)
		if filters := v.sub("filters"); filters.has("chat_properties") {
			v["filters"] = filters.with(obj{"chat_properties": asData(filters["chat_properties"])})
		}
		actions = append(actions, v)
	}
	return hooks.with(obj{"actions": actions})
}

// asData returns v with every object's keys treated as data.
func asData(v any) any {
	switch v := v.(type) {
	case obj:
		out := dict{}
		for key, e := range v {
			out[key] = asData(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = asData(e)
		}
		return out
	}
	return v
}
