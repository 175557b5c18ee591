package sandbox

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// vendorProperty is a row of the vendor's table of default properties.
type vendorProperty struct {
	Namespace string                       `json:"namespace"`
	Name      string                       `json:"name"`
	Type      string                       `json:"type"`
	Access    map[string]map[string]string `json:"access"`
}

func vendorProperties(t *testing.T) []vendorProperty {
	t.Helper()
	data, err := os.ReadFile("../../testdata/vendor/default-properties.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Properties []vendorProperty `json:"properties"`
	}
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	return table.Properties
}

// TestEveryDefaultPropertyOfTheTable holds the definitions, as the old list of
// all namespaces shows them, against the vendor's table.
func TestEveryDefaultPropertyOfTheTable(t *testing.T) {
	c := start(t, Options{})
	letters := func(rights []any) string {
		out := ""
		for _, r := range texts(rights) {
			out += r[:1]
		}
		return out
	}
	var got []vendorProperty
	for _, def := range builtins {
		p := vendorProperty{def.text("owner_client_id"), def.text("name"), def.text("type"), map[string]map[string]string{}}
		for place, users := range def.sub("access") {
			p.Access[place] = map[string]string{}
			for user := range users.(obj) {
				p.Access[place][user] = letters(users.(obj).list(user))
			}
		}
		got = append(got, p)
	}
	want := vendorProperties(t)
	if len(want) != 106 {
		t.Errorf("the table has %d properties", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-vendor +sandbox):\n%s", diff)
	}
	var namespaces []string
	for _, p := range want {
		namespaces = append(namespaces, p.Namespace)
	}
	slices.Sort(namespaces)
	if diff := cmp.Diff(slices.Compact(namespaces), sortedKeys(c.okIn("3.2", "list_registered_properties", `{"all":true}`).(map[string]any))); diff != "" {
		t.Errorf("namespaces (-vendor +sandbox):\n%s", diff)
	}
}

// TestEveryLicenseHasDefaultValues for each readable property of the table,
// whoever asks, of the type that the table says.
func TestEveryLicenseHasDefaultValues(t *testing.T) {
	want := map[string][]string{}
	for _, p := range vendorProperties(t) {
		for _, place := range []string{"license", "group"} {
			if strings.Contains(p.Access[place]["agent"], "r") {
				want[place] = append(want[place], p.Namespace+" "+p.Name+" "+p.Type)
			}
		}
	}
	if len(want["license"]) != 62 || len(want["group"]) != 10 {
		t.Errorf("the table has %d values for licenses and %d for groups", len(want["license"]), len(want["group"]))
	}
	list := func(v any) []string {
		var out []string
		for namespace, values := range v.(map[string]any) {
			for name, value := range values.(map[string]any) {
				out = append(out, namespace+" "+name+" "+typeNamed(namespace, name, value))
			}
		}
		slices.Sort(out)
		return out
	}
	slices.Sort(want["license"])
	slices.Sort(want["group"])
	bearer := start(t, Options{TokenClientID: "somebody"})
	for who, c := range map[string]*client{"Bearer": bearer, "PAT": bearer.asPAT()} {
		if diff := cmp.Diff(want["license"], list(c.ok("list_license_properties", "{}"))); diff != "" {
			t.Errorf("%s: license (-vendor +sandbox):\n%s", who, diff)
		}
		c.ok("create_group", `{"name":"G`+who+`","agent_priorities":{"owner@example.com":"normal"}}`)
		groups := c.ok("list_groups_properties", `{"group_ids":[]}`).([]any)
		if len(groups) < 2 {
			t.Errorf("%s: %d groups", who, len(groups))
		}
		for _, g := range groups {
			if diff := cmp.Diff(want["group"], list(g.(map[string]any)["properties"])); diff != "" {
				t.Errorf("%s: group (-vendor +sandbox):\n%s", who, diff)
			}
		}
	}
}

// typeNamed is the type that a JSON value has, in the words of properties; what
// kind of string it is nobody sees.
func typeNamed(namespace, name string, v any) string {
	switch v.(type) {
	case bool:
		return "bool"
	case json.Number:
		return "int"
	case string:
		if builtinsByKey[pair(namespace, name)].text("type") == "tokenized_string" {
			return "tokenized_string"
		}
		return "string"
	}
	return "something else"
}

func TestDefaultPropertiesAreWritten(t *testing.T) {
	c := startSeeded(t, Options{})
	before := string(c.l.State())
	values := func() string {
		return changed(t, c.ok("list_license_properties", `{}`)) + changed(t, c.ok("list_groups_properties", `{"group_ids":[8]}`))
	}
	was := values()
	for _, tc := range []struct{ reason, method, body, want string }{
		{"read-only", "update_license_properties", `{"properties":{"chats":{"queue.limit":5}}}`, "authorization"},
		{"one of several", "update_license_properties", `{"properties":{"chats":{"manual_routing":true},"limits":{"tags.base":5}}}`, "authorization"},
		{"counted", "update_license_properties", `{"properties":{"statistics":{"first_chat_date":"x"}}}`, "authorization"},
		{"deleting a read-only one", "delete_license_properties", `{"properties":{"limits":["tags.base"]}}`, "authorization"},
		{"the wrong type", "update_license_properties", `{"properties":{"chats":{"manual_routing":1}}}`, "validation"},
		{"an int too large", "update_license_properties", `{"properties":{"chats":{"archive_chat_after_min":3000000000}}}`, "validation"},
		{"above the limit of the queue", "update_license_properties", `{"properties":{"chats":{"queue.reopen_threshold":1001}}}`, "validation"},
		{"of groups only", "update_license_properties", `{"properties":{"chats":{"queue.routing_priority":1}}}`, "validation"},
		{"of licenses only", "update_group_properties", `{"group_id":8,"properties":{"chats":{"manual_routing":true}}}`, "validation"},
		{"of chats only", "update_group_properties", `{"group_id":8,"properties":{"rating":{"score":1}}}`, "validation"},
		{"unknown", "update_license_properties", `{"properties":{"chats":{"queue.colour":"red"}}}`, "validation"},
	} {
		starts(t, tc.reason, c.refused(tc.method, tc.body), tc.want)
	}
	if got := values(); got != was || string(c.l.State()) != before {
		t.Errorf("a refused write changed something: %s", got)
	}

	c.ok("update_license_properties", `{"properties":{"chats":{"manual_routing":true,"queue.reopen_threshold":1000},"core":{"transcript_emails":"a@example.com"},"test":{"int_property":4}}}`)
	c.ok("update_group_properties", `{"group_id":8,"properties":{"chats":{"queue.enabled.override":1},"smart_actions":{"greeting.hide_when_offline":false}}}`)
	want := `{"chats":{"manual_routing":true,"queue.reopen_threshold":1000},"core":{"plan":"gold","transcript_emails":"a@example.com"},"sandbox-client":{"size":5},"test":{"int_property":4}}` +
		`[{"id":8,"properties":{"chats":{"queue.enabled.override":1},"sandbox-client":{"size":5},"smart_actions":{"greeting.hide_when_offline":false}}}]`
	if got := values(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	set := decodeState(t, c.l)
	if got := compact(set["license_properties"]); got != `{"chats":{"manual_routing":true,"queue.reopen_threshold":1000},"core":{"plan":"gold","transcript_emails":"a@example.com"},"other-client":{"hidden":true},"test":{"int_property":4}}` {
		t.Errorf("the state has %s", got)
	}
	if err := c.l.Load(c.l.State()); err != nil {
		t.Fatal(err)
	}
	if got := values(); got != want {
		t.Errorf("after Load: %s\nwant %s", got, want)
	}
	c.ok("delete_license_properties", `{"properties":{"chats":["manual_routing","queue.reopen_threshold"],"core":["transcript_emails"],"test":["int_property"]}}`)
	c.ok("delete_group_properties", `{"id":8,"properties":{"chats":["queue.enabled.override"],"smart_actions":["greeting.hide_when_offline"]}}`)
	if got := values(); got != was {
		t.Errorf("back to the defaults: %s\nwant %s", got, was)
	}
}

// TestAPlansLimitsAreLoaded, as nobody can write them; what the license counts
// itself cannot be loaded either.
func TestAPlansLimitsAreLoaded(t *testing.T) {
	c := start(t, Options{})
	if err := c.l.Load([]byte(`{"license_properties":{"limits":{"tags.base":7},"chats":{"queue.limit":30},"statistics":{"first_chat_date":"long ago"}}}`)); err != nil {
		t.Fatal(err)
	}
	if got, want := changed(t, c.ok("list_license_properties", "{}")), `{"chats":{"queue.limit":30},"limits":{"tags.base":7}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := compact(c.ok("list_license_properties", `{"namespace":"statistics"}`)); strings.Contains(got, "long ago") {
		t.Errorf("statistics are %s", got)
	}
	c.check("update_license_properties", `{"properties":{"chats":{"queue.reopen_threshold":31}}}`, "validation")
}

func TestTheLastActivityMoves(t *testing.T) {
	clock := newClock()
	c := start(t, Options{Clock: clock})
	activity := func() (string, string) {
		s := c.ok("list_license_properties", `{"namespace":"statistics"}`).(map[string]any)["statistics"].(map[string]any)
		return s["website_last_activity"].(string), s["first_chat_date"].(string)
	}
	last, first := activity()
	for _, wait := range []time.Duration{0, time.Minute, 0} {
		clock.advance(wait)
		now, same := activity()
		if now <= last || same != first {
			t.Errorf("after %s: %s then %s, first chat %s then %s", wait, last, now, first, same)
		}
		last = now
	}
}

// TestThePlatformsNamespaces are nobody's client ids.
func TestThePlatformsNamespaces(t *testing.T) {
	if len(reservedNamespaces) != 15 {
		t.Errorf("%d namespaces", len(reservedNamespaces))
	}
	c := start(t, Options{})
	for _, id := range reservedNamespaces {
		for _, tc := range []struct{ method, rest string }{
			{"register_property", `,"name":"p","type":"int",` + licensed},
			{"unregister_property", `,"name":"int_property"`},
			{"publish_property", `,"name":"int_property","access_type":["read"]`},
			{"list_properties", ""},
			{"register_webhook", `,"action":"incoming_chat","secret_key":"k","url":"https://hooks.example.com/","type":"bot"`},
			{"list_webhooks", ""},
			{"list_bot_templates", ""},
			{"create_bot", `,"name":"B"`},
			{"get_license_webhooks_state", ""},
		} {
			starts(t, tc.method+" "+id, c.refused(tc.method, `{"owner_client_id":"`+id+`"`+tc.rest+`}`), "authorization")
		}
	}
}

// TestUnlistedProperties: a platform may have more than its page lists, but
// nobody can define one of those anew.
func TestUnlistedProperties(t *testing.T) {
	c := start(t, Options{})
	for name, want := range map[string]string{"queue.limit": "built in", "queue.colour": ""} {
		err := c.l.Load([]byte(`{"properties":[{"owner_client_id":"chats","name":"` + name + `","type":"string",
			"access":{"license":{"agent":["read"]}},"public_access":["read","write"],"default_value":"red"}]}`))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if got := changed(t, c.ok("list_license_properties", "{}")); got != `{"chats":{"queue.colour":"red"}}` {
		t.Errorf("got %s", got)
	}
	c.check("update_license_properties", `{"properties":{"chats":{"queue.colour":"blue"}}}`, "authorization")
}
