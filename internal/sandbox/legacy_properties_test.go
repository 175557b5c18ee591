package sandbox

import (
	"strings"
	"testing"
)

// TestOnePropertyInTwoShapes registers by namespace and reads by client id,
// and the reverse.
func TestOnePropertyInTwoShapes(t *testing.T) {
	c := start(t, Options{})
	const owner = `{"owner_client_id":"sandbox-client"}`
	c.okIn("3.2", "register_properties", `{"mood":{"type":"string","description":"d","domain":["calm","cross"],"locations":{
		"license":{"access":{"agent":{"read":true,"write":true},"customer":{"read":false,"write":false}}},
		"chat":{"access":{"customer":{"read":false,"write":true}}}}}}`)
	for _, version := range []string{"3.3", "3.4", "3.5"} {
		c.shows(version, "list_properties", owner, `{"mood":{"access":{"chat":{"customer":["write"]},`+
			`"license":{"agent":["read","write"],"customer":[]}},"description":"d","domain":["calm","cross"],"type":"string"}}`)
	}
	c.refusedIn("3.4", "register_property", `{"name":"mood","owner_client_id":"sandbox-client","type":"int","access":{"chat":{"agent":["read"]}}}`, "already_exists")
	c.okIn("3.5", "unregister_property", `{"name":"mood","owner_client_id":"sandbox-client"}`)
	c.shows("3.2", "list_registered_properties", `{}`, `{}`)

	c.okIn("3.4", "register_property", `{"name":"rank","owner_client_id":"sandbox-client","type":"int","range":{"from":1},"default_value":2,
		"access":{"thread":{"agent":["read"]},"group":{"agent":["read","write"]}}}`)
	c.okIn("3.3", "publish_property", `{"name":"rank","owner_client_id":"sandbox-client","access_type":["read"]}`)
	c.shows("3.2", "list_registered_properties", `{}`, `{"sandbox-client":{"rank":{"description":"","locations":{`+
		`"group":{"access":{"agent":{"read":true,"write":true}}},"thread":{"access":{"agent":{"read":true,"write":false}}}},`+
		`"range":{"from":1},"type":"int"}}}`)
	c.shows("3.1", "get_property_configs", `{}`, `{"sandbox-client":{"rank":{"locations":{`+
		`"thread":{"access":{"agent":{"read":true,"write":false}}}},"range":{"from":1},"type":"int"}}}`)
}

func TestNamespaces(t *testing.T) {
	namespaces := func(c *client, version, method, body string) string {
		return strings.Join(sortedKeys(c.okIn(version, method, body).(map[string]any)), " ")
	}
	wide, narrow := startSeeded(t, Options{}), startSeeded(t, Options{Scopes: []string{"properties--my:rw"}})
	for _, tc := range []struct {
		c                           *client
		version, method, body, want string
	}{
		{wide, "3.2", "list_registered_properties", `{}`, "sandbox-client"},
		{wide, "3.2", "list_registered_properties", `{"all":true}`, "chats core ecommerce lc2 limits monitoring " +
			"other-client rating routing sandbox-client smart_actions source statistics status test translation url_details"},
		// The others' locations came with 3.2.
		{wide, "3.1", "get_property_configs", `{"all":true}`, "chats ecommerce lc2 rating routing source status test translation url_details"},
		{narrow, "3.2", "list_registered_properties", `{"all":true}`, "sandbox-client"},
	} {
		if got := namespaces(tc.c, tc.version, tc.method, tc.body); got != tc.want {
			t.Errorf("%s %s %s: %s, want %s", tc.version, tc.method, tc.body, got, tc.want)
		}
	}
	for _, tc := range []struct{ version, config, want string }{
		{"3.2", `{}`, "validation: `p.type` is required"},
		{"3.2", `{"type":"int"}`, "validation: `p.locations` is required"},
		{"3.2", `{"type":"int","locations":{}}`, "validation: `p.locations` must have"},
		{"3.2", `{"type":"int","locations":{"chat":{"access":{}}}}`, "validation: `p.locations.chat.access` must have"},
		{"3.2", `{"type":"int","locations":{"chat":{"access":{"agent":{"read":true}}}}}`, "validation: `p.locations.chat.access.agent.write` is required"},
		{"3.2", `{"type":"date","locations":{}}`, "validation: `p.type`"},
		{"3.2", strings.Replace(oldConfig, "{", `{"default_value":1,`, 1), "validation: `p.default_value` is not"},
		{"3.2", strings.Replace(oldConfig, "{", `{"domain":["x"],`, 1), "validation: `domain`"},
		{"3.1", strings.Replace(oldConfig, "chat", "license", 1), "validation: `p.locations.license` is not"},
	} {
		method := map[string]string{"3.1": "create_properties", "3.2": "register_properties"}[tc.version]
		// The first one is fine, but nothing happens unless all are.
		wide.refusedIn(tc.version, method, `{"a":`+oldConfig+`,"p":`+tc.config+`}`, tc.want)
	}
	wide.refusedIn("3.2", "register_properties", `{}`, "validation")
	wide.refusedIn("3.2", "register_properties", ``, "validation")
	wide.refusedIn("3.2", "register_properties", `{"a":`+oldConfig+`,"size":`+oldConfig+`}`, "already_exist: ")
	if got := namespaces(wide, "3.2", "list_registered_properties", `{}`); got != "sandbox-client" ||
		strings.Contains(compact(wide.okIn("3.2", "list_registered_properties", `{}`)), `"a":`) {
		t.Error("a refused request registered something")
	}
}

// TestOneValueInEveryVersion: before 3.3 there are no scopes; the definition
// decides, and one's own namespace is always allowed.
func TestOneValueInEveryVersion(t *testing.T) {
	c := startSeeded(t, Options{Scopes: []string{"agents--my:ro"}})
	c.okIn("3.2", "update_license_properties", `{"properties":{"sandbox-client":{"size":7},"core":{"plan":"lead"}}}`)
	c.showsChanged("3.2", "list_license_properties", `{}`, `{"core":{"plan":"lead"},"other-client":{"hidden":true},"sandbox-client":{"size":7}}`)
	c.showsChanged("3.2", "list_license_properties", `{"namespace_prefix":"sand","name_prefix":"si"}`, `{"sandbox-client":{"size":7}}`)
	c.showsChanged("3.2", "list_license_properties", `{"namespace_prefix":"x"}`, `{}`)
	c.okIn("3.2", "update_group_properties", `{"group_id":8,"properties":{"sandbox-client":{"size":4}}}`)
	c.showsChanged("3.2", "list_group_properties", `{"group_id":8}`, `{"sandbox-client":{"size":4}}`)
	c.okIn("3.2", "delete_group_properties", `{"group_id":7,"properties":{"sandbox-client":["size"]}}`)
	c.showsChanged("3.2", "list_group_properties", `{"group_id":7}`, `{"sandbox-client":{"size":5}}`)
	c.refusedIn("3.2", "list_group_properties", `{"group_id":99}`, "group_not_found")
	c.refusedIn("3.2", "delete_group_properties", `{"id":7,"properties":{}}`, "validation: `id` is not")
	c.refusedIn("3.2", "update_license_properties", `{"properties":{"sandbox-client":{"size":99}}}`, "validation")
	c.refusedIn("3.3", "list_group_properties", `{"id":8}`, "authorization")

	wide := startSeeded(t, Options{})
	wide.okIn("3.4", "update_group_properties", `{"group_id":8,"properties":{"sandbox-client":{"size":6}}}`)
	for _, version := range []string{"3.3", "3.4"} {
		wide.showsChanged(version, "list_group_properties", `{"id":8,"namespace":"sandbox-client"}`, `{"sandbox-client":{"size":6}}`)
		wide.refusedIn(version, "list_group_properties", `{"group_id":8}`, "validation: `group_id` is not")
		wide.refusedIn(version, "list_license_properties", `{"namespace_prefix":"c"}`, "validation: `namespace_prefix` is not")
	}
	wide.okIn("3.3", "delete_group_properties", `{"id":8,"properties":{"sandbox-client":["size"]}}`)
	wide.showsChanged("3.5", "list_groups_properties", `{"group_ids":[8]}`, `[{"id":8,"properties":{"sandbox-client":{"size":5}}}]`)
}
