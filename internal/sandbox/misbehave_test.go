package sandbox

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOptionsRefused(t *testing.T) {
	for _, o := range []Options{
		{Region: "fra a"}, {Region: "-a"}, {Rate: -1}, {Latency: -1}, {Normalise: []string{"shoe"}},
		{Faults: []string{"list_bots"}},
		{Faults: []string{"list_bots=boom"}},
		{Faults: []string{"list_bots=delay"}},
		{Faults: []string{"list_bots=delay=soon"}},
		{Faults: []string{"list_bots=500@0"}},
		{Faults: []string{"list_bots=500@x"}},
		{Faults: []string{"list_bots=500%101"}},
		{Faults: []string{"list_cats=500"}},
		{Faults: []string{"list_bots=item-429"}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v: accepted", o)
		}
	}
	_, err := New(Options{Faults: []string{"list_cats=500"}})
	if want := `fault "list_cats=500": there is no method "list_cats"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRate(t *testing.T) {
	clock := newClock()
	c := start(t, Options{Clock: clock, Rate: 2})
	steps := []struct {
		wait time.Duration
		want string
	}{
		{0, "ok"}, {0, "ok"}, {0, "too_many_requests 1"},
		{400 * time.Millisecond, "too_many_requests 1"}, {100 * time.Millisecond, "ok"}, {0, "too_many_requests 1"},
		{time.Hour, "ok"}, {0, "ok"}, {0, "too_many_requests 1"},
	}
	for i, s := range steps {
		clock.advance(s.wait)
		if got := c.outcome("list_channels", "{}"); got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
	}
	slow := start(t, Options{Rate: 0.25})
	slow.outcome("list_channels", "{}")
	if got, want := slow.outcome("list_channels", "{}"), "too_many_requests 4"; got != want {
		t.Errorf("a slow license says %s, want %s", got, want)
	}
}

func TestLatency(t *testing.T) {
	clock := newClock()
	c := start(t, Options{Clock: clock, Latency: 70 * time.Millisecond})
	began := clock.Now()
	c.ok("list_channels", "{}")
	if got := clock.Now().Sub(began); got != 70*time.Millisecond {
		t.Errorf("took %s", got)
	}
}

func TestStaleReads(t *testing.T) {
	clock := newClock()
	c := startSeeded(t, Options{Clock: clock, StaleReads: 10 * time.Second})
	name := func() string {
		return c.ok("get_agent", `{"id":"ann@example.com"}`).(map[string]any)["name"].(string)
	}
	hooks := func() int { return len(c.ok("list_webhooks", `{"owner_client_id":"sandbox-client"}`).([]any)) }
	expect := func(what, wantName string, wantHooks int) {
		t.Helper()
		if gotName, gotHooks := name(), hooks(); gotName != wantName || gotHooks != wantHooks {
			t.Errorf("%s: %s with %d webhooks, want %s with %d", what, gotName, gotHooks, wantName, wantHooks)
		}
	}
	expect("what was loaded is seen at once", "Ann", 1)
	c.ok("update_agent", `{"id":"ann@example.com","name":"Anna"}`)
	clock.advance(4 * time.Second)
	c.ok("register_webhook", webhook("incoming_chat", ""))
	c.ok("update_agent", `{"id":"ann@example.com","name":"Annie"}`)
	expect("nothing yet", "Ann", 1)
	clock.advance(6 * time.Second)
	expect("the first change", "Anna", 1)
	clock.advance(3999 * time.Millisecond)
	expect("just before", "Anna", 1)
	clock.advance(time.Millisecond)
	expect("everything", "Annie", 2)
	c.ok("delete_agent", `{"id":"bob@example.com"}`)
	c.check("update_agent", `{"id":"bob@example.com"}`, "not_found")
	c.ok("get_agent", `{"id":"bob@example.com"}`)
	if n := len(c.l.past.entries); n > 3 {
		t.Errorf("%d old states are kept", n)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	clock := newClock()
	var h history[int]
	for i := range 2 * maxHistory {
		h.record(clock.Now(), i, time.Hour)
	}
	if n := len(h.entries); n > maxHistory {
		t.Errorf("%d entries within an hour, want at most %d", n, maxHistory)
	}
	clock.advance(2 * time.Hour)
	h.record(clock.Now(), -1, time.Hour)
	if n := len(h.entries); n != 2 {
		t.Errorf("%d entries, want the one that held an hour ago and the new one", n)
	}
	if got := h.at(clock.Now().Add(-time.Hour)); got != 2*maxHistory-1 {
		t.Errorf("an hour ago it was %d", got)
	}
}

func TestMergeLists(t *testing.T) {
	c := startSeeded(t, Options{MergeLists: true})
	for _, step := range []string{
		`{"id":"ann@example.com","notifications":["ticket"],"email_subscriptions":["daily_summary"]}`,
		`{"id":"ann@example.com","notifications":["new_goal","ticket"],"email_subscriptions":[]}`,
		`{"id":"ann@example.com","groups":[{"id":8,"priority":"last"}]}`,
		`{"id":"ann@example.com","groups":[{"id":7,"priority":"normal"}]}`,
		scheduleOf("ann@example.com", "monday", "08:00", "09:00"),
		scheduleOf("ann@example.com", "monday", "10:00", "11:00"),
	} {
		c.ok("update_agent", step)
	}
	got := c.ok("get_agent", `{"id":"ann@example.com","fields":["notifications","email_subscriptions","groups","work_scheduler"]}`).(map[string]any)
	want := map[string]string{
		"notifications": `["ticket","new_goal"]`, "email_subscriptions": `["daily_summary"]`,
		"groups":         `[{"id":7,"priority":"normal"},{"id":8,"priority":"last"}]`,
		"work_scheduler": `{"schedule":[{"day":"monday","enabled":true,"end":"09:00","start":"08:00"},{"day":"monday","enabled":true,"end":"11:00","start":"10:00"}],"timezone":"Europe/Riga"}`,
	}
	for field, w := range want {
		if g := compact(got[field]); g != w {
			t.Errorf("%s: %s, want %s", field, g, w)
		}
	}
	c.ok("update_group", `{"id":7,"agent_priorities":{"bob@example.com":"first"}}`)
	c.ok("update_tag", `{"name":"Urgent","group_ids":[8]}`)
	c.ok("update_auto_access", `{"id":"A","access":{"groups":[8]},"conditions":{"domain":{"values":[{"value":"x"}]}}}`)
	st := decodeState(t, c.l)
	for _, tc := range []struct{ what, got, want string }{
		{"members", compact(c.ok("get_group", `{"id":7,"fields":["agent_priorities"]}`).(map[string]any)["agent_priorities"]),
			`{"ann@example.com":"normal","bob@example.com":"first"}`},
		{"tag", compact(st.list("tags")[0].(obj)["group_ids"]), `[7,8]`},
		{"rule's groups", compact(st.list("auto_accesses")[0].(obj)["access"]), `{"groups":[7,8]}`},
		{"rule's conditions", compact(st.list("auto_accesses")[0].(obj)["conditions"]),
			`{"domain":{"values":[{"value":"x"}]},"url":{"values":[{"value":"a"}]}}`},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %s, want %s", tc.what, tc.got, tc.want)
		}
	}
}

func TestListsAreReplacedOtherwise(t *testing.T) {
	c := startSeeded(t, Options{})
	c.ok("update_agent", `{"id":"ann@example.com","notifications":["ticket"]}`)
	c.ok("update_agent", `{"id":"ann@example.com","notifications":["new_goal"],"groups":[]}`)
	got := c.ok("get_agent", `{"id":"ann@example.com","fields":["notifications","groups","job_title"]}`).(map[string]any)
	if compact(got["notifications"]) != `["new_goal"]` || compact(got["groups"]) != `[]` || got["job_title"] != "Mender" {
		t.Errorf("got %v", got)
	}
}

func TestKeepSetValues(t *testing.T) {
	c := startSeeded(t, Options{KeepSetValues: true})
	for _, size := range []string{"2", "3"} {
		c.ok("update_license_properties", `{"properties":{"sandbox-client":{"size":`+size+`}}}`)
	}
	if got := compact(c.ok("list_license_properties", `{"namespace":"sandbox-client"}`)); got != `{"sandbox-client":{"size":2}}` {
		t.Errorf("got %s", got)
	}
}

func TestShuffle(t *testing.T) {
	c := startSeeded(t, Options{Shuffle: true})
	before := string(c.l.State())
	seen := map[string]bool{}
	for range 40 {
		seen[names(c.ok("list_agents", "{}"))] = true
	}
	if len(seen) != 6 {
		t.Errorf("%d orders of three agents: %v", len(seen), seen)
	}
	if diff := cmp.Diff(before, string(c.l.State())); diff != "" {
		t.Errorf("shuffling changed the state: %s", diff)
	}
}

func TestUnknownFields(t *testing.T) {
	c := startSeeded(t, Options{UnknownFields: true})
	for _, method := range []string{"list_agents", "list_groups", "list_tags", "list_auto_accesses", "list_channels"} {
		for _, e := range c.ok(method, "{}").([]any) {
			if e.(map[string]any)[unknownField] == nil {
				t.Errorf("%s: no unknown field in %v", method, e)
			}
		}
	}
	for method, body := range map[string]string{
		"list_license_properties": "{}", "get_group": `{"id":7,"fields":["agent_priorities"]}`,
	} {
		answer := compact(c.ok(method, body))
		if method == "list_license_properties" && strings.Contains(answer, unknownField) {
			t.Errorf("namespaces and names are data, not fields: %s", answer)
		}
		if strings.Count(answer, unknownField) > 1 {
			t.Errorf("agents are data, not fields: %s", answer)
		}
	}
	c.ok("update_agent", `{"id":"ann@example.com","`+unknownField+`":"unnamed"}`)
	c.check("update_agent", `{"id":"ann@example.com","other":1}`, "validation: `other`")
	if strings.Contains(string(c.l.State()), unknownField) {
		t.Error("the unknown field got into the state")
	}
}

func TestNormalise(t *testing.T) {
	c := startSeeded(t, Options{Normalise: []string{"avatar", "mobile", "name"}})
	c.ok("update_agent", `{"id":"ann@example.com","avatar":"https://pics.example.com/a.png","mobile":"+1 555 0100","name":" Ann "}`)
	got := c.ok("get_agent", `{"id":"ann@example.com","fields":["mobile"]}`).(map[string]any)
	if got["mobile"] != "+15550100" || got["name"] != "Ann" || !strings.HasPrefix(got["avatar"].(string), avatarHost) {
		t.Errorf("got %v", got)
	}
	c.ok("update_agent", fmt.Sprintf(`{"id":"ann@example.com","avatar":%q}`, got["avatar"]))
	if again := c.ok("get_agent", `{"id":"ann@example.com"}`).(map[string]any)["avatar"]; again != got["avatar"] {
		t.Errorf("what was hosted moved again: %v", again)
	}
}

func TestConcurrentUse(t *testing.T) {
	apps := NewApplications()
	a := startSeeded(t, Options{Apps: apps, StaleReads: time.Second, Shuffle: true, UnknownFields: true})
	b := start(t, Options{Seed: 5, Apps: apps})
	var wg sync.WaitGroup
	for i := range 8 {
		c := []*client{a, b}[i%2]
		wg.Go(func() {
			for n := range 10 {
				c.ok("create_tag", fmt.Sprintf(`{"name":"t%d-%d"}`, i, n))
				c.ok("list_tags", "{}")
				c.ok("create_bot", `{"name":"B"}`)
				c.ok("list_bots", `{"fields":["groups"]}`)
				c.l.State()
				c.l.Calls()
			}
		})
	}
	wg.Wait()
	if got := len(decodeState(t, b.l).list("tags")); got != 40 {
		t.Errorf("%d tags, want 40", got)
	}
}

// TestStaleValues: what every license has is late like anything else, at the
// license and at groups, in either direction.
func TestStaleValues(t *testing.T) {
	clock := newClock()
	c := startSeeded(t, Options{Clock: clock, StaleReads: 25 * time.Second, Nulls: true})
	shown := func() string {
		return changed(t, c.ok("list_license_properties", `{"namespace":"chats"}`)) +
			changed(t, c.okIn("3.4", "list_group_properties", `{"id":8,"namespace":"chats"}`))
	}
	const set = `{"chats":{"manual_routing":true}}{"chats":{"queue.routing_priority":3}}`
	c.ok("update_license_properties", `{"properties":{"chats":{"manual_routing":true}}}`)
	c.ok("update_group_properties", `{"group_id":8,"properties":{"chats":{"queue.routing_priority":3}}}`)
	for _, step := range []struct {
		wait time.Duration
		want string
	}{{0, `{}{}`}, {24 * time.Second, `{}{}`}, {time.Second, set}} {
		clock.advance(step.wait)
		if got := shown(); got != step.want {
			t.Errorf("%s later: %s, want %s", step.wait, got, step.want)
		}
	}
	c.ok("delete_license_properties", `{"properties":{"chats":["manual_routing"]}}`)
	c.ok("delete_group_properties", `{"id":8,"properties":{"chats":["queue.routing_priority"]}}`)
	clock.advance(24 * time.Second)
	if got := shown(); got != set {
		t.Errorf("after deletion: %s", got)
	}
	clock.advance(time.Second)
	if got := shown(); got != `{}{}` {
		t.Errorf("at last: %s", got)
	}
	if err := c.l.LoadUnchecked([]byte(`{"license_properties":{"chats":{"manual_routing":true}}}`)); err != nil {
		t.Fatal(err)
	}
	if got := changed(t, c.ok("list_license_properties", `{}`)); got != `{"chats":{"manual_routing":true}}` {
		t.Errorf("what was loaded is late: %s", got)
	}
}
