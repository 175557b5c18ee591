package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var anyAccount = regexp.MustCompile(`"account_id":"[^"]*"`)

// oddLicense is what no method lets anybody write, and licenses have all the
// same.
const oddLicense = `{
 "agents": [
  {"id": "owner@example.com", "name": "O", "role": "owner"},
  {"id": "ann@example.com", "name": "Same", "role": "apprentice", "max_chats_count": 3.0, "notifications": ["carrier_pigeon"],
   "groups": [{"id": 7, "priority": "sometimes"}, {"id": 99, "priority": "first"}], "shoe_size": 38,
   "work_scheduler": {"timezone": "Mars/Olympus", "schedule": [
    {"day": "monday", "enabled": true, "start": "08:00:00", "end": "06:00"}, {"day": "someday", "start": "8", "end": "9"}]}},
  {"id": "bob@example.com", "name": "Same", "role": "normal", "mobile": 555, "groups": [{"id": 7, "priority": "first"}]}
 ],
 "groups": [{"id": 7, "name": "Same", "colour": "red"}, {"id": 8, "name": "Same"}, {"id": 9, "name": "LONG"}],
 "bots": [{"id": "b1", "name": "Same", "owner_client_id": "sandbox-client", "max_chats_count": 900, "licence": {"no": [1]}},
  {"id": "b2", "name": "Same", "owner_client_id": "sandbox-client"}],
 "bot_templates": [{"id": "t1", "name": "T", "owner_client_id": "sandbox-client", "note": "n"}],
 "tags": [{"name": "t", "group_ids": [99], "created_at": "yesterday"}],
 "auto_accesses": [{"id": "A", "next_id": "gone", "access": {"groups": [99]}, "conditions": {"url": {"values": [], "exclude_values": []}}}],
 "properties": [{"owner_client_id": "sandbox-client", "name": "p", "type": "float", "access": {"license": {"agent": ["read"]}, "moon": 1}, "unit": "kg"}],
 "license_properties": {"sandbox-client": {"p": 1.50}},
 "group_properties": [{"id": 99, "properties": {"chats": {"queue.routing_priority": 1}}}],
 "webhooks": [
  {"id": "w1", "owner_client_id": "sandbox-client", "action": "incoming_chat", "type": "bot", "url": "/relative", "retries": 3},
  {"id": "w2", "owner_client_id": "sandbox-client", "action": "incoming_chat", "type": "bot", "url": "https://example.com/"},
  {"id": "w3", "owner_client_id": "sandbox-client", "action": "incoming_chat", "type": "fax", "url": "https://example.com/"},
  {"id": "w4", "owner_client_id": "sandbox-client", "action": "incoming_chat", "type": "bot", "url": "https://example.com/"}
 ],
 "routing_statuses": [{"agent_id": "nobody", "status": "asleep"}]
}`

// startOdd is a license with the state above.
func startOdd(t *testing.T) *client {
	t.Helper()
	c := start(t, Options{})
	odd := strings.Replace(oddLicense, "LONG", strings.Repeat("x", maxGroupName+1), 1)
	if err := c.l.Load([]byte(odd)); err == nil {
		t.Error("Load takes it")
	}
	if err := c.l.LoadUnchecked([]byte(odd)); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatIsOddIsShownAsItIs(t *testing.T) {
	c := startOdd(t)
	for _, tc := range []struct{ version, method, body, want string }{
		{"3.5", "list_agents", `{"fields":["max_chats_count","notifications","groups","work_scheduler","mobile"]}`,
			`{"account_id":"*","avatar_path":"","groups":[{"id":7,"priority":"sometimes"},{"id":99,"priority":"first"}],"id":"ann@example.com",` +
				`"login_status":"not accepting chats","max_chats_count":3.0,"mobile":"","name":"Same","notifications":["carrier_pigeon"],"role":"apprentice","shoe_size":38,` +
				`"work_scheduler":{"schedule":[{"day":"monday","enabled":true,"end":"06:00","start":"08:00:00"},{"day":"someday","end":"9","start":"8"}],"timezone":"Mars/Olympus"}}`},
		{"3.5", "get_agent", `{"id":"bob@example.com","fields":["mobile"]}`, `"mobile":555`},
		{"3.5", "list_groups", `{"fields":["agent_priorities"]}`, `{"agent_priorities":{"ann@example.com":"sometimes","bob@example.com":"first"},"colour":"red","id":7,`},
		{"3.5", "get_group", `{"id":7}`, `{"colour":"red","id":7,"language_code":"en","name":"Same"}`},
		{"3.5", "list_bots", `{"all":true,"fields":["max_chats_count"]}`, `{"avatar":"","id":"b1","licence":{"no":[1]},"max_chats_count":900,"name":"Same"}`},
		{"3.5", "list_bot_templates", `{"owner_client_id":"sandbox-client"}`, `"note":"n"`},
		{"3.5", "list_tags", `{}`, `{"author_id":"","created_at":"yesterday","group_ids":[99],"name":"t"}`},
		{"3.5", "list_auto_accesses", `{}`, `"next_id":"gone"`},
		{"3.5", "list_properties", `{"owner_client_id":"sandbox-client"}`, `{"p":{"access":{"license":{"agent":["read"]},"moon":1},"description":"","type":"float","unit":"kg"}}`},
		{"3.5", "list_license_properties", `{"namespace":"sandbox-client"}`, `{"sandbox-client":{"p":1.50}}`},
		{"3.5", "list_webhooks", `{"owner_client_id":"sandbox-client"}`, `"retries":3,"type":"bot","url":"/relative"`},
		{"3.4", "get_agent", `{"id":"ann@example.com","fields":["work_scheduler"]}`, `"work_scheduler":{"monday":{"end":"06:00","start":"08:00:00"}}`},
	} {
		got := compact(c.okIn(tc.version, tc.method, tc.body))
		got = anyAccount.ReplaceAllString(got, `"account_id":"*"`)
		if !strings.Contains(got, tc.want) {
			t.Errorf("%s %s: %s\nlacks %s", tc.version, tc.method, got, tc.want)
		}
	}
}

// TestOddRestsAreLeftAlone by writes that do not touch them; and what is sent is
// held to the rules as ever.
func TestOddRestsAreLeftAlone(t *testing.T) {
	c := startOdd(t)
	c.ok("update_agent", `{"id":"ann@example.com","job_title":"Mender"}`)
	c.ok("update_group", `{"id":7,"language_code":"lv"}`)
	c.ok("delete_group", `{"id":8}`)
	c.ok("add_auto_access", `{"access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"x"}]}}}`)
	got := string(c.l.State())
	for _, want := range []string{`"apprentice"`, `"carrier_pigeon"`, `"shoe_size": 38`, `"08:00:00"`, `"colour": "red"`, `3.0`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is gone", want)
		}
	}
	if strings.Contains(got, `"next_id"`) {
		t.Error("the list of rules is not put in order")
	}
	c.check("update_agent", `{"id":"ann@example.com","role":"apprentice"}`, "validation")
	c.check("update_agent", `{"id":"ann@example.com","max_chats_count":3.0}`, "validation")
	c.check("update_agent", `{"id":"ann@example.com","shoe_size":39}`, "validation")
	c.check("update_agent", `{"id":"ann@example.com","groups":[{"id":99,"priority":"first"}]}`, "group_not_found")
	c.check("register_webhook", webhook("incoming_chat", ""), "limit_reached")
}

func TestLoadUncheckedRefuses(t *testing.T) {
	for _, tc := range []struct{ reason, state, want string }{
		{"not JSON", `{`, "reading JSON"},
		{"no object", `[]`, "not a JSON object"},
		{"an unknown kind", `{"license": {}}`, "`license` is not"},
		{"no list", `{"agents": {}}`, "`agents` must be an array"},
		{"no rows", `{"agents": [1]}`, "`agents[0]` must be an object"},
		{"no members", `{"agents": [{"id": "a", "groups": [7]}]}`, "`agents[0].groups[0]` must be an object"},
		{"a group's number", `{"groups": [{"id": "7"}]}`, "an id that is not a number"},
		{"twice the same", `{"bots": [{"id": "a"}, {"id": "a"}]}`, "is a duplicate"},
	} {
		c := start(t, Options{})
		before := string(c.l.State())
		err := c.l.LoadUnchecked([]byte(tc.state))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want …%s…", tc.reason, err, tc.want)
		}
		if diff := cmp.Diff(before, string(c.l.State())); diff != "" {
			t.Errorf("%s: the state changed: %s", tc.reason, diff)
		}
	}
	c := start(t, Options{})
	for path, want := range map[string]int{"/_sandbox/state": http.StatusBadRequest, "/_sandbox/state?unchecked": http.StatusNoContent} {
		if res, data, err := c.send("PUT", path, oddLicense); err != nil || res.StatusCode != want {
			t.Errorf("PUT %s: %v %s", path, err, data)
		}
	}
}

// TestNothingOddBreaksTheServer puts any JSON anywhere into a license: whatever
// loads can be loaded again, read in every version and written around.
func TestNothingOddBreaksTheServer(t *testing.T) {
	loaded := 0
	for seed := range uint64(30) {
		dice := rand.New(rand.NewPCG(seed, 7))
		doc, err := decodeValue([]byte(seeded))
		if err != nil {
			t.Fatal(err)
		}
		spoil(dice, doc, 0)
		c := start(t, Options{Nulls: seed%2 == 0, Shuffle: seed%3 == 0, UnknownFields: seed%5 == 0})
		if c.l.LoadUnchecked(encodeValue(doc, "")) != nil {
			continue
		}
		loaded++
		before := c.l.State()
		if err := c.l.LoadUnchecked(before); err != nil {
			t.Fatalf("%d: its own state: %v", seed, err)
		}
		if diff := cmp.Diff(string(before), string(c.l.State())); diff != "" {
			t.Errorf("%d: (-before +after)\n%s", seed, diff)
		}
		for version, apis := range versions {
			for name, e := range apis["configuration"] {
				body := minimalIn(version, name)
				if _, _, err := c.send(map[bool]string{true: "GET", false: "POST"}[e.get], "/v"+version+"/configuration/action/"+name, body); err != nil {
					t.Fatalf("%d: %s %s: %v", seed, version, name, err)
				}
			}
		}
	}
	if loaded < 10 {
		t.Errorf("only %d of 30 licenses could be loaded", loaded)
	}
}

// spoil puts something else in the place of a few parts of v.
func spoil(dice *rand.Rand, v any, depth int) any {
	if depth > 2 && dice.IntN(12) == 0 {
		return []any{nil, "", "odd", int64(-1), 2.5, true, []any{}, obj{}, []any{obj{"id": "x"}}, obj{"id": int64(7)}}[dice.IntN(10)]
	}
	switch v := v.(type) {
	case obj:
		for _, k := range sortedKeys(v) {
			v[k] = spoil(dice, v[k], depth+1)
		}
		if depth > 1 && dice.IntN(4) == 0 {
			v[fmt.Sprintf("odd%d", dice.IntN(3))] = "odd"
		}
	case []any:
		for i := range v {
			v[i] = spoil(dice, v[i], depth+1)
		}
	}
	return v
}

// minimalIn is a call that succeeds on the seeded license.
func minimalIn(version, method string) string {
	body := minimalOlder[version][method]
	if body == "" {
		body = minimal[method]
	}
	if body == "" {
		body = "{}"
	}
	return body
}
