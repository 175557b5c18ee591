package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoadOfStateIsIdentity(t *testing.T) {
	for _, c := range []*client{start(t, Options{}), startSeeded(t, Options{Seed: 4})} {
		before := c.l.State()
		if err := c.l.Load(before); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(before), string(c.l.State())); diff != "" {
			t.Error(diff)
		}
		other := start(t, Options{Seed: 99})
		if err := other.l.Load(before); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(before), string(other.l.State())); diff != "" {
			t.Error("on another license:", diff)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, tc := range []struct{ reason, state, want string }{
		{"not JSON", `{`, "reading JSON"},
		{"two documents", `{} {}`, "more than one document"},
		{"no object", `[]`, "not a JSON object"},
		{"an unknown kind", `{"license": {}}`, "`license` is not a known parameter"},
		{"an unknown field", `{"agents": [{"id": "a@example.com", "name": "A", "nick": "x"}]}`, "`agents[0].nick`"},
		{"a rule's next_id", `{"auto_accesses": [{"next_id": ""}]}`, "`auto_accesses[0].next_id`"},
		{"a wrong type", `{"groups": [{"name": 3}]}`, "`groups[0].name` must be a string"},
		{"twice the same", `{"tags": [{"name": "a"}, {"name": "a"}]}`, "`tags[1]` is a duplicate"},
		{"two owners", `{"agents": [{"id": "a@example.com", "name": "A", "role": "owner"}, {"id": "b@example.com", "name": "B", "role": "owner"}]}`, "2 owners"},
		{"an unknown group", `{"agents": [{"id": "a@example.com", "name": "A", "groups": [{"id": 4, "priority": "first"}]}]}`, "Group not found: 4"},
		{"a status of nobody", `{"routing_statuses": [{"agent_id": "x", "status": "offline"}]}`, "not an agent or a bot"},
		{"values of no group", `{"group_properties": [{"id": 5, "properties": {}}]}`, "group 5"},
		{"built-in properties", `{"properties": [{"owner_client_id": "test", "name": "x", "type": "int", "access": {}}]}`, "built in"},
	} {
		c := start(t, Options{})
		before := string(c.l.State())
		err := c.l.Load([]byte(tc.state))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want …%s…", tc.reason, err, tc.want)
		}
		if diff := cmp.Diff(before, string(c.l.State())); diff != "" {
			t.Errorf("%s: the state changed: %s", tc.reason, diff)
		}
	}
}

func TestLoadFillsIn(t *testing.T) {
	c := start(t, Options{})
	err := c.l.Load([]byte(`{
		"agents": [{"id": "owner@example.com", "name": "No owner"}], "groups": [{"name": "New"}],
		"bots": [{"name": "B", "owner_client_id": "x"}], "webhooks": [{"owner_client_id": "x",
		"action": "incoming_chat", "type": "bot", "url": "https://example.com"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	st := decodeState(t, c.l)
	if got := len(st.list("groups")); got != 2 {
		t.Errorf("%d groups, want General and the new one", got)
	}
	if got := st.list("agents")[0].(obj); got["id"] != "the.owner@example.com" || got["role"] != "owner" {
		t.Errorf("the owner is %v", got)
	}
	bot := st.list("bots")[0].(obj)
	if len(bot.text("id")) != 32 || len(bot.text("secret")) != 32 {
		t.Errorf("the bot has neither id nor secret: %v", bot)
	}
	if got := len(st.list("routing_statuses")); got != 3 {
		t.Errorf("%d routing statuses, want everyone's", got)
	}
}

func decodeState(t *testing.T, l *License) obj {
	t.Helper()
	v, err := decodeValue(l.State())
	if err != nil {
		t.Fatal(err)
	}
	return v.(obj)
}

func TestIDsDifferBySeed(t *testing.T) {
	seen := map[string]int64{}
	for seed := range int64(40) {
		c := start(t, Options{Seed: seed})
		ids := []string{
			c.id("create_group", `{"name":"A","agent_priorities":{"owner@example.com":"normal"}}`),
			c.id("create_group", `{"name":"B","agent_priorities":{"owner@example.com":"normal"}}`),
			c.id("create_bot", `{"name":"A"}`),
			c.id("add_auto_access", `{"access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"x"}]}}}`),
			decodeState(t, c.l).text("organization_id"),
			decodeState(t, c.l).list("agents")[0].(obj).text("account_id"),
		}
		for _, id := range ids {
			if other, ok := seen[id]; ok {
				t.Errorf("seeds %d and %d share the id %s", other, seed, id)
			}
			seen[id] = seed
		}
	}
}

func TestSameSeedSameLicense(t *testing.T) {
	make := func() string {
		c := start(t, Options{Seed: -3})
		c.id("create_bot", `{"name":"A"}`)
		c.ok("create_tag", `{"name":"A"}`)
		return string(c.l.State())
	}
	if diff := cmp.Diff(make(), make()); diff != "" {
		t.Error(diff)
	}
}
