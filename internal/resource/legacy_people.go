package resource

// byDay also allows the shape that working hours had before 3.5: a member for each
// day with hours. If a response refuses the newer shape, the field is read through
// 3.5 and keeps that shape.
func byDay(f *Field) {
	f.NewShape = true
	start, end := known("start", String), known("end", String)
	start.Format, end.Format = ClockTime, ClockTime
	for _, day := range weekdays {
		f.Fields = append(f.Fields, known(day, Record, start, end))
	}
}

var groups32 = asRead(groups, groups.Reads...)

// agents32 also has the bots that 3.2 lists among the agents.
var agents32 = changed(asRead(agents, agents.Reads...), "work_scheduler", byDay)

// bots33 have the time zone of their hours in a separate field.
var bots33 = changed(changed(asRead(bots,
	Read{Method: "list_bots", Params: Of("all", true), Fields: true},
	Read{Method: "get_bot", Per: PerRow, Fields: true, Reveals: "owner_client_id"},
), "work_scheduler", byDay), "timezone", func(f *Field) { f.Class = Server })

var bots31 = botAgents("get_bot_agents", "get_bot_agent_details")

var bots32 = botAgents("list_bots", "get_bot")

// botAgents are the bots of 3.1 and 3.2: wrapped, with their status in the list,
// and with their own webhooks, including the secret, in the details.
func botAgents(list, get string) *Kind {
	k := asRead(bots,
		Read{Method: list, Params: Of("all", true), In: "bot_agents"},
		Read{Method: get, Per: PerRow, IDParam: "bot_agent_id", In: "bot_agent"},
	)
	k = changed(k, "work_scheduler", byDay)
	k.OwnedBy = ""
	secret := known("secret_key", String)
	secret.Input, secret.SecretPath = SecretInput, []string{"id"}
	k.Fields = append(k.Fields,
		known("status", String),
		known("application", Record, known("client_id", String)),
		known("webhooks", Record, known("url", String), secret,
			setOf("actions", Record, known("name", String), filters32, setOf("additional_data", String))),
	)
	return k
}
