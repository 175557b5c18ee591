package resource

var (
	priorities = []string{"first", "normal", "last", "supervisor"}
	weekdays   = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)

// toGroups is the target of agents' and bots' memberships. lcsync does not touch
// memberships in groups that a file does not contain.
func toGroups(soft bool) *RefTo {
	return &RefTo{Kinds: []string{"groups"}, Soft: soft, KeepUnlisted: true}
}

func membership(soft bool, seen Seen) Field {
	return Field{
		Name: "groups", Doc: "Groups of the member, with its priority in each.",
		Type: ListOf, Elem: Record, List: Keyed, Key: "id", Seen: seen, Clear: List{},
		Fields: []Field{
			{Name: "id", Doc: "Group id; a file can use the group's name.", Type: Int, Required: true, Ref: toGroups(soft)},
			{Name: "priority", Doc: "Routing priority in that group.", Type: String, Required: true, Enum: priorities},
		},
	}
}

func workScheduler(seen Seen, zoneDoc string) Field {
	return Field{
		Name: "work_scheduler", Doc: "Working hours.", Type: Record, Seen: seen,
		Clear: Of("schedule", List{}),
		Fields: []Field{
			{Name: "timezone", Doc: zoneDoc, Type: String, Format: TimeZone, ServerFills: true},
			{Name: "schedule", Doc: "Working hours by day; a day can have several entries.",
				Type: ListOf, Elem: Record, List: Sequence, SortBy: []string{"day", "start", "end"}, Clear: List{},
				Fields: []Field{
					{Name: "day", Type: String, Required: true, Enum: weekdays},
					{Name: "enabled", Type: Bool, Required: true, Default: true},
					{Name: "start", Type: String, Required: true, Format: ClockTime},
					{Name: "end", Type: String, Required: true, Format: ClockTime},
				}},
		},
	}
}

func avatar() Field {
	return Field{Name: "avatar", Doc: "URL of the picture; the server may store a copy at another URL.",
		Type: String, Alias: []string{"avatar_path"}}
}

// people: groups, agents, bots and the templates that bots come from.
var people = []*Kind{groups, agents, botTemplates, bots}

var groups = &Kind{
	Name: "groups", Singular: "group",
	Doc:       "Teams of agents and bots.",
	PlanLimit: "groups",
	ServerID:  "id",
	Key:       []string{"name"},
	Members: &Members{Field: "agent_priorities", Of: "agents", Also: []string{"bots"}, List: "groups", Need: "normal",
		StandIns: []string{"first", "last", "supervisor"}},
	Fields: []Field{
		{Name: "id", Doc: "Assigned by the server; 0 is General.", Type: Int, Class: Server, Input: ReadOnly},
		{Name: "name", Type: String, Required: true, MaxLen: 180},
		{Name: "language_code", Doc: "Language of the group.", Type: String},
		{Name: "agent_priorities", Doc: "Priorities by member id. Accepted in a file for this group only; export writes memberships with the members.",
			Type: Map, Elem: String, Enum: priorities, Input: CreateOnly, Seen: Asked, Class: Volatile,
			Keys: &RefTo{Kinds: []string{"agents", "bots"}}},
		{Name: "routing_status", Doc: "Whether the group currently accepts chats.", Type: String, Class: Volatile, Input: ReadOnly},
	},
	Reads:  []Read{{Method: "list_groups", Fields: true}},
	Create: &Op{Method: "create_group", Reveals: []string{"id"}},
	Update: &Op{Method: "update_group", ID: []string{"id"}},
	Delete: &Op{Method: "delete_group", ID: []string{"id"}, Loses: "the group's id and its link to past statistics are lost"},
	Keep: func(o *Object) string {
		if Equal(o.Get("id"), int64(0)) {
			return "group 0 is the general group of the license"
		}
		return ""
	},
}

var agents = &Kind{
	Name: "agents", Singular: "agent",
	Doc:     "People who talk to customers.",
	Key:     []string{"id"},
	AnyCase: true,
	Person:  true, PlanLimit: "agents", Idle: "suspended",
	Fields: []Field{
		{Name: "id", Doc: "E-mail address.", Type: String, Class: Server, Input: CreateOnly, Required: true, Format: Email},
		{Name: "account_id", Doc: "Account id of the person.", Type: String, Class: Server, Input: ReadOnly},
		{Name: "name", Type: String, Required: true},
		{Name: "role", Type: String, Enum: []string{"viceowner", "administrator", "normal"}, Fixed: []string{"owner"}, Default: "normal"},
		avatar(),
		{Name: "login_status", Doc: "Status after login.", Type: String,
			Enum: []string{"accepting chats", "not accepting chats"}, Default: "not accepting chats"},
		{Name: "job_title", Type: String, Seen: Asked, Clear: ""},
		{Name: "mobile", Doc: "Mobile number.", Type: String, Seen: Asked, Clear: ""},
		{Name: "max_chats_count", Doc: "Maximum number of concurrent chats.", Type: Int, Seen: Asked, Default: int64(6), Min: 0, Max: 100, WarnMax: 20},
		func() Field { f := membership(true, Asked); f.PlanLimit = "groups_per_agent"; return f }(),
		{Name: "notifications", Doc: "Enabled notifications.", Type: ListOf, Elem: String, List: Set, Seen: Asked, Clear: List{},
			Enum: []string{"new_visitor", "incoming_chat", "returning_visitor", "queued_visitor", "visitor_is_typing", "new_goal",
				"unassigned_chats", "unassigned_chat_messages", "ticket", "inactive_notifications", "mute_all_sounds",
				"repeat_sound_notifications", "ticket_notifications", "incoming_message_for_focused_chat"}},
		{Name: "email_subscriptions", Doc: "Summaries sent by e-mail.", Type: ListOf, Elem: String, List: Set, Seen: Asked, Clear: List{},
			Enum: []string{"daily_summary", "weekly_summary"}, Alias: []string{"summaries"}},
		workScheduler(Asked, "IANA time zone; if empty, the agent's own."),
		{Name: "suspended", Doc: "Whether the agent is suspended; the methods to change it are not public.", Type: Bool, Class: Observed, Input: ReadOnly, Seen: Asked},
		{Name: "awaiting_approval", Doc: "Whether the agent awaits approval; only a private scope can turn it off.", Type: Bool, Class: Observed, Input: ReadOnly, Seen: Asked},
		{Name: "last_logout", Type: String, Class: Volatile, Input: ReadOnly, Seen: Asked},
	},
	Reads:  []Read{{Method: "list_agents", Fields: true}},
	Create: &Op{Method: "create_agent", Loses: "an invitation that was sent cannot be withdrawn"},
	Update: &Op{Method: "update_agent", ID: []string{"id"}},
	Delete: &Op{Method: "delete_agent", ID: []string{"id"}},
	Keep: func(o *Object) string {
		if o.String("role") == "owner" {
			return "the owner of the license"
		}
		return ""
	},
	Check: checkHours,
}

func botLimits(seen Seen) Field {
	return Field{Name: "max_chats_count", Doc: "Maximum number of concurrent chats.", Type: Int, Default: int64(6), Min: 0, Max: 500, Seen: seen}
}

func defaultPriority(seen Seen) Field {
	return Field{Name: "default_group_priority", Doc: "Priority in groups without one.", Type: String, Enum: priorities, Seen: seen}
}

func ownerClientID(seen Seen, doc string) Field {
	return Field{Name: "owner_client_id", Doc: doc, Type: String, Class: User, OnChange: Blocked, Input: CreateOnly,
		Seen: seen, Ref: &RefTo{Kinds: []string{"client_ids"}}}
}

var bots = &Kind{
	Name: "bots", Singular: "bot",
	Doc:      "Chat bots. A new bot is offline until its routing status is set.",
	ServerID: "id", RandomID: true,
	Key:         []string{"name"},
	Evidence:    []string{"id"},
	Twin:        "bot_templates",
	ActivatedBy: &Activation{Kind: "routing_statuses", Value: "status", Field: "routing_status", Initial: "offline"},
	OwnedBy:     "owner_client_id",
	Fields: []Field{
		{Name: "id", Type: String, Class: Server, Input: ReadOnly},
		{Name: "name", Type: String, Required: true},
		avatar(),
		botLimits(Asked),
		defaultPriority(InDetail),
		{Name: "job_title", Type: String, Seen: Asked, Clear: ""},
		membership(false, Asked),
		workScheduler(Asked, "IANA time zone; required with a schedule."),
		ownerClientID(InDetail, "Application that owns the bot; required with a personal access token."),
		{Name: "routing_status", Doc: "Routing status at the time of the export. lcsync sets it only on a new bot; routing_statuses takes precedence.",
			Type: String, Class: Server, Input: CreateOnly, OnChange: ByStart, Seen: Undocumented, Enum: statuses},
		{Name: "timezone", Doc: "Accepted in place of work_scheduler.timezone.", Type: String, Class: Volatile, Input: ReadOnly, Seen: Asked},
	},
	Reads: []Read{
		{Method: "list_bots", Params: Of("all", true), Fields: true, Rows: foldTimezone,
			Narrow: []string{"agents-bot--my:ro"}, Whole: []string{"agents-bot--all:ro"}},
		{Method: "get_bot", Per: PerRow, Fields: true, Rows: foldTimezone, Reveals: "owner_client_id"},
	},
	Create: &Op{Method: "create_bot", Reveals: []string{"id", "secret"}, ResetSecret: "reset_bot_secret"},
	Update: &Op{Method: "update_bot", ID: []string{"id"}},
	Delete: &Op{Method: "delete_bot", ID: []string{"id"}, Loses: "the bot's id and secret are lost"},
	Check: func(x *Inspection, o *Object) {
		hours := o.Object("work_scheduler")
		if IsEmpty(hours.Get("timezone")) && !IsEmpty(hours.Get("schedule")) {
			x.refuse(fieldPath("work_scheduler").Member("timezone"), "add timezone", "timezone is required with a schedule")
		}
		checkHours(x, o)
	},
}

// foldTimezone moves the zone in a bot's responses to the place where it is
// written: work_scheduler.timezone.
func foldTimezone(answer Value, client string) ([]*Object, []Odd, error) {
	rows, odds, err := objectRows(answer, client)
	for _, r := range rows {
		zone, ok := r.Lookup("timezone")
		if !ok {
			continue
		}
		r.Delete("timezone")
		ws := r.Object("work_scheduler")
		if s, _ := zone.(string); s == "" || ws.Has("timezone") || ws == nil && r.Get("work_scheduler") != nil {
			continue
		}
		if ws == nil {
			ws = &Object{}
			r.Set("work_scheduler", ws)
		}
		ws.Set("timezone", zone)
	}
	return rows, odds, err
}

var botTemplates = &Kind{
	Name: "bot_templates", Singular: "bot template",
	Doc:      "Bots that an application adds to each license that installs it. Changes do not affect existing installations.",
	ServerID: "id", RandomID: true,
	Key:     []string{"owner_client_id", "name"},
	OwnedBy: "owner_client_id",
	Reach:   OfApplication,
	Fields: []Field{
		{Name: "id", Type: String, Class: Server, Input: ReadOnly},
		appOwner("Application that owns the template."),
		{Name: "name", Type: String, Required: true},
		avatar(),
		botLimits(Undocumented),
		defaultPriority(Undocumented),
		{Name: "job_title", Type: String, Seen: Undocumented, Clear: ""},
	},
	Caps:   []Cap{{N: 5, Per: []string{"owner_client_id"}}},
	Reads:  []Read{{Method: "list_bot_templates", Per: PerClient}},
	Create: &Op{Method: "create_bot_template", Reveals: []string{"id", "secret"}, ResetSecret: "reset_bot_template_secret"},
	Update: &Op{Method: "update_bot_template", ID: []string{"id", "owner_client_id"}},
	Delete: &Op{Method: "delete_bot_template", ID: []string{"id", "owner_client_id"}, Loses: "the template's id and secret are lost"},
}
