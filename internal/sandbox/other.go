package sandbox

var otherMethods = []method{
	{name: "list_channels", run: listChannels, read: true},
	{name: "get_product_source", run: getProductSource, read: true},
	{
		name:   "check_product_limits_for_plan",
		scopes: []string{"subscription.lc:rw"},
		params: []spec{text("plan").need().of([]string{"starter", "team", "enterprise", "enterpriseplus"})},
		run:    checkLimits,
		read:   true,
	},
}

func listChannels(c *call, _ obj) (any, *apiError) { return append([]any{}, c.st.channels...), nil }

func getProductSource(c *call, _ obj) (any, *apiError) { return c.st.source, nil }

// planGroups is how many groups a plan allows, in total and for one agent. The
// vendor's page has no numbers; these are invented.
var planGroups = map[string]int64{"starter": 1, "team": 20, "enterprise": 200, "enterpriseplus": 1000}

func checkLimits(c *call, p obj) (any, *apiError) {
	most := planGroups[p.text("plan")]
	out := []any{}
	if over := int64(c.st.groups.len()) - most; over > 0 {
		out = append(out, obj{"resource": "groups", "limit_balance": over})
	}
	if over := int64(c.st.rules.len()) - most; over > 0 {
		out = append(out, obj{"resource": "access_rules", "limit_balance": over})
	}
	for id, row := range c.st.agents.all() {
		if over := int64(len(row.list("groups"))) - most; over > 0 {
			out = append(out, obj{"resource": "groups_per_agent", "limit_balance": over, "id": id})
		}
	}
	return out, nil
}
