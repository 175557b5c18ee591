package sandbox

var ruleMethods = []method{
	{
		name:   "add_auto_access",
		scopes: []string{"access_rules:rw"},
		params: []spec{accessSpec().need(), conditionsSpec().need(), text("description"), text("next_id")},
		run:    addRule,
	},
	{
		name:   "update_auto_access",
		scopes: []string{"access_rules:rw"},
		params: []spec{text("id").need(), accessSpec(), conditionsSpec(), text("description"), text("next_id")},
		run:    updateRule,
	},
	{
		name:   "delete_auto_access",
		scopes: []string{"access_rules:rw"},
		params: []spec{text("id").need()},
		run:    deleteRule,
	},
	{
		name:   "list_auto_accesses",
		scopes: []string{"access_rules:ro"},
		run:    listRules,
		read:   true,
		alias:  "list_auto_access", // the page's table of methods spells it so
	},
}

func accessSpec() spec { return record("access", listOf("groups", natural("")).need()) }

func conditionsSpec() spec {
	match := record("", text("value").need(), flag("exact_match"))
	sides := []spec{listOf("values", match), listOf("exclude_values", match)}
	place := record("", text("country"), text("country_code"), text("region"), text("city"))
	return record("conditions",
		record("url", sides...), record("domain", sides...), record("geolocation", listOf("values", place).need()),
	)
}

// checkRule checks what the table of types cannot.
func (c *call) checkRule(p obj) *apiError {
	for _, id := range numbers(p.sub("access").list("groups")) {
		if !c.st.groups.has(groupKey(id)) {
			return noGroup(id)
		}
	}
	if next := p.text("next_id"); next != "" && !c.st.rules.has(next) {
		return fail(errNotFound, "`next_id` is not an existing auto access")
	}
	if !p.has("conditions") {
		return nil
	}
	return checkConditions(p.sub("conditions"))
}

func checkConditions(conditions obj) *apiError {
	if len(conditions) == 0 {
		return invalid("`conditions` must have at least one of `url`, `domain`, `geolocation`")
	}
	for _, name := range []string{"url", "domain"} {
		if conditions.has(name) {
			if err := oneSide("conditions."+name, conditions.sub(name)); err != nil {
				return err
			}
		}
	}
	if !conditions.has("geolocation") {
		return nil
	}
	places := conditions.sub("geolocation").list("values")
	if len(places) == 0 {
		return invalid("`conditions.geolocation.values` must not be empty")
	}
	for _, place := range places {
		if len(place.(obj)) == 0 {
			return invalid("`conditions.geolocation.values` must have at least one field each")
		}
	}
	return nil
}

// oneSide holds a filter to values or exclude_values: never both, and one of
// them with something in it.
func oneSide(path string, o obj) *apiError {
	if o.has("values") && o.has("exclude_values") {
		return invalid("`%s` may have `values` or `exclude_values`, not both", path)
	}
	if len(o.list("values"))+len(o.list("exclude_values")) == 0 {
		return invalid("`%s` must have `values` or `exclude_values`", path)
	}
	return nil
}

func addRule(c *call, p obj) (any, *apiError) {
	if err := c.checkRule(p); err != nil {
		return nil, err
	}
	if err := c.roomFor(limitRules, &c.st.rules); err != nil {
		return nil, err
	}
	id := c.l.ids.next("rule", c.st.rules.has)
	row := obj{"id": id, "description": ""}.with(p.only("description", "access", "conditions"))
	c.st.rules.place(id, row, p.text("next_id"))
	c.st.relink()
	return obj{"id": id}, nil
}

func updateRule(c *call, p obj) (any, *apiError) {
	id := p.text("id")
	row, ok := c.st.rules.get(id)
	if !ok {
		return nil, fail(errNotFound, "Auto access not found")
	}
	if err := c.checkRule(p); err != nil {
		return nil, err
	}
	if p.text("next_id") == id {
		return nil, invalid("`next_id` must not be the auto access itself")
	}
	row = c.overwriteRule(row, p.only("description", "access", "conditions"))
	if p.has("next_id") {
		c.st.rules.place(id, row, p.text("next_id"))
	} else {
		c.st.rules.put(id, row)
	}
	c.st.relink()
	return nil, nil
}

// overwriteRule merges groups when the license merges lists; of conditions it
// merges the three kinds only, as a kind with both sides would be no rule.
func (c *call) overwriteRule(row, p obj) obj {
	out := row.with(p)
	if c.l.opts.MergeLists {
		if p.has("access") {
			out["access"] = merge(row["access"], p["access"])
		}
		if p.has("conditions") {
			out["conditions"] = row.sub("conditions").with(p.sub("conditions"))
		}
	}
	return out
}

func deleteRule(c *call, p obj) (any, *apiError) {
	if !c.st.rules.has(p.text("id")) {
		return nil, fail(errNotFound, "Auto access not found")
	}
	c.st.rules.remove(p.text("id"))
	c.st.relink()
	return nil, nil
}

// relink forgets links that were loaded with the rules.
func (s *state) relink() {
	for id, row := range s.rules.all() {
		if row.has("next_id") {
			s.rules.put(id, row.less("next_id"))
		}
	}
}

// listRules links every rule to the next one; the last has an empty next_id. A
// link that was loaded shows until the next write, which puts the list in order.
func listRules(c *call, _ obj) (any, *apiError) {
	out := []any{}
	keys := c.st.rules.keys
	for i, key := range keys {
		next := ""
		if i+1 < len(keys) {
			next = keys[i+1]
		}
		row, _ := c.st.rules.get(key)
		out = append(out, c.unset(obj{"next_id": next}.with(row), conditionsSpec()))
	}
	return out, nil
}
