package sandbox

// botMethods33 are those of 3.3 and 3.4: v3.5's without secrets, with hours
// by day and the zone beside them.
var botMethods33 = []method{
	botMethod33("create_bot", createBot33, writeBot33,
		append(botSpecs33(), text("name").need(), text("job_title"), text("owner_client_id").needPAT())...),
	botMethod33("update_bot", updateBot, writeBot33,
		append(botSpecs33(), text("id").need(), text("name").notEmpty())...),
	botMethod33("delete_bot", deleteBot, nil, text("id").need()),
	botMethod33("list_bots", listBots33, nil, flag("all"), fieldsOf(botExtras...)),
	botMethod33("get_bot", getBot33, nil, text("id").need(), fieldsOf(botExtras...)),
}

func botMethod33(
	name string, run handler, modern func(*call, obj) (obj, *apiError), params ...spec,
) method {
	m := named(botMethods, name)
	m.params, m.run, m.modern = params, run, modern
	return m
}

func botSpecs33() []spec {
	return []spec{
		text("avatar"), text("avatar_path"), natural("max_chats_count").max(maxBotChats),
		text("default_group_priority").of(priorities), membershipsSpec(), daysSpec(), text("timezone"),
	}
}

// writeBot33 combines hours and zone, which is required with hours. Only personal
// access tokens may name an owner. The avatar may have the name in the table or
// the name in the samples, which the vendor's own clients send.
func writeBot33(c *call, p obj) (obj, *apiError) {
	if p.has("owner_client_id") && !c.pat {
		return nil, invalid("`owner_client_id` must not be given with a Bearer token")
	}
	if path, ok := p["avatar_path"]; ok {
		p = obj{"avatar": path}.with(p.less("avatar_path"))
	}
	if !p.has("work_scheduler") && !p.has("timezone") {
		return p, nil
	}
	if p.has("work_scheduler") && p.text("timezone") == "" {
		return nil, invalid("`timezone` is required")
	}
	row, _ := c.st.bots.get(p.text("id"))
	scheduler := noSchedule.with(row.sub("work_scheduler"))
	if p.has("work_scheduler") {
		scheduler["schedule"] = scheduleOfDays(p.sub("work_scheduler"))
	}
	if p.has("timezone") {
		scheduler["timezone"] = p["timezone"]
	}
	return p.less("timezone").with(obj{"work_scheduler": scheduler}), nil
}

// createBot33 does not return the secret: bots did not show one yet.
func createBot33(c *call, p obj) (any, *apiError) {
	made, err := createBot(c, p)
	if err != nil {
		return nil, err
	}
	return made.(obj).only("id"), nil
}

// bot33 spells the avatar as the samples do.
func bot33(v, row obj, fields []any) (obj, *apiError) {
	v = v.less("avatar")
	v["avatar_path"] = row["avatar"]
	return v, withDays(v, fields, row)
}

func listBots33(c *call, p obj) (any, *apiError) {
	answer, err := listBots(c, p)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, e := range answer.([]any) {
		row, _ := c.st.bots.get(e.(obj).text("id"))
		v, err := bot33(e.(obj), row, p.list("fields"))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func getBot33(c *call, p obj) (any, *apiError) {
	answer, err := getBot(c, p)
	if err != nil {
		return nil, err
	}
	row, _ := c.st.bots.get(p.text("id"))
	return bot33(answer.(obj), row, p.list("fields"))
}
