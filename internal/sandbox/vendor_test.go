package sandbox

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vendorParam is a row of the vendor's table; required may be text.
type vendorParam struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Required any    `json:"required"`
}

type vendorTable struct {
	Methods map[string]struct {
		Scopes []string      `json:"scopes"`
		Batch  *bool         `json:"batch"`
		Params []vendorParam `json:"params"`
	} `json:"methods"`
	Actions map[string][]string `json:"webhook_actions"`
}

func vendor(t *testing.T) vendorTable {
	t.Helper()
	data, err := os.ReadFile("../../testdata/vendor/v3.5.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vendorTable
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// flat is a parameter as the vendor's table has it: a path, where [] stands
// for an element.
type flat struct {
	name, typ string
	required  bool
}

func flatten(prefix string, specs []spec) []flat {
	var out []flat
	for _, s := range specs {
		name := prefix + s.name
		out = append(out, flat{name, typeOf(s), s.required || s.patOnly})
		switch {
		case s.kind == kindObject:
			out = append(out, flatten(name+".", s.fields)...)
		case s.kind == kindList && s.elem.kind == kindObject:
			out = append(out, flatten(name+"[].", s.elem.fields)...)
		}
	}
	return out
}

func typeOf(s spec) string {
	if s.kind == kindList {
		return "list of " + typeOf(*s.elem)
	}
	return map[kind]string{
		kindText: "string", kindInt: "int", kindUint: "int", kindBool: "bool", kindObject: "object",
		kindMap: "object", kindAny: "any",
	}[s.kind]
}

// vendorTypes are the table's spellings.
var vendorTypes = map[string]string{
	"string": "string", "bool": "bool", "int": "int", "uint": "int", "number": "int", "object": "object", "type": "any",
	"object[]": "list of object", "[]int": "list of int", "int[]": "list of int", "string[]": "list of string",
	"[]string": "list of string", "[string]": "list of string", "[<type>]": "list of any",
	"[]match_object": "list of object", "[]geolocation_object": "list of object",
}

// vendorFlat spells out what the table abbreviates.
func vendorFlat(t *testing.T, method string, params []vendorParam) []flat {
	var out []flat
	add := func(name string, p vendorParam) {
		typ, ok := vendorTypes[p.Type]
		if !ok {
			t.Errorf("%s: %s has the unknown type %q", method, p.Name, p.Type)
		}
		required, _ := p.Required.(bool)
		out = append(out, flat{name, typ, required})
	}
	for _, p := range params {
		switch {
		case method == "get_bot" && p.Name == "fields":
			// The table has the columns swapped.
			add(p.Name, vendorParam{p.Name, p.Required.(string), false})
		case strings.Contains(p.Name, "{url,domain}"):
			add(strings.Replace(p.Name, "{url,domain}", "url", 1), p)
			add(strings.Replace(p.Name, "{url,domain}", "domain", 1), p)
		case p.Name == "value", p.Name == "exact_match":
			for _, list := range []string{"url.values", "url.exclude_values", "domain.values", "domain.exclude_values"} {
				add("conditions."+list+"[]."+p.Name, p)
			}
		case slices.Contains([]string{"country", "country_code", "region", "city"}, p.Name):
			add("conditions.geolocation.values[]."+p.Name, p)
		case strings.HasPrefix(p.Name, "access.<location>"):
			for _, l := range locations {
				name := strings.Replace(p.Name, "<location>", l, 1)
				if !strings.Contains(name, "<user>") {
					add(name, p)
					continue
				}
				for _, u := range userTypes {
					add(strings.Replace(name, "<user>", u, 1), p)
				}
			}
		default:
			add(p.Name, p)
		}
	}
	return out
}

// exceptions are where the sandbox knowingly differs from the table, with
// the reason. "+" marks parameters the table lacks, "?" differing necessity.
var exceptions = map[string]string{
	"?work_scheduler.timezone":           "the note beside it says: only with a schedule that is not empty",
	"?groups[].id":                       "the note beside it says: required when the group is included",
	"+work_scheduler.schedule":           "the row says: see Create Agent",
	"+work_scheduler.timezone":           "the row says: see Create Agent",
	"+work_scheduler.schedule[].day":     "the row says: see Create Agent",
	"+work_scheduler.schedule[].enabled": "the row says: see Create Agent",
	"+work_scheduler.schedule[].start":   "the row says: see Create Agent",
	"+work_scheduler.schedule[].end":     "the row says: see Create Agent",
	"+filters.agent_ids":                 "the table of actions offers it for routing_status_set",
}

func TestEveryMethodOfTheTable(t *testing.T) {
	table := vendor(t)
	ours := versions["3.5"]["configuration"]
	for name, want := range table.Methods {
		got, ok := ours[name]
		if !ok {
			t.Errorf("%s is missing", name)
			continue
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want.Scopes)), slices.Sorted(slices.Values(got.scopes))); diff != "" && len(want.Scopes)+len(got.scopes) > 0 {
			t.Errorf("%s: scopes (-vendor +sandbox):\n%s", name, diff)
		}
		if batch := want.Batch != nil && *want.Batch; batch != (got.batch != "") {
			t.Errorf("%s: batch is %v in the table", name, batch)
		}
	}
	for name, e := range ours {
		if _, ok := table.Methods[name]; !ok && !e.many && name != e.alias {
			t.Errorf("%s is no method of the vendor's", name)
		}
	}
}

func TestEveryParameterOfTheTable(t *testing.T) {
	used := map[string]bool{}
	for name, m := range vendor(t).Methods {
		want := byName(vendorFlat(t, name, m.Params))
		got := byName(flatten("", versions["3.5"]["configuration"][name].params))
		for path, w := range want {
			g, ok := got[path]
			switch {
			case !ok:
				t.Errorf("%s: %s is not accepted", name, path)
			case g.typ != w.typ:
				t.Errorf("%s: %s is %s, the table says %s", name, path, g.typ, w.typ)
			case g.required != w.required && exceptions["?"+path] == "":
				t.Errorf("%s: %s required %v, the table says %v", name, path, g.required, w.required)
			case g.required != w.required:
				used["?"+path] = true
			}
		}
		for path := range got {
			if _, ok := want[path]; ok {
				continue
			}
			if exceptions["+"+path] == "" {
				t.Errorf("%s: %s is accepted, the table does not have it", name, path)
			}
			used["+"+path] = true
		}
	}
	for name, reason := range exceptions {
		if !used[name] {
			t.Errorf("the exception %s (%s) is not needed", name, reason)
		}
	}
}

func byName(list []flat) map[string]flat {
	out := map[string]flat{}
	for _, f := range list {
		out[f.name] = f
	}
	return out
}

func TestWebhookActionsOfTheTable(t *testing.T) {
	got := map[string][]string{}
	for _, a := range actions {
		got[a.name] = a.filters
	}
	if diff := cmp.Diff(vendor(t).Actions, got); diff != "" {
		t.Errorf("(-vendor +sandbox):\n%s", diff)
	}
}

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
