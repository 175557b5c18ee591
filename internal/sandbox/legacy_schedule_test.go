package sandbox

import (
	"strings"
	"testing"
)

// scheduler asks for one person's schedule in a version.
func (c *client) scheduler(version, method, id string) string {
	c.t.Helper()
	answer := c.okIn(version, method, `{"id":"`+id+`","fields":["work_scheduler"]}`).(map[string]any)
	return compact(answer["work_scheduler"])
}

// TestOneScheduleInTwoForms writes hours by day and reads a list, and the
// reverse.
func TestOneScheduleInTwoForms(t *testing.T) {
	c := startSeeded(t, Options{})
	c.okIn("3.2", "update_agent", `{"id":"ann@example.com","work_scheduler":{
		"friday":{"start":"07:00","end":"15:00"},"monday":{"start":"08:00","end":"16:00"}}}`)
	if got, want := c.scheduler("3.5", "get_agent", "ann@example.com"), `{"schedule":[`+
		`{"day":"monday","enabled":true,"end":"16:00","start":"08:00"},`+
		`{"day":"friday","enabled":true,"end":"15:00","start":"07:00"}],"timezone":""}`; got != want {
		t.Errorf("3.5 shows %s", got)
	}
	c.ok("update_agent", `{"id":"ann@example.com","work_scheduler":{"timezone":"Asia/Tokyo","schedule":[
		{"day":"sunday","enabled":true,"start":"01:00","end":"02:00"},{"day":"monday","enabled":false,"start":"03:00","end":"04:00"}]}}`)
	for _, version := range legacyVersions[1:] {
		if got, want := c.scheduler(version, "get_agent", "ann@example.com"), `{"sunday":{"end":"02:00","start":"01:00"}}`; got != want {
			t.Errorf("%s shows %s", version, got)
		}
	}
	// The zone an agent has stays; a bot's is that of the agent who asks.
	c.okIn("3.4", "update_agent", `{"id":"ann@example.com","work_scheduler":{"sunday":{"start":"01:00","end":"03:00"}}}`)
	if got := c.scheduler("3.5", "get_agent", "ann@example.com"); !strings.Contains(got, `"timezone":"Asia/Tokyo"`) {
		t.Errorf("the zone is lost: %s", got)
	}
	ann := c.with("Authorization", "Basic YWNjLWFubjpkYWw6c2FuZGJveA==")
	ann.okIn("3.2", "update_bot", `{"id":"bot-mine","work_scheduler":{"sunday":{"start":"05:00","end":"06:00"}}}`)
	if got := compact(c.ok("get_bot", `{"id":"bot-mine","fields":["timezone"]}`).(map[string]any)["timezone"]); got != `"Asia/Tokyo"` {
		t.Errorf("the bot's zone is %s", got)
	}
}

// TestSchedulesOldVersionsCannotShow: several entries a day fail the whole
// request; without the field it succeeds.
func TestSchedulesOldVersionsCannotShow(t *testing.T) {
	c := startSeeded(t, Options{})
	const split = `"work_scheduler":{"timezone":"Asia/Tokyo","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"12:00"},
		{"day":"monday","enabled":true,"start":"13:00","end":"17:00"}]}}`
	c.ok("update_agent", `{"id":"ann@example.com",`+split)
	c.ok("update_bot", `{"id":"bot-mine",`+split)
	const fields = `"fields":["work_scheduler","groups"]}`
	for _, version := range legacyVersions[1:] {
		c.refusedIn(version, "get_agent", `{"id":"ann@example.com",`+fields, "validation: `work_scheduler`")
		c.refusedIn(version, "list_agents", `{`+fields, "validation: `work_scheduler`")
		c.okIn(version, "get_agent", `{"id":"bob@example.com",`+fields)
		c.okIn(version, "list_agents", `{"fields":["groups"]}`)
	}
	for _, version := range []string{"3.3", "3.4"} {
		c.refusedIn(version, "get_bot", `{"id":"bot-mine",`+fields, "validation: `work_scheduler`")
		c.refusedIn(version, "list_bots", `{`+fields, "validation: `work_scheduler`")
		c.okIn(version, "list_bots", `{"fields":["groups","timezone"]}`)
	}
	c.okIn("3.2", "list_agents", `{"fields":["groups"]}`)
	c.okIn("3.2", "update_agent", `{"id":"ann@example.com","work_scheduler":{}}`)
	c.okIn("3.2", "list_agents", `{`+fields) // the bot's is not shown there
}

func TestZonesOf33And34(t *testing.T) {
	c := startSeeded(t, Options{})
	const hours = `"work_scheduler":{"monday":{"start":"08:00","end":"16:00"}}`
	zone := func(id string) string {
		return compact(c.ok("get_bot", `{"id":"`+id+`","fields":["timezone"]}`).(map[string]any)["timezone"])
	}
	for _, version := range []string{"3.3", "3.4"} {
		c.refusedIn(version, "create_bot", `{"name":"B",`+hours+`}`, "validation: `timezone` is required")
		c.refusedIn(version, "update_bot", `{"id":"bot-other",`+hours+`}`, "validation: `timezone` is required")
		c.refusedIn(version, "create_bot", `{"name":"B","work_scheduler":{"timezone":"Asia/Tokyo","schedule":[]}}`, "validation: `work_scheduler.schedule` is not")
		id := field(t, c.okIn(version, "create_bot", `{"name":"B","timezone":"Asia/Tokyo",`+hours+`}`), "id")
		c.refusedIn(version, "update_bot", `{"id":"`+id+`",`+hours+`}`, "validation: `timezone` is required")
		c.okIn(version, "update_bot", `{"id":"`+id+`","timezone":"Asia/Tokyo","work_scheduler":{"sunday":{"start":"08:00","end":"16:00"}}}`)
		if got := zone(id); got != `"Asia/Tokyo"` {
			t.Errorf("%s: the zone is %s", version, got)
		}
		c.okIn(version, "update_bot", `{"id":"`+id+`","timezone":"Europe/Oslo"}`)
		if got := zone(id) + c.scheduler(version, "get_bot", id); got != `"Europe/Oslo"{"sunday":{"end":"16:00","start":"08:00"}}` {
			t.Errorf("%s: %s", version, got)
		}
	}
}

// TestNights: what ends before it starts passes midnight, in every version.
func TestNights(t *testing.T) {
	c := startSeeded(t, Options{})
	c.okIn("3.2", "update_agent", `{"id":"ann@example.com","work_scheduler":{"monday":{"start":"22:00","end":"06:00"}}}`)
	if got := c.scheduler("3.2", "get_agent", "ann@example.com"); got != `{"monday":{"end":"06:00","start":"22:00"}}` {
		t.Errorf("3.2 shows %s", got)
	}
	c.ok("update_agent", `{"id":"ann@example.com","name":"Anna"}`)
	c.ok("update_agent", scheduleOf("ann@example.com", "monday", "23:00", "05:00"))
	if got := c.scheduler("3.4", "get_agent", "ann@example.com"); got != `{"monday":{"end":"05:00","start":"23:00"}}` {
		t.Errorf("3.4 shows %s", got)
	}
	for _, body := range []string{
		`{"funday":{"start":"08:00","end":"16:00"}}`, `{"monday":{"start":"08:00"}}`, `{"monday":{"start":"8:00","end":"16:00"}}`,
		`{"monday":[{"start":"08:00","end":"16:00"}]}`, `{"timezone":"Asia/Tokyo"}`,
	} {
		c.refusedIn("3.2", "update_agent", `{"id":"ann@example.com","work_scheduler":`+body+`}`, "validation: `work_scheduler")
	}
}
