package sandbox

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// minimal is a call of every method that has required parameters, with those
// alone; together they need no more than the seeded license.
var minimal = map[string]string{
	"create_agent":              `{"id":"new@example.com","name":"New"}`,
	"get_agent":                 `{"id":"ann@example.com"}`,
	"update_agent":              `{"id":"ann@example.com"}`,
	"delete_agent":              `{"id":"ann@example.com"}`,
	"suspend_agent":             `{"id":"ann@example.com"}`,
	"unsuspend_agent":           `{"id":"ann@example.com"}`,
	"approve_agent":             `{"id":"ann@example.com"}`,
	"add_auto_access":           `{"access":{"groups":[7]},"conditions":{"geolocation":{"values":[{"country":"Peru"}]}}}`,
	"update_auto_access":        `{"id":"B","access":{"groups":[7]},"conditions":{"url":{"values":[{"value":"x"}]}}}`,
	"delete_auto_access":        `{"id":"B"}`,
	"create_bot":                `{"name":"B","owner_client_id":"sandbox-client"}`,
	"update_bot":                `{"id":"bot-mine"}`,
	"delete_bot":                `{"id":"bot-mine"}`,
	"get_bot":                   `{"id":"bot-mine"}`,
	"reset_bot_secret":          `{"id":"bot-mine","owner_client_id":"sandbox-client"}`,
	"issue_bot_token":           `{"bot_id":"bot-mine","client_id":"sandbox-client","bot_secret":"s1","organization_id":"0f0e0d0c-1111-4222-8333-444455556666"}`,
	"create_bot_template":       `{"name":"T","owner_client_id":"sandbox-client"}`,
	"update_bot_template":       `{"id":"T","owner_client_id":"sandbox-client"}`,
	"delete_bot_template":       `{"id":"T","owner_client_id":"sandbox-client"}`,
	"list_bot_templates":        `{"owner_client_id":"sandbox-client"}`,
	"reset_bot_template_secret": `{"id":"T","owner_client_id":"sandbox-client"}`,
	"create_group":              `{"name":"G","agent_priorities":{"ann@example.com":"normal"}}`,
	"update_group":              `{"id":7}`,
	"delete_group":              `{"id":7}`,
	"get_group":                 `{"id":7}`,
	"register_property":         `{"name":"p","owner_client_id":"sandbox-client","type":"int","access":{"chat":{"agent":["read"]}}}`,
	"unregister_property":       `{"name":"size","owner_client_id":"sandbox-client"}`,
	"publish_property":          `{"name":"size","owner_client_id":"sandbox-client","access_type":["read"]}`,
	"list_properties":           `{"owner_client_id":"sandbox-client"}`,
	"update_license_properties": `{"properties":{"sandbox-client":{"size":2}}}`,
	"delete_license_properties": `{"properties":{"sandbox-client":["size"]}}`,
	"update_group_properties":   `{"group_id":7,"properties":{"sandbox-client":{"size":2}}}`,
	"delete_group_properties":   `{"id":7,"properties":{"sandbox-client":["size"]}}`,
	"list_groups_properties":    `{"group_ids":[]}`,
	"create_tag":                `{"name":"t"}`,
	"update_tag":                `{"name":"later"}`,
	"delete_tag":                `{"name":"later"}`,
	"list_tags":                 `{"filters":{"group_ids":[7]}}`,
	"register_webhook":          `{"action":"incoming_chat","secret_key":"k","url":"https://example.com/","owner_client_id":"sandbox-client","type":"bot"}`,
	"list_webhooks":             `{"owner_client_id":"sandbox-client"}`,
	"unregister_webhook":        `{"id":"W","owner_client_id":"sandbox-client"}`,

	"enable_license_webhooks":       `{"owner_client_id":"sandbox-client"}`,
	"disable_license_webhooks":      `{"owner_client_id":"sandbox-client"}`,
	"get_license_webhooks_state":    `{"owner_client_id":"sandbox-client"}`,
	"check_product_limits_for_plan": `{"plan":"starter"}`,
}

// private is a token that may do everything.
var private = append(slices.Clone(publicScopes), "subscription.lc:rw", "sessions--all:rw")

const withTemplate = `"bot_templates": [{"id": "T", "owner_client_id": "sandbox-client", "name": "T"}],`

func TestRequiredParametersAreRequired(t *testing.T) {
	for name, m := range vendor(t).Methods {
		c := start(t, Options{Scopes: private}).asPAT()
		if err := c.l.Load([]byte(strings.Replace(seeded, `"tags":`, withTemplate+`"tags":`, 1))); err != nil {
			t.Fatal(err)
		}
		before := string(c.l.State())
		for _, p := range m.Params {
			if p.Required != true || strings.Contains(p.Name, ".") && !strings.HasSuffix(p.Name, ".groups") || minimal[name] == "" {
				continue
			}
			body, left := without(t, minimal[name], p.Name)
			if !left {
				continue
			}
			got := c.refused(name, body)
			starts(t, name+" "+body, got, "validation: `"+p.Name+"` is required")
		}
		if diff := cmp.Diff(before, string(c.l.State())); diff != "" {
			t.Errorf("%s: a refused request changed the state: %s", name, diff)
		}
		if minimal[name] == "" {
			c.check(name, `{"nonsense":1}`, "validation: `nonsense` is not a known parameter")
			continue
		}
		c.check(name, strings.Replace(minimal[name], "{", `{"nonsense":1,`, 1), "validation: `nonsense` is not a known parameter")
		c.check(name, strings.Replace(minimal[name], "{", `{"fields":["nonsense"],`, 1), "validation: `fields")
		c.ok(name, minimal[name])
	}
}

// check calls a method that must be refused so.
func (c *client) check(method, body, want string) {
	c.t.Helper()
	starts(c.t, method+" "+body, c.refused(method, body), want)
}

// without is a body less the member at a dotted path, if it has it.
func without(t *testing.T, body, path string) (string, bool) {
	t.Helper()
	v, err := decodeValue([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	o := v.(obj)
	parts := strings.Split(path, ".")
	at := o
	for _, p := range parts[:len(parts)-1] {
		at = at.sub(p)
	}
	last := parts[len(parts)-1]
	found := at.has(last)
	delete(at, last)
	return string(encodeValue(o, "")), found
}
