package sandbox

const (
	roleOwner     = "owner"
	accepting     = "accepting_chats"
	notAccepting  = "not_accepting_chats"
	offline       = "offline"
	maxAgentChats = 100 // of create_agent, and of update_agent before 3.5
	maxChatsLater = 20  // of update_agent
	maxBotChats   = 500
	usualChats    = 6
)

var (
	// rolesGiven are the roles that a request can set; the API cannot make or
	// unmake an owner.
	rolesGiven     = []string{"viceowner", "administrator", "normal"}
	rolesAll       = append([]string{roleOwner}, rolesGiven...)
	loginStatuses  = []string{"accepting chats", "not accepting chats"}
	priorities     = []string{"first", "normal", "last", "supervisor"}
	weekdays       = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	subscriptions  = []string{"daily_summary", "weekly_summary"}
	notificationIn = []string{
		"new_visitor", "incoming_chat", "returning_visitor", "queued_visitor", "visitor_is_typing", "new_goal",
		"unassigned_chats", "unassigned_chat_messages", "ticket", "inactive_notifications", "mute_all_sounds",
		"repeat_sound_notifications", "ticket_notifications", "incoming_message_for_focused_chat",
	}
)

func membershipsSpec() spec {
	return listOf("groups", record("", natural("id").need(), text("priority").of(priorities).need()))
}

// schedulerSpec does not require a zone: agents use their own by default.
func schedulerSpec() spec { return schedulerIn(text("timezone")) }

// botSchedulerSpec requires a zone: a bot has no zone of its own.
func botSchedulerSpec() spec { return schedulerIn(text("timezone").need()) }

func schedulerIn(zone spec) spec {
	return record("work_scheduler",
		zone,
		listOf("schedule", record("",
			text("day").of(weekdays).need(), flag("enabled").need(), text("start").need(), text("end").need(),
		)).need(),
	)
}

// agentSpecs are the fields of an agent that both writing methods accept; the
// methods differ in the maximum number of chats.
func agentSpecs(chats int) []spec {
	return []spec{
		text("role").of(rolesGiven), text("avatar"), text("login_status").of(loginStatuses), text("job_title"),
		text("mobile"), natural("max_chats_count").max(chats), membershipsSpec(),
		listOf("notifications", text("").of(notificationIn)),
		listOf("email_subscriptions", text("").of(subscriptions)), schedulerSpec(),
	}
}

var agentExtras = []string{
	"work_scheduler", "groups", "email_subscriptions", "notifications", "job_title", "mobile",
	"max_chats_count", "suspended", "awaiting_approval", "last_logout",
}

// botSpecs are the fields of a bot that both writing methods accept.
func botSpecs() []spec {
	return append(templateSpecs(), membershipsSpec(), botSchedulerSpec())
}

// templateSpecs are what bots and templates have in common.
func templateSpecs() []spec {
	return []spec{
		text("avatar"), natural("max_chats_count").max(maxBotChats),
		text("default_group_priority").of(priorities), text("job_title"),
	}
}

var botExtras = []string{"groups", "work_scheduler", "job_title", "max_chats_count", "timezone"}

// agentDefaults is an agent with default values.
var agentDefaults = obj{
	"avatar": "", "role": "normal", "login_status": "not accepting chats", "job_title": "", "mobile": "",
	"max_chats_count": int64(usualChats), "groups": []any{}, "notifications": []any{},
	"email_subscriptions": []any{}, "work_scheduler": noSchedule, "suspended": false, "awaiting_approval": false,
}

// botDefaults is a bot of which nothing is known. The pages name no default
// for default_group_priority.
var botDefaults = templateDefaults.with(obj{"groups": []any{}, "work_scheduler": noSchedule})

var templateDefaults = obj{
	"avatar": "", "max_chats_count": int64(usualChats), "default_group_priority": "normal", "job_title": "",
}

var noSchedule = obj{"timezone": "", "schedule": []any{}}
